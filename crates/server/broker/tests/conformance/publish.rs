//! Parts of a PUBLISH that reach the other device.

use std::thread::sleep;
use std::time::Duration;

use crate::support::packet::{
    PUBCOMP, PUBREC, PUBREL, Publish, acknowledgement, byte, long, property, short, string,
    subscribe_with, user_property,
};
use crate::support::peer::Peer;
use crate::support::received::Message;
use crate::support::{V5, V311, VERSIONS, topic};

#[test]
fn properties_reach_subscribers_unaltered_and_in_order() {
    let properties = [
        byte(property::PAYLOAD_FORMAT, 1),
        string(property::CONTENT_TYPE, "text/plain"),
        string(property::RESPONSE_TOPIC, "doors/answer"),
        string(property::CORRELATION_DATA, [0, 0xff, 7]),
        user_property("b", "1"),
        user_property("a", "2"),
        user_property("b", "1"),
        user_property("", ""),
    ];
    for qos in 0..=2 {
        let (topic, mut peer) = (topic(), Peer::new(V5));
        let mut old = Peer::new(V311);
        peer.subscribe(&topic, qos);
        old.subscribe(&topic, qos);
        let publish = Publish::new(V5, &topic, "hello").property(&properties.concat());
        Peer::new(V5).publish_packet(&publish, qos);
        let message = peer.receive();
        for (id, value) in [
            (property::PAYLOAD_FORMAT, &[1][..]),
            (property::CONTENT_TYPE, b"text/plain"),
            (property::RESPONSE_TOPIC, b"doors/answer"),
            (property::CORRELATION_DATA, &[0, 0xff, 7]),
        ] {
            assert_eq!(message.property(id), Some(value));
        }
        assert_eq!(user_properties(&message), properties[4..].concat());
        assert_eq!(message.properties.len(), properties.len());
        assert_eq!(old.receive().text(), "hello");
    }
}

fn user_properties(message: &Message) -> Vec<u8> {
    let pairs = message.properties.iter();
    let pairs = pairs.filter(|(id, _)| *id == property::USER_PROPERTY);
    pairs
        .flat_map(|(id, pair)| [&[*id], &**pair].concat())
        .collect()
}

#[test]
fn a_message_without_properties_arrives_without() {
    for publisher in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::new(V5));
        peer.subscribe(&topic, 0);
        Peer::new(publisher).publish(&topic, "bare", 0);
        // The length of the properties is there, and 0.
        peer.expect(&Publish::new(V5, &topic, "bare").bytes());
    }
}

#[test]
fn any_bytes_are_a_payload() {
    let long = vec![0xc3; 60_000];
    let payloads: [&[u8]; 4] = [b"", &[0], &[0xff, 0xfe, 0], &long];
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::new(version));
        peer.subscribe(&topic, 1);
        let mut publisher = Peer::new(version);
        for payload in payloads {
            publisher.publish(&topic, payload, 1);
            assert_eq!(peer.receive().payload, payload);
        }
    }
}

#[test]
fn a_byte_order_mark_is_part_of_a_string() {
    for version in VERSIONS {
        let marked = format!("{}/\u{feff}x", topic());
        let plain = marked.replace('\u{feff}', "");
        let (mut with, mut without) = (Peer::new(version), Peer::new(version));
        with.subscribe(&marked, 1);
        without.subscribe(&plain, 1);
        Peer::new(version).publish(&marked, "x", 1);
        assert_eq!(with.receive().topic, marked);
        without.silent();
    }
}

#[test]
fn the_time_that_a_message_waited_is_taken_off_its_expiry() {
    let (topic, mut peer) = (topic(), Peer::kept(V5));
    peer.subscribe(&topic, 1);
    let mut publisher = Peer::new(V5);
    let publish = |payload, seconds| {
        let publish = Publish::new(V5, &topic, payload);
        publish.property(&long(property::MESSAGE_EXPIRY, seconds))
    };
    publisher.publish_packet(&publish("at once", 60), 1);
    let at_once = peer.receive();
    assert_eq!(expiry(&at_once), Some(60));
    peer.disconnect();
    publisher.publish_packet(&publish("short", 1), 1);
    publisher.publish_packet(&publish("long", 60), 1);
    publisher.publish(&topic, "endless", 1);
    sleep(Duration::from_millis(2200));
    peer.resume();
    let message = peer.receive();
    assert_eq!(message.text(), "long");
    assert!((55..=58).contains(&expiry(&message).unwrap()));
    let message = peer.receive();
    assert_eq!(message.text(), "endless");
    assert_eq!(expiry(&message), None, "an expiry that nobody gave");
    peer.silent();
}

fn expiry(message: &Message) -> Option<u32> {
    let value = message.property(property::MESSAGE_EXPIRY)?;
    Some(u32::from_be_bytes(value.try_into().unwrap()))
}

