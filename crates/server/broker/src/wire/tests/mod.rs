//! What this module promises, byte for byte.

mod accepted;
mod accepted_connect;
mod encoded;
mod laws;
mod refused;
mod refused_connect;
mod refused_headers;
mod refused_properties;

use super::reason::DecodeError;
use super::{Decoded, Packet, Reason, Version, decode_packet};

const LIMIT: usize = 1 << 20;
const MALFORMED: Reason = Reason::MALFORMED_PACKET;
const PROTOCOL: Reason = Reason::PROTOCOL_ERROR;

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
        let expected = DecodeError {
            reason,
            rule,
            answer: None,
        };
        let bytes = framed(first, body);
        let found = decode_packet(version, &bytes, LIMIT);
        assert_eq!(found, Err(expected), "{version:?} {bytes:02x?}");
    }
}

/// Decodes a packet that has to be whole and right.
fn accepted(version: Version, bytes: &[u8]) -> Packet<'_> {
    match decode_packet(version, bytes, LIMIT) {
        Ok(Decoded::Packet(packet, length)) if length == bytes.len() => packet,
        other => panic!("{other:?} from {bytes:02x?}"),
    }
}
