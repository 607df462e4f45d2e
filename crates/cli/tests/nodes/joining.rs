//! Processes become nodes, and stop being nodes.

use std::time::{Duration, Instant};

use crate::machine::{Device, Machine, create_group, groups, probe, until};
use crate::program::{PATIENCE, Program, command};

/// Starts a program that refuses to serve, and returns what it says.
pub(crate) fn refused(machine: &Machine, folder: &str, config: &str) -> String {
    let folder = machine.folder(folder);
    std::fs::write(folder.join("ons-mqtt.toml"), config).unwrap();
    let mut process = command(&folder).spawn().unwrap();
    let begin = Instant::now();
    let status = loop {
        if let Some(status) = process.try_wait().unwrap() {
            break status;
        }
        if begin.elapsed() > PATIENCE {
            process.kill().unwrap();
            panic!("it serves");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(!status.success());
    std::fs::read_to_string(folder.join("stderr")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_of_the_same_name_does_not_start() {
    let machine = Machine::start().await;
    let first = machine.node("a");
    let said = refused(&machine, "elsewhere", &machine.config("a"));
    let expected = "another process is node `a`: stop it, or give this one another name";
    assert!(said.contains(expected), "{said}");
    assert_eq!(probe(&first, "/readyz").await.0, 200);
    create_group(&first, "GID_test").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_alone_and_nodes_do_not_share_a_database() {
    let machine = Machine::start().await;
    let mut node = machine.node("a");
    let said = refused(&machine, "alone", &machine.config_alone());
    assert!(said.contains("is in use by another server"), "{said}");
    assert!(node.terminate().success());
    let mut alone = Program::start_configured(&machine.folder("alone"), &machine.config_alone());
    let said = refused(&machine, "a", &machine.config("a"));
    assert!(said.contains("is in use by another server"), "{said}");
    create_group(&alone, "GID_test").await.unwrap();
    assert!(alone.terminate().success());
    let node = machine.node("a");
    assert_eq!(groups(&node).await, ["GID_test"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_was_stopped_starts_again_at_once() {
    let machine = Machine::start().await;
    let mut node = machine.node("a");
    create_group(&node, "GID_test").await.unwrap();
    let device = Device::connect(&node, "GID_test@@@1").await.unwrap();
    assert!(node.terminate().success(), "{}", node.log());
    drop(device);
    let begin = Instant::now();
    let node = machine.node("a");
    assert!(begin.elapsed() < Duration::from_secs(5));
    assert_eq!(groups(&node).await, ["GID_test"]);
    assert!(Device::connect(&node, "GID_test@@@1").await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_without_a_lease_is_not_ready_and_changes_nothing() {
    let mut machine = Machine::start().await;
    let node = machine.node("a");
    create_group(&node, "GID_test").await.unwrap();
    let mut device = Device::connect(&node, "GID_test@@@1").await.unwrap();
    machine.nats.kill(0);
    device.ended().await;
    let mut reason = String::new();
    until("the node is not ready", async || {
        let (status, body) = probe(&node, "/readyz").await;
        reason = body;
        status == 503
    })
    .await;
    assert!(reason.contains("node a has no lease"), "{reason}");
    assert_eq!(probe(&node, "/healthz").await.0, 200);
    let refused = create_group(&node, "GID_other").await.unwrap_err();
    assert!(
        refused.to_string().contains("ServiceUnavailable"),
        "{refused}"
    );
    assert!(Device::connect(&node, "GID_test@@@1").await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_node_says_where_the_data_is() {
    let machine = Machine::start().await;
    let mut node = machine.node("a");
    for is_running in [true, false] {
        let (succeeds, _, said) = machine.run("a", &["backup", "copy"]);
        assert!(!succeeds);
        assert!(said.contains("is in PostgreSQL and NATS"), "{said}");
        if is_running {
            assert!(node.terminate().success());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_changes_nothing_of_the_cluster_and_says_so() {
    let machine = Machine::start().await;
    let node = machine.node("a");
    let changed = machine.config("a").replace("node = \"a\"", "node = \"b\"");
    std::fs::write(machine.folder("a").join("ons-mqtt.toml"), changed).unwrap();
    node.signal("-HUP");
    until("the log says so", async || {
        let said = "`cluster` cannot change while the server runs: restart it";
        node.log().contains(said)
    })
    .await;
    create_group(&node, "GID_test").await.unwrap();
    assert_eq!(probe(&node, "/readyz").await.0, 200);
}
