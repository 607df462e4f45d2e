//! Packets that break a rule, one each: the broker closes the connection that they came on, and does nothing else.

use crate::support::packet::{
    BAD_STRINGS, PUBREL, Publish, RETAIN_NEVER, Version, acknowledgement, byte, disconnect_with,
    frame, list, long, property, short, string, subscribe, subscribe_with, text, unsubscribe,
};
use crate::support::peer::Peer;
use crate::support::{V5, VERSIONS, topic};

/// Name, packet, and the reasons that MQTT 5 may give.
type Case = (&'static str, Vec<u8>, &'static [u8]);

/// Malformed Packet.
const M: &[u8] = &[0x81];
/// Protocol Error.
const P: &[u8] = &[0x82];
/// Either; the standard calls it by both names.
const MP: &[u8] = &[0x81, 0x82];

/// Changes the first byte.
fn with_first(mut packet: Vec<u8>, first: u8) -> Vec<u8> {
    packet[0] = first;
    packet
}

fn publishes(version: Version) -> Vec<Case> {
    let publish = |topic: &str| Publish::new(version, topic, "x");
    let id_missing = frame(0x32, &text("lamps/x"));
    let mut cases: Vec<Case> = vec![
        ("QoS 3", publish("lamps/x").qos(3, 1).bytes(), M),
        ("DUP with QoS 0", publish("lamps/x").dup().bytes(), MP),
        (
            "PUBLISH with identifier 0",
            publish("lamps/x").qos(1, 0).bytes(),
            MP,
        ),
        ("PUBLISH without its identifier", id_missing, M),
        (
            "topic longer than the packet",
            vec![0x30, 4, 0, 9, b'l', b'a'],
            M,
        ),
        ("topic missing", vec![0x30, 0], M),
        (
            "wildcard + in a topic",
            publish("lamps/+").bytes(),
            &[0x81, 0x82, 0x90],
        ),
        (
            "wildcard # in a topic",
            publish("lamps/#").bytes(),
            &[0x81, 0x82, 0x90],
        ),
        (
            "wildcard inside a level",
            publish("lamps/a+").bytes(),
            &[0x81, 0x82, 0x90],
        ),
        ("empty topic", publish("").bytes(), &[0x81, 0x82, 0x90]),
    ];
    for topic in BAD_STRINGS {
        let packet = Publish::new(version, topic, "x").bytes();
        cases.push(("topic is not a string", packet, &[0x81, 0x82, 0x90]));
    }
    if version.is_5() {
        cases.extend(publishes_of_5());
    }
    cases
}

fn publishes_of_5() -> Vec<Case> {
    let with = |property: &[u8]| {
        let publish = Publish::new(V5, "lamps/x", "x");
        publish.property(property).bytes()
    };
    let unknown_alias = Publish::new(V5, "", "x").property(&short(property::TOPIC_ALIAS, 3));
    let format = byte(property::PAYLOAD_FORMAT, 0);
    vec![
        (
            "topic alias 0",
            with(&short(property::TOPIC_ALIAS, 0)),
            &[0x94],
        ),
        (
            "topic alias above the maximum",
            with(&short(property::TOPIC_ALIAS, 17)),
            &[0x94],
        ),
        (
            "topic alias that was not set",
            unknown_alias.bytes(),
            &[0x82, 0x94],
        ),
        (
            "response topic with a wildcard",
            with(&string(property::RESPONSE_TOPIC, "lamps/+")),
            &[0x81, 0x82, 0x90],
        ),
        (
            "NUL in a response topic",
            with(&string(property::RESPONSE_TOPIC, "\0")),
            MP,
        ),
        (
            "content type is not UTF-8",
            with(&string(property::CONTENT_TYPE, [0xff])),
            MP,
        ),
        (
            "subscription identifier from a client",
            with(&[property::SUBSCRIPTION_ID, 1]),
            MP,
        ),
        (
            "PUBLISH property twice",
            with(&[&*format, &*format].concat()),
            P,
        ),
        (
            "PUBLISH payload format 2",
            with(&byte(property::PAYLOAD_FORMAT, 2)),
            MP,
        ),
        (
            "PUBLISH property of another packet",
            with(&long(property::SESSION_EXPIRY, 1)),
            MP,
        ),
        ("PUBLISH unknown property", with(&[0x7f, 0]), MP),
        (
            "PUBLISH property length beyond the packet",
            vec![0x30, 10, 0, 5, b'l', b'a', b'm', b'p', b's', 0x20, 1, 0],
            M,
        ),
    ]
}

