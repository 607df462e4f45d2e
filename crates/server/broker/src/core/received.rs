//! Packet identifiers of messages that a client sent.

use roaring::RoaringBitmap;

/// Identifiers of QoS 2 messages that were received and not yet released. All 65 535 of them take 8 KiB.
#[derive(Debug, Default)]
pub(crate) struct ReceivedIdentifiers(RoaringBitmap);

impl ReceivedIdentifiers {
    pub(crate) fn contains(&self, id: u16) -> bool {
        self.0.contains(id.into())
    }

    pub(crate) fn insert(&mut self, id: u16) {
        self.0.insert(id.into());
    }

    /// Returns `false` if the identifier is not there.
    pub(crate) fn remove(&mut self, id: u16) -> bool {
        let was_there = self.0.remove(id.into());
        if self.0.is_empty() {
            self.0 = RoaringBitmap::new();
        }
        was_there
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
