//! SUBSCRIBE, UNSUBSCRIBE and their answers.

use crate::support::packet::{
    NO_LOCAL, PUBACK, PUBCOMP, PUBREC, PUBREL, Publish, acknowledgement, subscribe, unsubscribe,
};
use crate::support::peer::Peer;
use crate::support::received::Message;
use crate::support::{V5, V311, VERSIONS, topic};

#[test]
fn suback_has_the_identifier_and_a_code_for_each_filter_in_order() {
    let filters = [
        ("lamps/a", 2),
        ("foreign/b", 1),
        ("lamps/c", 0),
        ("doors/d", 1),
    ];
    let mut old = Peer::new(V311);
    old.send(&subscribe(V311, 0xabcd, &filters));
    old.expect(&[0x90, 6, 0xab, 0xcd, 2, 0x80, 0, 1]);
    let mut new = Peer::new(V5);
    new.send(&subscribe(V5, 0xabcd, &filters));
    assert_eq!(new.suback(0xabcd), [2, 0x87, 0, 1]);
}

#[test]
fn several_filters_are_as_good_as_several_packets() {
    for version in VERSIONS {
        let topics = [topic(), topic(), topic()];
        let filters = [(&*topics[0], 0), (&topics[1], 1), (&topics[2], 2)];
        let mut peer = Peer::new(version);
        peer.send(&subscribe(version, 1, &filters));
        assert_eq!(peer.suback(1), [0, 1, 2]);
        let mut publisher = Peer::new(version);
        for (topic, qos) in filters {
            publisher.publish(topic, "x", 2);
            assert_eq!(peer.receive().qos, qos);
        }
    }
}

#[test]
fn an_equal_filter_replaces_the_subscription() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::new(version));
        let mut publisher = Peer::new(version);
        for qos in [1, 0, 2] {
            peer.subscribe(&topic, qos);
            publisher.publish(&topic, "x", 2);
            assert_eq!(peer.receive().qos, qos);
            peer.silent();
        }
        peer.send(&unsubscribe(version, 1, &[&topic]));
        let _ = peer.packet();
        publisher.publish(&topic, "x", 2);
        peer.silent();
    }
}

#[test]
fn a_replaced_subscription_loses_no_message() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::new(version));
        peer.subscribe(&topic, 1);
        let mut publisher = Peer::new(version);
        for n in 0..20 {
            publisher.publish(&topic, n.to_string(), 1);
            peer.send(&subscribe(version, 7, &[(&topic, 1)]));
        }
        let (mut subacks, mut messages) = (0, 0);
        while subacks < 20 || messages < 20 {
            let packet = peer.packet();
            if packet[0] == 0x90 {
                subacks += 1;
            } else {
                peer.acknowledge(&Message::parse(version, &packet));
                messages += 1;
            }
        }
        peer.silent();
    }
}

#[test]
fn overlapping_subscriptions_deliver_with_the_highest_quality() {
    for version in VERSIONS {
        let wide = topic();
        let narrow = format!("{wide}/x");
        let wide = format!("{wide}/+");
        for filters in [[(&wide, 0), (&narrow, 1)], [(&narrow, 1), (&wide, 0)]] {
            let mut peer = Peer::kept(version);
            for (filter, qos) in filters {
                peer.subscribe(filter, qos);
            }
            let mut publisher = Peer::new(version);
            publisher.publish(&narrow, "m", 1);
            // One copy or two, but one of them with QoS 1.
            let first = peer.receive();
            let qos = if first.qos == 1 {
                1
            } else {
                peer.receive().qos
            };
            assert_eq!(qos, 1);
            peer.vanish();
            for n in 0..5 {
                publisher.publish(&narrow, n.to_string(), 1);
            }
            peer.resume();
            peer.receives(&["0", "1", "2", "3", "4"]);
        }
    }
}

#[test]
fn no_local_keeps_a_clients_own_messages_away() {
    let (topic, mut peer) = (topic(), Peer::new(V5));
    peer.subscribe(&topic, 1 | NO_LOCAL);
    peer.publish(&topic, "mine", 1);
    Peer::new(V5).publish(&topic, "another's", 1);
    peer.receives(&["another's"]);
    peer.silent();
    peer.subscribe(&topic, 1);
    peer.send(&Publish::new(V5, &topic, "mine").bytes());
    peer.receives(&["mine"]);
}

#[test]
fn unsuback_has_the_identifier_and_a_code_for_each_filter_in_order() {
    let mut old = Peer::new(V311);
    old.subscribe("lamps/a", 0);
    old.send(&unsubscribe(V311, 0xabcd, &["lamps/none", "lamps/a"]));
    old.expect(&[0xb0, 2, 0xab, 0xcd]);
    let mut new = Peer::new(V5);
    new.subscribe("lamps/a", 0);
    new.subscribe("lamps/b", 0);
    let filters = ["lamps/none", "lamps/a", "lamps/a", "lamps/b"];
    new.send(&unsubscribe(V5, 0xabcd, &filters));
    assert_eq!(new.unsuback(0xabcd), [0x11, 0, 0x11, 0]);
}

#[test]
fn unsubscribe_ends_the_filter_that_is_equal_and_no_other() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::new(version));
        let wide = format!("{topic}/+");
        let narrow = format!("{topic}/x");
        peer.subscribe(&wide, 1);
        let mut publisher = Peer::new(version);
        let upper = narrow.to_uppercase();
        for filter in [&*narrow, &format!("{topic}/#"), &format!("{wide}/"), &upper] {
            peer.send(&unsubscribe(version, 2, &[filter]));
            assert_eq!(peer.packet()[0], 0xb0);
            publisher.publish(&narrow, "x", 1);
            peer.receives(&["x"]);
        }
        peer.send(&unsubscribe(version, 3, &[&narrow, &wide]));
        let reasons = peer.unsuback(3);
        assert_eq!(reasons, if version.is_5() { &[0x11, 0][..] } else { &[] });
        publisher.publish(&narrow, "x", 1);
        peer.silent();
    }
}

#[test]
fn messages_on_their_way_are_completed_after_unsubscribe() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::kept(version));
        peer.subscribe(&topic, 2);
        let mut publisher = Peer::new(version);
        publisher.publish(&topic, "one", 1);
        publisher.publish(&topic, "two", 2);
        let one = peer.message();
        let two = peer.message();
        peer.send(&unsubscribe(version, 1, &[&topic]));
        assert_eq!(peer.packet()[0], 0xb0);
        peer.vanish();
        peer.resume();
        assert_eq!((peer.message().id, peer.message().id), (one.id, two.id));
        peer.send(&acknowledgement(PUBACK, one.id));
        peer.send(&acknowledgement(PUBREC, two.id));
        assert_eq!(peer.acknowledged(PUBREL, two.id), 0);
        peer.send(&acknowledgement(PUBCOMP, two.id));
        publisher.publish(&topic, "three", 1);
        peer.silent();
    }
}
