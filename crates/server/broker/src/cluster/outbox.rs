//! Messages of QoS 0 on their way to other nodes, in the order in which they were published.

use std::collections::VecDeque;

/// Bytes that wait beyond which messages are dropped.
const MAX_BYTES: usize = 8 << 20;
/// Bytes that a message takes beside subject and payload.
const OVERHEAD: usize = 96;

/// A message that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item<P> {
    /// Its destination: a subject or a client.
    pub(crate) to: Box<str>,
    pub(crate) payload: P,
}

/// Messages that wait.
#[derive(Debug)]
pub(crate) struct Outbox<P> {
    items: VecDeque<Item<P>>,
    bytes: usize,
    /// Number of messages ever added.
    added: u64,
}

impl<P> Default for Outbox<P> {
    fn default() -> Self {
        Self {
            items: VecDeque::new(),
            bytes: 0,
            added: 0,
        }
    }
}

impl<P: AsRef<[u8]>> Outbox<P> {
    /// Returns the number of messages ever added.
    pub(crate) fn added(&self) -> u64 {
        self.added
    }

    /// Adds a message, which is given its number. Returns `false` if it is dropped.
    pub(crate) fn push(&mut self, make: impl FnOnce(u64) -> Item<P>) -> bool {
        if self.bytes >= MAX_BYTES {
            return false;
        }
        let item = make(self.added);
        self.added += 1;
        self.bytes += cost(&item);
        self.items.push_back(item);
        true
    }

    /// Takes the next messages: at most `most`.
    pub(crate) fn take(&mut self, most: usize) -> Vec<Item<P>> {
        let taken: Vec<_> = self.items.drain(..most.min(self.items.len())).collect();
        self.bytes -= taken.iter().map(cost).sum::<usize>();
        taken
    }

    /// Drops everything. Returns the number of messages.
    pub(crate) fn clear(&mut self) -> usize {
        let dropped = self.items.len();
        self.take(dropped);
        dropped
    }
}

fn cost<P: AsRef<[u8]>>(item: &Item<P>) -> usize {
    item.to.len() + item.payload.as_ref().len() + OVERHEAD
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(number: u64) -> Item<Vec<u8>> {
        Item {
            to: "s".into(),
            payload: [number.to_be_bytes().to_vec(), vec![0; 60_000]].concat(),
        }
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut outbox = Outbox::default();
        while outbox.push(item) {}
        assert!(outbox.bytes < MAX_BYTES + 61_000);
        assert!(outbox.clear() > 0);
        assert_eq!(outbox.bytes, 0);
        assert!(outbox.push(item));
    }

    #[test]
    fn messages_leave_in_the_order_of_their_numbers() {
        let mut outbox = Outbox::default();
        for _ in 0..5 {
            outbox.push(item);
        }
        let taken = [outbox.take(2), outbox.take(2), outbox.take(2)].concat();
        let expected: Vec<_> = (0..5).map(item).collect();
        assert_eq!(taken, expected);
    }
}
