//! Integers, strings and binary data of MQTT.

use super::reason::{DecodeError, Reason};

/// Largest value of a variable byte integer.
pub(super) const VARIABLE_MAXIMUM: u32 = 268_435_455;

/// The bytes of a packet, or of a part of it, that were not read yet.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    #[inline]
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Returns all that was not read.
    #[inline]
    pub(super) fn rest(self) -> &'a [u8] {
        self.rest
    }

    /// Checks that all was read.
    #[inline]
    pub(super) fn end(self) -> Result<(), DecodeError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(DecodeError::malformed("bytes follow the last field"))
        }
    }

    #[inline]
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(short)?;
        self.rest = rest;
        Ok(taken)
    }

    #[inline]
    pub(super) fn byte(&mut self) -> Result<u8, DecodeError> {
        let (&byte, rest) = self.rest.split_first().ok_or_else(short)?;
        self.rest = rest;
        Ok(byte)
    }

    #[inline]
    pub(super) fn two_bytes(&mut self) -> Result<u16, DecodeError> {
        let (&bytes, rest) = self.rest.split_first_chunk().ok_or_else(short)?;
        self.rest = rest;
        Ok(u16::from_be_bytes(bytes))
    }

    #[inline]
    pub(super) fn four_bytes(&mut self) -> Result<u32, DecodeError> {
        let (&bytes, rest) = self.rest.split_first_chunk().ok_or_else(short)?;
        self.rest = rest;
        Ok(u32::from_be_bytes(bytes))
    }

    /// Reads a variable byte integer.
    #[inline]
    pub(super) fn variable(&mut self) -> Result<u32, DecodeError> {
        let (value, length) = variable(self.rest)?.ok_or_else(short)?;
        self.take(length)?;
        Ok(value)
    }

    /// Reads binary data, or a string whose characters do not matter.
    #[inline]
    pub(super) fn binary(&mut self) -> Result<&'a [u8], DecodeError> {
        let length = self.two_bytes()?;
        self.take(usize::from(length))
    }

    /// Reads a UTF-8 encoded string.
    #[inline]
    pub(super) fn string(&mut self) -> Result<&'a str, DecodeError> {
        let bytes = self.binary()?;
        if has(bytes, |byte| byte == 0) {
            return Err(null());
        }
        std::str::from_utf8(bytes).map_err(|_| not_utf8())
    }

    /// Reads a topic name, which may be empty.
    #[inline]
    pub(super) fn topic(&mut self) -> Result<&'a str, DecodeError> {
        let bytes = self.binary()?;
        if has(bytes, |byte| matches!(byte, 0 | b'+' | b'#')) {
            return Err(bad_topic(bytes));
        }
        std::str::from_utf8(bytes).map_err(|_| not_utf8())
    }

    /// Reads a packet identifier.
    #[inline]
    pub(super) fn id(&mut self) -> Result<u16, DecodeError> {
        match self.two_bytes()? {
            0 => Err(DecodeError::protocol("packet identifier 0")),
            id => Ok(id),
        }
    }
}

/// Returns whether a byte is searched for. It looks at all bytes, without a branch, which compilers vectorize.
#[inline]
fn has(bytes: &[u8], searched: impl Fn(u8) -> bool) -> bool {
    bytes
        .iter()
        .fold(false, |found, &byte| found | searched(byte))
}

/// Returns the variable byte integer that bytes begin with, and its length; none if its end is not there.
#[inline]
pub(super) fn variable(bytes: &[u8]) -> Result<Option<(u32, usize)>, DecodeError> {
    match bytes.first() {
        None => Ok(None),
        Some(&byte) if byte < 0x80 => Ok(Some((u32::from(byte), 1))),
        Some(_) => long_variable(bytes),
    }
}

/// Reads a variable byte integer whose first byte says that another one follows.
fn long_variable(bytes: &[u8]) -> Result<Option<(u32, usize)>, DecodeError> {
    let mut value = 0;
    for (index, &byte) in bytes.iter().take(4).enumerate() {
        value |= u32::from(byte & 0x7f) << (7 * index);
        if byte == 0 {
            return Err(DecodeError::malformed("length longer than necessary"));
        }
        if byte < 0x80 {
            return Ok(Some((value, index + 1)));
        }
    }
    if bytes.len() < 4 {
        return Ok(None);
    }
    Err(DecodeError::malformed("length of more than four bytes"))
}

#[cold]
fn short() -> DecodeError {
    DecodeError::malformed("a field ends after its packet")
}

#[cold]
fn not_utf8() -> DecodeError {
    DecodeError::malformed("string that is not UTF-8")
}

#[cold]
fn null() -> DecodeError {
    DecodeError::malformed("null character in a string")
}

/// Returns the error of a topic name that contains a null character or a wildcard.
#[cold]
fn bad_topic(bytes: &[u8]) -> DecodeError {
    if std::str::from_utf8(bytes).is_err() {
        not_utf8()
    } else if bytes.contains(&0) {
        null()
    } else {
        DecodeError::new(Reason::TOPIC_NAME_INVALID, "wildcard in a topic name")
    }
}

/// Returns the number of bytes of a variable byte integer.
#[inline]
pub(super) fn variable_length(value: u32) -> usize {
    match value {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        0x4000..0x20_0000 => 3,
        _ => 4,
    }
}

/// Appends a variable byte integer of at most [`VARIABLE_MAXIMUM`].
#[inline]
pub(super) fn put_variable(out: &mut Vec<u8>, value: u32) {
    let mut rest = value.min(VARIABLE_MAXIMUM);
    loop {
        let [low, ..] = rest.to_le_bytes();
        rest >>= 7;
        if rest == 0 {
            out.push(low & 0x7f);
            return;
        }
        out.push(low | 0x80);
    }
}

/// Appends a UTF-8 encoded string. It has at most 65 535 bytes; more would be cut off.
#[inline]
pub(super) fn put_string(out: &mut Vec<u8>, string: &str) {
    let length = u16::try_from(string.len()).unwrap_or(u16::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&string.as_bytes()[..usize::from(length)]);
}
