//! Valid filters, and the topics that they match.

use crate::support::packet::{Publish, subscribe};
use crate::support::peer::Peer;
use crate::support::{V5, VERSIONS, topic};

/// A filter, topics that it matches, and topics that it does not. `T` is a topic of two levels.
type Case = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const CASES: [Case; 14] = [
    ("T", &["T"], &["T/", "T/a", "Tx"]),
    ("T/", &["T/"], &["T", "T/a"]),
    ("T/a", &["T/a"], &["T/A", "T/a/", "T/ab", "T"]),
    ("T/#", &["T", "T/", "T/a", "T/a/b", "T//"], &["Tx", "Tx/a"]),
    ("T/+", &["T/a", "T/"], &["T", "T/a/b", "T/a/"]),
    ("T/+/b", &["T/a/b", "T//b"], &["T/b", "T/a/c", "T/a/b/c"]),
    ("T/+/+", &["T/a/b", "T//", "T/a/"], &["T/a", "T/a/b/c"]),
    ("T/+/#", &["T/a", "T/a/b", "T/"], &["T"]),
    ("T//", &["T//"], &["T/", "T"]),
    ("T/a b", &["T/a b"], &["T/a", "T/ab"]),
    ("T/\u{e5}", &["T/\u{e5}"], &["T/a\u{30a}", "T/a"]),
    ("T/$x", &["T/$x"], &["T/x"]),
    ("T/\u{10348}", &["T/\u{10348}"], &["T/?"]),
    ("T/+/$x", &["T/a/$x"], &["T/a/x"]),
];

#[test]
fn filters_match_level_by_level_and_character_by_character() {
    for version in VERSIONS {
        let mut publisher = Peer::new(version);
        for (filter, matching, others) in CASES {
            let base = topic();
            let at = |topic: &str| topic.replacen('T', &base, 1);
            let mut peer = Peer::new(version);
            peer.subscribe(&at(filter), 1);
            for topic in others.iter().chain(matching) {
                publisher.publish(&at(topic), *topic, 1);
            }
            for topic in matching {
                let message = peer.receive();
                assert_eq!(message.text(), *topic, "{filter}");
                assert_eq!(message.topic, at(topic));
            }
            peer.silent();
        }
    }
}

#[test]
fn malformed_filters_are_refused() {
    for version in VERSIONS {
        for filter in [
            "",
            "lamps/#/a",
            "lamps/a#",
            "lamps#",
            "lamps/##",
            "lamps/+a",
            "lamps/a+",
            "lamps/++",
            "lamps+",
        ] {
            println!("{version:?}: {filter}");
            let mut peer = Peer::new(version);
            peer.send(&subscribe(version, 1, &[(filter, 1)]));
            // Either the filter is refused or the connection is closed.
            match peer.next() {
                Some(packet) if packet[0] == 0x90 => {
                    let reason = *packet.last().unwrap();
                    let invalid = if version.is_5() { 0x8f } else { 0x80 };
                    assert_eq!(reason, invalid);
                    peer.silent();
                }
                Some(packet) => {
                    assert_eq!((version, packet[0]), (V5, 0xe0));
                    assert!([0x81, 0x82, 0x8f].contains(&packet[2]), "{packet:02x?}");
                    peer.closed();
                }
                None => assert!(!version.is_5()),
            }
        }
    }
}

#[test]
fn filters_outside_the_instance_are_refused() {
    for version in VERSIONS {
        let mut peer = Peer::new(version);
        let filters = [
            "foreign/x",
            "#",
            "+/x",
            "$SYS/#",
            "/lamps",
            "LAMPS/x",
            "lamp",
        ];
        let entries = filters.map(|filter| (filter, 1));
        peer.send(&subscribe(version, 1, &entries));
        let refused = if version.is_5() { 0x87 } else { 0x80 };
        assert_eq!(peer.suback(1), [refused; 7]);
        peer.silent();
    }
}

#[test]
fn topics_that_begin_with_a_dollar_are_nobodys() {
    for version in VERSIONS {
        for topic in ["$SYS/x", "$share/g/lamps", "$lamps"] {
            let mut peer = Peer::new(version);
            peer.send(&Publish::new(version, topic, "x").bytes());
            peer.disconnected(&[0x87, 0x90]);
        }
    }
}

#[test]
fn a_message_arrives_under_the_topic_that_it_was_published_to() {
    for version in VERSIONS {
        let (topic, mut peer) = (format!("{}/A b/\u{1f4a1}", topic()), Peer::new(version));
        peer.subscribe(&topic, 0);
        Peer::new(version).publish(&topic, "x", 0);
        peer.expect(&Publish::new(version, &topic, "x").bytes());
    }
}
