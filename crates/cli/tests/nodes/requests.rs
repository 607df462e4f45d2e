//! Requests that several nodes check together.

use std::process::Command;

use crate::machine::{Machine, send};
use crate::program::{INSTANCE, KEY_ID, Program};

/// Returns the path of a signed request for the groups, which no limit counts.
fn signed() -> String {
    signed_call(&["group", "list"])
}

/// Returns the path of a signed request.
fn signed_call(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_ons-mqtt"))
        .args(arguments)
        .args(["--dry-run", "-vvv", "--instance-id", INSTANCE])
        .args(["--region", "cn-hangzhou"])
        .env_clear()
        .env("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY_ID)
        .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testsecret")
        .output()
        .unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let mut lines = output.lines();
    let line = lines
        .find_map(|line| line.strip_prefix("request line: POST "))
        .unwrap();
    line.split(' ').next().unwrap().to_owned()
}

async fn status(node: &Program, path: &str) -> (u16, String) {
    let (status, _, body) = send(node, "POST", path, "", "").await;
    (status, body)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_one_node_has_answered_is_refused_by_all() {
    let machine = Machine::start().await;
    let nodes = machine.nodes(["a", "b"]).await;
    for (first, second) in [(0, 1), (1, 0)] {
        let path = signed();
        assert_eq!(status(&nodes[first], &path).await.0, 200);
        for node in [second, first] {
            let (code, body) = status(&nodes[node], &path).await;
            assert_eq!(code, 400, "{body}");
            assert!(body.contains("SignatureNonceUsed"), "{body}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_sent_to_all_nodes_at_once_is_answered_once() {
    let machine = Machine::start().await;
    let nodes = machine.nodes(["a", "b", "c"]).await;
    for _ in 0..10 {
        let path = signed();
        let [a, b, c] = &nodes;
        let (a, b, c) = tokio::join!(status(a, &path), status(b, &path), status(c, &path));
        let answered = [a, b, c].iter().filter(|(code, _)| *code == 200).count();
        assert_eq!(answered, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_count_calls_against_one_limit() {
    let machine = Machine::start().await;
    let start = |name: &str| {
        let config = machine.config(name);
        let config = config.replace("queries_per_minute = 0", "queries_per_minute = 5");
        Program::start_configured(&machine.folder(name), &config)
    };
    let nodes = [start("a"), start("b")];
    let mut answers = Vec::new();
    for at in 0..8 {
        let path = signed_call(&["online", "topic", "test"]);
        answers.push(status(&nodes[at % 2], &path).await);
    }
    let codes: Vec<u16> = answers.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes[..5], [200; 5], "{answers:?}");
    for (_, body) in &answers[5..] {
        assert!(body.contains("Throttling.User"), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_cannot_be_checked_is_refused() {
    let mut machine = Machine::start().await;
    let node = machine.node("a");
    assert_eq!(status(&node, &signed()).await.0, 200);
    machine.nats.kill(0);
    let (code, body) = status(&node, &signed()).await;
    assert_eq!(code, 503, "{body}");
    assert!(body.contains("ServiceUnavailable"), "{body}");
}
