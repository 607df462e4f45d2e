//! Promises of the codec, byte for byte.

mod accepted;
mod accepted_connect;
mod encoded;
mod laws;
mod refused;
mod refused_connect;
mod refused_headers;
mod refused_properties;

use super::reason::DecodeError;
use super::{Decoded, Packet, Reason, Version, decode_connect, decode_packet};

const LIMIT: usize = 1 << 20;
const MALFORMED: Reason = Reason::MALFORMED_PACKET;
const PROTOCOL: Reason = Reason::PROTOCOL_ERROR;
const TOPIC: Reason = Reason::TOPIC_NAME_INVALID;

const FIELD_TOO_LONG: &str = "a field ends after its packet";
const NOT_UTF8: &str = "string that is not UTF-8";
const NULL: &str = "null character in a string";
const WILDCARD: &str = "wildcard in a topic name";
const TRAILING: &str = "bytes follow the last field";
const NOT_MINIMAL: &str = "length longer than necessary";
const MORE_THAN_FOUR: &str = "length of more than four bytes";
const RESERVED_FLAGS: &str = "reserved flags of a fixed header";

/// A packet after CONNECT that is refused: the rule, the reason, the first byte, and what follows the fixed header.
type Case = (&'static str, Reason, u8, &'static [u8]);

/// Returns a packet with the right length.
fn framed(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![first];
    super::primitive::put_variable(&mut packet, u32::try_from(body.len()).unwrap());
    packet.extend_from_slice(body);
    packet
}

fn assert_refused(version: Version, cases: &[Case]) {
    for &(rule, reason, first, body) in cases {
        let expected = DecodeError::new(reason, rule);
        let bytes = framed(first, body);
        let found = decode_packet(version, &bytes, LIMIT);
        assert_eq!(found, Err(expected), "{version:?} {bytes:02x?}");
    }
}

fn assert_connect_refused(
    bytes: &[u8],
    reason: Reason,
    rule: &'static str,
    answer: Option<Version>,
) {
    let expected = DecodeError {
        reason,
        rule,
        answer,
    };
    let error = decode_connect(bytes, LIMIT).err();
    assert_eq!(error, Some(expected), "{bytes:02x?}");
}

/// Decodes a packet that has to be whole and right.
fn accepted(version: Version, bytes: &[u8]) -> Packet<'_> {
    match decode_packet(version, bytes, LIMIT) {
        Ok(Decoded::Packet(packet, length)) if length == bytes.len() => packet,
        other => panic!("{other:?} from {bytes:02x?}"),
    }
}
