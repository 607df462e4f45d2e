//! Packet identifiers of messages that a client sent.

use std::sync::Arc;

use roaring::RoaringBitmap;

use super::message::Budget;

/// Bytes that an identifier is charged, in memory and as a row on disk.
const IDENTIFIER_BYTES: usize = 64;

/// Identifiers of QoS 2 messages that were received and not yet released. All 65 535 of them take 8 KiB of memory.
#[derive(Debug)]
pub(crate) struct ReceivedIdentifiers {
    ids: RoaringBitmap,
    memory: Arc<Budget>,
}

impl ReceivedIdentifiers {
    pub(crate) fn new(memory: &Arc<Budget>) -> Self {
        Self {
            ids: RoaringBitmap::new(),
            memory: Arc::clone(memory),
        }
    }

    pub(crate) fn contains(&self, id: u16) -> bool {
        self.ids.contains(id.into())
    }

    pub(crate) fn insert(&mut self, id: u16) {
        if self.ids.insert(id.into()) {
            self.memory.charge(IDENTIFIER_BYTES);
        }
    }

    /// Returns `false` if the identifier is not there.
    pub(crate) fn remove(&mut self, id: u16) -> bool {
        let was_there = self.ids.remove(id.into());
        if was_there {
            self.memory.give_back(IDENTIFIER_BYTES);
        }
        if self.ids.is_empty() {
            self.ids = RoaringBitmap::new();
        }
        was_there
    }
}

impl Drop for ReceivedIdentifiers {
    fn drop(&mut self) {
        let count = usize::try_from(self.ids.len()).unwrap_or(0);
        self.memory.give_back(count * IDENTIFIER_BYTES);
    }
}

/// Identifiers of the last messages of QoS 1, so that one that is sent again is counted once.
#[derive(Debug, Default)]
pub(crate) struct RecentIdentifiers {
    ids: [u16; 16],
    next: u8,
}

impl RecentIdentifiers {
    /// Remembers an identifier. Returns whether it was there already.
    pub(crate) fn remember(&mut self, id: u16) -> bool {
        if self.ids.contains(&id) {
            return true;
        }
        let next = usize::from(self.next);
        self.ids[next] = id;
        self.next = (self.next + 1) % 16;
        false
    }
}
