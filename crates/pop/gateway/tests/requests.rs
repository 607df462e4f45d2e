//! Requests of the client through a real gateway: positions, methods and anonymous actions, with both
//! kinds of signature.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use pop_client::credentials::{Credentials, CredentialsError, ProvideCredentials};
use pop_client::transport::Http;
use pop_client::{BoxFuture, Client, Error, Retry, Settings, Signature};
use pop_gateway::{Gateway, SecretString, serve};
use pop_rpc::error::{Code, ErrorFacts, Failure};
use pop_rpc::service::{Answer, Context, Dispatch, Refusal, Request};
use pop_rpc::signature::PROTOCOL_PARAMETERS;
use pop_rpc::{Action, ActionInfo, Format, Method, Parameter, ParameterSink};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// An error code without meaning.
#[derive(Debug)]
struct AnyCode(String);

impl From<&str> for AnyCode {
    fn from(code: &str) -> Self {
        Self(code.to_owned())
    }
}

impl fmt::Display for AnyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Code for AnyCode {
    fn facts(&self) -> ErrorFacts {
        ErrorFacts::new(400, "")
    }
}

const FIND: ActionInfo = ActionInfo::new("Find", "2020-01-02");
const SAVE: ActionInfo = ActionInfo::new("Save", "2020-01-02")
    .write(true)
    .form()
    .methods(&[Method::Post]);
const FORGET: ActionInfo = ActionInfo::new("Forget", "2020-01-02")
    .write(true)
    .methods(&[Method::Delete]);
const GREET: ActionInfo = ActionInfo::new("Greet", "2020-01-02")
    .anonymous()
    .methods(&[Method::Get]);
const SPEAK: ActionInfo = ActionInfo::new("Speak", "2020-01-02");
const WHISPER: ActionInfo = ActionInfo::new("Whisper", "2020-01-02").anonymous();

/// Declares an action with an ID in the query and a text in a form, if it has a form.
macro_rules! action {
    ($name:ident $info:ident) => {
        #[derive(Default)]
        struct $name {
            id: String,
            text: String,
        }

        impl Action for $name {
            const INFO: ActionInfo = $info;
            const SORTED: bool = true;
            type Response = BTreeMap<String, String>;

            fn query_parameters(&self, sink: &mut dyn ParameterSink) {
                self.id.write("Id", sink);
            }

            fn form_parameters(&self, sink: &mut dyn ParameterSink) {
                if Self::INFO.has_form {
                    self.text.write("Text", sink);
                }
            }
        }
    };
}

action!(Save SAVE);
action!(Forget FORGET);
action!(Greet GREET);

/// Declares an action whose parameters have the names of common ones, each with its name as value.
macro_rules! namesake {
    ($name:ident $info:ident) => {
        struct $name;

        impl Action for $name {
            const INFO: ActionInfo = $info;
            const SORTED: bool = true;
            type Response = BTreeMap<String, String>;

            fn query_parameters(&self, sink: &mut dyn ParameterSink) {
                for name in PROTOCOL_PARAMETERS {
                    sink.parameter(name, name);
                }
            }
        }
    };
}

namesake!(Speak SPEAK);
namesake!(Whisper WHISPER);

/// Answers with the parameters, the access key and the format of the request.
struct Echo;

impl Dispatch for Echo {
    const ACTIONS: &'static [ActionInfo] = &[FIND, SAVE, FORGET, GREET, SPEAK, WHISPER];
    const VERSION: &'static str = "2020-01-02";

    fn check_region(_: &str) -> Result<(), Failure> {
        Ok(())
    }

    fn refuse(refusal: Refusal) -> Failure {
        let code = match refusal {
            Refusal::Parameter(error) => format!("Bad{}", error.name()),
            Refusal::Method => "UnsupportedHTTPMethod".to_owned(),
            other => format!("{other:?}"),
        };
        Failure {
            code,
            status: 400,
            message: "refused".to_owned(),
        }
    }

    fn declared(code: &str) -> String {
        code.to_owned()
    }

    async fn dispatch(&self, context: &Context, request: &Request<'_>) -> Answer {
        let mut pairs: BTreeMap<&str, &str> = request.parameters.iter().collect();
        pairs.insert("key", &context.access_key_id);
        pairs.insert("format", request.format.as_str());
        let body = request.format.write("Echo", &pairs).unwrap();
        Answer::success(request.format, body)
    }
}

/// Starts a gateway. Returns its endpoint.
async fn gateway() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/", listener.local_addr().unwrap());
    let key = ("testid".to_owned(), SecretString::from("testsecret"));
    let gateway = Arc::new(Gateway::new(Echo, [key]));
    tokio::spawn(serve(listener, gateway, CancellationToken::new()));
    endpoint
}

/// A source of access keys that has none.
#[derive(Debug)]
struct NoKey;

impl ProvideCredentials for NoKey {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        panic!("no access key is needed")
    }
}

fn client(
    endpoint: &str,
    signature: Signature,
    credentials: impl ProvideCredentials + 'static,
) -> Client<AnyCode> {
    Client::new(settings(endpoint, signature, credentials))
}

