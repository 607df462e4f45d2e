//! Contents of a session while its client is away, and packets sent again when it comes back.

use std::collections::HashSet;
use std::thread::{scope, sleep};
use std::time::Duration;

use crate::support::packet::{
    Connect, PUBACK, PUBCOMP, PUBREC, PUBREL, Publish, Version, acknowledgement, subscribe,
};
use crate::support::peer::Peer;
use crate::support::received::Message;
use crate::support::{SERVER, V5, V311, VERSIONS, topic};

fn numbers(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|n| n.to_string()).collect()
}

#[test]
fn messages_wait_for_an_absent_client_in_order() {
    for version in VERSIONS {
        for qos in [1, 2] {
            let (topic, mut peer) = (topic(), Peer::kept(version));
            peer.subscribe(&topic, qos);
            peer.disconnect();
            let mut publisher = Peer::new(version);
            for n in numbers(0..40) {
                publisher.publish(&topic, n, qos);
            }
            peer.resume();
            for n in numbers(0..40) {
                let message = peer.receive();
                assert_eq!((message.text(), message.dup), (&*n, false));
            }
            peer.silent();
        }
    }
}

#[test]
fn an_absent_client_misses_none_of_six_thousand_messages() {
    let (topic, mut peer) = (topic(), Peer::kept(V311));
    peer.subscribe(&topic, 1);
    peer.disconnect();
    let mut publisher = Peer::new(V311);
    for batch in 0..60 {
        let ids = 1..=100;
        for id in ids.clone() {
            let payload = (batch * 100 + usize::from(id) - 1).to_string();
            publisher.send(&Publish::new(V311, &topic, payload).qos(1, id).bytes());
        }
        for id in ids {
            publisher.acknowledged(PUBACK, id);
        }
    }
    peer.resume();
    peer.receives(&numbers(0..6000));
}

#[test]
fn an_absent_client_misses_none_of_two_hundred_large_messages() {
    let (topic, mut peer) = (topic(), Peer::kept(V311));
    peer.subscribe(&topic, 1);
    peer.disconnect();
    let mut publisher = Peer::new(V311);
    let large = |n: u8| vec![n; 64 << 10];
    for n in 0..200 {
        publisher.publish(&topic, large(n), 1);
    }
    peer.resume();
    for n in 0..200 {
        assert!(peer.receive().payload == large(n), "message {n}");
    }
    peer.silent();
}

#[test]
fn unacknowledged_messages_are_sent_again_in_order_each_time() {
    for version in VERSIONS {
        for qos in [1, 2] {
            let (topic, mut peer) = (topic(), Peer::kept(version));
            peer.subscribe(&topic, qos);
            let mut publisher = Peer::new(version);
            for n in numbers(0..5) {
                publisher.publish(&topic, n, qos);
            }
            let sent: Vec<Message> = (0..5).map(|_| peer.message()).collect();
            assert!(sent.iter().all(|message| !message.dup));
            for _ in 0..3 {
                peer.vanish();
                peer.resume();
                for message in &sent {
                    let again = Message {
                        dup: true,
                        ..message.clone()
                    };
                    assert_eq!(peer.message(), again);
                }
                peer.silent();
            }
            // What comes later, comes after.
            peer.vanish();
            publisher.publish(&topic, "5", qos);
            peer.resume();
            peer.receives(&numbers(0..6));
        }
    }
}

#[test]
fn acknowledged_messages_are_not_sent_again() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::kept(version));
        peer.subscribe(&topic, 1);
        let mut publisher = Peer::new(version);
        for n in numbers(0..5) {
            publisher.publish(&topic, n, 1);
        }
        let sent: Vec<Message> = (0..5).map(|_| peer.message()).collect();
        for index in [0, 2, 4] {
            peer.acknowledge(&sent[index]);
        }
        // The answer shows that the broker has read the acknowledgements.
        peer.silent();
        peer.vanish();
        peer.resume();
        peer.receives(&["1", "3"]);
        peer.silent();
    }
}

