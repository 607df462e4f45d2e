//! Messages between devices of different nodes.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::timeout;

use crate::nats::Nats;
use crate::node::Node;
use crate::support::device::{Device, VERSIONS, Version, message, options, persistent};
use crate::support::raw::{self, Raw};
use crate::support::{password, user_name};

/// Topics with what NATS reads as something else.
const TOPICS: [&str; 7] = [
    "lamps/a",
    "lamps/a.b",
    "lamps/*",
    "lamps/>",
    "lamps/ /a",
    "lamps//",
    "lamps/灯=2E",
];

pub(crate) fn id(name: &str) -> String {
    format!("GID_test@@@{name}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_reaches_each_subscriber_once_whatever_node_it_is_on() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b", "c"], &nats.urls()).await;
    for version in VERSIONS {
        let mut subscribers = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            // Filters that overlap, of one device and of several on one node.
            for filters in [&["lamps/#", "lamps/+"][..], &["lamps/a", "lamps/a.b"]] {
                let name = id(&format!("{at}-{}", filters[0]).replace('/', "-"));
                let mut device = Device::connect(&node.broker, options(version, &name)).await;
                for filter in filters {
                    assert!(device.subscribe(filter, 2).await);
                }
                subscribers.push((device, filters[0] == "lamps/#"));
            }
        }
        let mut publisher = Device::connect(&nodes[1].broker, options(version, &id("p"))).await;
        for topic in TOPICS {
            for qos in 0..=2 {
                publisher
                    .publish(topic, &format!("{topic} {qos}"), qos)
                    .await;
            }
        }
        for (device, is_wide) in &mut subscribers {
            let wanted = TOPICS
                .iter()
                .filter(|topic| *is_wide || ["lamps/a", "lamps/a.b"].contains(topic));
            // Only messages of one topic and QoS have an order.
            // 3.1.1 cannot tell a device which subscription it was, so one copy is right with both versions.
            let wanted = wanted.flat_map(|topic| {
                (0..=2).map(move |qos| message(topic, &format!("{topic} {qos}"), qos))
            });
            let mut wanted: Vec<_> = wanted.collect();
            while !wanted.is_empty() {
                let got = device.next().await;
                let at = wanted.iter().position(|message| *message == got);
                wanted.remove(at.unwrap_or_else(|| panic!("{got:?} is not expected")));
            }
        }
        publisher.publish("lamps/a", "end", 1).await;
        for (device, _) in &mut subscribers {
            assert_eq!(
                device.next().await,
                message("lamps/a", "end", 1),
                "nothing came twice"
            );
        }
        for (device, _) in subscribers {
            device.disconnect().await;
        }
        publisher.disconnect().await;
    }
    for node in nodes {
        node.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_of_a_publisher_keep_their_order_while_subscriptions_come_and_go() {
    const MESSAGES: usize = 3_000;
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b"], &nats.urls()).await;
    let version = Version::V311;
    let mut reader = Device::connect(&nodes[1].broker, options(version, &id("reader"))).await;
    assert!(reader.subscribe("lamps/+/x", 1).await);
    assert!(reader.subscribe("lamps/#", 1).await);
    let mut publisher = Device::connect(&nodes[0].broker, options(version, &id("p"))).await;
    let mut other = Device::connect(&nodes[1].broker, options(version, &id("other"))).await;
    let publishing = async {
        for number in 0..MESSAGES {
            let topic = format!("lamps/{}/x", number % 3);
            publisher.publish(&topic, &number.to_string(), 1).await;
        }
    };
    let changing = async {
        // More than 32, so that the node subscribes to the whole topic, and filters before.
        for number in 0..40 {
            assert!(other.subscribe(&format!("lamps/{number}/+"), 0).await || number >= 30);
            if number == 5 {
                reader.unsubscribe("lamps/#").await;
            }
        }
        for number in 0..MESSAGES {
            assert_eq!(reader.next().await.payload, number.to_string());
        }
    };
    tokio::join!(publishing, changing);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_to_one_client_reaches_it_on_another_node() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b", "c"], &nats.urls()).await;
    for version in VERSIONS {
        let mut receiver = Device::connect(&nodes[2].broker, options(version, &id("设备.r"))).await;
        let mut publisher = Device::connect(&nodes[0].broker, options(version, &id("p"))).await;
        let topic = format!("lamps/p2p/{}", id("设备.r"));
        publisher
            .publish("lamps/p2p/GID_test@@@nobody", "lost", 1)
            .await;
        for number in 0..50 {
            publisher
                .publish(&topic, &number.to_string(), number % 3)
                .await;
        }
        let mut received = Vec::new();
        for _ in 0..50 {
            received.push(receiver.next().await);
        }
        // One of QoS 0 may overtake others.
        received.sort_by_key(|message| message.qos > 0);
        let sent = |number: u8| message(&topic, &number.to_string(), number % 3);
        let (unlogged, logged) = (0..50).partition::<Vec<u8>, _>(|number| number % 3 == 0);
        let expected: Vec<_> = unlogged.into_iter().chain(logged).map(sent).collect();
        assert_eq!(received, expected);
        receiver.disconnect().await;
        publisher.disconnect().await;
    }
}

/// A CONNECT of MQTT 5 without properties.
pub(crate) fn connect_v5(client_id: &str) -> Vec<u8> {
    let mut body = b"\0\x04MQTT\x05\xc2\0\0\0".to_vec();
    for part in [client_id, &user_name(), &password(client_id)] {
        body.extend((part.len() as u16).to_be_bytes());
        body.extend(part.as_bytes());
    }
    let length = u8::try_from(body.len()).unwrap();
    // Longer than 127 bytes, it takes two bytes to say so.
    let length = if length < 128 {
        vec![length]
    } else {
        vec![length, 1]
    };
    [vec![0x10], length, body].concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn properties_expiry_and_the_retain_flag_reach_another_node() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b"], &nats.urls()).await;
    let mut sockets = Vec::new();
    for (node, name) in nodes.iter().zip(["p", "r"]) {
        let mut socket = Raw::open(&node.broker).await;
        socket.send(&connect_v5(&id(name))).await;
        assert_eq!(socket.packet().await.unwrap().0, raw::CONNACK);
        sockets.push(socket);
    }
    // With retain as published, and subscription identifier 7.
    let subscribe = b"\x82\x0e\0\x01\x02\x0b\x07\0\x07lamps/#\x08";
    let subscribe = [
        &subscribe[..1],
        &[subscribe.len() as u8 - 2],
        &subscribe[2..],
    ]
    .concat();
    sockets[1].send(&subscribe).await;
    assert_eq!(sockets[1].packet().await.unwrap().1, b"\0\x01\0\0");
    // Payload format, expiry 100 s, content type, correlation data, two user properties.
    let forwarded = b"\x01\x01\x03\0\x01t\x09\0\x02\0\xff\x26\0\x01k\0\x01v\x26\0\x01k\0\x01w";
    let properties = [&b"\x02\0\0\0\x64"[..], forwarded].concat();
    let mut body = b"\0\x07lamps/a".to_vec();
    body.push(properties.len() as u8);
    body.extend(&properties);
    body.extend(b"payload");
    sockets[0]
        .send(&[&[0x31, body.len() as u8][..], &body].concat())
        .await;
    let (first, received) = sockets[1].packet().await.unwrap();
    assert_eq!(first, 0x31, "retain as published");
    let received = received.strip_prefix(b"\0\x07lamps/a").unwrap();
    let (properties, payload) = received[1..].split_at(usize::from(received[0]));
    assert_eq!(payload, b"payload");
    let has = |part: &[u8]| properties.windows(part.len()).any(|window| window == part);
    assert!(has(forwarded) && has(b"\x0b\x07"), "{properties:?}");
    assert!(
        has(b"\x02\0\0\0\x64") || has(b"\x02\0\0\0\x63"),
        "{properties:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_member_of_a_share_gets_each_message_whatever_node_it_is_on() {
    const FILTER: &str = "$share/s/lamps/+";
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b"], &nats.urls()).await;
    let kept = persistent(Version::V5, &id("kept"));
    let mut members = Vec::new();
    for (node, options) in [
        (&nodes[0], kept.clone()),
        (&nodes[1], options(Version::V311, &id("clean"))),
    ] {
        let mut member = Device::connect(&node.broker, options).await;
        assert!(member.subscribe(FILTER, 1).await);
        members.push(member);
    }
    // It has to ask for the members that were there before.
    let late = Node::start("c", &nats.urls()).await;
    let mut publisher = Device::connect(&late.broker, options(Version::V5, &id("p"))).await;
    let mut got = vec![BTreeSet::new(), BTreeSet::new()];
    for qos in [0, 1] {
        for number in 0..40 {
            let text = format!("{qos} {number}");
            publisher.publish("lamps/a", &text, qos).await;
        }
    }
    while got.iter().map(BTreeSet::len).sum::<usize>() < 80 {
        for (member, got) in members.iter_mut().zip(&mut got) {
            while let Ok(message) = timeout(Duration::from_millis(50), member.next()).await {
                assert!(got.insert(message.payload), "it came twice");
            }
        }
    }
    assert!(got[0].is_disjoint(&got[1]), "{got:?}");
    assert!(got.iter().all(|got| got.len() > 10), "{got:?}");
    // What comes while only a member is left that is away waits for it, on any node.
    let mut clean = members.pop().unwrap();
    clean.unsubscribe(FILTER).await;
    members.pop().unwrap().disconnect().await;
    publisher.publish("lamps/a", "later", 1).await;
    let mut member = Device::connect(&nodes[1].broker, kept).await;
    assert!(member.session_present);
    assert_eq!(member.next().await, message("lamps/a", "later", 1));
    late.stop().await;
}
