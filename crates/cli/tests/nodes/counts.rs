//! Counts of all nodes in one chart.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use ons_mqtt_client::models::TransType;
use rumqttc::QoS;
use sqlx::{Connection, Executor, PgConnection};

use crate::machine::{Device, Machine, create_group, receiver, until};
use crate::program::{INSTANCE, now, published};

#[tokio::test(flavor = "multi_thread")]
async fn each_node_shows_the_messages_of_all() {
    let machine = Machine::start().await;
    let begin = now();
    let nodes = machine.nodes(["a", "b"]).await;
    let mut receiver = receiver(&nodes[1]).await;
    let mut senders = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        let sender = Device::connect(node, &format!("GID_test@@@sender{at}"))
            .await
            .unwrap();
        let client = sender.into_publisher();
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

#[tokio::test(flavor = "multi_thread")]
async fn no_point_of_a_chart_changes_once_any_node_has_shown_it() {
    let machine = Machine::start().await;
    let begin = now();
    let nodes = machine.nodes(["a", "b"]).await;
    create_group(&nodes[0], "GID_test").await.unwrap();
    for (at, node) in nodes.iter().enumerate() {
        let sender = Device::connect(node, &format!("GID_test@@@{at}"))
            .await
            .unwrap();
        let client = sender.into_publisher();
        tokio::spawn(async move {
            while client
                .publish("test/a", QoS::AtMostOnce, false, "x")
                .await
                .is_ok()
            {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        });
    }
    let mut shown = HashMap::new();
    let started = Instant::now();
    // One node writes its counts late, time and again.
    let store = machine.store.clone();
    tokio::spawn(async move {
        let mut other = PgConnection::connect(&store).await.unwrap();
        loop {
            let block = "BEGIN; SELECT epoch FROM nodes WHERE node = 'b' FOR UPDATE";
            other.execute(block).await.unwrap();
            tokio::time::sleep(Duration::from_millis(700)).await;
            other.execute("ROLLBACK").await.unwrap();
            tokio::time::sleep(Duration::from_millis(800)).await;
        }
    });
    while started.elapsed() < Duration::from_secs(6) {
        for node in &nodes {
            let client = node.client();
            let call =
                client.query_msg_trans_trend(begin, now(), "test", "SUM".into(), TransType::Pub);
            let answer = call.instance_id(INSTANCE).send().await.unwrap();
            for point in answer.data.records {
                let before = *shown.entry(point.x).or_insert(point.y);
                assert!(
                    (before - point.y).abs() < f64::EPSILON,
                    "{before}, then {point:?}"
                );
            }
        }
    }
    let busy = shown.values().filter(|count| **count > 0.0).count();
    assert!(busy >= 3, "{shown:?}");
}
