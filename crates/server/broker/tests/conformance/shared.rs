//! Shared subscriptions.

use crate::support::packet::{
    Connect, PUBACK, PUBCOMP, PUBREC, PUBREL, Publish, acknowledgement, acknowledgement_with,
    subscribe, unsubscribe,
};
use crate::support::peer::Peer;
use crate::support::received::Message;
use crate::support::{V5, VERSIONS, topic};

fn share(group: &str, topic: &str) -> String {
    format!("$share/{group}/{topic}")
}

fn publish(topic: &str, count: usize, qos: u8) {
    let mut publisher = Peer::new(V5);
    for n in 0..count {
        publisher.publish(topic, n.to_string(), qos);
    }
}

/// Receives what was published before, and acknowledges it. A message to the peer itself comes after that, from whatever node.
fn drain(peer: &mut Peer) -> Vec<Message> {
    const ID: u16 = 60_000;
    let own = format!("lamps/p2p/{}", peer.client_id);
    peer.send(&Publish::new(peer.version, &own, "").qos(1, ID).bytes());
    let (mut messages, mut is_acknowledged, mut is_last) = (Vec::new(), false, false);
    while !(is_acknowledged && is_last) {
        let packet = peer.packet();
        if packet[0] == PUBACK {
            is_acknowledged = true;
            continue;
        }
        let message = Message::parse(peer.version, &packet);
        peer.acknowledge(&message);
        if message.topic == own {
            is_last = true;
        } else {
            messages.push(message);
        }
    }
    messages
}

#[test]
fn one_member_of_a_share_gets_each_message() {
    for version in VERSIONS {
        let topic = topic();
        let mut members = [(); 3].map(|()| Peer::new(version));
        for member in &mut members {
            member.subscribe(&share("g", &topic), 1);
        }
        publish(&topic, 30, 1);
        let got = members.each_mut().map(drain);
        let mut payloads: Vec<usize> = got
            .iter()
            .flatten()
            .map(|m| m.text().parse().unwrap())
            .collect();
        payloads.sort_unstable();
        assert_eq!(payloads, (0..30).collect::<Vec<_>>());
        assert!(got.iter().all(|messages| !messages.is_empty()));
    }
}

#[test]
fn a_share_and_a_plain_subscription_are_two() {
    for version in VERSIONS {
        let topic = topic();
        let (mut a, mut b) = (Peer::new(version), Peer::new(version));
        a.subscribe(&topic, 1);
        a.subscribe(&share("g", &topic), 1);
        b.subscribe(&share("g", &topic), 1);
        publish(&topic, 20, 1);
        let (got_a, got_b) = (drain(&mut a).len(), drain(&mut b).len());
        assert!(got_a >= 20, "{got_a}");
        assert_eq!(got_a + got_b, 40);
        // The plain one stays when the share goes.
        a.send(&unsubscribe(version, 1, &[&share("g", &topic)]));
        assert_eq!(a.packet()[0], 0xb0);
        publish(&topic, 10, 1);
        assert_eq!((drain(&mut a).len(), drain(&mut b).len()), (10, 10));
    }
}

#[test]
fn unsubscribe_tells_shares_and_plain_subscriptions_apart() {
    for version in VERSIONS {
        let topic = topic();
        let (mut plain, mut shared) = (Peer::new(version), Peer::new(version));
        plain.subscribe(&topic, 1);
        shared.subscribe(&share("g", &topic), 1);
        plain.send(&unsubscribe(version, 1, &[&share("never", &topic)]));
        assert_eq!(plain.packet()[0], 0xb0);
        shared.send(&unsubscribe(version, 1, &[&topic]));
        assert_eq!(shared.packet()[0], 0xb0);
        publish(&topic, 10, 1);
        assert_eq!(
            (drain(&mut plain).len(), drain(&mut shared).len()),
            (10, 10)
        );
    }
}

#[test]
fn two_shares_are_two_subscriptions() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::new(version));
        peer.subscribe(&share("g1", &topic), 1);
        peer.subscribe(&share("g2", &topic), 1);
        publish(&topic, 10, 1);
        assert_eq!(drain(&mut peer).len(), 20);
    }
}

#[test]
fn a_share_beside_an_overlapping_plain_filter_is_a_second_copy() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::new(version));
        let narrow = format!("{topic}/x");
        peer.subscribe(&narrow, 1);
        peer.subscribe(&share("g", &format!("{topic}/+")), 1);
        publish(&narrow, 10, 1);
        assert_eq!(drain(&mut peer).len(), 20);
    }
}

#[test]
fn each_member_of_a_share_has_its_own_quality() {
    for version in VERSIONS {
        let topic = topic();
        let mut members = [0, 1, 2].map(|qos| {
            let mut peer = Peer::new(version);
            peer.subscribe(&share("g", &topic), qos);
            peer
        });
        publish(&topic, 12, 2);
        for (qos, member) in (0..).zip(&mut members) {
            assert!(drain(member).iter().all(|message| message.qos == qos));
        }
    }
}

#[test]
fn malformed_shares_are_refused() {
    for version in VERSIONS {
        for filter in [
            "$share",
            "$share/",
            "$share/g",
            "$share/g/",
            "$share//lamps",
            "$share/+/lamps",
            "$share/#/lamps",
            "$share/g+/lamps",
            "$share/g/lamps/#/x",
        ] {
            println!("{version:?}: {filter}");
            let mut peer = Peer::new(version);
            peer.send(&subscribe(version, 1, &[(filter, 1)]));
            match peer.next() {
                Some(packet) if packet[0] == 0x90 => {
                    assert!(*packet.last().unwrap() >= 0x80);
                    peer.silent();
                }
                Some(packet) => {
                    assert!(version.is_5());
                    assert_eq!(packet[0], 0xe0);
                    assert!([0x81, 0x82, 0x8f].contains(&packet[2]), "{packet:02x?}");
                    peer.closed();
                }
                None => assert!(!version.is_5()),
            }
        }
    }
}

/// Two members of a share with kept sessions, and the message that the first one got.
fn chosen(qos: u8) -> (Peer, Peer, Message) {
    let topic = topic();
    let mut peer = Peer::kept(V5);
    peer.subscribe(&share("g", &topic), qos);
    publish(&topic, 1, qos);
    let message = peer.message();
    let mut other = Peer::kept(V5);
    other.subscribe(&share("g", &topic), qos);
    (peer, other, message)
}

#[test]
fn a_shared_message_of_qos_2_is_completed_with_the_member_that_has_it() {
    let (mut peer, mut other, message) = chosen(2);
    peer.vanish();
    other.silent();
    peer.resume();
    let again = peer.message();
    assert!(again.dup);
    assert_eq!(again.id, message.id);
    peer.send(&acknowledgement(PUBREC, again.id));
    assert_eq!(peer.acknowledged(PUBREL, again.id), 0);
    peer.send(&acknowledgement(PUBCOMP, again.id));
    peer.silent();
    other.silent();
}

#[test]
fn a_shared_message_of_qos_2_ends_with_its_session() {
    let (mut peer, mut other, _) = chosen(2);
    peer.vanish();
    Peer::connect(&Connect::new(V5, &peer.client_id)).silent();
    other.silent();
}

#[test]
fn a_shared_message_that_is_refused_goes_to_nobody_else() {
    for (qos, answer) in [(1, PUBACK), (2, PUBREC)] {
        let (mut peer, mut other, message) = chosen(qos);
        peer.send(&acknowledgement_with(answer, message.id, 0x80));
        peer.silent();
        other.silent();
    }
}
