//! Bytes that a client sends: method, place of the parameters, headers and body.

#![allow(clippy::unwrap_used)]

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use pop_client::credentials::CredentialsError;
use pop_client::transport::Http;
use pop_client::{
    BoxFuture, Client, Credentials, Error, ProvideCredentials, Retry, Settings, Signature,
};
use pop_rpc::error::{Code, ErrorFacts};
use pop_rpc::{Action, ActionInfo, Format, Method, Parameter, ParameterSink};

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

/// An action with a parameter in the query.
struct Find(String);

impl Action for Find {
    const INFO: ActionInfo = ActionInfo::new("Find", "2020-01-02");
    const SORTED: bool = true;
    type Response = serde_json::Value;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        self.0.write("Id", sink);
    }
}

/// An action with parameters in the query and in a form body.
struct Save {
    id: &'static str,
    text: Option<String>,
}

impl Action for Save {
    const INFO: ActionInfo = ActionInfo::new("Save", "2020-01-02").write(true).form();
    const SORTED: bool = true;
    type Response = serde_json::Value;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        self.id.to_owned().write("Id", sink);
    }

    fn form_parameters(&self, sink: &mut dyn ParameterSink) {
        self.text.write("Text", sink);
    }
}

/// An action that accepts one method only.
macro_rules! only {
    ($name:ident $method:ident) => {
        struct $name;

        impl Action for $name {
            const INFO: ActionInfo =
                ActionInfo::new(stringify!($name), "2020-01-02").methods(&[Method::$method]);
            const SORTED: bool = true;
            type Response = serde_json::Value;

            fn query_parameters(&self, _: &mut dyn ParameterSink) {}
        }
    };
}

only!(OnlyGet Get);
only!(OnlyPut Put);
only!(OnlyDelete Delete);

/// An action that needs no access key.
struct Greet;

impl Action for Greet {
    const INFO: ActionInfo = ActionInfo::new("Greet", "2020-01-02").anonymous();
    const SORTED: bool = true;
    type Response = serde_json::Value;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        "x".to_owned().write("Name", sink);
    }
}

/// A source of access keys that nobody may ask.
#[derive(Debug)]
struct NoKey;

impl ProvideCredentials for NoKey {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        unreachable!("no access key is needed")
    }
}

/// A request as it arrived.
#[derive(Debug)]
struct Sent {
    line: String,
    headers: Vec<String>,
    body: String,
}

impl Sent {
    fn has_header(&self, header: &str) -> bool {
        self.headers.iter().any(|sent| sent == header)
    }
}

/// Receives one request and answers it. Returns the endpoint.
fn receive() -> (String, JoinHandle<Sent>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}/", listener.local_addr().unwrap());
    let received = thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(&mut connection);
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let length = lines
            .iter()
            .find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        reader.read_exact(&mut body).unwrap();
        connection
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
            .unwrap();
        Sent {
            line: lines.remove(0),
            headers: lines,
            body: String::from_utf8(body).unwrap(),
        }
    });
    (endpoint, received)
}

fn client(endpoint: String, signature: Signature) -> Client<AnyCode> {
    Client::new(settings(endpoint, signature))
}

fn settings(endpoint: String, signature: Signature) -> Settings {
    Settings {
        endpoint,
        region_id: None,
        signature,
        method: Method::Post,
        format: Format::Json,
        timeout: Duration::from_secs(10),
        retry: Retry::default(),
        keeps_limits: false,
        credentials: Box::new(Credentials::new("testid", "testsecret")),
        transport: Box::new(Http::new(Duration::from_secs(10)).unwrap()),
        interceptors: Vec::new(),
    }
}

async fn sent<A>(signature: Signature, action: A) -> Sent
where
    A: Action<Response = serde_json::Value> + Sync,
{
    let (endpoint, received) = receive();
    client(endpoint, signature).call(&action).await.unwrap();
    received.join().unwrap()
}

const SIGNATURES: [Signature; 2] = [Signature::Rpc, Signature::Acs3];

const FORM: &str = "content-type: application/x-www-form-urlencoded";