#[test]
fn a_message_that_is_on_its_way_does_not_expire() {
    let (topic, mut peer) = (topic(), Peer::kept(V5));
    peer.subscribe(&topic, 2);
    let publish = Publish::new(V5, &topic, "sent").property(&long(property::MESSAGE_EXPIRY, 1));
    Peer::new(V5).publish_packet(&publish, 2);
    let first = peer.message();
    peer.vanish();
    sleep(Duration::from_millis(2200));
    peer.resume();
    let again = peer.message();
    assert!(again.dup);
    assert_eq!((again.id, again.text()), (first.id, "sent"));
    peer.acknowledge(&again);
    peer.silent();
}

#[test]
fn an_acknowledgement_goes_on_after_the_message_expired() {
    let (topic, mut peer) = (topic(), Peer::new(V5));
    let publish = Publish::new(V5, &topic, "x").property(&long(property::MESSAGE_EXPIRY, 1));
    peer.send(&publish.clone().qos(2, 9).bytes());
    assert!(peer.acknowledged(PUBREC, 9) < 0x80);
    sleep(Duration::from_millis(1500));
    peer.send(&publish.qos(2, 9).dup().bytes());
    assert!(peer.acknowledged(PUBREC, 9) < 0x80);
    peer.send(&acknowledgement(PUBREL, 9));
    assert_eq!(peer.acknowledged(PUBCOMP, 9), 0);
}

#[test]
fn a_topic_alias_means_its_topic() {
    let (first, second) = (topic(), topic());
    let mut peer = Peer::new(V5);
    peer.subscribe(&first, 1);
    peer.subscribe(&second, 1);
    let mut publisher = Peer::new(V5);
    let aliased = |topic: &str, payload: &str, alias| {
        Publish::new(V5, topic, payload).property(&short(property::TOPIC_ALIAS, alias))
    };
    // All that were announced.
    for alias in 1..=16 {
        publisher.publish_packet(&aliased(&first, "set", alias), 1);
        publisher.publish_packet(&aliased("", "used", alias), 1);
        for payload in ["set", "used"] {
            let message = peer.receive();
            assert_eq!((&*message.topic, message.text()), (&*first, payload));
            assert_eq!(message.property(property::TOPIC_ALIAS), None);
        }
    }
    publisher.publish_packet(&aliased(&second, "changed", 16), 1);
    publisher.publish_packet(&aliased("", "used", 16), 1);
    publisher.publish_packet(&aliased("", "other", 15), 1);
    for (topic, payload) in [(&second, "changed"), (&second, "used"), (&first, "other")] {
        let message = peer.receive();
        assert_eq!((&message.topic, message.text()), (topic, payload));
    }
}

#[test]
fn a_topic_alias_ends_with_its_connection() {
    let topic = topic();
    let mut peer = Peer::kept(V5);
    let alias = short(property::TOPIC_ALIAS, 1);
    peer.publish_packet(&Publish::new(V5, &topic, "x").property(&alias), 1);
    peer.vanish();
    peer.resume();
    peer.send(&Publish::new(V5, "", "x").property(&alias).bytes());
    peer.disconnected(&[0x82, 0x94]);
}

#[test]
fn each_matching_subscription_identifier_is_sent() {
    for publisher in VERSIONS {
        let topic = topic();
        let mut peer = Peer::new(V5);
        let identified = |id, filter: &str, options| {
            subscribe_with(
                V5,
                1,
                &[property::SUBSCRIPTION_ID, id],
                &[(filter, options)],
            )
        };
        for (id, filter) in [
            (6, topic.clone()),
            (7, format!("{topic}/#")),
            (8, format!("{topic}/x")),
        ] {
            peer.send(&identified(id, &filter, 1));
            assert_eq!(peer.suback(1), [1]);
        }
        let mut publisher = Peer::new(publisher);
        publisher.publish(&topic, "m", 1);
        receive_identifiers(&mut peer, &[6, 7]);
        // Subscribed again, it has the new identifier only, or none.
        peer.send(&identified(9, &topic, 1));
        assert_eq!(peer.suback(1), [1]);
        publisher.publish(&topic, "m", 1);
        receive_identifiers(&mut peer, &[7, 9]);
        peer.subscribe(&topic, 1);
        publisher.publish(&topic, "m", 1);
        receive_identifiers(&mut peer, &[7]);
    }
}

/// Receives copies of a message until all of these identifiers have come: in one copy, or in one for each of two subscriptions.
fn receive_identifiers(peer: &mut Peer, expected: &[u8]) {
    let (mut ids, mut copies) = (Vec::new(), 0);
    while ids.len() < expected.len() {
        let message = Message::parse(V5, &peer.packet());
        peer.acknowledge(&message);
        ids.extend(message.subscription_ids());
        copies += 1;
    }
    ids.sort_unstable();
    assert_eq!(ids, expected);
    assert!(copies <= 2, "{copies} copies");
}
