//! Retained messages.

use std::thread::sleep;
use std::time::Duration;

use crate::support::packet::{
    Connect, Publish, RETAIN_AS_PUBLISHED, RETAIN_IF_NEW, RETAIN_NEVER, Version, long, property,
    subscribe, subscribe_with, unsubscribe, user_property,
};
use crate::support::peer::Peer;
use crate::support::watchers::Watchers;
use crate::support::{V5, V311, VERSIONS, topic};

fn retain(version: Version, topic: &str, payload: &str, qos: u8) {
    publish(&Publish::new(version, topic, payload).retain(), qos);
}

/// Publishes, and waits until all nodes have the message.
fn publish(publish: &Publish, qos: u8) {
    let topic = std::str::from_utf8(&publish.topic).unwrap();
    let mut watchers = Watchers::of(topic);
    Peer::new(publish.version).publish_packet(publish, qos);
    watchers.receive(std::str::from_utf8(&publish.payload).unwrap());
}

/// Expects what a new subscriber gets: one retained message, or nothing.
fn retained(version: Version, topic: &str, payload: Option<&str>) {
    let mut peer = Peer::new(version);
    peer.subscribe(topic, 2);
    if let Some(payload) = payload {
        let message = peer.receive();
        assert_eq!((message.topic.as_str(), message.text()), (topic, payload));
        assert!(message.retain && !message.dup);
    }
    peer.silent();
}

#[test]
fn a_new_subscriber_gets_the_last_retained_message() {
    for version in VERSIONS {
        for qos in 0..=2 {
            let topic = topic();
            retain(version, &topic, "first", qos);
            retained(version, &topic, Some("first"));
            retain(version, &topic, "second", qos);
            retained(version, &topic, Some("second"));
        }
    }
}

#[test]
fn a_retained_message_keeps_its_quality_up_to_the_granted_one() {
    for version in VERSIONS {
        for published in 0..=2 {
            let topic = topic();
            retain(version, &topic, "x", published);
            for granted in 0..=2 {
                let mut peer = Peer::new(version);
                peer.subscribe(&topic, granted);
                assert_eq!(peer.receive().qos, published.min(granted));
            }
        }
    }
}

#[test]
fn a_retained_message_of_qos_0_replaces_one_of_qos_1() {
    for version in VERSIONS {
        let topic = topic();
        retain(version, &topic, "old", 1);
        retain(version, &topic, "new", 0);
        retained(version, &topic, Some("new"));
    }
}

#[test]
fn an_empty_retained_message_removes_and_is_delivered() {
    for version in VERSIONS {
        let (topic, empty) = (topic(), topic());
        let mut watcher = Peer::new(version);
        watcher.subscribe(&topic, 1);
        retain(version, &topic, "old", 1);
        retain(version, &topic, "", 1);
        watcher.receives(&["old", ""]);
        retained(version, &topic, None);
        // Where nothing was, nothing is stored either.
        retain(version, &empty, "", 1);
        retained(version, &empty, None);
    }
}

#[test]
fn a_message_without_the_flag_leaves_the_retained_one() {
    for version in VERSIONS {
        let topic = topic();
        let pass = |payload| publish(&Publish::new(version, &topic, payload), 1);
        pass("passing");
        retained(version, &topic, None);
        retain(version, &topic, "kept", 1);
        pass("passing");
        pass("");
        retained(version, &topic, Some("kept"));
    }
}

#[test]
fn the_flag_is_0_for_those_who_subscribed_before() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::new(version));
        peer.subscribe(&topic, 1);
        retain(version, &topic, "now", 1);
        assert!(!peer.receive().retain);
    }
}

#[test]
fn the_flag_is_as_published_for_those_who_ask() {
    let (topic, mut peer) = (topic(), Peer::new(V5));
    peer.subscribe(&topic, 1 | RETAIN_AS_PUBLISHED);
    retain(V5, &topic, "retained", 1);
    publish(&Publish::new(V5, &topic, "passing"), 1);
    assert!(peer.receive().retain);
    assert!(!peer.receive().retain);
    // One that is sent for the subscription has it either way.
    retained(V5, &topic, Some("retained"));
}

