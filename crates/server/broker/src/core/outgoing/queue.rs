//! Messages that wait for one client, in memory and on disk, and their bounds.

use std::collections::VecDeque;

use super::delivery::{Admission, Delivery, InFlight, Owner, Passing, Progress, Queued, Stub};
use crate::core::holding::Holding;
use crate::core::instance::{Instance, Loss};
use crate::core::record::{delete, put_queued, queue_key};
use crate::keep::{Change, Table, Ticket};

/// More messages than this wait in memory for a client: those of QoS 0 are dropped.
const QUEUE_MESSAGES: usize = 2_000;
/// More bytes than this wait in memory for a client: messages of QoS 0 are dropped.
const QUEUE_BYTES: usize = 4 << 20;
/// So many times these limits, and a client whose messages are not kept on disk is disconnected.
const OVERFLOW: usize = 2;
/// More bytes than this wait for a client while the memory of the instance is used up: it is disconnected.
const SCARCE_BYTES: usize = 64 << 10;
/// Messages, and bytes of them, that are read from disk ahead of being sent.
pub(crate) const AHEAD_MESSAGES: usize = 128;
pub(super) const AHEAD_BYTES: usize = 256 << 10;
/// Lists that have more room than this are given back when they are empty.
const IDLE_ROOM: usize = 32;

/// Messages on their way to a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaitingMessages {
    /// Number of messages that were not sent over this connection yet.
    pub messages: usize,
    /// Their bytes, with topics and properties.
    pub bytes: usize,
    /// Number of messages that were sent, and that the client has not acknowledged.
    pub in_flight: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    /// Of QoS 0.
    pub(super) passing: VecDeque<Passing>,
    /// Sent over this connection, or released over an earlier one; in the order of sending.
    pub(super) in_flight: VecDeque<InFlight>,
    pub(super) in_flight_bytes: usize,
    /// Above QoS 0, in memory.
    pub(super) queue: VecDeque<Queued>,
    /// Later than all in `queue`, on disk only.
    pub(super) on_disk: VecDeque<Stub>,
    pub(super) next_sequence: u64,
    /// Bytes of `passing` and `queue`.
    pub(super) waiting_bytes: usize,
    /// Messages on disk and their bytes, in whatever state, but not those that the client has.
    pub(super) kept: Holding,
    /// Messages sent over this connection and not completed.
    pub(super) outstanding: usize,
    /// Releases of earlier connections that have to be sent again.
    pub(super) releases_due: usize,
    /// Counts connections, to know a read from disk that was meant for an earlier one.
    pub(super) generation: u32,
    pub(super) is_fetching: bool,
}

impl Outgoing {
    /// Makes a queue of what was found on disk.
    pub(crate) fn restore(next_sequence: u64, stubs: Vec<Stub>, released: Vec<u64>) -> Self {
        let kept = Holding {
            messages: stubs.len(),
            bytes: stubs.iter().map(|stub| stub.size as usize).sum(),
        };
        // Rows of released messages are keyed by their numbers too.
        let last = stubs.last().map(|stub| stub.sequence);
        let after_last = last
            .max(released.last().copied())
            .map_or(0, |last| last + 1);
        Self {
            kept,
            in_flight: released
                .into_iter()
                .map(|sequence| InFlight {
                    sequence,
                    progress: Progress::Released {
                        ticket: 0,
                        is_due: false,
                    },
                    is_outstanding: false,
                })
                .collect(),
            next_sequence: next_sequence.max(after_last),
            on_disk: stubs.into(),
            ..Self::default()
        }
    }

    pub(crate) fn next_sequence(&self) -> u64 {
        self.next_sequence
    }

