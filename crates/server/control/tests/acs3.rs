//! Requests signed in headers with ACS3-HMAC-SHA256.

#![allow(clippy::unwrap_used)]

mod support;

use pop_rpc::acs3::{self, Covered, Key};
use pop_rpc::{Format, Method, Parameters};
use support::{ID, Response, SECRET, Server};

/// A request to send. The sent query and body can differ from the signed ones.
#[derive(Clone)]
struct Acs3Request {
    query: &'static str,
    sent_query: &'static str,
    body: &'static str,
    sent_body: &'static str,
    headers: Vec<(&'static str, String)>,
    /// Headers that are sent but not signed.
    unsigned: Vec<(&'static str, &'static str)>,
    secret: &'static str,
    id: &'static str,
}

impl Acs3Request {
    /// Creates a valid request with a fresh nonce.
    fn new() -> Self {
        let query = "GroupId=GID_test&InstanceId=post-cn-test";
        Self {
            query,
            sent_query: query,
            body: "",
            sent_body: "",
            headers: vec![
                ("accept", "application/json".to_owned()),
                ("host", "mqtt.example".to_owned()),
                ("x-acs-action", "OnsMqttGroupIdCreate".to_owned()),
                ("x-acs-content-sha256", acs3::content_hash(b"")),
                ("x-acs-date", "2020-05-18T08:00:00Z".to_owned()),
                (
                    "x-acs-signature-nonce",
                    format!("{:032x}", fastrand::u128(..)),
                ),
                ("x-acs-version", "2019-02-14".to_owned()),
            ],
            unsigned: Vec::new(),
            secret: SECRET,
            id: ID,
        }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        let mut headers = self.headers.iter_mut();
        let header = headers.find(|(other, _)| *other == name).unwrap();
        header.1 = value.to_owned();
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self
    }

    fn body(mut self, body: &'static str) -> Self {
        (self.body, self.sent_body) = (body, body);
        self.with("x-acs-content-sha256", &acs3::content_hash(body.as_bytes()))
    }

    fn send(&self, server: &Server) -> Response {
        let pairs = form_pairs(self.query);
        let headers: Vec<(&str, &str)> = self
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let covered = Covered {
            method: Method::Post,
            path: "/",
            query: &pairs,
            headers: &headers,
            content_hash: &acs3::content_hash(self.body.as_bytes()),
        };
        let to_sign = acs3::string_to_sign(&covered.canonical_request());
        let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
        let mut text = format!(
            "POST /?{} HTTP/1.1\r\nauthorization: {} Credential={},SignedHeaders={},Signature={}\r\n",
            self.sent_query,
            acs3::ALGORITHM,
            self.id,
            names.join(";"),
            Key::new(self.secret).sign(&to_sign),
        );
        for (name, value) in headers.iter().chain(&self.unsigned) {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        let body = self.sent_body;
        let form = "content-type: application/x-www-form-urlencoded";
        text.push_str(&format!(
            "{form}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ));
        server.send(text.as_bytes())
    }

    /// Sends the request; returns the error code, or OK.
    fn code(&self, server: &Server) -> String {
        let response = self.send(server);
        match response.status {
            200 => "OK".to_owned(),
            _ => response.error(Format::Json).code,
        }
    }
}

fn form_pairs(query: &str) -> Parameters {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .collect()
}

#[test]
fn a_request_signed_in_headers_is_answered_once() {
    let server = Server::start();
    let request = Acs3Request::new();
    let response = request.send(&server);
    assert_eq!(response.status, 200, "{}", response.body);
    assert!(response.body.starts_with('{'), "{}", response.body);
    assert_eq!(request.code(&server), "SignatureNonceUsed");
    assert_eq!(server.notes.created(), 1);
    let form = Acs3Request {
        query: "",
        sent_query: "",
        ..Acs3Request::new().body("GroupId=GID_test")
    };
    assert_eq!(form.code(&server), "OK");
    let xml = Acs3Request::new()
        .with("accept", "application/xml")
        .send(&server);
    assert!(xml.body.starts_with("<OnsMqttGroupIdCreateResponse>"));
    assert_eq!(server.notes.created(), 3);
}

#[test]
fn wrongly_signed_requests_are_refused_and_change_nothing() {
    let server = Server::start();
    let right = Acs3Request::new;
    let table = [
        (
            "secret",
            Acs3Request {
                secret: "x",
                ..right()
            },
            "SignatureDoesNotMatch",
        ),
        (
            "key",
            Acs3Request { id: "x", ..right() },
            "InvalidAccessKeyId.NotFound",
        ),
        (
            "query",
            Acs3Request {
                sent_query: "GroupId=GID_other",
                ..right()
            },
            "SignatureDoesNotMatch",
        ),
        (
            "body",
            Acs3Request {
                sent_body: "Topic=test",
                ..right()
            },
            "IncompleteSignature",
        ),
        (
            "hash",
            right().with("x-acs-content-sha256", "0"),
            "IncompleteSignature",
        ),
        (
            "no hash",
            right().without("x-acs-content-sha256"),
            "IncompleteSignature",
        ),
        ("no host", right().without("host"), "IncompleteSignature"),
        (
            "header",
            Acs3Request {
                unsigned: vec![("x-acs-security-token", "x")],
                ..right()
            },
            "InvalidSecurityToken.MismatchWithAccessKey",
        ),
        (
            "more",
            Acs3Request {
                unsigned: vec![("x-acs-more", "x")],
                ..right()
            },
            "IncompleteSignature",
        ),
        (
            "twice",
            Acs3Request {
                unsigned: vec![("x-acs-action", "OnsMqttGroupIdDelete")],
                ..right()
            },
            "InvalidParameter",
        ),
        (
            "old",
            right().with("x-acs-date", "2020-05-18T07:44:59Z"),
            "InvalidTimeStamp.Expired",
        ),
        (
            "date",
            right().with("x-acs-date", "yesterday"),
            "InvalidTimeStamp.Format",
        ),
        (
            "nonce",
            right().without("x-acs-signature-nonce"),
            "MissingSignatureNonce",
        ),
        (
            "version",
            right().with("x-acs-version", "2020-04-20"),
            "InvalidVersion",
        ),
        (
            "action",
            right().with("x-acs-action", "Nothing"),
            "InvalidAction.NotFound",
        ),
    ];
    for (what, request, code) in table {
        assert_eq!(request.code(&server), code, "{what}");
    }
    assert_eq!(server.notes.created(), 0);
}
