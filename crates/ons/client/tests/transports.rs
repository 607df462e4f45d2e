//! The same calls through each of the three transports: a stub, a service in process, and HTTP.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ons_mqtt_client::examples::{Examples, call_each};
use ons_mqtt_client::models::{
    GroupIdCreateRequest, GroupIdCreateResponse, GroupIdListRequest, GroupIdListResponse,
};
use ons_mqtt_client::{
    Answer, Client, Credentials, Error, ErrorCode, Format, HttpRequest, HttpResponse, InProcess,
    Interceptor, Method, Retry, Stub,
};
use ons_mqtt_service::Service;
use pop_rpc::ActionInfo;
use pop_rpc::error::Failure;
use pop_rpc::service::Context;
use support::{Canned, Server};

/// Creates clients of a service, over HTTP and in process, for each method and format.
fn clients_of<S: Service + Clone + 'static>(service: S) -> Vec<(String, Client)> {
    let server = Server::start(service.clone());
    let mut clients = Vec::new();
    for method in [Method::Get, Method::Post] {
        for format in [Format::Json, Format::Xml] {
            let http = server.client();
            let in_process = Client::builder()
                .endpoint("in-process")
                .credentials(Credentials::new("testid", "testsecret"))
                .transport(InProcess(service.clone()));
            for (transport, builder) in [("HTTP", http), ("in process", in_process)] {
                let client = builder
                    .method(method)
                    .format(format)
                    .retry(Retry::NEVER)
                    .build();
                clients.push((
                    format!("{transport} {method:?} {format:?}"),
                    client.unwrap(),
                ));
            }
        }
    }
    clients
}

#[tokio::test]
async fn every_action_answers_its_example_over_every_transport() {
    let mut clients = clients_of(Examples);
    clients.push(("stub".to_owned(), Client::from_stub(Examples)));
    for (transport, client) in clients {
        if let Err(error) = call_each(&client).await {
            panic!("{transport}: {error}");
        }
    }
}

/// Service and stub that always fail with one code.
#[derive(Clone)]
struct Failing(ErrorCode);

impl Service for Failing {
    async fn group_id_list(
        &self,
        _: &Context,
        _: GroupIdListRequest,
    ) -> Result<GroupIdListResponse, Failure> {
        Err(self.0.clone().into())
    }
}

impl Stub for Failing {
    fn group_id_list(&self, _: GroupIdListRequest) -> Answer<'_, GroupIdListResponse> {
        let code = self.0.clone();
        let message = code.message().into_owned();
        Box::pin(async move { Err(Error::of_service("OnsMqttGroupIdList", code, &message)) })
    }
}

#[tokio::test]
async fn every_error_code_arrives_over_every_transport() {
    for code in ErrorCode::known() {
        // A code with a variable part is not complete while that part is empty.
        let code = match code {
            ErrorCode::Missing(_) => ErrorCode::Missing("GroupId".to_owned()),
            ErrorCode::Invalid(_) => ErrorCode::Invalid("Qos".to_owned()),
            code => code,
        };
        let mut clients = clients_of(Failing(code.clone()));
        clients.push(("stub".to_owned(), Client::from_stub(Failing(code.clone()))));
        for (transport, client) in clients {
            let error = client.group_id_list().send().await.unwrap_err();
            assert_eq!(error.code(), Some(&code), "{transport}");
            assert_eq!(error.status(), Some(code.facts().status), "{transport}");
            assert_eq!(error.message(), Some(&*code.message()), "{transport}");
            let shown = error.to_string();
            assert!(
                shown.starts_with(&format!("OnsMqttGroupIdList: {code}")),
                "{shown}"
            );
            assert!(!shown.contains('\n'), "{shown}");
        }
    }
}

#[tokio::test]
async fn an_action_that_a_stub_lacks_is_reported() {
    let client = Client::from_stub(Failing(ErrorCode::InternalError));
    let error = client.group_id_create("GID_test").send().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "OnsMqttGroupIdCreate: not implemented by this stub"
    );
}

#[tokio::test]
async fn debug_of_an_error_is_its_line_unless_the_parts_are_asked_for() {
    let client = Client::from_stub(Failing(ErrorCode::InternalError));
    let error = client.group_id_list().send().await.unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());
    let parts = format!("{error:#?}");
    assert!(parts.starts_with("Error {\n    action: "), "{parts}");
    assert!(parts.contains("status: 500"), "{parts}");

    let error = Client::builder().region("nowhere").build().unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());
    assert!(format!("{error:#?}").contains("region: \"nowhere\""));
}

#[test]
fn a_call_may_block_the_thread_even_inside_a_runtime() {
    let server = Server::start(Examples);
    let client = server.client().build().unwrap();
    let call = || client.group_id_list().send_blocking().unwrap();
    assert_eq!(call().data.len(), 1);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    assert_eq!(runtime.block_on(async { call() }).data.len(), 1);
}