#[test]
fn retain_handling_says_when_retained_messages_are_sent() {
    let topic = topic();
    retain(V5, &topic, "x", 1);
    // Whether each of three equal subscriptions in a row gets it.
    for (handling, sent) in [
        (0, [true, true, true]),
        (RETAIN_IF_NEW, [true, false, false]),
        (RETAIN_NEVER, [false, false, false]),
    ] {
        let mut peer = Peer::new(V5);
        for sent in sent {
            peer.subscribe(&topic, 1 | handling);
            if sent {
                assert!(peer.receive().retain);
            }
            peer.silent();
        }
        // Ended and begun again, it is new.
        peer.send(&unsubscribe(V5, 3, &[&topic]));
        assert_eq!(peer.unsuback(3), [0]);
        peer.subscribe(&topic, 1 | handling);
        if sent[0] {
            peer.receive();
        }
        peer.silent();
    }
}

#[test]
fn a_repeated_subscription_of_3_1_1_gets_retained_messages_again() {
    let (topic, mut peer) = (topic(), Peer::new(V311));
    retain(V311, &topic, "x", 1);
    for _ in 0..2 {
        peer.subscribe(&topic, 1);
        peer.receives(&["x"]);
    }
    peer.silent();
}

#[test]
fn retained_messages_of_all_matching_topics_are_sent() {
    for version in VERSIONS {
        let topic = topic();
        let mut expected = Vec::new();
        for n in 0..50 {
            let topic = format!("{topic}/{n}");
            retain(version, &topic, "x", 1);
            expected.push(topic);
        }
        let mut peer = Peer::new(version);
        peer.subscribe(&format!("{topic}/+"), 1);
        let mut got: Vec<String> = (0..50).map(|_| peer.receive().topic).collect();
        got.sort();
        expected.sort();
        assert_eq!(got, expected);
        peer.silent();
    }
}

#[test]
fn retained_messages_outlive_the_session_that_published_them() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::new(version));
        let mut watchers = Watchers::of(&topic);
        peer.publish_packet(&Publish::new(version, &topic, "x").retain(), 1);
        watchers.receive("x");
        peer.disconnect();
        Peer::connect(&Connect::new(version, &peer.client_id)).disconnect();
        retained(version, &topic, Some("x"));
    }
}

#[test]
fn retained_messages_expire() {
    let (short, long_lived) = (topic(), topic());
    for (topic, seconds) in [(&short, 1), (&long_lived, 60)] {
        let expiry = long(property::MESSAGE_EXPIRY, seconds);
        publish(&Publish::new(V5, topic, "x").retain().property(&expiry), 1);
    }
    sleep(Duration::from_millis(2200));
    retained(V5, &short, None);
    retained(V311, &short, None);
    let mut peer = Peer::new(V5);
    peer.subscribe(&long_lived, 1);
    let message = peer.receive();
    let left = message.property(property::MESSAGE_EXPIRY).unwrap();
    let left = u32::from_be_bytes(left.try_into().unwrap());
    assert!((55..=58).contains(&left), "{left}");
}

#[test]
fn retained_messages_carry_properties_and_the_identifier_of_the_subscription() {
    let topic = topic();
    let message = Publish::new(V5, &topic, "x").retain();
    publish(&message.property(&user_property("a", "b")), 1);
    let mut peer = Peer::new(V5);
    let id = [property::SUBSCRIPTION_ID, 7];
    peer.send(&subscribe_with(V5, 1, &id, &[(&topic, 1)]));
    assert_eq!(peer.suback(1), [1]);
    let message = peer.receive();
    assert_eq!(message.subscription_ids(), [7]);
    assert!(message.property(property::USER_PROPERTY).is_some());
    assert_eq!(message.properties.len(), 2);
}

#[test]
fn shared_subscriptions_get_no_retained_messages() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::new(version));
        retain(version, &topic, "x", 1);
        peer.send(&subscribe(version, 1, &[(&format!("$share/g/{topic}"), 1)]));
        assert_eq!(peer.suback(1), [1]);
        peer.silent();
    }
}
