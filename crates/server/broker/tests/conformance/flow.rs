//! Bounds that a client of MQTT 5 sets: messages in flight, the size of packets, topic aliases.

use crate::support::packet::{
    Connect, PUBACK, PUBCOMP, PUBREC, PUBREL, Publish, acknowledgement, acknowledgement_with, long,
    property, short, subscribe, unsubscribe,
};
use crate::support::peer::Peer;
use crate::support::{V5, V311, client_id, topic};

fn receive_maximum(maximum: u16) -> Peer {
    let property = short(property::RECEIVE_MAXIMUM, maximum);
    Peer::connect(&Connect::new(V5, client_id()).property(&property))
}

#[test]
fn no_more_messages_are_on_their_way_than_the_client_takes() {
    for qos in [1, 2] {
        let (topic, mut peer) = (topic(), receive_maximum(2));
        peer.subscribe(&topic, qos);
        let mut publisher = Peer::new(V5);
        for n in 0..5 {
            publisher.publish(&topic, n.to_string(), qos);
        }
        let (first, second) = (peer.message(), peer.message());
        peer.silent();
        peer.acknowledge(&second);
        assert_eq!(peer.message().text(), "2");
        peer.silent();
        peer.acknowledge(&first);
        assert_eq!(peer.message().text(), "3");
        peer.silent();
    }
}

#[test]
fn a_message_of_qos_2_counts_until_it_is_completed() {
    let (topic, mut peer) = (topic(), receive_maximum(1));
    peer.subscribe(&topic, 2);
    let mut publisher = Peer::new(V5);
    for n in 0..3 {
        publisher.publish(&topic, n.to_string(), 2);
    }
    let first = peer.message();
    peer.send(&acknowledgement(PUBREC, first.id));
    assert_eq!(peer.acknowledged(PUBREL, first.id), 0);
    peer.silent();
    peer.send(&acknowledgement(PUBCOMP, first.id));
    let second = peer.message();
    assert_eq!(second.text(), "1");
    // Refused, it is finished at once.
    peer.send(&acknowledgement_with(PUBREC, second.id, 0x83));
    assert_eq!(peer.message().text(), "2");
}

#[test]
fn other_packets_do_not_wait_for_messages() {
    let (topic, mut peer) = (topic(), receive_maximum(1));
    peer.subscribe(&topic, 1);
    let mut publisher = Peer::new(V5);
    publisher.publish(&topic, "on its way", 1);
    publisher.publish(&topic, "waiting", 1);
    let first = peer.message();
    peer.silent();
    peer.send(&subscribe(V5, 9, &[("lamps/none", 0)]));
    assert_eq!(peer.suback(9), [0]);
    peer.send(&Publish::new(V5, topic + "/none", "x").qos(2, 4).bytes());
    assert!(peer.acknowledged(PUBREC, 4) < 0x80);
    peer.acknowledge(&first);
    assert_eq!(peer.message().text(), "waiting");
}

#[test]
fn the_bound_holds_after_a_reconnect() {
    let topic = topic();
    let id = client_id();
    let connect = |maximum| {
        let property = short(property::RECEIVE_MAXIMUM, maximum);
        Connect::new(V5, &id).kept().property(&property)
    };
    let mut peer = Peer::connect(&connect(10));
    peer.subscribe(&topic, 1);
    let mut publisher = Peer::new(V5);
    for n in 0..6 {
        publisher.publish(&topic, n.to_string(), 1);
    }
    for n in 0..6 {
        assert_eq!(peer.message().text(), n.to_string());
    }
    peer.vanish();
    let mut peer = Peer::connect(&connect(2));
    for n in (0..6).step_by(2) {
        let messages = [peer.message(), peer.message()];
        peer.silent();
        for (message, n) in messages.iter().zip(n..) {
            assert_eq!(message.text(), n.to_string());
            peer.acknowledge(message);
        }
    }
    peer.silent();
}

#[test]
fn a_client_may_have_many_messages_on_their_way_to_the_broker() {
    let (topic, mut peer) = (topic(), Peer::new(V5));
    for id in 1..=300 {
        peer.send(&Publish::new(V5, &topic, "x").qos(2, id).bytes());
        assert!(peer.acknowledged(PUBREC, id) < 0x80);
    }
    for id in 1..=300 {
        peer.send(&acknowledgement(PUBREL, id));
        assert_eq!(peer.acknowledged(PUBCOMP, id), 0);
    }
}

fn maximum_packet_size(id: &str) -> Connect {
    Connect::new(V5, id).property(&long(property::MAXIMUM_PACKET_SIZE, 200))
}

