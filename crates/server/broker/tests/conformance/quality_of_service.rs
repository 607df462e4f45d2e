//! The three ways to deliver a message, from devices to the broker and from the broker to devices.

use crate::support::packet::{
    PUBACK, PUBCOMP, PUBREC, PUBREL, Publish, acknowledgement, acknowledgement_with,
};
use crate::support::peer::Peer;
use crate::support::{SERVER, V5, V311, VERSIONS, topic};

/// "Nobody subscribed", which MQTT 5 may say instead of 0.
const NOBODY: u8 = 0x10;

#[test]
fn a_message_is_delivered_with_the_lower_of_two_qualities() {
    for version in VERSIONS {
        for published in 0..=2 {
            for granted in 0..=2 {
                let topic = topic();
                let mut peer = Peer::new(version);
                peer.subscribe(&topic, granted);
                Peer::new(version).publish(&topic, "hello", published);
                let qos = published.min(granted);
                let packet = peer.packet();
                // The identifier is the broker's choice, but not 0.
                let id = if qos > 0 {
                    let at = 4 + topic.len();
                    u16::from_be_bytes([packet[at], packet[at + 1]])
                } else {
                    0
                };
                let expected = Publish::new(version, &topic, "hello").qos(qos, id);
                assert_eq!(packet, expected.bytes());
                assert!(qos == 0 || id > 0);
            }
        }
    }
}

#[test]
fn qos_1_is_acknowledged_with_its_identifier() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::new(version));
        let mut watcher = Peer::new(version);
        watcher.subscribe(&topic, 1);
        for id in [1, 255, 256, 0x7fff, 0xffff] {
            peer.send(&Publish::new(version, &topic, "x").qos(1, id).bytes());
            assert_eq!(peer.acknowledged(PUBACK, id), 0);
            watcher.receives(&["x"]);
        }
        peer.silent();
    }
}

#[test]
fn qos_2_is_received_and_completed_with_its_identifier() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::new(version));
        let mut watcher = Peer::new(version);
        watcher.subscribe(&topic, 2);
        for id in [1, 255, 256, 0x7fff, 0xffff] {
            peer.send(&Publish::new(version, &topic, "x").qos(2, id).bytes());
            assert_eq!(peer.acknowledged(PUBREC, id), 0);
            peer.send(&acknowledgement(PUBREL, id));
            assert_eq!(peer.acknowledged(PUBCOMP, id), 0);
            watcher.receives(&["x"]);
        }
        peer.silent();
        watcher.silent();
    }
}

#[test]
fn qos_0_is_not_acknowledged() {
    for version in VERSIONS {
        let mut peer = Peer::new(version);
        peer.send(&Publish::new(version, topic(), "x").bytes());
        peer.silent();
    }
}

#[test]
fn acknowledgements_keep_the_order_of_the_messages() {
    for version in VERSIONS {
        for (qos, answer) in [(1, PUBACK), (2, PUBREC)] {
            let (topic, mut peer) = (topic(), Peer::new(version));
            let ids: Vec<u16> = (0..50).map(|n| 1000 - n * 7).collect();
            let publish = |id: &u16| Publish::new(version, &topic, "x").qos(qos, *id).bytes();
            peer.send(&ids.iter().flat_map(publish).collect::<Vec<u8>>());
            for id in &ids {
                assert!(peer.acknowledged(answer, *id) < 0x80);
            }
            if qos == 2 {
                let release = |id: &u16| acknowledgement(PUBREL, *id);
                peer.send(&ids.iter().flat_map(release).collect::<Vec<u8>>());
                for id in &ids {
                    assert_eq!(peer.acknowledged(PUBCOMP, *id), 0);
                }
            }
        }
    }
}

#[test]
fn releases_keep_the_order_of_the_receipts() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::new(version));
        let mut publisher = Peer::new(version);
        peer.subscribe(&topic, 2);
        for n in 0..5 {
            publisher.publish(&topic, n.to_string(), 2);
        }
        let ids: Vec<u16> = (0..5).map(|_| peer.message().id).collect();
        for index in [3, 0, 4, 1, 2] {
            peer.send(&acknowledgement(PUBREC, ids[index]));
        }
        for index in [3, 0, 4, 1, 2] {
            assert_eq!(peer.acknowledged(PUBREL, ids[index]), 0);
        }
    }
}

#[test]
fn an_identifier_is_free_again_after_puback() {
    for version in VERSIONS {
        let (topic, mut watcher) = (topic(), Peer::new(version));
        watcher.subscribe(&topic, 1);
        let mut peer = Peer::new(version);
        let publish = |payload| Publish::new(version, &topic, payload).qos(1, 5);
        for packet in [publish("a"), publish("b"), publish("b").dup()] {
            peer.send(&packet.bytes());
            assert_eq!(peer.acknowledged(PUBACK, 5), 0);
        }
        watcher.receives(&["a", "b", "b"]);
    }
}

#[test]
fn qos_2_is_delivered_once_until_it_is_released() {
    for version in VERSIONS {
        let (topic, mut watcher) = (topic(), Peer::new(version));
        watcher.subscribe(&topic, 2);
        let mut peer = Peer::new(version);
        let publish = |payload| Publish::new(version, &topic, payload).qos(2, 5);
        peer.send(&publish("once").bytes());
        assert_eq!(peer.acknowledged(PUBREC, 5), 0);
        for _ in 0..3 {
            peer.send(&publish("once").dup().bytes());
            assert!(peer.acknowledged(PUBREC, 5) < 0x80);
        }
        peer.send(&acknowledgement(PUBREL, 5));
        assert_eq!(peer.acknowledged(PUBCOMP, 5), 0);
        peer.send(&publish("new").bytes());
        assert_eq!(peer.acknowledged(PUBREC, 5), 0);
        peer.send(&acknowledgement(PUBREL, 5));
        assert_eq!(peer.acknowledged(PUBCOMP, 5), 0);
        watcher.receives(&["once", "new"]);
        watcher.silent();
    }
}

