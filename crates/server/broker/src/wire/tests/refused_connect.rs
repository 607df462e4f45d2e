//! CONNECT packets that are refused, and how they are answered.

use super::super::{Decoded, Reason, Version, decode_connect};
use super::{
    FIELD_TOO_LONG, MALFORMED, MORE_THAN_FOUR, NOT_MINIMAL, NOT_UTF8, NULL, PROTOCOL,
    RESERVED_FLAGS, TOPIC, TRAILING, WILDCARD, assert_connect_refused, framed,
};

const NOT_SUPPORTED: &str = "protocol that is neither MQTT 3.1.1 nor MQTT 5";
const UNSUPPORTED: Reason = Reason::UNSUPPORTED_PROTOCOL_VERSION;
const RESERVED_FLAG: &str = "reserved connect flag";
const WITHOUT_WILL: &str = "QoS or retain flag of a will that is not there";
const WILL_QOS_3: &str = "QoS 3 of a will";
const EMPTY_TOPIC: &str = "empty topic of a will";

/// Rule, reason, and what follows the level of the protocol.
type Case = (&'static str, Reason, &'static [u8]);

const OF_V311: &[Case] = &[
    (RESERVED_FLAG, MALFORMED, b"\x03\0\x3c\0\x01c"),
    (WITHOUT_WILL, MALFORMED, b"\x0a\0\x3c\0\x01c"),
    (WITHOUT_WILL, MALFORMED, b"\x12\0\x3c\0\x01c"),
    (WITHOUT_WILL, MALFORMED, b"\x22\0\x3c\0\x01c"),
    (WILL_QOS_3, MALFORMED, b"\x1a\0\x3c\0\x01c"),
    (WILL_QOS_3, MALFORMED, b"\x1e\0\x3c\0\x01c\0\x01w\0\0"),
    (
        "password without user name",
        MALFORMED,
        b"\x42\0\x3c\0\x01c\0\x01p",
    ),
    (TRAILING, MALFORMED, b"\x02\0\x3c\0\x01cx"),
    (TRAILING, MALFORMED, b"\x02\0\x3c\0\x01c\0\x01u"),
    (FIELD_TOO_LONG, MALFORMED, b""),
    (FIELD_TOO_LONG, MALFORMED, b"\x02"),
    (FIELD_TOO_LONG, MALFORMED, b"\x02\0\x3c"),
    (FIELD_TOO_LONG, MALFORMED, b"\x02\0\x3c\0\x02c"),
    (FIELD_TOO_LONG, MALFORMED, b"\x06\0\x3c\0\x01c\0\x01w"),
    (FIELD_TOO_LONG, MALFORMED, b"\x82\0\x3c\0\x01c"),
    (FIELD_TOO_LONG, MALFORMED, b"\xc2\0\x3c\0\x01c\0\x01u"),
    (NOT_UTF8, MALFORMED, b"\x02\0\x3c\0\x01\xff"),
    (NOT_UTF8, MALFORMED, b"\x02\0\x3c\0\x03\xed\xa0\x80"),
    (NULL, MALFORMED, b"\x02\0\x3c\0\x01\0"),
    (NULL, MALFORMED, b"\x82\0\x3c\0\x01c\0\x01\0"),
    (NOT_UTF8, MALFORMED, b"\x82\0\x3c\0\x01c\0\x01\xfe"),
    (NULL, MALFORMED, b"\x06\0\x3c\0\x01c\0\x01\0\0\0"),
    (WILDCARD, TOPIC, b"\x06\0\x3c\0\x01c\0\x03a/+\0\0"),
    (WILDCARD, TOPIC, b"\x06\0\x3c\0\x01c\0\x01#\0\0"),
    (EMPTY_TOPIC, TOPIC, b"\x06\0\x3c\0\x01c\0\0\0\0"),
];

const OF_V5: &[Case] = &[
    (RESERVED_FLAG, MALFORMED, b"\x03\0\x3c\0\0\x01c"),
    (WITHOUT_WILL, MALFORMED, b"\x0a\0\x3c\0\0\x01c"),
    (WITHOUT_WILL, MALFORMED, b"\x22\0\x3c\0\0\x01c"),
    (WILL_QOS_3, MALFORMED, b"\x1e\0\x3c\0\0\x01c\0\0\x01w\0\0"),
    (TRAILING, MALFORMED, b"\x02\0\x3c\0\0\x01cx"),
    (FIELD_TOO_LONG, MALFORMED, b""),
    (FIELD_TOO_LONG, MALFORMED, b"\x02\0\x3c"),
    (FIELD_TOO_LONG, MALFORMED, b"\x02\0\x3c\x20"),
    (FIELD_TOO_LONG, MALFORMED, b"\x02\0\x3c\0\0\x02c"),
    (FIELD_TOO_LONG, MALFORMED, b"\x42\0\x3c\0\0\x01c"),
    (NOT_UTF8, MALFORMED, b"\x02\0\x3c\0\0\x01\xff"),
    (NULL, MALFORMED, b"\x02\0\x3c\0\0\x01\0"),
    (NULL, MALFORMED, b"\x82\0\x3c\0\0\x01c\0\x01\0"),
    (WILDCARD, TOPIC, b"\x06\0\x3c\0\0\x01c\0\0\x01+\0\0"),
    (EMPTY_TOPIC, TOPIC, b"\x06\0\x3c\0\0\x01c\0\0\0\0\0"),
];