    /// Returns the sequence number below which all messages that still wait were sent once.
    pub(crate) fn sent_below(&self) -> u64 {
        let queued = self
            .queue
            .iter()
            .map(|queued| (queued.sequence, queued.was_sent));
        let stubs = self
            .on_disk
            .iter()
            .map(|stub| (stub.sequence, stub.was_sent));
        queued
            .chain(stubs)
            .find(|(_, was_sent)| !was_sent)
            .map_or(self.next_sequence, |(sequence, _)| sequence)
    }

    /// Returns the messages that the session has on disk.
    pub(crate) fn kept(&self) -> Holding {
        self.kept
    }

    /// Number of messages above QoS 0 that wait or are in flight.
    pub(crate) fn waiting(&self) -> usize {
        self.in_flight.len() + self.queue.len() + self.on_disk.len()
    }

    /// Counts what waits for the client. Takes time by the number of messages that wait on disk.
    pub(crate) fn count_waiting(&self) -> WaitingMessages {
        let on_disk = self.on_disk.iter().map(|stub| stub.size as usize);
        WaitingMessages {
            messages: self.passing.len() + self.queue.len() + self.on_disk.len(),
            bytes: self.waiting_bytes + on_disk.sum::<usize>(),
            in_flight: self.in_flight.len(),
        }
    }

    /// Returns whether so little waits in memory that retained messages may be added.
    pub(crate) fn has_room(&self) -> bool {
        self.passing.len() + self.queue.len() < AHEAD_MESSAGES
            && self.on_disk.is_empty()
            && self.waiting_bytes < AHEAD_BYTES
    }

    /// Takes a message. Appends what has to be written for it.
    pub(crate) fn push(
        &mut self,
        delivery: Delivery,
        owner: Owner<'_>,
        changes: &mut Vec<Change>,
    ) -> Admission {
        if delivery.qos == 0 {
            return self.push_passing(delivery, owner);
        }
        if owner.is_kept {
            return Admission::Kept(self.push_kept(delivery, owner, changes));
        }
        if self.is_scarce(owner) || !self.fits(delivery.size(), OVERFLOW) {
            return Admission::Overflowed;
        }
        let sequence = self.take_sequence();
        self.push_queue(Queued {
            sequence,
            delivery,
            was_sent: false,
        });
        Admission::Queued
    }

    fn push_passing(&mut self, delivery: Delivery, owner: Owner<'_>) -> Admission {
        if !owner.is_online {
            return Admission::Dropped;
        }
        if self.is_scarce(owner) {
            owner.instance.losses.count(Loss::SlowReader, 1);
            return Admission::Overflowed;
        }
        if !self.fits(delivery.size(), 1) {
            owner.instance.losses.count(Loss::SlowReader, 1);
            return Admission::Dropped;
        }
        self.waiting_bytes += delivery.size();
        self.passing.push_back(Passing {
            delivery,
            after: self.next_sequence,
        });
        Admission::Queued
    }

    fn push_kept(
        &mut self,
        delivery: Delivery,
        owner: Owner<'_>,
        changes: &mut Vec<Change>,
    ) -> u64 {
        let sequence = self.take_sequence();
        changes.push(put_queued(
            owner.key,
            sequence,
            (delivery.qos, delivery.retain, &delivery.ids),
            &delivery.message,
            owner.now,
        ));
        let size = delivery.size();
        let is_ahead = owner.is_online
            && self.on_disk.is_empty()
            && self.queue.len() < AHEAD_MESSAGES
            && self.waiting_bytes < AHEAD_BYTES
            && !owner.instance.budget.is_used_up();
        if is_ahead {
            self.push_queue(Queued {
                sequence,
                delivery,
                was_sent: false,
            });
        } else {
            self.on_disk.push_back(Stub {
                sequence,
                size: u32::try_from(size).unwrap_or(u32::MAX),
                stored: delivery.message.stored,
                was_sent: false,
                ticket: Ticket::MAX,
            });
        }
        self.kept.add(size);
        owner.instance.kept.add(size);
        let limits = owner.instance.limits();
        while self.kept.messages > limits.session_messages || self.kept.bytes > limits.session_bytes
        {
            if !self.evict(owner, Loss::SessionBound, changes) {
                break;
            }
        }
        sequence
    }

