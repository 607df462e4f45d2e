//! Packets that break a rule, one each: the broker closes the connection that they came on, and does nothing else.

use crate::support::packet::{
    Connect, PUBREL, Publish, RETAIN_NEVER, Version, WILL, WILL_RETAIN, acknowledgement, byte,
    disconnect_with, frame, list, long, property, short, string, subscribe, subscribe_with, text,
    unsubscribe, user_property,
};
use crate::support::peer::Peer;
use crate::support::received::Connack;
use crate::support::{V5, VERSIONS, client_id, topic};

/// Name, packet, and the reasons that MQTT 5 may give.
type Case = (&'static str, Vec<u8>, &'static [u8]);

/// Malformed Packet.
const M: &[u8] = &[0x81];
/// Protocol Error.
const P: &[u8] = &[0x82];
/// Either; the standard calls it by both names.
const MP: &[u8] = &[0x81, 0x82];

/// A string with a NUL, one that is not UTF-8, and one with a surrogate.
const STRINGS: [&[u8]; 3] = [b"lamps/\0", b"lamps/\xff", b"lamps/\xed\xa0\x80"];

fn connects(version: Version) -> Vec<(&'static str, Vec<u8>)> {
    let connect = || Connect::new(version, client_id());
    let change = |change: fn(&mut Connect)| {
        let mut connect = connect();
        change(&mut connect);
        connect.bytes()
    };
    let mut cases = vec![
        ("flags of CONNECT", change(|c| c.first = 0x11)),
        (
            "another protocol name",
            change(|c| c.name = b"MQTX".to_vec()),
        ),
        ("reserved flag", change(|c| c.flags |= 1)),
        ("trailing bytes", change(|c| c.rest = vec![0])),
        (
            "another string after the password",
            change(|c| c.rest = text("x")),
        ),
        ("will flag without a will", change(|c| c.flags |= WILL)),
        ("will QoS 3", connect().will("lamps", "x", 3).bytes()),
        ("will QoS without a will", change(|c| c.flags |= 0x08)),
        (
            "will retain without a will",
            change(|c| c.flags |= WILL_RETAIN),
        ),
        (
            "will without its flag",
            connect()
                .will("lamps", "x", 0)
                .bytes()
                .tap(9, |flags| *flags &= !WILL),
        ),
        ("user name without its flag", change(|c| c.flags &= !0x80)),
        ("user name missing", change(|c| c.user_name = None)),
        ("password without its flag", change(|c| c.flags &= !0x40)),
        ("password missing", change(|c| c.password = None)),
        (
            "NUL in the client id",
            change(|c| c.client_id = b"GID_test@@@\0".to_vec()),
        ),
        (
            "client id is not UTF-8",
            change(|c| c.client_id = b"GID_test@@@\xff".to_vec()),
        ),
        (
            "surrogate in the client id",
            change(|c| c.client_id = b"GID_test@@@\xed\xa0\x80".to_vec()),
        ),
        (
            "user name is not UTF-8",
            change(|c| c.user_name = Some(b"\xc0\x80".to_vec())),
        ),
        (
            "NUL in the user name",
            change(|c| c.user_name = Some(b"a\0".to_vec())),
        ),
        (
            "client id missing",
            frame(
                0x10,
                &[0, 4, b'M', b'Q', b'T', b'T', connect().level, 2, 0, 0],
            ),
        ),
        (
            "a length of five bytes",
            vec![0x10, 0x80, 0x80, 0x80, 0x80, 1],
        ),
        ("empty body", vec![0x10, 0]),
    ];
    for topic in STRINGS {
        cases.push(("will topic", connect().will(topic, "x", 0).bytes()));
    }
    if version.is_5() {
        cases.extend(connects_of_5());
    } else {
        let password_alone = change(|c| {
            c.flags &= !0x80;
            c.user_name = None;
        });
        cases.push(("password without user name", password_alone));
    }
    cases
}