#[test]
fn a_malformed_connect_of_version_3_is_not_answered() {
    for &(rule, reason, rest) in OF_V311 {
        let bytes = framed(0x10, &[b"\0\x04MQTT\x04", rest].concat());
        assert_connect_refused(&bytes, reason, rule, None);
    }
}

#[test]
fn a_malformed_connect_of_version_5_is_answered() {
    for &(rule, reason, rest) in OF_V5 {
        let bytes = framed(0x10, &[b"\0\x04MQTT\x05", rest].concat());
        assert_connect_refused(&bytes, reason, rule, Some(Version::V5));
    }
}

#[test]
fn other_protocols_are_answered_in_the_form_that_they_can_read() {
    for (name, level, answer) in [
        ("MQIsdp", 3, Some(Version::V311)),
        ("MQIsdp", 4, Some(Version::V311)),
        ("MQTT", 0, Some(Version::V311)),
        ("MQTT", 3, Some(Version::V311)),
        ("MQTT", 0x84, Some(Version::V311)),
        ("MQTT", 6, Some(Version::V5)),
        ("MQTT", 0x7f, Some(Version::V5)),
        ("MQTT", 0x85, Some(Version::V5)),
        ("MQTT", 0xff, Some(Version::V5)),
        ("MQTt", 4, None),
        ("", 4, None),
        ("MQTT5", 5, None),
    ] {
        let length = u8::try_from(name.len()).unwrap();
        let parts = [
            &[0, length],
            name.as_bytes(),
            &[level],
            b"\x02\0\x3c\0\x01c",
        ];
        let bytes = framed(0x10, &parts.concat());
        assert_connect_refused(&bytes, UNSUPPORTED, NOT_SUPPORTED, answer);
    }
}

#[test]
fn an_empty_client_id_without_clean_session_is_answered() {
    let bytes = framed(0x10, b"\0\x04MQTT\x04\0\0\x3c\0\0");
    let rule = "empty client identifier without Clean Session";
    let reason = Reason::CLIENT_IDENTIFIER_NOT_VALID;
    assert_connect_refused(&bytes, reason, rule, Some(Version::V311));
}

#[test]
fn another_first_packet_is_refused_at_its_first_byte() {
    for kind in (0..16).filter(|&kind| kind != 1) {
        let rule = "first packet that is not CONNECT";
        assert_connect_refused(&[kind << 4], PROTOCOL, rule, None);
    }
}

#[test]
fn a_wrong_fixed_header_of_connect_is_not_answered() {
    for flag in [1, 2, 4, 8] {
        assert_connect_refused(&[0x10 | flag], MALFORMED, RESERVED_FLAGS, None);
    }
    assert_connect_refused(b"\x10\x8d\0", MALFORMED, NOT_MINIMAL, None);
    assert_connect_refused(b"\x10\xff\xff\xff\xff", MALFORMED, MORE_THAN_FOUR, None);
}

#[test]
fn a_connect_over_the_limit_is_answered_if_it_is_of_version_5() {
    for (bytes, answer) in [
        (&b"\x10\x80\x01\0\x04MQTT\x05"[..], Some(Version::V5)),
        (b"\x10\x80\x01\0\x04MQTT\x05\x02\0", Some(Version::V5)),
        (b"\x10\x80\x01\0\x04MQTT\x04\x02\0", None),
        (b"\x10\x80\x01\0\x04MQTT\x06\x02\0", None),
    ] {
        let error = decode_connect(bytes, 130).err().unwrap();
        let found = (error.reason, error.answer);
        assert_eq!(found, (Reason::PACKET_TOO_LARGE, answer), "{bytes:02x?}");
        // Nothing is decided before its version is there, however the bytes arrive.
        for known in 0..10 {
            let decoded = decode_connect(&bytes[..known], 130);
            assert!(matches!(decoded, Ok(Decoded::Incomplete)), "{bytes:02x?}");
        }
        assert!(matches!(
            decode_connect(bytes, 131),
            Ok(Decoded::Incomplete)
        ));
    }
}
