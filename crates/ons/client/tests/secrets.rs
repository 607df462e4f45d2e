//! The log of a call, by the client and the libraries below it, at the finest level.

#![allow(clippy::unwrap_used)]

mod support;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use ons_mqtt_client::examples::{Examples, call_each};
use ons_mqtt_client::{Credentials, Method, Retry};
use support::{Canned, SECRET, Server};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// Collects the log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn calls_are_traced_without_secret_token_or_signature() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_writer(move || writer.clone())
        .init();

    let server = Server::start(Examples);
    let token = "hidden-token";
    let mut signatures = Vec::new();
    for method in [Method::Get, Method::Post] {
        let credentials = Credentials::new("testid", SECRET).with_security_token(token);
        let builder = server.client().credentials(credentials).method(method);
        let client = builder.retry(Retry::NEVER).build().unwrap();
        call_each(&client).await.unwrap();
        for body in [
            "no JSON",
            r#"{"Code": "SignatureDoesNotMatch", "Message": "no"}"#,
        ] {
            server.answer_next([Canned {
                status: 400,
                headers: "",
                body: body.to_owned(),
            }]);
            client.group_id_list().send().await.unwrap_err();
        }
    }
    let requests = server.requests();
    assert!(requests.len() > 4, "examples and refusals were sent");
    for request in requests {
        let (_, signature) = request.split_once("&Signature=").unwrap();
        let end = signature.find([' ', '&', '\n']).unwrap_or(signature.len());
        signatures.push(signature[..end].trim_end_matches("%3D").to_owned());
    }

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    // This is the right log: it contains our spans and events of the HTTP library.
    assert!(log.contains("OnsMqttQueryMsgTransTrend"), "{log}");
    assert!(log.contains("reqwest") || log.contains("hyper"), "{log}");
    for secret in signatures.iter().map(String::as_str).chain([SECRET, token]) {
        assert!(!log.contains(secret), "`{secret}` in\n{log}");
    }
}
