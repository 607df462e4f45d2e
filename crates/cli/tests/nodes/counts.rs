//! Counts of all nodes in one chart.

use rumqttc::QoS;

use crate::machine::{Device, Machine, create_group, until};
use crate::program::{now, published};

#[tokio::test(flavor = "multi_thread")]
async fn each_node_shows_the_messages_of_all() {
    let machine = Machine::start().await;
    let begin = now();
    let nodes = machine.nodes(["a", "b"]).await;
    create_group(&nodes[0], "GID_test").await.unwrap();
    let mut receiver = Device::connect(&nodes[1], "GID_test@@@receiver")
        .await
        .unwrap();
    receiver.subscribe("test/#").await;
    let mut senders = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        let sender = Device::connect(node, &format!("GID_test@@@sender{at}"))
            .await
            .unwrap();
        let Device { client, mut events } = sender;
        tokio::spawn(async move { while events.poll().await.is_ok() {} });
        for number in 0..=at {
            let payload = format!("{at} {number}");
            client
                .publish("test/a", QoS::AtLeastOnce, false, payload)
                .await
                .unwrap();
        }
        senders.push(client);
    }
    let received = receiver.receive(3).await;
    assert!(received.values().all(|times| *times == 1), "{received:?}");
    for node in &nodes {
        let client = node.client();
        until("all messages are counted", async || {
            let count = published(&client, begin).await;
            assert!(count <= 3.0, "{count}");
            (count - 3.0).abs() < f64::EPSILON
        })
        .await;
    }
}
