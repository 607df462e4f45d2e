//! Content of the log, and secrets that it must never contain.

#![allow(clippy::unwrap_used)]

mod support;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use support::{PANIC, SECRET, Server, TestRequest};
use tracing_subscriber::filter::LevelFilter;

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

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn line(&self, request_id: &str) -> String {
        let begun = Instant::now();
        loop {
            let text = self.text();
            if let Some(line) = text.lines().find(|line| line.contains(request_id)) {
                return line.to_owned();
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "{text}");
        }
    }
}

/// A single test, because a process has one log.
#[test]
fn each_request_has_a_log_line_without_secrets() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    let server = Server::start();

    let request = TestRequest::list().signed();
    let response = server.call(&request);
    let line = log.line(response.header("x-acs-request-id").unwrap());
    for part in [
        " INFO ",
        "action=\"OnsMqttGroupIdList\"",
        "code=\"OK\"",
        "status=200",
        "milliseconds=",
        "access_key_id=\"testid\"",
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }

    let wrong = TestRequest::list().with("Signature", "wrong-signature");
    let response = server.call(&wrong);
    let line = log.line(response.header("x-acs-request-id").unwrap());
    assert!(line.contains("code=\"SignatureDoesNotMatch\""), "{line}");
    let panic = TestRequest::new("OnsMqttGroupIdDelete").with("GroupId", PANIC);
    let response = server.call(&panic.signed());
    let line = log.line(response.header("x-acs-request-id").unwrap());
    assert!(
        line.contains("ERROR") && line.contains("told to panic"),
        "{line}"
    );
    for strange in [
        TestRequest::list().with("Action", "stranger\n"),
        TestRequest::list()
            .with("AccessKeyId", "stranger\n")
            .with("Signature", "s"),
        TestRequest::list()
            .also("stranger\n", "1")
            .also("stranger\n", "2"),
        TestRequest {
            path: "/stranger",
            ..TestRequest::list()
        },
    ] {
        let response = server.call(&strange);
        log.line(response.header("x-acs-request-id").unwrap());
    }

    let text = log.text();
    let signature = request.get("Signature").unwrap();
    let nonce = request.get("SignatureNonce").unwrap();
    for secret in [
        SECRET,
        signature,
        "wrong-signature",
        nonce,
        "GET&%2F&",
        "stranger",
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
}
