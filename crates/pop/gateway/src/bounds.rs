//! Bounds on what callers may take of the process.

/// Bounds on the connections of one listening socket.
///
/// Together they bound memory: each connection may hold one head of up to 128 KiB that is still
/// arriving, and everything else counts towards `held_bytes`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Bounds {
    /// Largest number of requests that are answered at once. Further ones are answered with status
    /// 503. Those for `/healthz`, `/readyz` and `/metrics` do not count.
    pub requests: usize,
    /// Connections beyond `requests`, so that one that waits for its client can always give way.
    pub reserved: usize,
    /// Largest number of connections from one address, and of requests of one client behind a
    /// trusted proxy.
    pub per_address: usize,
    /// Bytes of requests whose head has arrived, and of answers that clients have not read yet.
    /// Beyond it, the connections that have waited longest give way to the one that adds to it.
    pub held_bytes: usize,
}

impl Bounds {
    /// Returns the largest number of connections.
    pub(super) fn connections(&self) -> usize {
        self.requests + self.reserved
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            requests: 4096,
            reserved: 256,
            per_address: 2048,
            held_bytes: 64 << 20,
        }
    }
}