#[test]
fn a_release_of_nothing_is_completed() {
    for version in VERSIONS {
        let mut peer = Peer::new(version);
        peer.send(&acknowledgement(PUBREL, 77));
        let reason = peer.acknowledged(PUBCOMP, 77);
        assert_eq!(reason, if version.is_5() { 0x92 } else { 0 });
        peer.silent();
    }
}

#[test]
fn acknowledgements_of_nothing_harm_nobody() {
    for version in VERSIONS {
        let mut peer = Peer::new(version);
        peer.send(&acknowledgement(PUBACK, 77));
        peer.send(&acknowledgement(PUBCOMP, 78));
        peer.silent();
    }
    let mut peer = Peer::new(V5);
    peer.send(&acknowledgement(PUBREC, 79));
    assert_eq!(peer.acknowledged(PUBREL, 79), 0x92);
    peer.silent();
}

#[test]
fn the_broker_releases_what_was_received_and_forgets_what_was_completed() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::new(version));
        peer.subscribe(&topic, 2);
        Peer::new(version).publish(&topic, "hello", 2);
        let message = peer.message();
        assert!(message.id > 0 && !message.dup);
        peer.send(&acknowledgement(PUBREC, message.id));
        assert_eq!(peer.acknowledged(PUBREL, message.id), 0);
        peer.send(&acknowledgement(PUBCOMP, message.id));
        peer.silent();
    }
}

#[test]
fn a_message_that_the_client_refuses_is_finished() {
    for (qos, answer) in [(1, PUBACK), (2, PUBREC)] {
        let (topic, mut peer) = (topic(), Peer::kept(V5));
        peer.subscribe(&topic, qos);
        let mut publisher = Peer::new(V5);
        publisher.publish(&topic, "refused", qos);
        let message = peer.message();
        peer.send(&acknowledgement_with(answer, message.id, 0x80));
        // No PUBREL, and the message does not come again.
        peer.silent();
        peer.vanish();
        peer.resume();
        publisher.publish(&topic, "next", qos);
        peer.receives(&["next"]);
    }
}

#[test]
fn identifiers_of_the_broker_are_in_use_once() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::new(version));
        peer.subscribe(&topic, 2);
        let mut publisher = Peer::new(version);
        for n in 0..15 {
            publisher.publish(&topic, "x", 1 + n % 2);
        }
        let mut ids: Vec<u16> = (0..15).map(|_| peer.message().id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 15);
        assert!(ids[0] > 0);
    }
}

#[test]
fn dup_is_not_passed_on() {
    for version in VERSIONS {
        for qos in [1, 2] {
            let (topic, mut peer) = (topic(), Peer::new(version));
            peer.subscribe(&topic, qos);
            let publish = Publish::new(version, &topic, "again").dup();
            Peer::new(version).publish_packet(&publish, qos);
            assert!(!peer.message().dup);
        }
    }
}

#[test]
fn a_publisher_learns_that_nobody_subscribed() {
    for (qos, answer) in [(1, PUBACK), (2, PUBREC)] {
        let (topic, mut peer) = (topic(), Peer::new(V5));
        peer.send(&Publish::new(V5, &topic, "x").qos(qos, 1).bytes());
        // A node does not know who subscribed on the others.
        let nobody = if SERVER.is_cluster() { 0 } else { NOBODY };
        assert_eq!(peer.acknowledged(answer, 1), nobody);
        let mut watcher = Peer::new(V5);
        watcher.subscribe(&topic, 0);
        peer.send(&Publish::new(V5, &topic, "x").qos(qos, 2).bytes());
        assert_eq!(peer.acknowledged(answer, 2), 0);
    }
}

#[test]
fn a_publisher_of_5_learns_that_its_topic_is_forbidden() {
    for (qos, answer) in [(1, PUBACK), (2, PUBREC)] {
        let mut peer = Peer::new(V5);
        for _ in 0..2 {
            // Refused, the identifier is free again.
            peer.send(&Publish::new(V5, "foreign/x", "x").qos(qos, 1).bytes());
            assert_eq!(peer.acknowledged(answer, 1), 0x87);
        }
        peer.silent();
    }
    let mut peer = Peer::new(V5);
    peer.send(&Publish::new(V5, "foreign/x", "x").bytes());
    peer.disconnected(&[0x87]);
}

#[test]
fn a_publisher_of_3_1_1_is_closed_for_a_forbidden_topic() {
    for qos in 0..=2 {
        let mut peer = Peer::new(V311);
        peer.send(&Publish::new(V311, "foreign/x", "x").qos(qos, 1).bytes());
        peer.closed();
    }
}

#[test]
fn a_refused_identifier_of_qos_2_is_a_new_message_next_time() {
    let (topic, mut watcher) = (topic(), Peer::new(V5));
    watcher.subscribe(&topic, 2);
    let mut peer = Peer::new(V5);
    peer.send(&Publish::new(V5, "foreign/x", "x").qos(2, 1).bytes());
    assert_eq!(peer.acknowledged(PUBREC, 1), 0x87);
    peer.send(&Publish::new(V5, &topic, "allowed").qos(2, 1).bytes());
    assert_eq!(peer.acknowledged(PUBREC, 1), 0);
    peer.send(&acknowledgement(PUBREL, 1));
    assert_eq!(peer.acknowledged(PUBCOMP, 1), 0);
    watcher.receives(&["allowed"]);
}
