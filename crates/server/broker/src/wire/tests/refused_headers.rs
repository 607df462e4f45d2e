//! Packets that their fixed header alone gives away.

use super::super::reason::DecodeError;
use super::super::{Decoded, Reason, Version, decode_packet};
use super::{MALFORMED, MORE_THAN_FOUR, NOT_MINIMAL, PROTOCOL, RESERVED_FLAGS};

const RESERVED_TYPE: &str = "reserved packet type";
const OF_SERVERS: &str = "packet that only a server sends";
const LONGER: &str = "packet longer than its type allows";
const SHORTER: &str = "packet shorter than its type needs";

type Header = (&'static str, Reason, &'static [u8]);

const OF_BOTH_VERSIONS: &[Header] = &[
    (RESERVED_FLAGS, MALFORMED, b"\x11"),
    (RESERVED_FLAGS, MALFORMED, b"\x42"),
    (RESERVED_FLAGS, MALFORMED, b"\x58"),
    (RESERVED_FLAGS, MALFORMED, b"\x60"),
    (RESERVED_FLAGS, MALFORMED, b"\x63"),
    (RESERVED_FLAGS, MALFORMED, b"\x71"),
    (RESERVED_FLAGS, MALFORMED, b"\x80"),
    (RESERVED_FLAGS, MALFORMED, b"\x8a"),
    (RESERVED_FLAGS, MALFORMED, b"\xa0"),
    (RESERVED_FLAGS, MALFORMED, b"\xa3"),
    (RESERVED_FLAGS, MALFORMED, b"\xc1"),
    (RESERVED_FLAGS, MALFORMED, b"\xe2"),
    (RESERVED_FLAGS, MALFORMED, b"\xf4"),
    ("QoS 3", MALFORMED, b"\x36"),
    ("QoS 3", MALFORMED, b"\x3f"),
    ("DUP with QoS 0", MALFORMED, b"\x38"),
    (RESERVED_TYPE, MALFORMED, b"\x00"),
    (OF_SERVERS, PROTOCOL, b"\x20"),
    (OF_SERVERS, PROTOCOL, b"\x90"),
    (OF_SERVERS, PROTOCOL, b"\xb0"),
    (OF_SERVERS, PROTOCOL, b"\xd0"),
    (LONGER, MALFORMED, b"\xc0\x01"),
    (SHORTER, MALFORMED, b"\x30\x01"),
    (SHORTER, MALFORMED, b"\x32\x03"),
    (SHORTER, MALFORMED, b"\x40\x01"),
    (SHORTER, MALFORMED, b"\x50\x00"),
    (SHORTER, MALFORMED, b"\x62\x01"),
    (SHORTER, MALFORMED, b"\x70\x01"),
    (SHORTER, MALFORMED, b"\x82\x01"),
    (SHORTER, MALFORMED, b"\xa2\x00"),
    (MORE_THAN_FOUR, MALFORMED, b"\x30\xff\xff\xff\xff"),
    (MORE_THAN_FOUR, MALFORMED, b"\x30\x80\x80\x80\x80\x01"),
    (NOT_MINIMAL, MALFORMED, b"\xc0\x80\x00"),
    (NOT_MINIMAL, MALFORMED, b"\x40\x82\x00"),
    (NOT_MINIMAL, MALFORMED, b"\x30\xff\x80\x00"),
    (NOT_MINIMAL, MALFORMED, b"\x30\xff\xff\x80\x00"),
];

const OF_V311: &[Header] = &[
    (RESERVED_TYPE, MALFORMED, b"\xf0"),
    (LONGER, MALFORMED, b"\x40\x03"),
    (LONGER, MALFORMED, b"\x50\x04"),
    (LONGER, MALFORMED, b"\x62\x03"),
    (LONGER, MALFORMED, b"\x70\x03"),
    (LONGER, MALFORMED, b"\xe0\x01"),
];

fn assert_refused_early(version: Version, headers: &[Header]) {
    for &(rule, reason, bytes) in headers {
        let expected = DecodeError::new(reason, rule);
        let found = decode_packet(version, bytes, super::LIMIT);
        assert_eq!(found, Err(expected), "{version:?} {bytes:02x?}");
    }
}

#[test]
fn headers_are_refused_before_the_rest_is_there() {
    assert_refused_early(Version::V311, OF_BOTH_VERSIONS);
    assert_refused_early(Version::V5, OF_BOTH_VERSIONS);
    assert_refused_early(Version::V311, OF_V311);
}

#[test]
fn a_long_packet_is_refused_when_its_length_is_known() {
    for version in [Version::V311, Version::V5] {
        let error = decode_packet(version, b"\x30\x7f", 128).unwrap_err();
        assert_eq!(error.reason, Reason::PACKET_TOO_LARGE);
        let incomplete = decode_packet(version, b"\x30\x7f", 129);
        assert_eq!(incomplete, Ok(Decoded::Incomplete));
        let error = decode_packet(version, b"\x30\xff\xff\xff\x7f", super::LIMIT).unwrap_err();
        assert_eq!(error.reason, Reason::PACKET_TOO_LARGE);
    }
}

#[test]
fn every_beginning_of_a_packet_is_incomplete() {
    for bytes in [&b"\x30\x80\x01"[..], b"\x30\x80\x80\x80\x01"] {
        for end in 0..=bytes.len() {
            let found = decode_packet(Version::V5, &bytes[..end], usize::MAX);
            assert_eq!(found, Ok(Decoded::Incomplete), "{:02x?}", &bytes[..end]);
        }
    }
}