#[tokio::test]
async fn each_parameter_travels_at_its_position() {
    for signature in SIGNATURES {
        let save = Save {
            id: "a b",
            text: Some("c&d".to_owned()),
        };
        let sent = sent(signature, save).await;
        assert!(sent.line.starts_with("POST /?"), "{sent:?}");
        assert!(sent.line.contains("Id=a%20b"), "{sent:?}");
        assert!(!sent.line.contains("Text"), "{sent:?}");
        assert_eq!(sent.body, "Text=c%26d");
        assert!(sent.has_header(FORM), "{sent:?}");
    }
}

#[tokio::test]
async fn a_post_without_a_body_says_that_it_has_none() {
    for signature in SIGNATURES {
        let sent = sent(signature, Find("a".to_owned())).await;
        assert!(sent.line.contains("Id=a"), "{sent:?}");
        assert!(sent.has_header("content-length: 0"), "{sent:?}");
        assert!(!sent.has_header(FORM), "{sent:?}");
    }
}

#[tokio::test]
async fn a_form_without_parameters_is_empty() {
    for signature in SIGNATURES {
        let save = Save {
            id: "a",
            text: None,
        };
        let sent = sent(signature, save).await;
        assert_eq!(sent.body, "");
        assert!(sent.has_header("content-length: 0"), "{sent:?}");
        assert!(sent.has_header(FORM), "{sent:?}");
    }
}

#[tokio::test]
async fn a_large_form_arrives_whole() {
    for signature in SIGNATURES {
        let text = "x".repeat(3_000_000);
        let save = Save {
            id: "a",
            text: Some(text.clone()),
        };
        let sent = sent(signature, save).await;
        assert_eq!(sent.body.len(), "Text=".len() + text.len());
    }
}

#[tokio::test]
async fn a_query_that_no_url_can_hold_is_not_tried_again() {
    for signature in SIGNATURES {
        let client = client("http://127.0.0.1:9/".to_owned(), signature);
        let found = client.call(&Find("x".repeat(100_000))).await;
        let error: Error<AnyCode> = found.unwrap_err();
        assert_eq!((error.tries(), error.is_retryable()), (1, false), "{error}");
        assert!(
            error.to_string().contains("cannot make a request"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn an_action_is_called_with_a_method_that_it_accepts() {
    for signature in SIGNATURES {
        let get = sent(signature, OnlyGet).await;
        assert!(get.line.starts_with("GET /"), "{get:?}");
        assert!(!get.has_header("content-length: 0"), "{get:?}");
        for (sent, method) in [
            (sent(signature, OnlyPut).await, "PUT /"),
            (sent(signature, OnlyDelete).await, "DELETE /"),
        ] {
            assert!(sent.line.starts_with(method), "{sent:?}");
            assert!(sent.has_header("content-length: 0"), "{sent:?}");
        }
    }
}

#[tokio::test]
async fn the_preferred_method_is_used_where_it_fits() {
    for signature in SIGNATURES {
        let (endpoint, received) = receive();
        let get = Client::<AnyCode>::new(Settings {
            method: Method::Get,
            ..settings(endpoint, signature)
        });
        get.call(&Find("a".to_owned())).await.unwrap();
        assert!(received.join().unwrap().line.starts_with("GET /"));

        let (endpoint, received) = receive();
        let get = Client::<AnyCode>::new(Settings {
            method: Method::Get,
            ..settings(endpoint, signature)
        });
        let save = Save {
            id: "a",
            text: None,
        };
        get.call(&save).await.unwrap();
        assert!(received.join().unwrap().line.starts_with("POST /"));
    }
}

#[tokio::test]
async fn an_anonymous_action_is_called_without_a_key_and_without_a_signature() {
    for signature in SIGNATURES {
        let (endpoint, received) = receive();
        let client = Client::<AnyCode>::new(Settings {
            credentials: Box::new(NoKey),
            ..settings(endpoint, signature)
        });
        client.call(&Greet).await.unwrap();
        let sent = received.join().unwrap();
        assert!(sent.line.contains("Name=x"), "{sent:?}");
        assert!(sent.line.contains("Format=JSON"), "{sent:?}");
        let text = format!("{sent:?}").to_lowercase();
        for absent in [
            "authorization",
            "accesskeyid",
            "signature=",
            "signaturemethod",
        ] {
            assert!(!text.contains(absent), "{absent}: {sent:?}");
        }
    }
}