#[tokio::test]
async fn a_wrong_secret_and_a_changed_parameter_are_named() {
    let server = Server::start(Examples);
    let client = server
        .client()
        .credentials(Credentials::new(support::ID, "wrong"))
        .build()
        .unwrap();
    let error = client.group_id_list().send().await.unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::SignatureDoesNotMatch));
    let shown = error.to_string();
    assert!(shown.contains("the access key secret is wrong"), "{shown}");

    let body = r#"{"Code":"SignatureDoesNotMatch","Message":"Specified signature is not matched with our calculation. server string to sign is:POST&%2F&AccessKeyId%3Dtestid%26Action%3DOnsMqttGroupIdLost","RequestId":"1"}"#;
    server.answer_next([canned(400, body)]);
    let client = server.client().build().unwrap();
    let error = client.group_id_list().send().await.unwrap_err();
    let shown = error.to_string();
    assert!(
        shown.contains("in parameter Action: client `ist`, server `ost`"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_read_is_retried_with_a_new_signature() {
    let server = Server::start(Examples);
    server.answer_next([
        canned(503, r#"{"Code":"ServiceUnavailable","RequestId":"1"}"#),
        canned(400, r#"{"Code":"Throttling.User","RequestId":"2"}"#),
    ]);
    let client = quick(&server).build().unwrap();
    client.group_id_list().send().await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    let nonces: std::collections::HashSet<_> =
        requests.iter().map(|request| nonce(request)).collect();
    assert_eq!(nonces.len(), 3);
}

#[tokio::test]
async fn a_write_is_retried_only_if_it_was_not_carried_out() {
    let server = Server::start(Examples);
    let client = quick(&server).build().unwrap();

    server.answer_next([canned(
        503,
        r#"{"Code":"ServiceUnavailable","RequestId":"1"}"#,
    )]);
    let error = client.group_id_create("GID_test").send().await.unwrap_err();
    assert_eq!((error.tries(), error.is_retryable()), (1, true));

    server.answer_next([canned(400, r#"{"Code":"Throttling.User","RequestId":"1"}"#)]);
    client.group_id_create("GID_test").send().await.unwrap();
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_hopeless_call_is_not_retried() {
    let server = Server::start(Failing(ErrorCode::BizTopicNotFound));
    let client = quick(&server).build().unwrap();
    let error = client.group_id_list().send().await.unwrap_err();
    assert_eq!((error.tries(), error.is_retryable()), (1, false));
}

#[tokio::test]
async fn the_client_waits_as_long_as_the_service_asks() {
    let server = Server::start(Examples);
    server.answer_next([Canned {
        headers: "x-acs-retry-after: 300\r\n",
        ..canned(400, r#"{"Code":"Throttling.User","RequestId":"1"}"#)
    }]);
    let client = quick(&server).build().unwrap();
    let start = std::time::Instant::now();
    client.group_id_list().send().await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn the_client_does_not_wait_for_days() {
    let server = Server::start(Examples);
    server.answer_next([Canned {
        headers: "x-acs-retry-after: 172800000\r\n",
        ..canned(400, r#"{"Code":"Throttling.User","RequestId":"1"}"#)
    }]);
    let client = quick(&server).build().unwrap();
    let error = client.group_id_list().send().await.unwrap_err();
    assert_eq!((error.tries(), error.is_retryable()), (1, true));
}

#[tokio::test]
async fn a_body_that_is_neither_json_nor_xml_is_kept() {
    let server = Server::start(Examples);
    let client = server.client().retry(Retry::NEVER).build().unwrap();
    for (status, body) in [
        (502, "<html><body>Bad Gateway</body></html>"),
        (500, "upstream is gone"),
        (200, "{"),
        (404, ""),
        (400, r#"{"message":"no code"}"#),
    ] {
        server.answer_next([canned(status, body)]);
        let error = client.group_id_list().send().await.unwrap_err();
        assert_eq!((error.status(), error.body()), (Some(status), Some(body)));
        assert_eq!(error.is_retryable(), status >= 500, "{status}");
    }
}

#[tokio::test]
async fn an_unreachable_service_is_reported_without_the_signature() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::builder()
        .endpoint(&endpoint)
        .credentials(Credentials::new("testid", "testsecret"))
        .method(Method::Get)
        .retry(Retry::NEVER)
        .build()
        .unwrap();
    let error = client.group_id_list().send().await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(
        shown.contains("cannot connect to http://127.0.0.1:"),
        "{shown}"
    );
    assert!(!shown.contains("Signature"), "{shown}");
}

#[tokio::test]
async fn a_missing_answer_is_a_timeout() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let client = Client::builder()
        .endpoint(format!("http://{}", listener.local_addr().unwrap()))
        .credentials(Credentials::new("testid", "testsecret"))
        .timeout(Duration::from_millis(100))
        .retry(Retry::NEVER)
        .build()
        .unwrap();
    let error = client.group_id_list().send().await.unwrap_err();
    assert!(error.is_timeout() && error.is_retryable(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_keeps_limits_waits_instead_of_being_rejected() {
    let client = Client::builder()
        .endpoint("in-process")
        .credentials(Credentials::new("testid", "testsecret"))
        .transport(InProcess(Examples))
        .keep_limits(true)
        .build()
        .unwrap();
    let start = tokio::time::Instant::now();
    for _ in 0..61 {
        client
            .query_client_by_group_id("GID_test")
            .send()
            .await
            .unwrap();
    }
    let waited = start.elapsed().as_secs();
    assert_eq!(
        waited, 120,
        "30 calls per minute: call 61 is in the third minute"
    );
    client.group_id_list().send().await.unwrap();
    assert_eq!(
        start.elapsed().as_secs(),
        waited,
        "this action has no limit"
    );
}

#[derive(Debug, Default)]
struct Counting(Arc<AtomicUsize>);

impl Interceptor for Counting {
    fn request(&self, action: &ActionInfo, request: &mut HttpRequest) {
        assert_eq!(action.name, "OnsMqttGroupIdList");
        request.headers.push(("x-mark", "1".to_owned()));
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn response(&self, _: &ActionInfo, response: &HttpResponse) {
        self.0
            .fetch_add(usize::from(response.status), Ordering::Relaxed);
    }
}

#[tokio::test]
async fn an_interceptor_sees_requests_and_responses() {
    let server = Server::start(Examples);
    let count = Arc::<AtomicUsize>::default();
    let client = server
        .client()
        .interceptor(Counting(Arc::clone(&count)))
        .build()
        .unwrap();
    client.group_id_list().send().await.unwrap();
    assert_eq!(count.load(Ordering::Relaxed), 201);
}

#[test]
fn all_regions_have_endpoints_and_the_error_for_an_unknown_one_lists_them() {
    for region in ons_mqtt_client::models::Region::ALL {
        Client::builder()
            .region(region.id)
            .credentials(Credentials::new("testid", "testsecret"))
            .build()
            .unwrap();
    }
    let error = Client::builder().region("cn-hangzou").build().unwrap_err();
    let error = error.to_string();
    let expected = "there is no region `cn-hangzou`; the regions are ";
    let (_, known) = error.split_once(expected).unwrap();
    assert_eq!(known.split(", ").count(), 9);
    assert!(known.split(", ").any(|region| region == "cn-hangzhou"));
    let error = Client::builder().build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "no endpoint: give a region or an endpoint"
    );
    let error = Client::builder().endpoint("ftp://x").build().unwrap_err();
    assert!(
        error.to_string().contains("`ftp://x` is not an endpoint"),
        "{error}"
    );
}

#[tokio::test]
async fn debug_output_never_contains_secrets() {
    let credentials =
        Credentials::new("testid", "hidden-secret").with_security_token("hidden-token");
    let client = Client::builder()
        .endpoint("http://127.0.0.1:9")
        .credentials(credentials)
        .retry(Retry::NEVER)
        .build()
        .unwrap();
    let call = client.group_id_create("GID_test");
    let signed = call.sign().await.unwrap();
    let error = call.clone().send().await.unwrap_err();
    let shown = format!("{client:?} {call:?} {signed:?} {error:?} {error}");
    assert!(!shown.contains("hidden"), "{shown}");
}

#[tokio::test]
async fn a_signed_request_does_not_follow_a_redirect() {
    let (server, elsewhere) = (Server::start(Examples), Server::start(Examples));
    server.answer_next([Canned {
        headers: String::leak(format!("location: {}\r\n", elsewhere.endpoint())),
        ..canned(307, "moved")
    }]);
    let client = server.client().retry(Retry::NEVER).build().unwrap();
    let error = client.group_id_list().send().await.unwrap_err();
    assert_eq!((error.status(), error.body()), (Some(307), Some("moved")));
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn a_request_can_be_inspected_and_signed_without_being_sent() {
    let server = Server::start(Examples);
    let client = server.client().build().unwrap();
    let call = client.group_id_create("GID_test").topic("test");
    let mut expected = GroupIdCreateRequest::new("GID_test");
    expected.topic = Some("test".to_owned());
    assert_eq!(call.request(), &expected);
    let signed = call.sign().await.unwrap();
    assert!(signed.query.contains("GroupId=GID_test") && signed.query.contains("&Signature="));
    assert!(server.requests().is_empty());
    assert_ne!(call.send().await.unwrap(), GroupIdCreateResponse::default());
}

fn canned(status: u16, body: &str) -> Canned {
    Canned {
        status,
        headers: "",
        body: body.to_owned(),
    }
}

/// Builder of a client that retries almost without waiting.
fn quick(server: &Server) -> ons_mqtt_client::Builder<Client> {
    server.client().retry(Retry {
        tries: 3,
        base: Duration::from_millis(1),
        cap: Duration::from_millis(2),
    })
}

fn nonce(request: &str) -> String {
    let (_, nonce) = request.split_once("SignatureNonce=").unwrap();
    nonce.split('&').next().unwrap().to_owned()
}
