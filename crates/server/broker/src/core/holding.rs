//! Messages on disk: how many there are, of a session and of the instance.

use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::RwLock;

/// Number of messages and of their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Holding {
    pub(crate) messages: usize,
    pub(crate) bytes: usize,
}

impl Holding {
    pub(crate) fn add(&mut self, bytes: usize) {
        self.messages += 1;
        self.bytes += bytes;
    }

    pub(crate) fn remove(&mut self, bytes: usize) {
        self.messages = self.messages.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}

/// Messages of all sessions on disk, and their bound.
#[derive(Debug)]
pub(crate) struct TotalHolding {
    messages: AtomicUsize,
    bytes: AtomicUsize,
    bound: RwLock<Holding>,
}

impl TotalHolding {
    pub(crate) fn with_bound(bound: Holding) -> Self {
        Self {
            messages: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            bound: RwLock::new(bound),
        }
    }

    pub(crate) fn set_bound(&self, bound: Holding) {
        *self.bound.write() = bound;
    }

    pub(crate) fn get(&self) -> Holding {
        Holding {
            messages: self.messages.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn add(&self, bytes: usize) {
        self.add_all(Holding { messages: 1, bytes });
    }

    pub(crate) fn add_all(&self, holding: Holding) {
        self.messages.fetch_add(holding.messages, Ordering::Relaxed);
        self.bytes.fetch_add(holding.bytes, Ordering::Relaxed);
    }

    pub(crate) fn remove(&self, bytes: usize) {
        self.remove_all(Holding { messages: 1, bytes });
    }

    pub(crate) fn remove_all(&self, holding: Holding) {
        self.messages.fetch_sub(holding.messages, Ordering::Relaxed);
        self.bytes.fetch_sub(holding.bytes, Ordering::Relaxed);
    }

    /// Returns whether there are more than allowed.
    pub(crate) fn is_exceeded(&self) -> bool {
        let held = self.get();
        let bound = *self.bound.read();
        held.messages > bound.messages || held.bytes > bound.bytes
    }

    /// Returns whether there are more than a hundredth below what is allowed, so that not each message looks for room.
    pub(crate) fn is_tight(&self) -> bool {
        let held = self.get();
        let below = |bound: usize| bound - bound / 100;
        let bound = *self.bound.read();
        held.messages > below(bound.messages) || held.bytes > below(bound.bytes)
    }

    /// Returns the part of the bound that something takes, whichever part is larger.
    pub(crate) fn share(&self, holding: Holding) -> f64 {
        let bound = *self.bound.read();
        let of_messages = holding.messages as f64 / bound.messages.max(1) as f64;
        let of_bytes = holding.bytes as f64 / bound.bytes.max(1) as f64;
        of_messages.max(of_bytes)
    }
}
