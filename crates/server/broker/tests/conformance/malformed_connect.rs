//! CONNECTs that break a rule, one each, and first packets that are none.

use crate::support::packet::{
    BAD_STRINGS, Connect, Publish, Version, WILL, WILL_RETAIN, byte, frame, long, property, short,
    string, subscribe, text, user_property,
};
use crate::support::peer::Peer;
use crate::support::received::Connack;
use crate::support::{V5, VERSIONS, client_id};

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
            with_byte(connect().will("lamps", "x", 0).bytes(), 9, |flags| {
                *flags &= !WILL
            }),
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
    for topic in BAD_STRINGS {
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
            with_byte(Connect::new(V5, client_id()).bytes(), 12, |length| {
                *length = 0x7f
            }),
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
fn with_byte(mut packet: Vec<u8>, index: usize, change: impl FnOnce(&mut u8)) -> Vec<u8> {
    let head = packet.len() - body_length(&packet);
    change(&mut packet[head + index - 2]);
    packet
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
