//! The signature ACS3-HMAC-SHA256: published vectors, and rejection of changed requests.

#![allow(clippy::unwrap_used)]

use pop_rpc::acs3::{
    self, Authorization, AuthorizationError, CommonHeaders, Covered, Key, Received, Signer,
    Unsigned,
};
use pop_rpc::service::ParameterError;
use pop_rpc::signature::{PROTOCOL_PARAMETERS, SignedRequest, Stamp};
use pop_rpc::{Action, ActionInfo, Format, Method, ParameterSink, Parameters};
use proptest::collection::btree_map;
use proptest::prelude::*;

/// Hash of an empty body.
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Returns the canonical request of the examples on the vendor's pages.
fn run_instances(date: &str, nonce: &str) -> String {
    canonical_request(
        &[
            ("RegionId", "cn-shanghai"),
            (
                "ImageId",
                "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
            ),
        ],
        &[
            ("host", "ecs.cn-shanghai.aliyuncs.com"),
            ("x-acs-action", "RunInstances"),
            ("x-acs-content-sha256", EMPTY),
            ("x-acs-date", date),
            ("x-acs-signature-nonce", nonce),
            ("x-acs-version", "2014-05-26"),
        ],
    )
}

fn canonical_request(query: &[(&str, &str)], headers: &[(&str, &str)]) -> String {
    let query: Parameters = query.iter().copied().collect();
    let covered = Covered {
        method: Method::Post,
        path: "/",
        query: &query,
        headers,
        content_hash: EMPTY,
    };
    covered.canonical_request()
}

fn assert_signature(secret: &str, canonical_request: &str, signature: &str) {
    let to_sign = acs3::string_to_sign(canonical_request);
    let key = Key::new(secret);
    assert_eq!(key.sign(&to_sign), signature);
    assert!(key.verify(&to_sign, signature));
    assert!(!key.verify(&to_sign, &signature.to_uppercase()));
    assert!(!key.verify(&to_sign, ""));
}

/// Vector V3-1.
#[test]
fn signature_on_the_page_about_the_v3_request_structure() {
    let request = run_instances("2023-10-26T10:22:32Z", "3156853299f313e23d1673dc12e1703d");
    assert_eq!(
        acs3::content_hash(request.as_bytes()),
        "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259"
    );
    assert_signature(
        "YourAccessKeySecret",
        &request,
        "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
    );
}

/// Vector V3-2.
#[test]
fn signature_on_the_page_about_the_signature_mechanism() {
    assert_signature(
        "YourAccessKeySecret",
        &run_instances("2023-10-26T09:01:01Z", "d410180a5abf7fe235dd9b74aca91fc0"),
        "e521358f7776c97df52e6b2891a8bc73026794a071b50c3323388c4e0df64804",
    );
}

/// Vector V3-3; the vendor's Python package computes the same signature.
#[test]
fn signature_of_an_action_of_the_successor_product() {
    let request = canonical_request(
        &[
            ("GroupId", "GID_test"),
            ("InstanceId", "post-cn-0pp12gl****"),
        ],
        &[
            ("host", "onsmqtt.mq-internet-access.aliyuncs.com"),
            ("x-acs-action", "CreateGroupId"),
            ("x-acs-content-sha256", EMPTY),
            ("x-acs-date", "2020-05-18T08:00:00Z"),
            ("x-acs-signature-nonce", "15215528852396"),
            ("x-acs-version", "2020-04-20"),
        ],
    );
    assert_eq!(
        acs3::content_hash(request.as_bytes()),
        "b8b6f5dc5a59bdfcfad678ff6175a1fd620cada81c3417c26a6170d75b326076"
    );
    assert_signature(
        "testsecret",
        &request,
        "177a8f3f06e2b1b44351eb13b76c3077bfa86cb6d15482430228676a2ca5c9a2",
    );
}

/// An action with arbitrary parameters.
#[derive(Debug)]
struct Any(Vec<(String, String)>);

impl Action for Any {
    const INFO: ActionInfo = ActionInfo::new("Any", "2020-04-20");
    const SORTED: bool = false;

    type Response = ();

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        for (name, value) in &self.0 {
            sink.parameter(name, value);
        }
    }
}

fn signed(action: &Any, security_token: Option<&str>) -> SignedRequest {
    let common = CommonHeaders {
        access_key_id: "testid",
        security_token,
        host: "127.0.0.1:8080",
        path: "/",
        format: Format::Json,
    };
    let stamp = Stamp {
        nonce: "n",
        timestamp: "2020-05-18T08:00:00Z",
    };
    Signer::new(Key::new("testsecret"), &common).sign(action, Method::Post, stamp)
}

