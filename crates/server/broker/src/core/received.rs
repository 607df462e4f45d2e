//! Packet identifiers of messages that a client sent.

/// Identifiers of QoS 2 messages that were received and not yet released, in ascending order.
#[derive(Debug, Default)]
pub(crate) struct ReceivedIdentifiers(Vec<u16>);

impl ReceivedIdentifiers {
    pub(crate) fn contains(&self, id: u16) -> bool {
        self.0.binary_search(&id).is_ok()
    }

    pub(crate) fn insert(&mut self, id: u16) {
        if let Err(at) = self.0.binary_search(&id) {
            self.0.insert(at, id);
        }
    }

    /// Returns `false` if the identifier is not there.
    pub(crate) fn remove(&mut self, id: u16) -> bool {
        let found = self.0.binary_search(&id);
        if let Ok(at) = found {
            self.0.remove(at);
        }
        if self.0.is_empty() {
            self.0 = Vec::new();
        }
        found.is_ok()
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
