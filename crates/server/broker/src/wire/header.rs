//! The fixed header of a packet.

use super::primitive::variable;
use super::reason::{DecodeError, Reason};

/// Result of decoding the beginning of a slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decoded<T> {
    /// The beginning of a packet; more bytes are needed.
    Incomplete,
    /// A packet, and the number of its bytes.
    Packet(T, usize),
}

pub(super) const CONNECT: u8 = 1;
pub(super) const CONNACK: u8 = 2;
pub(super) const PUBLISH: u8 = 3;
pub(super) const PUBACK: u8 = 4;
pub(super) const PUBREC: u8 = 5;
pub(super) const PUBREL: u8 = 6;
pub(super) const PUBCOMP: u8 = 7;
pub(super) const SUBSCRIBE: u8 = 8;
pub(super) const SUBACK: u8 = 9;
pub(super) const UNSUBSCRIBE: u8 = 10;
pub(super) const UNSUBACK: u8 = 11;
pub(super) const PINGREQ: u8 = 12;
pub(super) const PINGRESP: u8 = 13;
pub(super) const DISCONNECT: u8 = 14;
pub(super) const AUTH: u8 = 15;

/// The first byte of a packet.
#[derive(Clone, Copy)]
pub(super) struct First(u8);

impl First {
    /// Returns the first byte, if there is one.
    #[inline]
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        bytes.first().map(|&byte| Self(byte))
    }

    #[inline]
    pub(super) fn kind(self) -> u8 {
        self.0 >> 4
    }

    #[inline]
    pub(super) fn dup(self) -> bool {
        self.0 & 0b1000 != 0
    }

    #[inline]
    pub(super) fn qos(self) -> u8 {
        self.0 >> 1 & 0b11
    }

    #[inline]
    pub(super) fn retain(self) -> bool {
        self.0 & 1 != 0
    }

    /// Checks the lower four bits.
    #[inline]
    pub(super) fn check_flags(self) -> Result<(), DecodeError> {
        let required = match self.kind() {
            PUBLISH => return self.check_publish_flags(),
            PUBREL | SUBSCRIBE | UNSUBSCRIBE => 0b0010,
            _ => 0,
        };
        if self.0 & 0b1111 == required {
            Ok(())
        } else {
            Err(DecodeError::malformed("reserved flags of a fixed header"))
        }
    }

    #[inline]
    fn check_publish_flags(self) -> Result<(), DecodeError> {
        match (self.qos(), self.dup()) {
            (3, _) => Err(DecodeError::malformed("QoS 3")),
            (0, true) => Err(DecodeError::malformed("DUP with QoS 0")),
            _ => Ok(()),
        }
    }
}

/// The lengths that a fixed header says.
#[derive(Clone, Copy)]
pub(super) struct Lengths {
    /// Number of bytes after the fixed header.
    pub(super) remaining: usize,
    /// Number of bytes of the whole packet.
    pub(super) total: usize,
}

impl Lengths {
    /// Reads the lengths of the first packet of `bytes`; none if they are not there.
    #[inline]
    pub(super) fn of(bytes: &[u8]) -> Result<Option<Self>, DecodeError> {
        let Some((remaining, length)) = variable(bytes.get(1..).unwrap_or_default())? else {
            return Ok(None);
        };
        let remaining = remaining as usize;
        Ok(Some(Self {
            remaining,
            total: 1 + length + remaining,
        }))
    }

    /// Checks that the packet has at most `limit` bytes altogether.
    #[inline]
    pub(super) fn check(self, limit: usize) -> Result<(), DecodeError> {
        if self.total <= limit {
            Ok(())
        } else {
            let rule = "packet longer than the server takes";
            Err(DecodeError::new(Reason::PACKET_TOO_LARGE, rule))
        }
    }

    /// Returns what follows the fixed header, if all of it is there.
    #[inline]
    pub(super) fn body(self, bytes: &[u8]) -> Option<&[u8]> {
        bytes.get(self.total - self.remaining..self.total)
    }

    /// Returns what follows the fixed header, as far as it is there.
    pub(super) fn beginning(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.total - self.remaining..).unwrap_or_default()
    }
}