/// A request as a server receives it; tests change it.
#[derive(Clone)]
struct Sent {
    method: Method,
    path: &'static str,
    query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Sent {
    fn new(signed: SignedRequest) -> Self {
        let headers = signed.headers.into_iter();
        Self {
            method: Method::Post,
            path: "/",
            query: signed.query,
            headers: headers
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            body: Vec::new(),
        }
    }

    fn received<T>(&self, read: impl FnOnce(Received<'_>) -> T) -> T {
        let headers: Vec<(&str, &str)> = self.headers.iter().map(|(n, v)| (&**n, &**v)).collect();
        read(Received {
            method: self.method,
            path: self.path,
            query: &self.query,
            headers: &headers,
            body: &self.body,
        })
    }

    fn verify(&self) -> Result<(), Unsigned> {
        self.received(|received| {
            let authorization = received.authorization()?;
            received.verify(&authorization, &Key::new("testsecret"))
        })
    }

    fn header(&mut self, name: &str) -> &mut String {
        let mut headers = self.headers.iter_mut();
        &mut headers.find(|(sent, _)| sent == name).unwrap().1
    }
}

fn example() -> Sent {
    let action = Any(vec![("GroupId".to_owned(), "GID_test".to_owned())]);
    Sent::new(signed(&action, Some("token")))
}

fn action() -> impl Strategy<Value = Any> {
    let name = prop_oneof![
        4 => "[A-Za-z0-9_.~-]{1,8}",
        1 => prop::sample::select(&PROTOCOL_PARAMETERS[..]).prop_map(str::to_owned),
    ];
    btree_map(name, any::<String>(), 0..6).prop_map(|pairs| Any(pairs.into_iter().collect()))
}

proptest! {
    #[test]
    fn a_server_verifies_and_reads_what_a_client_signs(action in action(), token in any::<bool>()) {
        let sent = Sent::new(signed(&action, token.then_some("token")));
        prop_assert_eq!(sent.verify(), Ok(()));
        let read = sent.received(|received| received.parameters()).unwrap();
        prop_assert_eq!(read, action.0.iter().cloned().collect());
        let common = sent.received(|received| received.common()).unwrap();
        let expected = [
            ("AccessKeyId", "testid"),
            ("Action", "Any"),
            ("Format", "JSON"),
            ("SignatureNonce", "n"),
            ("Timestamp", "2020-05-18T08:00:00Z"),
            ("Version", "2020-04-20"),
        ];
        let token = token.then_some(("SecurityToken", "token"));
        prop_assert_eq!(common, expected.into_iter().chain(token).collect());
    }

    #[test]
    fn a_changed_query_does_not_verify(action in action(), name in "[a-z]{1,4}", value in any::<String>()) {
        let mut sent = Sent::new(signed(&action, None));
        let more = format!("{name}={}", pop_rpc::canonical::encode(&value));
        sent.query = if sent.query.is_empty() { more } else { format!("{}&{more}", sent.query) };
        prop_assert!(sent.verify().is_err());
    }

    #[test]
    fn a_changed_header_does_not_verify(at in any::<prop::sample::Index>(), more in "[a-z0-9]{1,4}") {
        let mut sent = example();
        let at = at.index(sent.headers.len());
        sent.headers[at].1.push_str(&more);
        prop_assert!(sent.verify().is_err(), "{}", sent.headers[at].0);
    }

    #[test]
    fn a_body_that_was_not_signed_does_not_verify(body in prop::collection::vec(any::<u8>(), 1..40)) {
        let mut sent = example();
        sent.body = body;
        prop_assert_eq!(sent.verify(), Err(Unsigned::Body));
    }

    #[test]
    fn any_authorization_is_read_or_refused(text in any::<String>()) {
        let _ = format!("{} {text}", acs3::ALGORITHM).parse::<Authorization>();
    }
}

#[test]
fn method_path_and_secret_are_signed() {
    let sent = example();
    assert_eq!(sent.verify(), Ok(()));
    let get = Sent {
        method: Method::Get,
        ..sent.clone()
    };
    assert!(matches!(get.verify(), Err(Unsigned::Signature(_))));
    let elsewhere = Sent {
        path: "/other",
        ..sent.clone()
    };
    assert!(matches!(elsewhere.verify(), Err(Unsigned::Signature(_))));
    let other = sent.received(|received| {
        let authorization = received.authorization().unwrap();
        received.verify(&authorization, &Key::new("othersecret"))
    });
    assert!(matches!(other, Err(Unsigned::Signature(_))));
}

#[test]
fn headers_that_affect_the_request_must_be_signed() {
    let mut added = example();
    added
        .headers
        .push(("X-Acs-Extra".to_owned(), "1".to_owned()));
    assert_eq!(
        added.verify(),
        Err(Unsigned::NotCovered("x-acs-extra".to_owned()))
    );

    let mut unsigned = example();
    let authorization = unsigned.header("authorization");
    *authorization = authorization.replace("x-acs-action;", "");
    assert_eq!(
        unsigned.verify(),
        Err(Unsigned::NotCovered("x-acs-action".to_owned()))
    );

    let mut hostless = example();
    let authorization = hostless.header("authorization");
    *authorization = authorization.replace("host;", "");
    hostless.headers.retain(|(name, _)| name != "host");
    assert_eq!(
        hostless.verify(),
        Err(Unsigned::NotCovered("host".to_owned()))
    );
}

#[test]
fn other_headers_need_not_be_signed() {
    let mut sent = example();
    sent.headers
        .push(("Content-Length".to_owned(), "0".to_owned()));
    sent.headers
        .push(("Accept-Encoding".to_owned(), "gzip".to_owned()));
    assert_eq!(sent.verify(), Ok(()));
}

#[test]
fn a_signed_header_is_sent_exactly_once() {
    let mut twice = example();
    twice
        .headers
        .push(("HOST".to_owned(), "example.com".to_owned()));
    assert_eq!(twice.verify(), Err(Unsigned::Repeated("host".to_owned())));

    let mut never = example();
    never.headers.retain(|(name, _)| name != "accept");
    assert_eq!(never.verify(), Err(Unsigned::NotSent("accept".to_owned())));
}

#[test]
fn a_header_that_carries_a_common_parameter_is_sent_once() {
    for name in [
        "x-acs-action",
        "x-acs-version",
        "x-acs-date",
        "x-acs-signature-nonce",
    ] {
        let mut sent = example();
        sent.headers.push((name.to_uppercase(), "other".to_owned()));
        let read = sent.received(|received| received.common());
        assert_eq!(read, Err(ParameterError::Repeated(name.to_owned())));
    }
}

#[test]
fn authorization_is_read_and_written_back_unchanged() {
    let text = "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=host;x-acs-date,Signature=0a";
    let authorization: Authorization = text.parse().unwrap();
    assert_eq!(authorization.access_key_id, "testid");
    assert_eq!(authorization.signed_headers, ["host", "x-acs-date"]);
    assert_eq!(authorization.signature, "0a");
    assert_eq!(authorization.to_string(), text);
}

#[test]
fn the_error_of_a_malformed_authorization_names_the_defect() {
    let read = |text: &str| text.parse::<Authorization>().unwrap_err();
    let missing = AuthorizationError::Missing;
    let begin = "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=";
    assert_eq!(read("Basic dGVzdA=="), AuthorizationError::Algorithm);
    assert_eq!(read("ACS3-HMAC-SHA256"), AuthorizationError::Algorithm);
    assert_eq!(
        read("ACS3-HMAC-SHA256 Credential=,SignedHeaders=host,Signature=0a"),
        missing("Credential")
    );
    assert_eq!(read(&format!("{begin}host")), missing("Signature"));
    assert_eq!(
        read(&format!("{begin}host,Signature=0a,Signature=0b")),
        AuthorizationError::Unexpected("Signature".to_owned())
    );
    for list in ["b;a", "a;a", "A", "a;;b"] {
        let text = format!("{begin}{list},Signature=0a");
        assert_eq!(read(&text), AuthorizationError::SignedHeaders, "{list}");
    }
}

#[test]
fn debug_output_shows_no_secret() {
    let common = CommonHeaders {
        access_key_id: "testid",
        security_token: Some("token"),
        host: "example.com",
        path: "/",
        format: Format::Xml,
    };
    let signer = Signer::new(Key::new("testsecret"), &common);
    let shown = format!(
        "{common:?} {signer:?} {:?}",
        signed(&Any(Vec::new()), Some("token"))
    );
    assert!(
        !shown.contains("testsecret") && !shown.contains("token\""),
        "{shown}"
    );
}