    /// Notes which commit writes a message, so that it is not read from disk before.
    pub(crate) fn written(&mut self, sequence: u64, ticket: Ticket) {
        let mut stubs = self.on_disk.iter_mut().rev();
        if let Some(stub) = stubs.find(|stub| stub.sequence == sequence) {
            stub.ticket = ticket;
        }
    }

    /// Drops the oldest message that was never sent. Returns `false` if there is none.
    pub(crate) fn evict(
        &mut self,
        owner: Owner<'_>,
        loss: Loss,
        changes: &mut Vec<Change>,
    ) -> bool {
        if let Some(at) = self.queue.iter().position(|queued| !queued.was_sent) {
            if let Some(queued) = self.queue.remove(at) {
                let size = queued.delivery.size();
                self.waiting_bytes -= size;
                self.forget(
                    queued.sequence,
                    queued.delivery.message.stored,
                    size,
                    owner,
                    changes,
                );
            }
        } else if let Some(at) = self.on_disk.iter().position(|stub| !stub.was_sent) {
            if let Some(stub) = self.on_disk.remove(at) {
                let size = stub.size as usize;
                self.forget(stub.sequence, stub.stored, size, owner, changes);
            }
        } else {
            return false;
        }
        owner.instance.losses.count(loss, 1);
        true
    }

    /// Deletes a message of a kept session from disk.
    pub(super) fn forget(
        &mut self,
        sequence: u64,
        stored: u64,
        size: usize,
        owner: Owner<'_>,
        changes: &mut Vec<Change>,
    ) {
        if owner.is_kept {
            self.let_go(size, owner.instance);
            changes.push(delete(Table::Queues, queue_key(owner.key, sequence)));
            release_stored(owner.instance, stored, changes);
        }
    }

    /// Stops counting a message as one on disk.
    pub(super) fn let_go(&mut self, size: usize, instance: &Instance) {
        self.kept.remove(size);
        instance.kept.remove(size);
    }

    /// Returns whether much waits for the client while the memory of the instance is used up.
    pub(super) fn is_scarce(&self, owner: Owner<'_>) -> bool {
        owner.instance.budget.is_used_up() && self.waiting_bytes > SCARCE_BYTES
    }

    /// Bytes of messages in memory, of those that wait and of those in flight.
    pub(crate) fn in_memory(&self) -> usize {
        self.waiting_bytes + self.in_flight_bytes
    }

    fn fits(&self, size: usize, times: usize) -> bool {
        self.passing.len() + self.queue.len() < QUEUE_MESSAGES * times
            && self.waiting_bytes + size <= QUEUE_BYTES * times
    }

    fn take_sequence(&mut self) -> u64 {
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        sequence
    }

    pub(super) fn push_queue(&mut self, queued: Queued) {
        self.waiting_bytes += queued.delivery.size();
        self.queue.push_back(queued);
    }

    /// Lets go of everything, because the session ends. Appends what has to be deleted beside the session's own rows.
    pub(crate) fn clear(&mut self, instance: &Instance, changes: &mut Vec<Change>) {
        self.detach();
        for stub in self.on_disk.drain(..) {
            release_stored(instance, stub.stored, changes);
        }
        self.on_disk = VecDeque::new();
        self.in_flight = VecDeque::new();
        instance.kept.remove_all(std::mem::take(&mut self.kept));
    }
}

pub(super) fn give_back<T>(list: &mut VecDeque<T>) {
    if list.is_empty() && list.capacity() > IDLE_ROOM {
        *list = VecDeque::new();
    }
}

pub(super) fn release_stored(instance: &Instance, stored: u64, changes: &mut Vec<Change>) {
    if instance.keep.release(stored) {
        changes.push(delete(Table::Messages, stored.to_be_bytes()));
    }
}
