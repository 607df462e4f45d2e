//! A message on its way, shared by all that wait for it.

use std::mem::size_of;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::clock::Time;
use crate::keep::Ticket;
use crate::wire::ForwardedProperties;

/// Bytes of one kind in memory, of one instance, and how many there may be.
#[derive(Debug)]
pub(crate) struct Budget {
    bytes: AtomicUsize,
    limit: AtomicUsize,
}

impl Budget {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            bytes: AtomicUsize::new(0),
            limit: AtomicUsize::new(limit),
        }
    }

    pub(crate) fn set_limit(&self, limit: usize) {
        self.limit.store(limit, Ordering::Relaxed);
    }

    fn limit(&self) -> usize {
        self.limit.load(Ordering::Relaxed)
    }

    pub(crate) fn charge(&self, bytes: usize) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn give_back(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Returns whether there is no memory left.
    pub(crate) fn is_used_up(&self) -> bool {
        self.bytes.load(Ordering::Relaxed) > self.limit()
    }

    /// Returns the bytes that have to go until a tenth is free.
    pub(crate) fn excess(&self) -> usize {
        let limit = self.limit();
        let wanted = limit - limit / 10;
        self.bytes.load(Ordering::Relaxed).saturating_sub(wanted)
    }

    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }
}

/// A message. It is never changed, except that its [`Ticket`] is set once.
#[derive(Debug)]
pub(crate) struct Message {
    /// Topic, forwarded properties and payload, one after the other.
    data: Box<[u8]>,
    topic_length: u16,
    properties_length: u32,
    pub(crate) qos: u8,
    pub(crate) retain: bool,
    /// Time at which it expires, set by its publisher.
    pub(crate) expiry: Option<Time>,
    /// Time of its arrival.
    pub(crate) received: Time,
    /// Session of its publisher, 0 if none.
    pub(crate) publisher: u64,
    /// The commit that its receivers wait for, if one of them is kept on disk.
    ticket: AtomicU64,
    /// Key in the table of messages, or 0 if it is on disk with its only receiver, or not at all.
    pub(crate) stored: u64,
    /// Number of its entry in the log of all nodes, or 0 if it is not from there.
    pub(crate) entry: u64,
    budget: Option<Arc<Budget>>,
}

/// The parts of a message, borrowed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'a> {
    pub(crate) topic: &'a str,
    pub(crate) properties: Properties<'a>,
    pub(crate) payload: &'a [u8],
    pub(crate) qos: u8,
    pub(crate) retain: bool,
    pub(crate) expiry: Option<Time>,
    pub(crate) received: Time,
    pub(crate) publisher: u64,
}

/// Properties that are forwarded: as a client sent them, or as they were written down.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Properties<'a> {
    Sent(ForwardedProperties<'a>),
    Written(&'a [u8]),
}

impl Message {
    /// Memory of a message beside its own bytes: the value, its counters and what an allocator adds.
    pub(crate) const OVERHEAD: usize = size_of::<Self>() + 64;

    /// Copies the parts, so that no read buffer stays behind, and charges them to the budget until the message is dropped.
    pub(crate) fn new(parts: Parts<'_>, stored: u64, budget: Option<&Arc<Budget>>) -> Self {
        let properties_length = match parts.properties {
            Properties::Sent(sent) => sent.length(),
            Properties::Written(written) => written.len(),
        };
        let mut data =
            Vec::with_capacity(parts.topic.len() + properties_length + parts.payload.len());
        data.extend_from_slice(parts.topic.as_bytes());
        match parts.properties {
            Properties::Sent(sent) => sent.write(&mut data),
            Properties::Written(written) => data.extend_from_slice(written),
        }
        data.extend_from_slice(parts.payload);
        let message = Self {
            data: data.into_boxed_slice(),
            // A topic on the wire has at most 65 535 bytes, a packet less than 2^28.
            topic_length: u16::try_from(parts.topic.len()).unwrap_or(u16::MAX),
            properties_length: u32::try_from(properties_length).unwrap_or(u32::MAX),
            qos: parts.qos,
            retain: parts.retain,
            expiry: parts.expiry,
            received: parts.received,
            publisher: parts.publisher,
            ticket: AtomicU64::new(0),
            stored,
            entry: 0,
            budget: budget.cloned(),
        };
        if let Some(budget) = budget {
            budget.charge(message.size());
        }
        message
    }

    pub(crate) fn topic(&self) -> &str {
        // Always UTF-8, because it was copied from a `str`.
        std::str::from_utf8(&self.data[..usize::from(self.topic_length)]).unwrap_or_default()
    }

    /// Returns the forwarded properties, without a length in front.
    pub(crate) fn properties(&self) -> &[u8] {
        let begin = usize::from(self.topic_length);
        &self.data[begin..begin + self.properties_length as usize]
    }

    pub(crate) fn payload(&self) -> &[u8] {
        &self.data[usize::from(self.topic_length) + self.properties_length as usize..]
    }

    /// Returns the number of bytes that the message takes in memory.
    pub(crate) fn size(&self) -> usize {
        self.data.len() + Self::OVERHEAD
    }

    /// Charges what is held beside the message for one who waits for it.
    pub(crate) fn charge(&self, bytes: usize) {
        if let Some(budget) = &self.budget {
            budget.charge(bytes);
        }
    }

    /// Takes back what [`Self::charge`] charged.
    pub(crate) fn give_back(&self, bytes: usize) {
        if let Some(budget) = &self.budget {
            budget.give_back(bytes);
        }
    }

    /// Makes receivers on disk wait until [`Self::set_ticket`] says for what.
    pub(crate) fn hold(&self) {
        self.ticket.store(Ticket::MAX, Ordering::Release);
    }

    pub(crate) fn set_ticket(&self, ticket: Ticket) {
        self.ticket.store(ticket, Ordering::Release);
    }

    pub(crate) fn ticket(&self) -> Ticket {
        self.ticket.load(Ordering::Acquire)
    }

    pub(crate) fn is_expired(&self, now: Time) -> bool {
        self.expiry.is_some_and(|expiry| expiry <= now)
    }

    /// Returns the seconds until the message expires, rounded up, if its publisher gave it an expiry.
    pub(crate) fn remaining_seconds(&self, now: Time) -> Option<u32> {
        let remaining = self.expiry?.saturating_sub(now).max(0);
        Some(u32::try_from((remaining + 999) / 1000).unwrap_or(u32::MAX))
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        if let Some(budget) = &self.budget {
            budget.give_back(self.size());
        }
    }
}
