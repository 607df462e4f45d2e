//! Messages on their way to other nodes, in the order in which they were published.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::core::Signal;

/// Most bytes that wait. Beyond it, publishers wait, and messages of QoS 0 are dropped.
const MAX_BYTES: usize = 8 << 20;
/// Most bytes of messages that nobody waits with, such as wills: beyond it, they are dropped as well.
const MAX_UNASKED_BYTES: usize = 2 * MAX_BYTES;
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
    waiting: Vec<Arc<Signal>>,
}

impl<P> Default for Outbox<P> {
    fn default() -> Self {
        Self {
            items: VecDeque::new(),
            bytes: 0,
            added: 0,
            waiting: Vec::new(),
        }
    }
}

impl<P: AsRef<[u8]>> Outbox<P> {
    /// Returns the number of messages ever added.
    pub(crate) fn added(&self) -> u64 {
        self.added
    }

    pub(crate) fn has_room(&self) -> bool {
        self.bytes < MAX_BYTES
    }

    /// Adds a message, which is given its number. Returns `false` if it is dropped.
    pub(crate) fn push(&mut self, qos: u8, make: impl FnOnce(u64) -> Item<P>) -> bool {
        let limit = if qos == 0 {
            MAX_BYTES
        } else {
            MAX_UNASKED_BYTES
        };
        if self.bytes >= limit {
            return false;
        }
        let item = make(self.added);
        self.added += 1;
        self.bytes += cost(&item);
        self.items.push_back(item);
        true
    }

    /// Fires a signal as soon as there is room.
    pub(crate) fn wake_when_room(&mut self, signal: &Arc<Signal>) {
        if self.has_room() {
            signal.notify();
        } else if !self.waiting.iter().any(|other| Arc::ptr_eq(other, signal)) {
            self.waiting.push(Arc::clone(signal));
        }
    }

    /// Takes the next messages: at most `most`. Those that wait for room are woken.
    pub(crate) fn take(&mut self, most: usize) -> Vec<Item<P>> {
        let taken: Vec<_> = self.items.drain(..most.min(self.items.len())).collect();
        self.bytes -= taken.iter().map(cost).sum::<usize>();
        if self.has_room() {
            for signal in self.waiting.drain(..) {
                signal.notify();
            }
        }
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
    use std::task::{Context, Waker};

    use super::*;

    fn item(number: u64) -> Item<Vec<u8>> {
        Item {
            to: "s".into(),
            payload: [number.to_be_bytes().to_vec(), vec![0; 60_000]].concat(),
        }
    }

    fn is_raised(signal: &Signal) -> bool {
        signal.poll(&Context::from_waker(Waker::noop()))
    }

    #[test]
    fn publishers_wait_while_too_much_is_on_its_way_and_are_woken_when_there_is_room() {
        let mut outbox = Outbox::default();
        while outbox.has_room() {
            assert!(outbox.push(0, item));
        }
        let messages = MAX_BYTES / 60_000 + 1;
        assert!(outbox.items.len() <= messages && outbox.bytes < MAX_BYTES + 61_000);
        assert!(!outbox.push(0, item), "QoS 0 is dropped");
        assert!(outbox.push(1, item), "a will is not");
        let signal = Arc::<Signal>::default();
        outbox.wake_when_room(&signal);
        outbox.wake_when_room(&signal);
        assert_eq!(outbox.waiting.len(), 1);
        assert!(!is_raised(&signal));
        outbox.take(10);
        assert!(is_raised(&signal));
        outbox.wake_when_room(&signal);
        assert!(is_raised(&signal), "there is room already");
    }

    #[test]
    fn what_nobody_waits_with_is_bounded_too() {
        let mut outbox = Outbox::default();
        while outbox.push(1, item) {}
        assert!(outbox.bytes < MAX_UNASKED_BYTES + 61_000);
        assert!(outbox.clear() > 0);
        assert_eq!(outbox.bytes, 0);
    }

    #[test]
    fn messages_leave_in_the_order_of_their_numbers() {
        let mut outbox = Outbox::default();
        for _ in 0..5 {
            outbox.push(1, item);
        }
        let taken = [outbox.take(2), outbox.take(2), outbox.take(2)].concat();
        let expected: Vec<_> = (0..5).map(item).collect();
        assert_eq!(taken, expected);
    }
}
