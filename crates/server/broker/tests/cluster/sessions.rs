//! One session per client, on whatever node.

use std::cell::Cell;

use ons_mqtt_broker::ClusterError;

use crate::messages::connect_v5;
use crate::nats::Nats;
use crate::node::{Node, cluster_config};
use crate::support::device::{Device, Version, options};
use crate::support::raw::{self, Raw};
use crate::support::until;

const CLIENT: &str = "GID_test@@@1";

fn online(nodes: &[Node]) -> u64 {
    nodes.iter().map(|node| node.broker.connections()).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_comes_to_another_node_is_taken_over() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b"], &nats.urls()).await;
    let departed = Cell::new(0);
    for round in 0..3 {
        let mut first = Raw::open(&nodes[round % 2].broker).await;
        first.send(&connect_v5(CLIENT)).await;
        assert_eq!(first.packet().await.unwrap().0, raw::CONNACK);
        let mut second = Raw::open(&nodes[(round + 1) % 2].broker).await;
        second.send(&connect_v5(CLIENT)).await;
        let (kind, body) = second.packet().await.unwrap();
        assert_eq!((kind, body[1]), (raw::CONNACK, 0));
        // Before the new one is accepted, the old one has ended.
        assert_eq!(online(&nodes), 1);
        let (kind, body) = first.packet().await.unwrap();
        assert_eq!((kind, body[0]), (0xe0, 0x8e));
        first.closed().await;
        drop(second);
        until("only those that were not taken over have departed", || {
            let taken = nodes.iter().map(|node| node.broker.take_departed().len());
            departed.set(departed.get() + taken.sum::<usize>());
            departed.get() == round + 1
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_connects_everywhere_at_once_has_one_session() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b", "c"], &nats.urls()).await;
    for _ in 0..15 {
        let attempts = (0..6).map(|at| {
            let device = options(Version::V311, CLIENT);
            Device::try_connect(&nodes[at % 3].broker, device)
        });
        let devices = futures::future::join_all(attempts).await;
        until("one session is left", || online(&nodes) <= 1).await;
        for device in devices.into_iter().flatten() {
            device.drop_connection().await;
        }
        until("nobody is online", || online(&nodes) == 0).await;
    }
    // Whatever happened, the client can connect.
    Device::connect(&nodes[0].broker, options(Version::V5, CLIENT)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_process_with_the_name_of_a_node_does_not_start() {
    let nats = Nats::start(1);
    let [node] = Node::start_all(["a"], &nats.urls()).await;
    let config = cluster_config("a", &nats.urls());
    let second = Node::try_start(&config).await;
    assert!(matches!(second, Err(ClusterError::InUse(name)) if name == "a"));
    assert!(node.cluster.is_alive());
    node.stop().await;
    let begin = std::time::Instant::now();
    let next = Node::start("a", &nats.urls()).await;
    assert!(
        begin.elapsed().as_secs() < 3,
        "a node that has left is followed at once"
    );
    next.stop().await;
}
