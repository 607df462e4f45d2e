//! A message for one client: waiting, in flight, or on disk.

use std::sync::Arc;

use crate::core::clock::Now;
use crate::core::instance::Instance;
use crate::core::message::Message;
use crate::keep::Ticket;
use crate::wire::Version;

/// Number of packet identifiers.
const IDENTIFIERS: u64 = 65_535;

/// A message for one client, charged to its budget as long as it waits.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) message: Arc<Message>,
    /// QoS with which it is delivered.
    pub(crate) qos: u8,
    pub(crate) retain: bool,
    /// Subscription identifiers.
    pub(crate) ids: Box<[u32]>,
}

impl Delivery {
    pub(crate) fn new(message: Arc<Message>, qos: u8, retain: bool, ids: Box<[u32]>) -> Self {
        let delivery = Self {
            message,
            qos,
            retain,
            ids,
        };
        delivery.message.charge(delivery.bookkeeping());
        delivery
    }

    pub(crate) fn size(&self) -> usize {
        self.message.size() + self.bookkeeping()
    }

    fn bookkeeping(&self) -> usize {
        size_of::<Queued>() + self.ids.len() * 4
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        self.message.give_back(self.bookkeeping());
    }
}

/// Fate of a message that was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    Queued,
    /// Queued, and to be written to disk; [`Outgoing::written`] has to be called with this sequence number.
    Kept(u64),
    Dropped,
    /// The client reads too slowly, and has to be disconnected.
    Overflowed,
}

/// The session as far as its messages are concerned.
#[derive(Clone, Copy)]
pub(crate) struct Owner<'a> {
    pub(crate) instance: &'a Instance,
    pub(crate) key: u64,
    /// `true` if the session outlives its connection.
    pub(crate) is_kept: bool,
    pub(crate) is_online: bool,
    pub(crate) now: Now,
}

/// The connection that messages are sent over.
#[derive(Clone, Copy)]
pub(crate) struct Link {
    pub(crate) version: Version,
    pub(crate) receive_maximum: usize,
    pub(crate) maximum_packet_size: usize,
}

#[derive(Debug)]
pub(super) struct Passing {
    pub(super) delivery: Delivery,
    /// It comes after all messages below this sequence number.
    pub(super) after: u64,
}

#[derive(Debug)]
pub(super) struct Queued {
    pub(super) sequence: u64,
    pub(super) delivery: Delivery,
    /// `true` if it was sent, or may have been, over an earlier connection.
    pub(super) was_sent: bool,
}

#[derive(Debug)]
pub(super) struct InFlight {
    pub(super) sequence: u64,
    pub(super) progress: Progress,
    /// `true` if it counts as outstanding.
    pub(super) is_outstanding: bool,
}

#[derive(Debug)]
pub(super) enum Progress {
    Sent(Delivery),
    /// The client has it. PUBREL is due, or was sent.
    Released {
        ticket: Ticket,
        is_due: bool,
    },
}

/// A message on disk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stub {
    pub(crate) sequence: u64,
    pub(crate) size: u32,
    /// Key in the table of messages, or 0.
    pub(crate) stored: u64,
    pub(crate) was_sent: bool,
    /// The commit that wrote it.
    pub(crate) ticket: Ticket,
}

impl Stub {
    pub(super) fn of(sequence: u64, delivery: &Delivery, was_sent: bool) -> Self {
        Self {
            sequence,
            size: u32::try_from(delivery.size()).unwrap_or(u32::MAX),
            stored: delivery.message.stored,
            was_sent,
            ticket: delivery.message.ticket(),
        }
    }
}

pub(super) fn identifier(sequence: u64) -> u16 {
    // At most 65 535, and never 0.
    u16::try_from(sequence % IDENTIFIERS).unwrap_or(0) + 1
}