fn settings(
    endpoint: &str,
    signature: Signature,
    credentials: impl ProvideCredentials + 'static,
) -> Settings {
    Settings {
        endpoint: endpoint.to_owned(),
        region_id: None,
        signature,
        method: Method::Post,
        format: Format::Json,
        timeout: Duration::from_secs(30),
        retry: Retry::default(),
        keeps_limits: false,
        credentials: Box::new(credentials),
        transport: Box::new(Http::new(Duration::from_secs(10)).unwrap()),
        interceptors: Vec::new(),
    }
}

fn key() -> Credentials {
    Credentials::new("testid", "testsecret")
}

const SIGNATURES: [Signature; 2] = [Signature::Rpc, Signature::Acs3];

#[tokio::test]
async fn parameters_of_query_and_form_are_verified_and_read() {
    let endpoint = gateway().await;
    for signature in SIGNATURES {
        let client = client(&endpoint, signature, key());
        let save = Save {
            id: "a b".to_owned(),
            text: "中+文&c".repeat(100_000),
        };
        let seen = client.call(&save).await.unwrap();
        assert_eq!((&seen["Id"], &seen["Text"]), (&save.id, &save.text));
        let seen = client.call(&Forget::default()).await.unwrap();
        assert_eq!(seen["key"], "testid");
    }
}

#[tokio::test]
async fn a_form_over_the_limit_is_refused_and_not_sent_again() {
    let endpoint = gateway().await;
    for signature in SIGNATURES {
        let save = Save {
            id: String::new(),
            text: "x".repeat(8 * 1024 * 1024 + 1),
        };
        let error: Error<AnyCode> = client(&endpoint, signature, key())
            .call(&save)
            .await
            .unwrap_err();
        let code = error.code().map(ToString::to_string);
        assert_eq!(code.as_deref(), Some("BadBody"), "{error}");
        assert_eq!((error.tries(), error.is_retryable()), (1, false), "{error}");
    }
}

#[tokio::test]
async fn an_anonymous_action_needs_no_access_key() {
    let endpoint = gateway().await;
    for signature in SIGNATURES {
        let greet = Greet {
            id: "x".to_owned(),
            ..Greet::default()
        };
        let seen = client(&endpoint, signature, NoKey)
            .call(&greet)
            .await
            .unwrap();
        assert_eq!(seen["Id"], "x");
        assert_eq!(seen["key"], "");
        assert!(!seen.contains_key("Signature"), "{seen:?}");
    }
}

/// Sends a request line without a signature. Returns the answer.
async fn ask(endpoint: &str, line: &str, headers: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let address = endpoint.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!(
        "{line} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: 0\r\n{headers}\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn an_action_refuses_other_methods_before_it_looks_at_the_signature() {
    let endpoint = gateway().await;
    let cases = [
        ("GET", "Find", "MissingAccessKeyId"),
        ("POST", "Find", "MissingAccessKeyId"),
        ("PUT", "Find", "UnsupportedHTTPMethod"),
        ("GET", "Save", "UnsupportedHTTPMethod"),
        ("POST", "Save", "MissingAccessKeyId"),
        ("POST", "Forget", "UnsupportedHTTPMethod"),
        ("DELETE", "Forget", "MissingAccessKeyId"),
        ("POST", "Greet", "UnsupportedHTTPMethod"),
        ("PATCH", "Find", "UnsupportedHTTPMethod"),
    ];
    for (method, action, code) in cases {
        // The names of missing parameters come from `Echo`.
        let code = code.replace("Missing", "Bad");
        let line = format!("{method} /?Action={action}&Version=2020-01-02&Format=JSON");
        let answer = ask(&endpoint, &line, "").await;
        assert!(answer.contains(&code), "{method} {action}: {answer}");
        let headers = format!("x-acs-action: {action}\r\nx-acs-version: 2020-01-02\r\n");
        let answer = ask(&endpoint, &format!("{method} /"), &headers).await;
        assert!(
            answer.contains(&code),
            "{method} {action} in headers: {answer}"
        );
    }
}

#[tokio::test]
async fn an_anonymous_request_may_name_its_action_and_format_anywhere() {
    let endpoint = gateway().await;
    let headers = "x-acs-action: Greet\r\nx-acs-version: 2020-01-02\r\n";
    for (line, headers) in [
        ("GET /?Action=Greet&Version=2020-01-02&Format=json", ""),
        // As SDKs that sign in parameters send it.
        ("GET /?Action=Greet&Version=2020-01-02&Format=json", headers),
        // As SDKs that sign in headers send it.
        ("GET /?Format=json", headers),
        ("GET /", headers),
    ] {
        let answer = ask(&endpoint, line, headers).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{line}: {answer}");
    }
}

#[tokio::test]
async fn parameters_named_like_common_ones_are_free_if_headers_carry_those() {
    let endpoint = gateway().await;
    for format in [Format::Json, Format::Xml] {
        let client: Client<AnyCode> = Client::new(Settings {
            format,
            ..settings(&endpoint, Signature::Acs3, key())
        });
        let spoken = client.call(&Speak).await.unwrap();
        let whispered = client.call(&Whisper).await.unwrap();
        for (seen, key) in [(spoken, "testid"), (whispered, "")] {
            let own: Vec<&str> = PROTOCOL_PARAMETERS
                .into_iter()
                .filter(|name| seen.get(*name).is_some_and(|value| value == name))
                .collect();
            assert_eq!(own, PROTOCOL_PARAMETERS, "{seen:?}");
            assert_eq!((&*seen["key"], &*seen["format"]), (key, format.as_str()));
        }
    }
}
