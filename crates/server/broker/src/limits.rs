//! Bounds on what an instance holds, which an operator may change.

use std::time::Duration;

/// Bounds on what an instance holds for its devices. Bytes are those that are really held: topics, properties, payloads
/// and bookkeeping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most sessions, of clients that are online and of clients that may come back. Beyond it, new clients are refused.
    pub sessions: usize,
    /// Most bytes of memory for sessions, their subscriptions and their wills. Beyond it, new ones are refused.
    pub session_memory: usize,
    /// Longest time that a session is kept for a client that is offline, in whole seconds.
    pub session_expiry: Duration,
    /// Most messages that a session holds on disk; the oldest make room.
    pub session_messages: usize,
    /// Most bytes of messages that a session holds on disk; the oldest make room.
    pub session_bytes: usize,
    /// Most messages on disk; the session with the most loses its oldest.
    pub kept_messages: usize,
    /// Most bytes of messages on disk; the session with the most loses its oldest.
    pub kept_bytes: usize,
    /// Most topics with a retained message. Beyond it, messages are delivered but not retained.
    pub retained_messages: usize,
    /// Most bytes of retained messages. Beyond it, messages are delivered but not retained.
    pub retained_bytes: usize,
    /// Most bytes of memory for messages, beside those that are retained. Beyond it, the clients for which most waits are disconnected.
    pub message_memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sessions: 1_000_000,
            session_memory: 1 << 30,
            session_expiry: Duration::from_secs(3 * 24 * 60 * 60),
            session_messages: 10_000,
            session_bytes: 64 << 20,
            kept_messages: 1_000_000,
            kept_bytes: 4 << 30,
            retained_messages: 100_000,
            retained_bytes: 64 << 20,
            message_memory: 256 << 20,
        }
    }
}
