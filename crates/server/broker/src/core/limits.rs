//! Bounds on what a client may send, and on how long it may take.

use super::clock::{SECOND, Time};

/// Time until CONNECT has to be there.
pub(super) const HANDSHAKE: Time = 10 * SECOND;
/// Largest CONNECT, in bytes.
pub(super) const MAX_CONNECT: usize = 8 << 10;
/// Largest packet, in bytes: 64 KiB of payload, and room for topic and properties.
pub(crate) const MAX_PACKET: usize = (64 << 10) + (4 << 10);
/// Number of topic aliases that a client may use.
pub(super) const TOPIC_ALIASES: u16 = 16;
/// Most subscriptions of a client, and most filters of a SUBSCRIBE.
pub(super) const MAX_SUBSCRIPTIONS: usize = 30;
/// Time that a publisher waits for a disk that is full.
pub(super) const FULL_DISK: Time = 10 * SECOND;
