//! Properties that are refused.

use super::super::{Reason, Version};
use super::{
    Case, FIELD_TOO_LONG, MALFORMED, MORE_THAN_FOUR, NOT_MINIMAL, NOT_UTF8, NULL, PROTOCOL, TOPIC,
    WILDCARD, assert_connect_refused, assert_refused, framed,
};

const ELSEWHERE: &str = "property that this packet cannot have";
const TWICE: &str = "property that occurs twice";
const NO_BOOLEAN: &str = "property that is neither 0 nor 1";
const EMPTY_RESPONSE_TOPIC: &str = "empty response topic";
const WITHOUT_METHOD: &str = "authentication data without authentication method";
const ALIAS: Reason = Reason::TOPIC_ALIAS_INVALID;

/// Identifiers of all properties.
const ALL: [u8; 27] = [
    0x01, 0x02, 0x03, 0x08, 0x09, 0x0b, 0x11, 0x12, 0x13, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1c,
    0x1f, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a,
];

/// Rule, reason, and properties without their length.
type Refused = (&'static str, Reason, &'static [u8]);

const REFUSED_IN_CONNECT: &[Refused] = &[
    (TWICE, PROTOCOL, b"\x11\0\0\0\x01\x11\0\0\0\x01"),
    (TWICE, PROTOCOL, b"\x21\0\x01\x21\0\x01"),
    (TWICE, PROTOCOL, b"\x22\0\x01\x22\0\x01"),
    (TWICE, PROTOCOL, b"\x27\0\0\0\x01\x27\0\0\0\x01"),
    (TWICE, PROTOCOL, b"\x17\x01\x17\x01"),
    (TWICE, PROTOCOL, b"\x19\x01\x19\x01"),
    (TWICE, PROTOCOL, b"\x15\0\x01m\x15\0\x01m"),
    (TWICE, PROTOCOL, b"\x16\0\x01d\x16\0\x01d"),
    (NO_BOOLEAN, PROTOCOL, b"\x17\x02"),
    (NO_BOOLEAN, PROTOCOL, b"\x19\xff"),
    ("receive maximum 0", PROTOCOL, b"\x21\0\0"),
    ("maximum packet size 0", PROTOCOL, b"\x27\0\0\0\0"),
    (WITHOUT_METHOD, PROTOCOL, b"\x16\0\x01d"),
    (NOT_UTF8, MALFORMED, b"\x15\0\x01\xff"),
    (NULL, MALFORMED, b"\x26\0\x01k\0\x01\0"),
    (NULL, MALFORMED, b"\x26\0\x01\0\0\x01v"),
    (FIELD_TOO_LONG, MALFORMED, b"\x11\0\0\0"),
    (FIELD_TOO_LONG, MALFORMED, b"\x26\0\x01k"),
    (FIELD_TOO_LONG, MALFORMED, b"\x21"),
];

const REFUSED_IN_A_WILL: &[Refused] = &[
    (TWICE, PROTOCOL, b"\x18\0\0\0\x01\x18\0\0\0\x01"),
    (TWICE, PROTOCOL, b"\x02\0\0\0\x01\x02\0\0\0\x01"),
    (TWICE, PROTOCOL, b"\x08\0\x01a\x08\0\x01a"),
    (NO_BOOLEAN, PROTOCOL, b"\x01\x02"),
    (WILDCARD, TOPIC, b"\x08\0\x03a/#"),
    (EMPTY_RESPONSE_TOPIC, TOPIC, b"\x08\0\0"),
    (NULL, MALFORMED, b"\x03\0\x01\0"),
];

#[test]
fn properties_of_publish() {
    let of_servers = "subscription identifier in a PUBLISH of a client";
    let cases: &[Case] = &[
        (of_servers, PROTOCOL, 0x30, b"\0\x01a\x02\x0b\x01"),
        ("topic alias 0", ALIAS, 0x30, b"\0\x01a\x03\x23\0\0"),
        ("topic alias 0", ALIAS, 0x30, b"\0\0\x03\x23\0\0"),
        (NO_BOOLEAN, PROTOCOL, 0x30, b"\0\x01a\x02\x01\x02"),
        (WILDCARD, TOPIC, 0x30, b"\0\x01a\x04\x08\0\x01+"),
        (EMPTY_RESPONSE_TOPIC, TOPIC, 0x30, b"\0\x01a\x03\x08\0\0"),
        (NOT_UTF8, MALFORMED, 0x30, b"\0\x01a\x04\x03\0\x01\x80"),
        (TWICE, PROTOCOL, 0x30, b"\0\x01a\x04\x01\0\x01\0"),
        (TWICE, PROTOCOL, 0x30, b"\0\x01a\x06\x09\0\0\x09\0\0"),
        (TWICE, PROTOCOL, 0x30, b"\0\x01a\x06\x23\0\x01\x23\0\x01"),
        (NOT_MINIMAL, MALFORMED, 0x30, b"\0\x01a\x80\0"),
        (ELSEWHERE, MALFORMED, 0x30, b"\0\x01a\x02\x80\x01"),
    ];
    assert_refused(Version::V5, cases);
}