fn subscriptions(version: Version) -> Vec<Case> {
    let flags = |first| with_first(subscribe(version, 1, &[("lamps/x", 0)]), first);
    let options = |options| subscribe(version, 1, &[("lamps/x", options)]);
    let mut cases: Vec<Case> = vec![
        ("flags of SUBSCRIBE", flags(0x80), M),
        ("all flags of SUBSCRIBE", flags(0x8f), M),
        (
            "SUBSCRIBE with identifier 0",
            subscribe(version, 0, &[("lamps/x", 0)]),
            MP,
        ),
        ("SUBSCRIBE without a filter", subscribe(version, 1, &[]), MP),
        (
            "SUBSCRIBE without options",
            list(0x82, version, 1, &[], &text("lamps/x")),
            MP,
        ),
        ("reserved option bit 6", options(0x40), MP),
        ("reserved option bit 7", options(0x80), MP),
        ("SUBSCRIBE with QoS 3", options(3), MP),
        (
            "flags of UNSUBSCRIBE",
            with_first(unsubscribe(version, 1, &["lamps/x"]), 0xa0),
            M,
        ),
        (
            "UNSUBSCRIBE with identifier 0",
            unsubscribe(version, 0, &["lamps/x"]),
            MP,
        ),
        (
            "UNSUBSCRIBE without a filter",
            unsubscribe(version, 1, &[]),
            MP,
        ),
        (
            "UNSUBSCRIBE cut off",
            list(0xa2, version, 1, &[], &[0, 9, b'l']),
            M,
        ),
    ];
    for filter in BAD_STRINGS {
        let entry = [&*text(filter), &[0]].concat();
        let packet = list(0x82, version, 1, &[], &entry);
        cases.push(("filter is not a string", packet, &[0x81, 0x82, 0x8f]));
        let packet = list(0xa2, version, 1, &[], &text(filter));
        cases.push((
            "UNSUBSCRIBE filter is not a string",
            packet,
            &[0x81, 0x82, 0x8f],
        ));
    }
    if version.is_5() {
        let shared = |options| subscribe(V5, 1, &[("$share/g/lamps/x", options)]);
        let with = |property: &[u8]| subscribe_with(V5, 1, property, &[("lamps/x", 0)]);
        cases.extend([
            ("Retain Handling 3", options(0x30), MP),
            ("No Local on a shared subscription", shared(0x04), P),
            (
                "subscription identifier 0",
                with(&[property::SUBSCRIPTION_ID, 0]),
                MP,
            ),
            (
                "subscription identifier twice",
                with(&[property::SUBSCRIPTION_ID, 1, property::SUBSCRIPTION_ID, 2]),
                P,
            ),
            (
                "SUBSCRIBE property of another packet",
                with(&short(property::TOPIC_ALIAS, 1)),
                MP,
            ),
        ] as [Case; 5]);
    } else {
        cases.extend([
            ("No Local of MQTT 5", options(0x04), MP),
            ("Retain As Published of MQTT 5", options(0x08), MP),
            ("Retain Handling of MQTT 5", options(RETAIN_NEVER), MP),
        ] as [Case; 3]);
    }
    cases
}

