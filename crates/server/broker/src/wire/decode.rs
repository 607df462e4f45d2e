//! What clients send, checked.

/// What the bytes at the beginning of a slice are.
pub(crate) enum Decoded<T> {
    /// The beginning of a packet; more bytes are needed.
    Incomplete,
    /// A packet, and the number of its bytes.
    Packet(T, usize),
}

/// Reads the first packet of a connection, which has to be CONNECT, of at most `limit` bytes altogether.
pub(crate) fn connect(bytes: &[u8], limit: usize) -> Result<Decoded<Connect<'_>>, DecodeError>;
/// Reads a packet of at most `limit` bytes altogether. A longer one is an error as soon as its length is known.
pub(crate) fn packet(version: Version, bytes: &[u8], limit: usize) -> Result<Decoded<Packet<'_>>, DecodeError>;
