//! Packets after CONNECT whose content is refused.

use super::super::Version;
use super::{
    Case, FIELD_TOO_LONG, MALFORMED, NOT_UTF8, NULL, PROTOCOL, TOPIC, TRAILING, WILDCARD,
    assert_refused,
};

const ID_0: &str = "packet identifier 0";
const NAMELESS: &str = "neither topic nor topic alias";
const WITHOUT_FILTER: &str = "packet without a topic filter";
const EMPTY_FILTER: &str = "empty topic filter";
const BAD_REASON: &str = "reason code that a client cannot send with this packet";

#[test]
fn publish_of_version_3() {
    let cases: &[Case] = &[
        (NAMELESS, PROTOCOL, 0x30, b"\0\0payload"),
        (WILDCARD, TOPIC, 0x30, b"\0\x03a/+"),
        (WILDCARD, TOPIC, 0x30, b"\0\x01#"),
        (WILDCARD, TOPIC, 0x32, b"\0\x03a+b\0\x01"),
        (NULL, MALFORMED, 0x30, b"\0\x03a\0b"),
        (NULL, MALFORMED, 0x30, b"\0\x03a\0#"),
        (NOT_UTF8, MALFORMED, 0x30, b"\0\x02\xc0\x80"),
        (NOT_UTF8, MALFORMED, 0x30, b"\0\x03\xed\xa0\x80"),
        (NOT_UTF8, MALFORMED, 0x30, b"\0\x03\xed\xbf\xbf"),
        (NOT_UTF8, MALFORMED, 0x30, b"\0\x02a\xff"),
        (NOT_UTF8, MALFORMED, 0x30, b"\0\x02+\xff"),
        (NOT_UTF8, MALFORMED, 0x30, b"\0\x04\xf4\x90\x80\x80"),
        (FIELD_TOO_LONG, MALFORMED, 0x30, b"\0\x05abc"),
        (FIELD_TOO_LONG, MALFORMED, 0x32, b"\0\x03abc\0"),
        (ID_0, PROTOCOL, 0x32, b"\0\x01a\0\0"),
        (ID_0, PROTOCOL, 0x3c, b"\0\x01a\0\0"),
    ];
    assert_refused(Version::V311, cases);
}

#[test]
fn publish_of_version_5() {
    let cases: &[Case] = &[
        (NAMELESS, PROTOCOL, 0x30, b"\0\0\0payload"),
        (WILDCARD, TOPIC, 0x30, b"\0\x03a/+\0"),
        (WILDCARD, TOPIC, 0x30, b"\0\x01#\0"),
        (NULL, MALFORMED, 0x30, b"\0\x03a\0b\0"),
        (NOT_UTF8, MALFORMED, 0x30, b"\0\x03\xed\xa0\x80\0"),
        (NOT_UTF8, MALFORMED, 0x30, b"\0\x02a\xff\0"),
        (FIELD_TOO_LONG, MALFORMED, 0x30, b"\0\x01a"),
        (FIELD_TOO_LONG, MALFORMED, 0x30, b"\0\x01a\x05"),
        (ID_0, PROTOCOL, 0x32, b"\0\x01a\0\0\0"),
    ];
    assert_refused(Version::V5, cases);
}

#[test]
fn acknowledgements() {
    for first in [0x40, 0x50, 0x62, 0x70] {
        assert_refused(Version::V311, &[(ID_0, PROTOCOL, first, b"\0\0")]);
        let cases: &[Case] = &[
            (ID_0, PROTOCOL, first, b"\0\0"),
            (ID_0, PROTOCOL, first, b"\0\0\0\0"),
            (BAD_REASON, PROTOCOL, first, b"\0\x01\x01"),
            (BAD_REASON, PROTOCOL, first, b"\0\x01\x10"),
            (BAD_REASON, PROTOCOL, first, b"\0\x01\xff\0"),
            (TRAILING, MALFORMED, first, b"\0\x01\0\0x"),
            (FIELD_TOO_LONG, MALFORMED, first, b"\0\x01\0\x01"),
            (FIELD_TOO_LONG, MALFORMED, first, b"\0\x01\0\x80"),
        ];
        assert_refused(Version::V5, cases);
    }
}

fn assert_reasons(first: u8, before: &[u8], allowed: fn(u8) -> bool) {
    for reason in 0..=0xff {
        let bytes = super::framed(first, &[before, &[reason]].concat());
        let found = super::decode_packet(Version::V5, &bytes, super::LIMIT);
        assert_eq!(found.is_ok(), allowed(reason), "{bytes:02x?}");
    }
}

#[test]
fn reasons_that_only_servers_send_and_unknown_ones() {
    let of_publish = |reason| matches!(reason, 0 | 0x80 | 0x83 | 0x87 | 0x90 | 0x91 | 0x97 | 0x99);
    assert_reasons(0x40, &[0, 1], of_publish);
    assert_reasons(0x50, &[0, 1], of_publish);
    assert_reasons(0x62, &[0, 1], |reason| matches!(reason, 0 | 0x92));
    assert_reasons(0x70, &[0, 1], |reason| matches!(reason, 0 | 0x92));
    assert_reasons(
        0xe0,
        &[],
        |reason| matches!(reason, 0 | 4 | 0x80..=0x83 | 0x90 | 0x93..=0x99),
    );
}