#[test]
fn properties_of_other_packets() {
    let id_0 = "subscription identifier 0";
    let of_servers = "server reference in a DISCONNECT of a client";
    let cases: &[Case] = &[
        (id_0, PROTOCOL, 0x82, b"\0\x01\x02\x0b\0\0\x01a\0"),
        (
            MORE_THAN_FOUR,
            MALFORMED,
            0x82,
            b"\0\x01\x06\x0b\xff\xff\xff\xff\x01\0\x01a\0",
        ),
        (
            TWICE,
            PROTOCOL,
            0x82,
            b"\0\x01\x04\x0b\x01\x0b\x01\0\x01a\0",
        ),
        (TWICE, PROTOCOL, 0x40, b"\0\x01\0\x06\x1f\0\0\x1f\0\0"),
        (TWICE, PROTOCOL, 0xe0, b"\0\x0a\x11\0\0\0\x01\x11\0\0\0\x01"),
        (of_servers, PROTOCOL, 0xe0, b"\0\x04\x1c\0\x01s"),
        (WITHOUT_METHOD, PROTOCOL, 0xf0, b"\x18\x04\x16\0\x01d"),
        (NULL, MALFORMED, 0x62, b"\0\x01\0\x04\x1f\0\x01\0"),
    ];
    assert_refused(Version::V5, cases);
}

/// For each place: the properties that a client may send, and the packet around a property.
#[test]
fn a_property_is_refused_where_it_does_not_belong() {
    type Around = fn(u8) -> Vec<u8>;
    let places: [(&[u8], Around); 6] = [
        (&[0x01, 0x02, 0x03, 0x08, 0x09, 0x23, 0x26], |id| {
            framed(0x30, &[0, 1, b'a', 1, id])
        }),
        (&[0x1f, 0x26], |id| framed(0x40, &[0, 1, 0, 1, id])),
        (&[0x0b, 0x26], |id| {
            framed(0x82, &[0, 1, 1, id, 0, 1, b'a', 0])
        }),
        (&[0x26], |id| framed(0xa2, &[0, 1, 1, id, 0, 1, b'a'])),
        (&[0x11, 0x1f, 0x26], |id| framed(0xe0, &[0, 1, id])),
        (&[0x15, 0x16, 0x1f, 0x26], |id| framed(0xf0, &[0x18, 1, id])),
    ];
    for (allowed, around) in places {
        for id in (0..=0xff).filter(|id| !ALL.contains(id) || !allowed.contains(id)) {
            let bytes = around(id);
            let error = super::decode_packet(Version::V5, &bytes, super::LIMIT).unwrap_err();
            let special = matches!((bytes[0], id), (0x30, 0x0b) | (0xe0, 0x1c));
            assert_eq!(error.rule == ELSEWHERE, !special, "{bytes:02x?} {error:?}");
        }
        for &id in allowed {
            let bytes = around(id);
            let error = super::decode_packet(Version::V5, &bytes, super::LIMIT).unwrap_err();
            assert_eq!(error.rule, FIELD_TOO_LONG, "{bytes:02x?}");
        }
    }
}

fn assert_refused_in_connect(rule: &'static str, reason: Reason, flags: u8, parts: [&[u8]; 2]) {
    let body = [b"\0\x04MQTT\x05", &[flags][..], b"\0\x3c", &parts.concat()].concat();
    assert_connect_refused(&framed(0x10, &body), reason, rule, Some(Version::V5));
}

fn with_length(properties: &[u8]) -> Vec<u8> {
    let length = u8::try_from(properties.len()).unwrap();
    [&[length], properties].concat()
}

#[test]
fn properties_of_connect() {
    for &(rule, reason, properties) in REFUSED_IN_CONNECT {
        let properties = with_length(properties);
        assert_refused_in_connect(rule, reason, 2, [&properties, b"\0\x01c"]);
    }
    let allowed = [0x11, 0x15, 0x16, 0x17, 0x19, 0x21, 0x22, 0x26, 0x27];
    for id in (0..=0xff).filter(|id| !allowed.contains(id)) {
        assert_refused_in_connect(ELSEWHERE, MALFORMED, 2, [&[1, id], b"\0\x01c"]);
    }
}

#[test]
fn properties_of_a_will() {
    for &(rule, reason, properties) in REFUSED_IN_A_WILL {
        let rest = [with_length(properties), b"\0\x01w\0\0".to_vec()].concat();
        assert_refused_in_connect(rule, reason, 6, [b"\0\0\x01c", &rest]);
    }
    let allowed = [0x01, 0x02, 0x03, 0x08, 0x09, 0x18, 0x26];
    for id in (0..=0xff).filter(|id| !allowed.contains(id)) {
        let rest = [&[1, id], &b"\0\x01w\0\0"[..]].concat();
        assert_refused_in_connect(ELSEWHERE, MALFORMED, 6, [b"\0\0\x01c", &rest]);
    }
}
