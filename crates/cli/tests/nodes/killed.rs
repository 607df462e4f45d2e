//! A node that is killed, and what its devices and its successor see.

use std::time::{Duration, Instant};

use crate::machine::{Device, Machine, create_group, groups, probe, until};

/// Lease of a node, and what NATS and others need to notice its end.
const OVER: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread")]
async fn the_devices_of_a_killed_node_are_online_on_another_one_once_its_lease_is_over() {
    let machine = Machine::start().await;
    let [mut first, second] = machine.nodes(["a", "b"]).await;
    create_group(&first, "GID_test").await.unwrap();
    let client_ids: Vec<_> = (0..20).map(|at| format!("GID_test@@@{at}")).collect();
    let mut devices = Vec::new();
    for client_id in &client_ids {
        devices.push(Device::connect(&first, client_id).await.unwrap());
    }
    first.kill();
    let killed = Instant::now();
    for client_id in &client_ids {
        until("another node accepts the device", async || {
            let device = Device::connect(&second, client_id).await;
            let is_online = device.is_some();
            devices.extend(device);
            is_online
        })
        .await;
    }
    let took = killed.elapsed();
    assert!(took < OVER, "{took:?}");
    println!("20 devices are online elsewhere after {took:?}");
    assert_eq!(probe(&second, "/readyz").await.0, 200);
    create_group(&second, "GID_later").await.unwrap();
    let first = machine.node("a");
    assert_eq!(groups(&first).await, ["GID_later", "GID_test"]);
    for client_id in &client_ids {
        assert!(Device::connect(&first, client_id).await.is_some());
    }
}
