//! Retained messages, which all nodes have.

use std::time::Duration;

use ons_mqtt_broker::{Limits, Refusal};

use crate::jetstream;
use crate::messages::{connect_v5, id};
use crate::nats::Nats;
use crate::node::{Node, cluster_config};
use crate::proxy::Proxy;
use crate::support::device::{Device, Message, VERSIONS, Version, message, options};
use crate::support::raw::{self, Raw};
use crate::support::{INSTANCE, refused, within};

/// Longer than a lease, and the time until it is there again.
const LEASE: Duration = Duration::from_secs(25);

fn retained(topic: &str, payload: &str) -> Message {
    Message {
        retain: true,
        ..message(topic, payload, 1)
    }
}

/// Returns what a new subscriber of a topic gets first. If nothing is retained, that is `nothing`, which is published then.
async fn first(node: &Node, topic: &str) -> Message {
    let mut device = Device::connect(&node.broker, options(Version::V5, &id("reader"))).await;
    assert!(device.subscribe(topic, 1).await);
    device.publish(topic, "nothing", 1).await;
    let first = device.next().await;
    device.disconnect().await;
    first
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_retained_on_one_node_is_there_on_all_before_and_after_a_restart() {
    let nats = Nats::start(1);
    let mut nodes = Node::start_all(["a", "b", "c"], &nats.urls()).await;
    for version in VERSIONS {
        let mut publishers = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            let options = options(version, &id(&format!("p{at}")));
            publishers.push(Device::connect(&node.broker, options).await);
        }
        // At once, whatever node it is.
        for round in 0..30_usize {
            let payload = round.to_string();
            publishers[round % 3]
                .publish_retained("lamps/a.b", &payload, 1)
                .await;
            let other = &nodes[(round + 1) % 3];
            assert_eq!(
                first(other, "lamps/a.b").await,
                retained("lamps/a.b", &payload)
            );
        }
        publishers[0].publish_retained("lamps//", "kept", 1).await;
        publishers[1]
            .publish_retained("lamps/gone", "gone", 1)
            .await;
        publishers[2].publish_retained("lamps/gone", "", 1).await;
        for publisher in publishers {
            publisher.disconnect().await;
        }
        for node in &nodes {
            assert_eq!(first(node, "lamps//").await, retained("lamps//", "kept"));
            assert_eq!(first(node, "lamps/gone").await.payload, "nothing");
        }
        for node in nodes {
            node.stop().await;
        }
        nodes = Node::start_all(["a", "b", "c"], &nats.urls()).await;
        for node in &nodes {
            assert_eq!(first(node, "lamps//").await, retained("lamps//", "kept"));
            assert_eq!(first(node, "lamps/a.b").await, retained("lamps/a.b", "29"));
            assert_eq!(first(node, "lamps/gone").await.payload, "nothing");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_set_a_topic_at_the_same_time_agree_afterwards() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b", "c"], &nats.urls()).await;
    let mut publishers = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        let options = options(Version::V311, &id(&format!("p{at}")));
        publishers.push(Device::connect(&node.broker, options).await);
    }
    for round in 0..20 {
        let publishing = publishers
            .iter_mut()
            .enumerate()
            .map(|(at, publisher)| async move {
                for number in 0..3 {
                    let payload = format!("{round} {at} {number}");
                    publisher.publish_retained("lamps/a", &payload, 1).await;
                }
            });
        futures::future::join_all(publishing).await;
        let mut found = Vec::new();
        for node in &nodes {
            found.push(first(node, "lamps/a").await);
        }
        assert!(found.iter().all(|one| *one == found[0]), "{found:?}");
        let (payload, last) = found[0].payload.rsplit_once(' ').unwrap();
        assert!(
            payload.starts_with(&format!("{round} ")) && last == "2",
            "{found:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_was_cut_off_from_nats_has_what_the_others_have_afterwards() {
    let nats = Nats::start(1);
    let proxy = Proxy::start(nats.port(0)).await;
    let [other] = Node::start_all(["a"], &nats.urls()).await;
    let cut = Node::try_start(&cluster_config("b", &[proxy.url()]))
        .await
        .unwrap();
    let mut publisher = Device::connect(&other.broker, options(Version::V5, &id("p"))).await;
    for topic in ["lamps/a", "lamps/gone", "lamps/stale"] {
        publisher.publish_retained(topic, "before", 1).await;
    }
    assert_eq!(first(&cut, "lamps/gone").await.payload, "before");
    let mut device = Device::connect(&cut.broker, options(Version::V5, &id("d"))).await;
    proxy.set_open(false);
    // Not acknowledged, and nobody may see it once the others have set the topic.
    let late = device.publish_retained("lamps/stale", "stale", 1);
    assert!(
        tokio::time::timeout(Duration::from_secs(2), late)
            .await
            .is_err()
    );
    publisher.publish_retained("lamps/a", "after", 1).await;
    publisher.publish_retained("lamps/gone", "", 1).await;
    publisher.publish_retained("lamps/stale", "after", 1).await;
    within(LEASE, "the lease is over", || !cut.cluster.is_alive()).await;
    proxy.set_open(true);
    within(LEASE, "the node is alive again", || cut.cluster.is_alive()).await;
    // What it was to write has its turn. A publisher of MQTT 5 may be refused until then, one of 3.1.1 waits.
    let mut again = Device::connect(&cut.broker, options(Version::V311, &id("d"))).await;
    again.publish_retained("lamps/new", "new", 1).await;
    for node in [&cut, &other] {
        assert_eq!(first(node, "lamps/a").await.payload, "after");
        assert_eq!(first(node, "lamps/stale").await.payload, "after");
        assert_eq!(first(node, "lamps/gone").await.payload, "nothing");
        assert_eq!(first(node, "lamps/new").await.payload, "new");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bound_on_retained_messages_holds_over_all_nodes() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b"], &nats.urls()).await;
    let mut publishers = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        node.broker.set_limits(Limits {
            retained_messages: 2,
            ..Limits::default()
        });
        let options = options(Version::V311, &id(&format!("p{at}")));
        publishers.push(Device::connect(&node.broker, options).await);
    }
    publishers[0].publish_retained("lamps/1", "1", 1).await;
    publishers[1].publish_retained("lamps/2", "2", 1).await;
    // So that the copies are those that all nodes have.
    for node in &nodes {
        first(node, "lamps/2").await;
    }
    publishers[0].publish_retained("lamps/3", "3", 1).await;
    publishers[1].publish_retained("lamps/1", "again", 1).await;
    assert_eq!(refused(&nodes[0].broker, Refusal::Retained), 1);
    assert_eq!(refused(&nodes[1].broker, Refusal::Retained), 0);
    for node in &nodes {
        assert_eq!(first(node, "lamps/1").await.payload, "again");
        assert_eq!(first(node, "lamps/3").await.payload, "nothing");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retained_message_expires_on_all_nodes_and_in_nats() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b"], &nats.urls()).await;
    let kept = jetstream::stream(&nats, "ons_kept").await;
    let mut socket = Raw::open(&nodes[0].broker).await;
    socket.send(&connect_v5(&id("p"))).await;
    assert_eq!(socket.packet().await.unwrap().0, raw::CONNACK);
    // Retained, QoS 1, for three seconds.
    let body = b"\0\x07lamps/a\0\x01\x05\x02\0\0\0\x03on";
    let publish = [&[0x33, body.len() as u8][..], body].concat();
    socket.send(&publish).await;
    assert_eq!(socket.packet().await.unwrap().0, raw::PUBACK);
    assert_eq!(first(&nodes[1], "lamps/a").await.payload, "on");
    let subject = format!("ons_kept.{INSTANCE}.retained.lamps.a");
    let expired = async {
        while kept.get_last_raw_message_by_subject(&subject).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let expired = tokio::time::timeout(Duration::from_secs(10), expired).await;
    expired.expect("NATS has forgotten it");
    for node in &nodes {
        assert_eq!(first(node, "lamps/a").await.payload, "nothing");
    }
}

/// Sends a retained message of 32 KiB and QoS 1.
async fn send_large(socket: &mut Raw, number: usize) {
    let mut packet = raw::publish(&format!("lamps/{number}"), &[0; 32 << 10], 1, 1, false);
    packet[0] |= 1;
    socket.send(&packet).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publishers_are_told_when_nats_has_no_room_until_there_is_more() {
    const MOST: usize = 64;
    let nats = Nats::start(1);
    let mut config = cluster_config("a", &nats.urls());
    // It counts for a stream that is there already, too.
    Node::try_start(&config).await.unwrap().stop().await;
    config.kept_bytes = 1 << 20;
    let node = Node::try_start(&config).await.unwrap();
    let mut sockets = Vec::new();
    for name in ["p", "q"] {
        let mut socket = Raw::open(&node.broker).await;
        socket.send(&connect_v5(&id(name))).await;
        assert_eq!(socket.packet().await.unwrap().0, raw::CONNACK);
        sockets.push(socket);
    }
    let [first, second] = &mut sockets[..] else {
        unreachable!()
    };
    let mut stored = 0;
    send_large(first, stored).await;
    while let Ok(answer) = tokio::time::timeout(Duration::from_secs(1), first.packet()).await {
        assert_eq!(answer.unwrap().0, raw::PUBACK);
        stored += 1;
        assert!(stored < MOST, "there is no bound");
        send_large(first, stored).await;
    }
    assert!(stored > MOST / 4, "{stored}");
    send_large(second, MOST).await;
    assert_eq!(second.packet().await, Some((raw::PUBACK, vec![0, 1, 0x97])));
    // The node that started last decides.
    Node::start("b", &nats.urls()).await;
    let (kind, body) = first.packet().await.unwrap();
    assert_eq!((kind, body.get(2).copied().unwrap_or(0)), (raw::PUBACK, 0));
}