fn connects_of_5() -> Vec<(&'static str, Vec<u8>)> {
    let with = |properties: &[&[u8]]| {
        let connect = Connect::new(V5, client_id());
        connect.property(&properties.concat()).bytes()
    };
    let will = |property: &[u8]| {
        let connect = Connect::new(V5, client_id()).will("lamps/w", "x", 0);
        connect.will_property(property).bytes()
    };
    let expiry = long(property::SESSION_EXPIRY, 1);
    vec![
        ("property twice", with(&[&expiry, &expiry])),
        ("unknown property", with(&[&[0x7f, 0]])),
        (
            "property of another packet",
            with(&[&byte(property::PAYLOAD_FORMAT, 0)]),
        ),
        ("property cut off", with(&[&expiry[..3]])),
        (
            "Receive Maximum 0",
            with(&[&short(property::RECEIVE_MAXIMUM, 0)]),
        ),
        (
            "Maximum Packet Size 0",
            with(&[&long(property::MAXIMUM_PACKET_SIZE, 0)]),
        ),
        (
            "Request Problem Information 2",
            with(&[&byte(property::REQUEST_PROBLEM_INFORMATION, 2)]),
        ),
        (
            "Request Response Information 2",
            with(&[&byte(property::REQUEST_RESPONSE_INFORMATION, 2)]),
        ),
        (
            "authentication data without method",
            with(&[&string(property::AUTHENTICATION_DATA, "x")]),
        ),
        ("NUL in a user property", with(&[&user_property("a", "\0")])),
        (
            "name of a user property is not UTF-8",
            with(&[&[0x26, 0, 1, 0xff, 0, 0]]),
        ),
        (
            "property length beyond the packet",
            Connect::new(V5, client_id())
                .bytes()
                .tap(12, |length| *length = 0x7f),
        ),
        (
            "property length with needless bytes",
            needless_property_length(),
        ),
        (
            "will property twice",
            will(&[byte(1, 0), byte(1, 0)].concat()),
        ),
        ("will property of another packet", will(&expiry)),
        (
            "will payload format 2",
            will(&byte(property::PAYLOAD_FORMAT, 2)),
        ),
        (
            "will response topic with a wildcard",
            will(&string(property::RESPONSE_TOPIC, "lamps/+")),
        ),
    ]
}

fn needless_property_length() -> Vec<u8> {
    let packet = Connect::new(V5, client_id()).bytes();
    // Two bytes of header and length, ten of the variable header, then the length 0.
    let head = packet.len() - body_length(&packet);
    let body = &packet[head..];
    frame(0x10, &[&body[..10], &[0x80, 0], &body[11..]].concat())
}

fn body_length(packet: &[u8]) -> usize {
    let head = 1
        + packet[1..]
            .iter()
            .take_while(|byte| **byte & 0x80 != 0)
            .count()
        + 1;
    packet.len() - head
}

/// Changes a byte, counted from the fixed header as if its length had one byte.
trait Tap {
    fn tap(self, index: usize, change: impl FnOnce(&mut u8)) -> Self;
}

impl Tap for Vec<u8> {
    fn tap(mut self, index: usize, change: impl FnOnce(&mut u8)) -> Self {
        let head = self.len() - body_length(&self);
        change(&mut self[head + index - 2]);
        self
    }
}

#[test]
fn a_malformed_connect_is_never_accepted() {
    for version in VERSIONS {
        for (name, packet) in connects(version) {
            println!("{version:?}: {name}");
            let mut peer = Peer::open(version);
            peer.send(&packet);
            // MQTT 3.1.1 is closed without an answer; MQTT 5 may be told.
            if let Some(packet) = peer.next() {
                assert!(version.is_5(), "{packet:02x?}");
                let connack = Connack::parse(&packet);
                assert_eq!(connack.flags, 0);
                assert!(
                    [0x81, 0x82, 0x84, 0x85, 0x90, 0x99].contains(&connack.reason),
                    "{connack:?}"
                );
                peer.closed();
            }
        }
    }
}

#[test]
fn the_first_packet_has_to_be_connect() {
    for version in VERSIONS {
        for packet in [
            vec![0x20, 2, 0, 0],
            Publish::new(version, "lamps", "x").bytes(),
            subscribe(version, 1, &[("lamps", 0)]),
            vec![0xc0, 0],
            vec![0xe0, 0],
            vec![0xf0, 0],
            vec![0, 0],
            b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        ] {
            println!("{version:?}: {packet:02x?}");
            let mut peer = Peer::open(version);
            peer.send(&packet);
            peer.closed();
        }
    }
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
    for topic in STRINGS {
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
    let flags = |first| subscribe(version, 1, &[("lamps/x", 0)]).tap_first(first);
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
            unsubscribe(version, 1, &["lamps/x"]).tap_first(0xa0),
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
    for filter in STRINGS {
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

trait TapFirst {
    fn tap_first(self, first: u8) -> Self;
}

impl TapFirst for Vec<u8> {
    fn tap_first(mut self, first: u8) -> Self {
        self[0] = first;
        self
    }
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