#[test]
fn what_is_too_large_for_a_client_is_dropped_and_the_rest_arrives() {
    let large = "B".repeat(5000);
    for qos in 0..=2 {
        let (topic, mut peer) = (topic(), Peer::connect(&maximum_packet_size(&client_id())));
        peer.subscribe(&topic, qos);
        let mut publisher = Peer::new(V311);
        for payload in ["small", &large, "also small"] {
            publisher.publish(&topic, payload, qos);
        }
        peer.receives(&["small", "also small"]);
        // Dropped means done: no room among the messages on their way is lost.
        peer.silent();
    }
}

#[test]
fn the_largest_packet_that_fits_arrives() {
    let (topic, mut peer) = (topic(), Peer::connect(&maximum_packet_size(&client_id())));
    peer.subscribe(&topic, 0);
    // Fixed header 3, length of the topic 2, properties 1.
    let fits = 200 - 3 - 2 - topic.len() - 1;
    let mut publisher = Peer::new(V311);
    publisher.publish(&topic, "x".repeat(fits + 1), 0);
    publisher.publish(&topic, "x".repeat(fits), 0);
    let packet = peer.packet();
    assert_eq!(packet.len(), 200);
    peer.silent();
}

#[test]
fn what_is_too_large_does_not_lock_a_client_out() {
    let (topic, id) = (topic(), client_id());
    let large = "B".repeat(5000);
    let mut publisher = Peer::new(V311);
    publisher.publish_packet(&Publish::new(V311, &topic, &large).retain(), 1);
    let mut peer = Peer::connect(&maximum_packet_size(&id).kept());
    peer.subscribe(&topic, 1);
    peer.silent();
    publisher.publish(&format!("lamps/p2p/{id}"), &large, 1);
    peer.silent();
    peer.vanish();
    for payload in [&large, "small"] {
        publisher.publish(&topic, payload, 1);
    }
    let mut peer = Peer::connect(&maximum_packet_size(&id).kept());
    peer.receives(&["small"]);
    peer.silent();
}

#[test]
fn acknowledgements_fit_the_clients_maximum() {
    let property = long(property::MAXIMUM_PACKET_SIZE, 20);
    let mut peer = Peer::connect(&Connect::new(V5, client_id()).property(&property));
    peer.send(&subscribe(V5, 1, &[("foreign/x", 1)]));
    peer.send(&Publish::new(V5, "foreign/x", "x").qos(1, 2).bytes());
    peer.send(&Publish::new(V5, "foreign/x", "x").qos(2, 3).bytes());
    peer.send(&acknowledgement(PUBREL, 4));
    peer.send(&unsubscribe(V5, 5, &["lamps/none"]));
    let expect = |peer: &mut Peer, first| {
        let packet = peer.packet();
        assert_eq!(packet[0], first);
        assert!(packet.len() <= 20, "{packet:02x?}");
    };
    for first in [0x90, PUBACK, PUBREC, PUBCOMP, 0xb0] {
        expect(&mut peer, first);
    }
    // It ends the connection, and with it the wait for answers.
    peer.send(&Publish::new(V5, "foreign/x", "x").bytes());
    expect(&mut peer, 0xe0);
    peer.closed();
}

#[test]
fn a_refusing_connack_fits_the_clients_maximum() {
    for maximum in [5, 10, 20] {
        let property = long(property::MAXIMUM_PACKET_SIZE, maximum);
        let mut connect = Connect::new(V5, client_id()).property(&property);
        connect.password = Some(b"wrong".to_vec());
        let mut peer = Peer::open(V5);
        peer.send(&connect.bytes());
        // Without properties it has five bytes.
        let packet = peer.packet();
        assert!(packet.len() <= maximum as usize, "{packet:02x?}");
        peer.closed();
    }
}

#[test]
fn the_broker_uses_no_topic_alias_unless_the_client_allows_it() {
    for maximum in [None, Some(0), Some(2)] {
        let mut connect = Connect::new(V5, client_id());
        if let Some(maximum) = maximum {
            connect = connect.property(&short(property::TOPIC_ALIAS_MAXIMUM, maximum));
        }
        let (topic, mut peer) = (topic(), Peer::connect(&connect));
        peer.subscribe(&format!("{topic}/+"), 1);
        let mut publisher = Peer::new(V5);
        for n in 0..12 {
            let alias = short(property::TOPIC_ALIAS, 5);
            let publish = Publish::new(V5, format!("{topic}/{}", n % 4), "x").property(&alias);
            publisher.publish_packet(&publish, 1);
            let message = peer.receive();
            let alias = message.property(property::TOPIC_ALIAS);
            let alias = alias.map_or(0, |alias| u16::from_be_bytes(alias.try_into().unwrap()));
            assert!(alias <= maximum.unwrap_or(0), "{alias}");
            assert!(alias > 0 || !message.topic.is_empty());
        }
    }
}