#[test]
fn subscribe_of_version_3() {
    let reserved = "reserved bits of a requested QoS";
    let cases: &[Case] = &[
        (ID_0, PROTOCOL, 0x82, b"\0\0\0\x01a\0"),
        (WITHOUT_FILTER, PROTOCOL, 0x82, b"\0\x01"),
        (EMPTY_FILTER, MALFORMED, 0x82, b"\0\x01\0\0\0"),
        (EMPTY_FILTER, MALFORMED, 0x82, b"\0\x01\0\x01a\0\0\0\0"),
        ("QoS 3", MALFORMED, 0x82, b"\0\x01\0\x01a\x03"),
        (reserved, MALFORMED, 0x82, b"\0\x01\0\x01a\x04"),
        (reserved, MALFORMED, 0x82, b"\0\x01\0\x01a\x08"),
        (reserved, MALFORMED, 0x82, b"\0\x01\0\x01a\x10"),
        (reserved, MALFORMED, 0x82, b"\0\x01\0\x01a\x80"),
        (NULL, MALFORMED, 0x82, b"\0\x01\0\x02a\0\0"),
        (NOT_UTF8, MALFORMED, 0x82, b"\0\x01\0\x01\x80\0"),
        (FIELD_TOO_LONG, MALFORMED, 0x82, b"\0\x01\0\x01a"),
        (FIELD_TOO_LONG, MALFORMED, 0x82, b"\0\x01\0\x01a\0x"),
    ];
    assert_refused(Version::V311, cases);
}

#[test]
fn subscribe_of_version_5() {
    let reserved = "reserved subscription options";
    let no_local = "No Local with a shared subscription";
    let cases: &[Case] = &[
        (ID_0, PROTOCOL, 0x82, b"\0\0\0\0\x01a\0"),
        (FIELD_TOO_LONG, MALFORMED, 0x82, b"\0\x01"),
        (WITHOUT_FILTER, PROTOCOL, 0x82, b"\0\x01\0"),
        (EMPTY_FILTER, MALFORMED, 0x82, b"\0\x01\0\0\0\0"),
        ("QoS 3", PROTOCOL, 0x82, b"\0\x01\0\0\x01a\x03"),
        ("retain handling 3", PROTOCOL, 0x82, b"\0\x01\0\0\x01a\x30"),
        (reserved, MALFORMED, 0x82, b"\0\x01\0\0\x01a\x40"),
        (reserved, MALFORMED, 0x82, b"\0\x01\0\0\x01a\x80"),
        (no_local, PROTOCOL, 0x82, b"\0\x01\0\0\x0a$share/a/b\x04"),
        (NULL, MALFORMED, 0x82, b"\0\x01\0\0\x02a\0\0"),
        (NOT_UTF8, MALFORMED, 0x82, b"\0\x01\0\0\x01\x80\0"),
        (FIELD_TOO_LONG, MALFORMED, 0x82, b"\0\x01\0\0\x01a"),
        (FIELD_TOO_LONG, MALFORMED, 0x82, b"\0\x01\0\0\x01a\0x"),
    ];
    assert_refused(Version::V5, cases);
}

#[test]
fn unsubscribe() {
    let of_version_3: &[Case] = &[
        (ID_0, PROTOCOL, 0xa2, b"\0\0\0\x01a"),
        (WITHOUT_FILTER, PROTOCOL, 0xa2, b"\0\x01"),
        (EMPTY_FILTER, MALFORMED, 0xa2, b"\0\x01\0\0"),
        (NULL, MALFORMED, 0xa2, b"\0\x01\0\x01\0"),
        (NOT_UTF8, MALFORMED, 0xa2, b"\0\x01\0\x01\xff"),
        (FIELD_TOO_LONG, MALFORMED, 0xa2, b"\0\x01\0\x01aa"),
    ];
    assert_refused(Version::V311, of_version_3);
    let of_version_5: &[Case] = &[
        (ID_0, PROTOCOL, 0xa2, b"\0\0\0\0\x01a"),
        (FIELD_TOO_LONG, MALFORMED, 0xa2, b"\0\x01"),
        (WITHOUT_FILTER, PROTOCOL, 0xa2, b"\0\x01\0"),
        (EMPTY_FILTER, MALFORMED, 0xa2, b"\0\x01\0\0\0"),
        (NULL, MALFORMED, 0xa2, b"\0\x01\0\0\x01\0"),
        (NOT_UTF8, MALFORMED, 0xa2, b"\0\x01\0\0\x01\xff"),
        (FIELD_TOO_LONG, MALFORMED, 0xa2, b"\0\x01\0\0\x01aa"),
    ];
    assert_refused(Version::V5, of_version_5);
}

#[test]
fn disconnect_of_version_5() {
    let cases: &[Case] = &[
        (BAD_REASON, PROTOCOL, 0xe0, b"\x8e"),
        (BAD_REASON, PROTOCOL, 0xe0, b"\x8b\0"),
        (BAD_REASON, PROTOCOL, 0xe0, b"\x01"),
        (TRAILING, MALFORMED, 0xe0, b"\0\0x"),
        (FIELD_TOO_LONG, MALFORMED, 0xe0, b"\0\x05"),
    ];
    assert_refused(Version::V5, cases);
}

#[test]
fn auth() {
    let without_method = "AUTH without authentication method";
    let cases: &[Case] = &[
        (BAD_REASON, PROTOCOL, 0xf0, b""),
        (BAD_REASON, PROTOCOL, 0xf0, b"\0\x04\x15\0\x01m"),
        (BAD_REASON, PROTOCOL, 0xf0, b"\x1a\x04\x15\0\x01m"),
        (without_method, PROTOCOL, 0xf0, b"\x18"),
        (without_method, PROTOCOL, 0xf0, b"\x19\0"),
        (TRAILING, MALFORMED, 0xf0, b"\x18\x04\x15\0\x01mx"),
    ];
    assert_refused(Version::V5, cases);
}