#[test]
fn releases_are_sent_again_in_order_each_time() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::kept(version));
        peer.subscribe(&topic, 2);
        let mut publisher = Peer::new(version);
        for n in numbers(0..5) {
            publisher.publish(&topic, n, 2);
        }
        let ids: Vec<u16> = (0..5).map(|_| peer.message().id).collect();
        for id in &ids {
            peer.send(&acknowledgement(PUBREC, *id));
            assert_eq!(peer.acknowledged(PUBREL, *id), 0);
        }
        for _ in 0..3 {
            peer.vanish();
            peer.resume();
            // Only PUBREL: PUBLISH must not come again.
            for id in &ids {
                assert_eq!(peer.acknowledged(PUBREL, *id), 0);
            }
        }
        for id in &ids {
            peer.send(&acknowledgement(PUBCOMP, *id));
        }
        peer.silent();
        peer.vanish();
        peer.resume();
        peer.silent();
    }
}

#[test]
fn nothing_is_sent_again_while_the_connection_lasts() {
    let mut peers = VERSIONS.map(|version| {
        let (topic, mut peer) = (topic(), Peer::kept(version));
        peer.subscribe(&topic, 2);
        let mut publisher = Peer::new(version);
        publisher.publish(&topic, "1", 1);
        publisher.publish(&topic, "2", 2);
        publisher.publish(&topic, "released", 2);
        peer.message();
        peer.message();
        let released = peer.message().id;
        peer.send(&acknowledgement(PUBREC, released));
        assert_eq!(peer.acknowledged(PUBREL, released), 0);
        (peer, topic)
    });
    sleep(Duration::from_secs(4));
    for (peer, topic) in &mut peers {
        peer.silent();
        // The session lasts as well.
        Peer::new(peer.version).publish(topic, "still here", 0);
        peer.receives(&["still here"]);
    }
}

#[test]
fn a_message_of_qos_2_that_is_sent_again_is_delivered_once() {
    for version in VERSIONS {
        let (topic, mut watcher) = (topic(), Peer::new(version));
        watcher.subscribe(&topic, 2);
        let mut peer = Peer::kept(version);
        let publish = Publish::new(version, &topic, "once").qos(2, 5);
        peer.send(&publish.bytes());
        assert_eq!(peer.acknowledged(PUBREC, 5), 0);
        for _ in 0..2 {
            peer.vanish();
            peer.resume();
            peer.send(&publish.clone().dup().bytes());
            assert!(peer.acknowledged(PUBREC, 5) < 0x80);
        }
        peer.vanish();
        peer.resume();
        for _ in 0..2 {
            peer.send(&acknowledgement(PUBREL, 5));
            peer.acknowledged(PUBCOMP, 5);
        }
        watcher.receives(&["once"]);
        watcher.silent();
    }
}

#[test]
fn a_kept_subscription_needs_no_subscribe() {
    for version in VERSIONS {
        let (topic, other, mut peer) = (topic(), topic(), Peer::kept(version));
        let filters = [(&*topic, 1), (&*other, 0)];
        peer.send(&subscribe(version, 1, &filters));
        assert_eq!(peer.suback(1), [1, 0]);
        peer.disconnect();
        peer.resume();
        let mut publisher = Peer::new(version);
        publisher.publish(&topic, "a", 2);
        publisher.publish(&other, "b", 2);
        let mut messages = [peer.receive(), peer.receive()];
        messages.sort_by_key(|message| message.text().to_owned());
        let got = messages
            .each_ref()
            .map(|message| (message.text(), message.qos));
        assert_eq!(got, [("a", 1), ("b", 0)]);
    }
}

/// Publishes numbers without a pause, while something is done to the receiver.
fn publish_meanwhile<T>(version: Version, topic: &str, count: usize, act: impl FnOnce() -> T) -> T {
    scope(|scope| {
        scope.spawn(|| {
            let mut publisher = Peer::new(version);
            for n in 0..count {
                publisher.publish(topic, n.to_string(), 1);
            }
        });
        act()
    })
}

/// Receives until all numbers came, in order but for repetitions.
fn receive_all(peer: &mut Peer, received: &mut HashSet<usize>, count: usize) {
    while received.len() < count {
        let number: usize = peer.receive().text().parse().unwrap();
        assert!(
            number <= received.len(),
            "{number} came after {}",
            received.len()
        );
        received.insert(number);
    }
    peer.silent();
}