fn others(version: Version) -> Vec<Case> {
    let mut cases: Vec<Case> = vec![
        ("packet type 0", vec![0, 0], MP),
        ("CONNACK from a client", vec![0x20, 2, 0, 0], MP),
        ("SUBACK from a client", vec![0x90, 3, 0, 1, 0], MP),
        ("UNSUBACK from a client", vec![0xb0, 2, 0, 1], MP),
        ("PINGRESP from a client", vec![0xd0, 0], MP),
        ("flags of PUBACK", acknowledgement(0x42, 1), M),
        ("flags of PUBREC", acknowledgement(0x51, 1), M),
        ("flags of PUBREL", acknowledgement(0x60, 1), M),
        ("other flags of PUBREL", acknowledgement(0x63, 1), M),
        ("flags of PUBCOMP", acknowledgement(0x72, 1), M),
        ("PUBREL with identifier 0", acknowledgement(PUBREL, 0), MP),
        ("PUBACK cut off", vec![0x40, 1, 0], M),
        ("flags of PINGREQ", vec![0xc1, 0], M),
        ("PINGREQ with a body", vec![0xc0, 1, 0], M),
        ("flags of DISCONNECT", vec![0xe1, 0], M),
        (
            "a length of five bytes",
            vec![0x30, 0x80, 0x80, 0x80, 0x80, 1],
            M,
        ),
        ("a length with needless bytes", vec![0xc0, 0x80, 0], M),
    ];
    if version.is_5() {
        cases.extend([
            ("AUTH without a method", vec![0xf0, 0], P),
            ("flags of AUTH", vec![0xf1, 0], MP),
            (
                "DISCONNECT with an unknown reason",
                disconnect_with(0x01, &[]),
                MP,
            ),
            (
                "DISCONNECT with a server's reason",
                disconnect_with(0x8e, &[]),
                MP,
            ),
            (
                "DISCONNECT that revives its session",
                disconnect_with(0, &long(property::SESSION_EXPIRY, 60)),
                P,
            ),
            ("trailing bytes of DISCONNECT", vec![0xe0, 3, 0, 0, 0], M),
            (
                "PUBACK with an unknown reason",
                vec![0x40, 3, 0, 1, 0x01],
                MP,
            ),
            ("trailing bytes of PUBACK", vec![0x40, 5, 0, 1, 0, 0, 0], M),
        ] as [Case; 8]);
    } else {
        cases.extend([
            ("AUTH of MQTT 5", vec![0xf0, 0], MP),
            ("DISCONNECT with a body", vec![0xe0, 1, 0], M),
            ("PUBACK with a reason", vec![0x40, 3, 0, 1, 0], M),
        ] as [Case; 3]);
    }
    cases
}

fn close(version: Version, cases: Vec<Case>) {
    for (name, packet, reasons) in cases {
        println!("{version:?}: {name}");
        let mut peer = Peer::new(version);
        peer.send(&packet);
        peer.disconnected(reasons);
    }
}

#[test]
fn a_malformed_publish_closes() {
    for version in VERSIONS {
        close(version, publishes(version));
    }
}

#[test]
fn a_malformed_subscribe_or_unsubscribe_closes() {
    for version in VERSIONS {
        close(version, subscriptions(version));
    }
}

#[test]
fn any_other_malformed_packet_closes() {
    for version in VERSIONS {
        close(version, others(version));
    }
}

#[test]
fn a_malformed_publish_reaches_nobody_and_harms_nobody() {
    for version in VERSIONS {
        let (topic, mut watcher) = (topic(), Peer::new(version));
        watcher.subscribe(&topic, 0);
        let mut peer = Peer::new(version);
        peer.send(&Publish::new(version, &topic, "good").bytes());
        peer.send(&Publish::new(version, &topic, "bad").qos(3, 1).bytes());
        peer.try_send(&Publish::new(version, &topic, "late").bytes());
        peer.disconnected(M);
        watcher.receives(&["good"]);
        Peer::new(version).publish(&topic, "fence", 0);
        watcher.receives(&["fence"]);
    }
}
