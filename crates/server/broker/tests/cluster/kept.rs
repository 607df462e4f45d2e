//! Sessions that outlive their connections, on whatever node.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use async_nats::jetstream::stream::Stream;
use futures::TryStreamExt as _;

use crate::jetstream;
use crate::messages::id;
use crate::nats::Nats;
use crate::node::Node;
use crate::support::device::{Device, Options, VERSIONS, Version, message, options, persistent};
use crate::support::raw::{self, Raw};
use crate::support::{INSTANCE, within};

/// Longer than a lease, and the time until others have adopted what a node had.
const LEASE: Duration = Duration::from_secs(40);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kept_session_follows_its_client_with_all_that_waits() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b", "c"], &nats.urls()).await;
    for version in VERSIONS {
        let name = id(&format!("{version:?}"));
        let kept = persistent(version, &name);
        let mut device = Device::connect(&nodes[0].broker, kept.clone()).await;
        assert!(!device.session_present);
        assert!(device.subscribe("lamps/#", 2).await);
        let mut publisher = Device::connect(&nodes[2].broker, options(version, &id("p"))).await;
        let mut number = 0;
        for round in 1..=4 {
            if round % 2 == 0 {
                device.drop_connection().await;
            } else {
                device.disconnect().await;
            }
            for _ in 0..200 {
                let text = number.to_string();
                publisher.publish("lamps/a", &text, 1).await;
                number += 1;
            }
            device = Device::connect(&nodes[round % 3].broker, kept.clone()).await;
            assert!(device.session_present, "round {round}");
            for expected in number - 200..number {
                let expected = message("lamps/a", &expected.to_string(), 1);
                assert_eq!(device.next().await, expected, "round {round}");
            }
        }
        // Nothing is left over, and the subscription is alive.
        publisher.publish("lamps/b", "last", 1).await;
        assert_eq!(device.next().await, message("lamps/b", "last", 1));
        device.disconnect().await;
        let clean = Device::connect(&nodes[2].broker, options(version, &name)).await;
        assert!(!clean.session_present);
        clean.disconnect().await;
        let again = Device::connect(&nodes[0].broker, kept).await;
        assert!(!again.session_present, "a clean start ends the session");
        again.disconnect().await;
    }
    for node in nodes {
        node.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kept_member_of_a_share_gets_messages_of_other_nodes_and_finds_them_when_it_comes_back() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b", "c"], &nats.urls()).await;
    let kept = persistent(Version::V5, &id("kept"));
    let mut member = Device::connect(&nodes[1].broker, kept.clone()).await;
    assert!(member.subscribe("$share/s/lamps/#", 1).await);
    let publisher = options(Version::V5, &id("p"));
    let mut publisher = Device::connect(&nodes[0].broker, publisher).await;
    for node in [2, 0, 1] {
        publisher.publish("lamps/a", "online", 1).await;
        let online = message("lamps/a", "online", 1);
        assert_eq!(member.next().await, online);
        member.disconnect().await;
        publisher.publish("lamps/a", "away", 1).await;
        member = Device::connect(&nodes[node].broker, kept.clone()).await;
        assert_eq!(member.next().await, message("lamps/a", "away", 1));
    }
    for node in nodes {
        node.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_of_qos_2_comes_once_though_its_client_changes_nodes_in_between() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b"], &nats.urls()).await;
    let mut reader = Device::connect(&nodes[1].broker, options(Version::V5, &id("reader"))).await;
    assert!(reader.subscribe("lamps/x", 2).await);
    let name = id("kept");
    let mut device = Raw::connect(&nodes[0].broker, &name, 30, false).await;
    device.subscribe("lamps/y", 2).await;
    device
        .send(&raw::publish("lamps/x", b"once", 2, 7, false))
        .await;
    assert_eq!(device.packet().await, Some((raw::PUBREC, vec![0, 7])));
    let mut other = Device::connect(&nodes[1].broker, options(Version::V311, &id("p"))).await;
    other.publish("lamps/y", "in flight", 2).await;
    let (kind, body) = device.packet().await.unwrap();
    assert_eq!((kind, &body[..9]), (0x34, &b"\0\x07lamps/y"[..]));
    let packet_id = [body[9], body[10]];
    device.send(&[&[0x50, 2][..], &packet_id].concat()).await;
    assert_eq!(device.packet().await, Some((0x62, packet_id.to_vec())));
    // PUBCOMP and PUBREL are due when it comes to the other node, which takes it over.
    let mut device = Raw::open(&nodes[1].broker).await;
    device.send(&raw::connect(&name, 30, false)).await;
    assert_eq!(device.packet().await, Some((raw::CONNACK, vec![1, 0])));
    assert_eq!(device.packet().await, Some((0x62, packet_id.to_vec())));
    device.send(&[&[0x70, 2][..], &packet_id].concat()).await;
    device
        .send(&raw::publish("lamps/x", b"once", 2, 7, true))
        .await;
    assert_eq!(device.packet().await, Some((raw::PUBREC, vec![0, 7])));
    device.send(&raw::pubrel(7)).await;
    assert_eq!(device.packet().await, Some((raw::PUBCOMP, vec![0, 7])));
    device
        .send(&raw::publish("lamps/x", b"next", 2, 7, false))
        .await;
    assert_eq!(device.packet().await, Some((raw::PUBREC, vec![0, 7])));
    assert_eq!(reader.next().await, message("lamps/x", "once", 2));
    assert_eq!(reader.next().await, message("lamps/x", "next", 2));
    assert!(device.is_silent(Duration::from_millis(200)).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kept_sessions_are_there_after_all_nodes_were_stopped() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b"], &nats.urls()).await;
    let kept = persistent(Version::V5, &id("kept"));
    let short = Options {
        session_expiry: 2,
        ..persistent(Version::V5, &id("short"))
    };
    for (options, node) in [(&kept, 0), (&short, 1)] {
        let mut device = Device::connect(&nodes[node].broker, options.clone()).await;
        assert!(device.subscribe("lamps/a", 1).await);
        device.disconnect().await;
    }
    let mut publisher = Device::connect(&nodes[1].broker, options(Version::V311, &id("p"))).await;
    publisher.publish("lamps/a", "before", 1).await;
    for node in nodes {
        node.stop().await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let [node] = Node::start_all(["d"], &nats.urls()).await;
    within(LEASE, "it is adopted", || {
        node.broker.client(&kept.client_id).is_some()
    })
    .await;
    let mut device = Device::connect(&node.broker, kept).await;
    assert!(device.session_present);
    assert_eq!(device.next().await, message("lamps/a", "before", 1));
    let device = Device::connect(&node.broker, short).await;
    assert!(!device.session_present, "its time ran on");
}

/// Returns the numbers of all sessions that have rows in NATS, and the number of rows of messages.
pub(crate) async fn rows(kept: &Stream) -> (BTreeSet<String>, usize) {
    let rows = kept.info_with_subjects(format!("ons_kept.{INSTANCE}.>"));
    let rows: Vec<_> = rows.await.unwrap().try_collect().await.unwrap();
    let mut sessions = BTreeSet::new();
    let mut messages = 0;
    for (subject, _) in rows {
        let levels: Vec<_> = subject.split('.').collect();
        if let ["queue" | "session", ..] = levels[3..] {
            sessions.insert(levels[2].to_owned());
            messages += usize::from(levels[3] == "queue");
        }
    }
    (sessions, messages)
}

/// Connects until the messages with numbers up to a last one have come. A late claim of another node may take the session away.
pub(crate) async fn receive_all(node: &Node, options: &Options, last: u16) -> Device {
    let begin = Instant::now();
    let mut received: BTreeSet<u16> = BTreeSet::new();
    loop {
        assert!(begin.elapsed() < LEASE, "{} messages", received.len());
        let Ok(mut device) = Device::try_connect(&node.broker, options.clone()).await else {
            continue;
        };
        assert!(device.session_present);
        while received.len() < usize::from(last)
            && let Some(message) = device.try_next().await
        {
            received.insert(message.payload.parse().unwrap());
        }
        if received.len() == usize::from(last) {
            assert!(received.into_iter().eq(1..=last));
            return device;
        }
    }
}

/// Publishes messages with numbers from 1.
pub(crate) async fn publish_all(node: &Node, last: u16) {
    const WINDOW: u16 = 250;
    let mut publisher = Raw::connect(&node.broker, &id("p"), 60, true).await;
    for first in (1..=last).step_by(WINDOW.into()) {
        let ids = first..first + WINDOW;
        let publish = |id: u16| raw::publish("lamps/a", id.to_string().as_bytes(), 1, id, false);
        let packets: Vec<u8> = ids.clone().flat_map(publish).collect();
        publisher.send(&packets).await;
        for _ in ids {
            assert_eq!(publisher.packet().await.unwrap().0, raw::PUBACK);
        }
    }
}

/// Returns the number of rows that were ever written.
async fn written(kept: &Stream) -> u64 {
    kept.get_info().await.unwrap().state.last_sequence
}

/// Comes to a node, and leaves when the copy of the session has begun, or nothing is to be copied.
pub(crate) async fn hurry(node: &Node, options: &Options, kept: &Stream) {
    let mut device = Raw::open(&node.broker).await;
    let since = written(kept).await;
    let connect = raw::connect(&options.client_id, 60, false);
    device.send(&connect).await;
    let begin = Instant::now();
    while written(kept).await < since + 100 && begin.elapsed() < Duration::from_secs(1) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_stops_copying_a_session_when_its_device_hurries_to_another_one() {
    const MESSAGES: u16 = 2_000;
    const ROUNDS: u16 = 9;
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b", "c"], &nats.urls()).await;
    let options = persistent(Version::V311, &id("kept"));
    let mut device = Device::connect(&nodes[0].broker, options.clone()).await;
    assert!(device.subscribe("lamps/a", 1).await);
    device.disconnect().await;
    publish_all(&nodes[0], MESSAGES).await;

    let kept = jetstream::stream(&nats, "ons_kept").await;
    let before = written(&kept).await;
    for round in 1..=ROUNDS {
        hurry(&nodes[usize::from(round % 3)], &options, &kept).await;
    }
    // Until NATS knows what it has acknowledged.
    let _device = receive_all(&nodes[1], &options, MESSAGES).await;
    let begin = Instant::now();
    loop {
        let (sessions, messages) = rows(&kept).await;
        if sessions.len() == 1 && messages == 0 {
            break;
        }
        assert!(begin.elapsed() < LEASE, "{sessions:?}, {messages} messages");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // One copy and its deletion, and less than half of each of the others.
    let written = written(&kept).await - before;
    let most = u64::from(MESSAGES * 2 + MESSAGES / 2 * ROUNDS);
    assert!(written < most, "{written} of {most}");
}
