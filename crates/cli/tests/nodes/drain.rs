//! Devices of a node that is drained.

use crate::machine::{Device, Machine, create_group, probe, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_drained_node_is_not_ready_sends_its_devices_to_others_and_stops() {
    let machine = Machine::start().await;
    let [mut first, second] = machine.nodes(["a", "b"]).await;
    create_group(&first, "GID_test").await.unwrap();
    let mut devices = Vec::new();
    for number in 0..10 {
        devices.push(
            Device::connect(&first, &format!("GID_test@@@{number}"))
                .await
                .unwrap(),
        );
    }
    let drained = std::thread::scope(|scope| {
        let draining = scope.spawn(|| machine.run("a", &["drain", "--over", "2"]));
        tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(async {
                until("the node is not ready", async || {
                    let (status, reason) = probe(&first, "/readyz").await;
                    status == 503 && reason.contains("sends its devices away")
                })
                .await;
                assert!(Device::connect(&first, "GID_test@@@late").await.is_none());
                for (number, mut device) in devices.into_iter().enumerate() {
                    device.ended().await;
                    let client_id = format!("GID_test@@@{number}");
                    assert!(Device::connect(&second, &client_id).await.is_some());
                }
            });
        });
        draining.join().unwrap()
    });
    assert_eq!(
        drained.1.trim(),
        "10 devices disconnected; the server stops",
        "{drained:?}"
    );
    assert!(first.end().success());
    assert!(first.log().contains("draining"), "{}", first.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drain_without_a_server_says_so() {
    let machine = Machine::start().await;
    std::fs::write(
        machine.folder("a").join("ons-mqtt.toml"),
        machine.config("a"),
    )
    .unwrap();
    let (succeeds, _, said) = machine.run("a", &["drain"]);
    assert!(!succeeds && said.contains("no server runs"), "{said}");
}
