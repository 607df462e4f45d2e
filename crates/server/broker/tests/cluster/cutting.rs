//! The log is cut once all nodes have what is there.

use std::time::Duration;

use async_nats::jetstream::stream::Stream;
use tokio::time::{Instant, sleep, timeout};

use crate::jetstream;
use crate::kept::{hurry, publish_all, receive_all};
use crate::messages::id;
use crate::nats::Nats;
use crate::node::{Node, Process, cluster_config};
use crate::support::device::{Device, Version, message, options, persistent};
use crate::support::raw::{self, Raw};
use crate::support::within;
use crate::wills::LEASE;

/// Time for which the log is kept beyond the last node that needs it.
const KEPT: Duration = Duration::from_millis(500);
const MESSAGES: u64 = 40;

/// Starts a node that cuts the log soon.
async fn start(name: &str, nats: &Nats) -> Node {
    let mut config = cluster_config(name, &nats.urls());
    config.log_kept = KEPT;
    Node::try_start(&config).await.unwrap()
}

/// Chunks of all nodes, and places of the first and the last one.
async fn state(log: &Stream) -> (u64, u64, u64) {
    let state = log.get_info().await.unwrap().state;
    (state.messages, state.first_sequence, state.last_sequence)
}

/// Waits until the log has no more than some chunks.
async fn until_cut(log: &Stream, most: u64) {
    let cut = async {
        while state(log).await.0 > most {
            sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(timeout(LEASE, cut).await.is_ok(), "{:?}", state(log).await);
}

/// Publishes some messages, and checks that none is cut while a node does not read.
async fn publish(publisher: &mut Device, log: &Stream, round: u64) {
    let (_, _, before) = state(log).await;
    for number in 0..MESSAGES {
        let text = format!("{round} {number}");
        publisher.publish("lamps/a", &text, 1).await;
    }
    sleep(3 * KEPT).await;
    let (messages, first, last) = state(log).await;
    assert!(
        first <= before + 1 && last >= before + MESSAGES && messages >= MESSAGES,
        "{messages} from {first} to {last}, {before} before"
    );
}

async fn receive(reader: &mut Device, round: u64) {
    for number in 0..MESSAGES {
        let expected = message("lamps/a", &format!("{round} {number}"), 1);
        assert_eq!(reader.next().await, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_cut_when_no_node_needs_it_and_nothing_is_lost() {
    let nats = Nats::start(1);
    let node = start("a", &nats).await;
    let other = Process::start("b", &nats.urls());
    within(LEASE, "the node is known", || {
        node.cluster.nodes().len() == 2
    })
    .await;
    let log = jetstream::stream(&nats, "ons_log").await;
    let kept = persistent(Version::V5, &id("r"));
    let reader = Device::try_connect_to(other.port, kept.clone()).await;
    let mut reader = reader.unwrap();
    assert!(reader.subscribe("lamps/#", 1).await);
    let options = options(Version::V5, &id("p"));
    let mut publisher = Device::connect(&node.broker, options).await;

    other.freeze().await;
    publish(&mut publisher, &log, 0).await;
    other.thaw();
    receive(&mut reader, 0).await;
    until_cut(&log, 1).await;

    // The session is adopted before the log is cut.
    other.freeze().await;
    publish(&mut publisher, &log, 1).await;
    drop(other);
    within(LEASE, "the session is adopted", || {
        node.broker.client(&kept.client_id).is_some()
    })
    .await;
    let mut reader = Device::connect(&node.broker, kept).await;
    assert!(reader.session_present);
    receive(&mut reader, 1).await;
    until_cut(&log, 1).await;
    publisher.publish("lamps/a", "end", 1).await;
    assert_eq!(reader.next().await, message("lamps/a", "end", 1));
}

/// Its device goes from node to node faster than the session can be copied.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_no_node_serves_for_long_gets_what_came_meanwhile() {
    const MESSAGES: u16 = 4_000;
    let nats = Nats::start(1);
    let mut nodes = Vec::new();
    for name in ["a", "b", "c"] {
        nodes.push(start(name, &nats).await);
    }
    let log = jetstream::stream(&nats, "ons_log").await;
    let kept = jetstream::stream(&nats, "ons_kept").await;
    let moved = persistent(Version::V311, &id("r"));
    let mut reader = Device::connect(&nodes[0].broker, moved.clone()).await;
    assert!(reader.subscribe("lamps/a", 1).await);
    reader.disconnect().await;
    publish_all(&nodes[0], MESSAGES).await;

    let quick = options(Version::V5, &id("q"));
    let mut publisher = Device::connect(&nodes[0].broker, quick).await;
    let begin = Instant::now();
    let mut last = MESSAGES;
    while begin.elapsed() < 6 * KEPT {
        for node in [1, 2, 0] {
            hurry(&nodes[node], &moved, &kept).await;
            last += 1;
            publisher.publish("lamps/a", &last.to_string(), 1).await;
        }
    }
    // One that has seen nothing of it.
    let node = start("d", &nats).await;
    let _reader = receive_all(&node, &moved, last).await;
    until_cut(&log, 1).await;
}

/// Publishes one message after the other, each in a chunk of its own, until one is not acknowledged.
async fn publish_until_full(publisher: &mut Raw) {
    for number in 1..u16::MAX {
        let publish = raw::publish("lamps/a", &[b'x'; 2_000], 1, number, false);
        publisher.send(&publish).await;
        if publisher.is_silent(Duration::from_millis(500)).await {
            return;
        }
    }
    panic!("the log does not become full");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_log_is_cut_when_a_node_that_also_publishes_has_read_it() {
    const WAITING: u16 = 10;
    let nats = Nats::start(1);
    let node = start("a", &nats).await;
    let other = Process::start("b", &nats.urls());
    within(LEASE, "the node is known", || {
        node.cluster.nodes().len() == 2
    })
    .await;
    let log = jetstream::stream(&nats, "ons_log").await;
    let mut config = log.cached_info().config.clone();
    config.max_bytes = 800_000;
    let jetstream = jetstream::connect(&nats).await;
    jetstream.update_stream(&config).await.unwrap();
    let mut publisher = Raw::connect(&node.broker, &id("p"), 60, true).await;
    let mut second = Raw::open_at(([127, 0, 0, 1], other.port).into()).await;
    second.send(&raw::connect(&id("q"), 60, true)).await;
    assert_eq!(second.packet().await.unwrap().0, raw::CONNACK);

    other.freeze().await;
    publish_until_full(&mut publisher).await;
    // They find room only when much of the log is cut.
    for number in 1..=WAITING {
        let publish = raw::publish("lamps/a", &[b'x'; 40_000], 1, number, false);
        second.send(&publish).await;
    }
    other.thaw();
    for _ in 0..WAITING {
        assert_eq!(second.packet_whenever().await.unwrap().0, raw::PUBACK);
    }
}
