//! Runs the examples as programs.

#![allow(clippy::unwrap_used)]

mod support;

use std::path::PathBuf;
use std::process::Command;

use ons_mqtt_client::examples::Examples;
use support::{Canned, ID, SECRET, Server};

/// Returns the folder of the examples, which cargo builds with the tests.
fn folder() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    tests.parent().unwrap().parent().unwrap().join("examples")
}

/// Runs an example with the variables that `ons-mqtt serve` prints; returns its output.
fn run(example: &str, server: &Server) -> (String, String) {
    let output = Command::new(folder().join(example))
        .env_clear()
        .env("ONS_MQTT_ENDPOINT", server.endpoint())
        .env("ONS_MQTT_DEFAULT_INSTANCE", "post-cn-local")
        .env("ALIBABA_CLOUD_ACCESS_KEY_ID", ID)
        .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

fn canned(status: u16, body: &str) -> Canned {
    Canned {
        status,
        headers: "",
        body: body.to_owned(),
    }
}

#[test]
fn a_stub_needs_no_service() {
    let server = Server::start(Examples);
    assert_eq!(run("stub", &server).0, "the code works\n");
    assert!(server.requests().is_empty());
}

#[test]
fn calls_are_repeated_until_the_service_answers() {
    let server = Server::start(Examples);
    server.answer_next([canned(503, ""), canned(503, "")]);
    assert_eq!(run("retries", &server).0, "1 groups\n");
    assert_eq!(server.requests().len(), 3);
    server.answer_next((0..5).map(|_| canned(503, "")));
    let (shown, _) = run("retries", &server);
    assert!(shown.starts_with("gave up after 5 tries: "), "{shown}");
}

#[test]
fn a_program_without_async_calls_too() {
    let server = Server::start(Examples);
    let (shown, errors) = run("blocking", &server);
    assert!(shown.starts_with("GID_"), "{shown}{errors}");
}

#[test]
fn each_kind_of_error_is_told_apart() {
    let server = Server::start(Examples);
    assert_eq!(run("errors", &server).0, "created\n");
    let error = |code: &str| format!(r#"{{"RequestId": "R1", "Code": "{code}", "Message": "m"}}"#);
    for (status, body, expected) in [
        (
            400,
            error("BIZ_SUBSCRIPTION_EXISTED"),
            "it existed already\n",
        ),
        (
            400,
            error("Throttling.User"),
            "too many calls; wait a minute\n",
        ),
        (
            400,
            error("BIZ_TOPIC_NOT_FOUND"),
            "BIZ_TOPIC_NOT_FOUND; request R1\n",
        ),
    ] {
        // A throttled call is repeated.
        server.answer_next((0..3).map(|_| canned(status, &body)));
        let (shown, errors) = run("errors", &server);
        assert_eq!(shown, expected, "{errors}");
        server.forget_canned();
    }
    server.answer_next([canned(200, "<not the answer>")]);
    let (shown, errors) = run("errors", &server);
    assert_eq!(shown, "");
    assert!(
        errors.starts_with("Error: OnsMqttGroupIdCreate: "),
        "{errors}"
    );
    assert_eq!(errors.lines().count(), 1, "{errors}");
}