#[test]
fn a_takeover_loses_no_message() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::kept(version));
        peer.subscribe(&topic, 1);
        let mut received = HashSet::new();
        publish_meanwhile(version, &topic, 300, || {
            for _ in 0..20 {
                for _ in 0..7 {
                    received.insert(peer.receive().text().parse().unwrap());
                }
                // Replaces the connection; what the old one had on its way is lost with it.
                peer.resume();
            }
        });
        receive_all(&mut peer, &mut received, 300);
    }
}

#[test]
fn a_reset_loses_no_message() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::kept(version));
        peer.subscribe(&topic, 1);
        let mut received = HashSet::new();
        let mut peer = publish_meanwhile(version, &topic, 300, || {
            for round in 0..20 {
                for _ in 0..5 {
                    received.insert(peer.receive().text().parse().unwrap());
                }
                // Closing a socket that has unread bytes resets the connection.
                sleep(Duration::from_millis(2));
                let gone = peer.client_id.clone();
                drop(peer);
                if round % 2 == 0 {
                    sleep(Duration::from_millis(5));
                }
                let connect = Connect::new(version, gone).kept();
                peer = Peer::connect_at(SERVER.address(), &connect).0;
            }
            peer
        });
        receive_all(&mut peer, &mut received, 300);
    }
}

#[test]
fn connecting_several_times_at_once_loses_no_message() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::kept(version));
        peer.subscribe(&topic, 1);
        peer.disconnect();
        let mut publisher = Peer::new(version);
        for n in numbers(0..200) {
            publisher.publish(&topic, n, 1);
        }
        let connect = Connect::new(version, &peer.client_id).kept();
        let mut hasty: Vec<Peer> = (0..3).map(|_| Peer::open(version)).collect();
        for peer in &mut hasty {
            peer.send(&connect.bytes());
        }
        for peer in &mut hasty {
            // CONNACK, or the end because another one was faster: in both cases CONNECT was handled.
            let _ = peer.next();
        }
        peer.resume();
        peer.receives(&numbers(0..200));
        peer.silent();
    }
}

#[test]
fn a_message_just_before_the_session_resumes_is_not_lost() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::kept(version));
        peer.subscribe(&topic, 1);
        let mut publisher = Peer::new(version);
        let direct = format!("lamps/p2p/{}", peer.client_id);
        for round in 0..30 {
            peer.vanish();
            let topic = if round % 2 == 0 { &topic } else { &direct };
            publisher.publish(topic, round.to_string(), 1);
            peer.resume();
            assert_eq!(peer.receive().text(), round.to_string());
            peer.silent();
        }
    }
}

#[test]
fn point_to_point_messages_survive_takeovers() {
    for version in VERSIONS {
        let mut peer = Peer::kept(version);
        let topic = format!("doors/p2p/{}", peer.client_id);
        let mut received = HashSet::new();
        publish_meanwhile(version, &topic, 100, || {
            for _ in 0..10 {
                received.insert(peer.receive().text().parse().unwrap());
                peer.resume();
            }
        });
        receive_all(&mut peer, &mut received, 100);
    }
}

#[test]
fn messages_of_one_publisher_arrive_in_order() {
    for version in VERSIONS {
        for qos in 0..=2 {
            let (topic, mut peer) = (topic(), Peer::new(version));
            peer.subscribe(&topic, qos);
            let mut publisher = Peer::new(version);
            for n in numbers(0..200) {
                publisher.publish(&topic, n, qos);
            }
            peer.receives(&numbers(0..200));
        }
    }
}

#[test]
fn a_session_of_one_version_is_resumed_by_the_other() {
    for (before, after) in [(V311, V5), (V5, V311)] {
        let (topic, mut peer) = (topic(), Peer::kept(before));
        peer.subscribe(&topic, 1);
        peer.disconnect();
        Peer::new(before).publish(&topic, "waiting", 1);
        peer.version = after;
        peer.resume();
        peer.receives(&["waiting"]);
    }
}
