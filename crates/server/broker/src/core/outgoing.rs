//! Messages on their way to one client: what waits, what is in flight, and what waits on disk.
//!
//! A message above QoS 0 has a sequence number. Its packet identifier follows from that number, so a message that is sent
//! again, even after a restart, has the identifier that it had before.

use std::collections::VecDeque;
use std::sync::Arc;

use super::clock::Now;
use super::holding::Holding;
use super::instance::{Instance, Loss};
use super::message::Message;
use super::record::{delete, put_queued, put_released, queue_key};
use crate::keep::{Change, Keep, Table, Ticket};
use crate::metering::Direction;
use crate::wire::{self, Acknowledgement, AcknowledgementKind, Publication, Reason, Version};

/// Largest number of messages of a client that are in flight.
pub(crate) const MAX_IN_FLIGHT: usize = 128;
/// Bytes of messages in flight beyond which no further one is sent.
const MAX_IN_FLIGHT_BYTES: usize = 1 << 20;
/// More messages than this wait in memory for a client: those of QoS 0 are dropped.
const QUEUE_MESSAGES: usize = 2_000;
/// More bytes than this wait in memory for a client: messages of QoS 0 are dropped.
const QUEUE_BYTES: usize = 4 << 20;
/// So many times these limits, and a client whose messages are not kept on disk is disconnected.
const OVERFLOW: usize = 2;
/// More bytes than this wait for a client while the memory of the instance is used up: it is disconnected.
const SCARCE_BYTES: usize = 64 << 10;
/// Bytes that are read from disk for a client while the memory of the instance is used up.
const SCARCE_AHEAD_BYTES: usize = 16 << 10;
/// Messages, and bytes of them, that are read from disk ahead of being sent.
pub(crate) const AHEAD_MESSAGES: usize = 128;
const AHEAD_BYTES: usize = 256 << 10;
/// Lists that have more room than this are given back when they are empty.
const IDLE_ROOM: usize = 32;
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
    /// Whether the session outlives its connection.
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

#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    /// Of QoS 0.
    passing: VecDeque<Passing>,
    /// Sent over this connection, or released over an earlier one; in the order of sending.
    in_flight: VecDeque<InFlight>,
    in_flight_bytes: usize,
    /// Above QoS 0, in memory.
    queue: VecDeque<Queued>,
    /// Later than all in `queue`, on disk only.
    on_disk: VecDeque<Stub>,
    next_sequence: u64,
    /// Bytes of `passing` and `queue`.
    waiting_bytes: usize,
    /// Messages on disk and their bytes, in whatever state, but not those that the client has.
    kept: Holding,
    /// Messages sent over this connection and not completed.
    outstanding: usize,
    /// Releases of earlier connections that have to be sent again.
    releases_due: usize,
    /// Counts connections, to know a read from disk that was meant for an earlier one.
    generation: u32,
    is_fetching: bool,
}

#[derive(Debug)]
struct Passing {
    delivery: Delivery,
    /// It comes after all messages below this sequence number.
    after: u64,
}

#[derive(Debug)]
struct Queued {
    sequence: u64,
    delivery: Delivery,
    /// Whether it was sent, or may have been, over an earlier connection.
    was_sent: bool,
}

#[derive(Debug)]
struct InFlight {
    sequence: u64,
    state: State,
    /// Whether it counts as outstanding.
    is_outstanding: bool,
}

#[derive(Debug)]
enum State {
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
    fn of(sequence: u64, delivery: &Delivery, was_sent: bool) -> Self {
        Self {
            sequence,
            size: u32::try_from(delivery.size()).unwrap_or(u32::MAX),
            stored: delivery.message.stored,
            was_sent,
            ticket: delivery.message.ticket(),
        }
    }
}

/// Answer to a PUBREC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Release {
    /// PUBREL, once a commit is durable.
    After(Ticket),
    /// PUBREL that says that the identifier is unknown.
    Unknown,
    /// None, because the client refused the message.
    None,
}

/// A read from disk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FetchPlan {
    pub(crate) first: u64,
    pub(crate) generation: u32,
    /// Most bytes to read, beside the first message.
    pub(crate) bytes: usize,
}

fn identifier(sequence: u64) -> u16 {
    // At most 65 535, and never 0.
    u16::try_from(sequence % IDENTIFIERS).unwrap_or(0) + 1
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
                    state: State::Released {
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
        let limits = &owner.instance.limits;
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
    fn forget(
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
    fn let_go(&mut self, size: usize, instance: &Instance) {
        self.kept.remove(size);
        instance.kept.remove(size);
    }

    /// Returns whether much waits for the client while the memory of the instance is used up.
    fn is_scarce(&self, owner: Owner<'_>) -> bool {
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

    fn push_queue(&mut self, queued: Queued) {
        self.waiting_bytes += queued.delivery.size();
        self.queue.push_back(queued);
    }

    /// Appends what may be sent now until `out` has `limit` bytes. Returns the commit that the next message waits for, if any.
    pub(crate) fn fill(
        &mut self,
        out: &mut Vec<u8>,
        limit: usize,
        link: Link,
        owner: Owner<'_>,
        changes: &mut Vec<Change>,
    ) -> Option<Ticket> {
        let waits_for = self.send_all(out, limit, link, owner, changes);
        give_back(&mut self.passing);
        give_back(&mut self.queue);
        waits_for
    }

    fn send_all(
        &mut self,
        out: &mut Vec<u8>,
        limit: usize,
        link: Link,
        owner: Owner<'_>,
        changes: &mut Vec<Change>,
    ) -> Option<Ticket> {
        let committed = owner.instance.keep.committed();
        if let Some(ticket) = self.send_releases(out, link, committed) {
            return Some(ticket);
        }
        while out.len() < limit {
            let is_window_full = self.is_window_full(link);
            if let Some(passing) = self.next_passing(is_window_full) {
                self.waiting_bytes -= passing.delivery.size();
                send(&passing.delivery, 0, false, out, link, owner);
                continue;
            }
            let next = self.queue.front()?;
            let ticket = next.delivery.message.ticket();
            if owner.is_kept && ticket > committed {
                return Some(ticket);
            }
            if is_window_full {
                return None;
            }
            if let Some(queued) = self.queue.pop_front() {
                self.waiting_bytes -= queued.delivery.size();
                self.send_queued(queued, out, link, owner, changes);
            }
        }
        None
    }

    /// Sends releases of earlier connections. Returns the commit that they wait for, if any.
    fn send_releases(
        &mut self,
        out: &mut Vec<u8>,
        link: Link,
        committed: Ticket,
    ) -> Option<Ticket> {
        if self.releases_due == 0 {
            return None;
        }
        for in_flight in &mut self.in_flight {
            let State::Released { ticket, is_due } = &mut in_flight.state else {
                continue;
            };
            if !*is_due {
                continue;
            }
            if *ticket > committed {
                return Some(*ticket);
            }
            *is_due = false;
            self.releases_due -= 1;
            let release = Acknowledgement {
                kind: AcknowledgementKind::Pubrel,
                id: identifier(in_flight.sequence),
                reason: Reason::SUCCESS,
            };
            wire::acknowledge(out, link.version, release);
        }
        None
    }

    fn is_window_full(&self, link: Link) -> bool {
        let is_full = self.outstanding >= link.receive_maximum
            // Releases of earlier connections count too: a client that never completes them does not pile them up.
            || self.in_flight.len() >= MAX_IN_FLIGHT
            || self.in_flight_bytes >= MAX_IN_FLIGHT_BYTES;
        let next = self.queue.front().map(|queued| identifier(queued.sequence));
        is_full
            || next.is_some_and(|id| {
                let mut in_flight = self.in_flight.iter();
                in_flight.any(|in_flight| identifier(in_flight.sequence) == id)
            })
    }

    /// Takes a message of QoS 0 if everything that came before it was sent, or has to wait for the client.
    fn next_passing(&mut self, is_window_full: bool) -> Option<Passing> {
        let after = self.passing.front()?.after;
        let head = self
            .queue
            .front()
            .map(|queued| queued.sequence)
            .or(self.on_disk.front().map(|stub| stub.sequence))
            .unwrap_or(self.next_sequence);
        if after <= head || is_window_full {
            self.passing.pop_front()
        } else {
            None
        }
    }

    fn send_queued(
        &mut self,
        queued: Queued,
        out: &mut Vec<u8>,
        link: Link,
        owner: Owner<'_>,
        changes: &mut Vec<Change>,
    ) {
        let Queued {
            sequence,
            delivery,
            was_sent,
        } = queued;
        let is_sent = if !was_sent && delivery.message.is_expired(owner.now.time) {
            owner.instance.losses.count(Loss::Expired, 1);
            false
        } else {
            send(&delivery, identifier(sequence), was_sent, out, link, owner)
        };
        let size = delivery.size();
        if !is_sent {
            self.forget(sequence, delivery.message.stored, size, owner, changes);
            return;
        }
        self.outstanding += 1;
        self.in_flight_bytes += size;
        self.in_flight.push_back(InFlight {
            sequence,
            state: State::Sent(delivery),
            is_outstanding: true,
        });
    }

    /// Handles PUBACK. Returns `false` if no message of QoS 1 waits for it.
    pub(crate) fn puback(&mut self, id: u16, owner: Owner<'_>, changes: &mut Vec<Change>) -> bool {
        let is_it =
            |in_flight: &InFlight| matches!(&in_flight.state, State::Sent(sent) if sent.qos == 1);
        self.complete(id, is_it, owner, changes)
    }

    /// Handles PUBREC.
    pub(crate) fn pubrec(
        &mut self,
        id: u16,
        reason: Reason,
        owner: Owner<'_>,
        changes: &mut Vec<Change>,
    ) -> Release {
        let Some(at) = self.position(id) else {
            return if reason.is_error() {
                Release::None
            } else {
                Release::Unknown
            };
        };
        let in_flight = &mut self.in_flight[at];
        match &in_flight.state {
            State::Released { ticket, .. } => Release::After(*ticket),
            State::Sent(sent) if sent.qos != 2 => Release::Unknown,
            State::Sent(_) if reason.is_error() => {
                self.complete(id, |_| true, owner, changes);
                Release::None
            }
            State::Sent(sent) => {
                let size = sent.size();
                let stored = sent.message.stored;
                self.in_flight_bytes -= size;
                let mut ticket = 0;
                if owner.is_kept {
                    self.kept.remove(size);
                    owner.instance.kept.remove(size);
                    changes.push(put_released(owner.key, in_flight.sequence));
                    release_stored(owner.instance, stored, changes);
                    ticket = owner.instance.keep.submit(changes.drain(..));
                }
                in_flight.state = State::Released {
                    ticket,
                    is_due: false,
                };
                Release::After(ticket)
            }
        }
    }

    /// Handles PUBCOMP.
    pub(crate) fn pubcomp(&mut self, id: u16, owner: Owner<'_>, changes: &mut Vec<Change>) -> bool {
        let is_it = |in_flight: &InFlight| matches!(in_flight.state, State::Released { .. });
        self.complete(id, is_it, owner, changes)
    }

    fn position(&self, id: u16) -> Option<usize> {
        self.in_flight
            .iter()
            .position(|in_flight| identifier(in_flight.sequence) == id)
    }

    fn complete(
        &mut self,
        id: u16,
        is_it: impl Fn(&InFlight) -> bool,
        owner: Owner<'_>,
        changes: &mut Vec<Change>,
    ) -> bool {
        let Some(at) = self.position(id).filter(|at| is_it(&self.in_flight[*at])) else {
            return false;
        };
        let Some(done) = self.in_flight.remove(at) else {
            return false;
        };
        give_back(&mut self.in_flight);
        self.outstanding -= usize::from(done.is_outstanding);
        match done.state {
            State::Sent(delivery) => {
                let size = delivery.size();
                self.in_flight_bytes -= size;
                self.forget(done.sequence, delivery.message.stored, size, owner, changes);
            }
            State::Released { is_due, .. } => {
                self.releases_due -= usize::from(is_due);
                if owner.is_kept {
                    changes.push(delete(Table::Queues, queue_key(owner.key, done.sequence)));
                }
            }
        }
        true
    }

    /// Gives memory back, because the connection is gone. What was in flight is sent again, in its order.
    pub(crate) fn detach(&mut self) {
        self.generation = self.generation.wrapping_add(1);
        self.is_fetching = false;
        self.passing = VecDeque::new();
        self.outstanding = 0;
        self.in_flight_bytes = 0;
        self.releases_due = 0;
        let mut waiting = Vec::new();
        let mut released = VecDeque::new();
        for mut in_flight in self.in_flight.drain(..) {
            in_flight.is_outstanding = false;
            match &mut in_flight.state {
                State::Sent(delivery) => {
                    waiting.push(Stub::of(in_flight.sequence, delivery, true));
                    continue;
                }
                State::Released { is_due, .. } => *is_due = false,
            }
            released.push_back(in_flight);
        }
        self.in_flight = released;
        let queued = self.queue.drain(..);
        waiting.extend(queued.map(
            |Queued {
                 sequence,
                 delivery,
                 was_sent,
             }| { Stub::of(sequence, &delivery, was_sent) },
        ));
        waiting.sort_unstable_by_key(|stub| stub.sequence);
        for stub in waiting.into_iter().rev() {
            self.on_disk.push_front(stub);
        }
        self.queue = VecDeque::new();
        self.waiting_bytes = 0;
    }

    /// Begins with a connection: what an earlier one released is released again.
    pub(crate) fn attach(&mut self) {
        for in_flight in &mut self.in_flight {
            if let State::Released { is_due, .. } = &mut in_flight.state {
                *is_due = true;
                self.releases_due += 1;
            }
        }
    }

    /// Returns what has to be read from disk next, if it is time to and it is durable.
    pub(crate) fn plan_fetch(&mut self, instance: &Instance) -> Option<FetchPlan> {
        let first = self.on_disk.front()?;
        let is_used_up = instance.budget.is_used_up();
        if self.is_fetching
            || (is_used_up && (self.outstanding > 0 || !self.queue.is_empty()))
            || self.queue.len() > AHEAD_MESSAGES / 4
            || first.ticket > instance.keep.committed()
        {
            return None;
        }
        self.is_fetching = true;
        Some(FetchPlan {
            first: first.sequence,
            generation: self.generation,
            bytes: if is_used_up {
                SCARCE_AHEAD_BYTES
            } else {
                AHEAD_BYTES
            },
        })
    }

    /// Returns the commit that has to be durable before the next read from disk, if there is one.
    pub(crate) fn fetch_waits_for(&self, keep: &Keep) -> Option<Ticket> {
        let ticket = self.on_disk.front()?.ticket;
        (self.queue.is_empty() && ticket > keep.committed()).then_some(ticket)
    }

    /// Takes what was read from disk. What was durable and is not there is lost.
    pub(crate) fn fetched(
        &mut self,
        plan: FetchPlan,
        mut found: VecDeque<(u64, Result<Delivery, Loss>)>,
        owner: Owner<'_>,
        changes: &mut Vec<Change>,
    ) {
        if plan.generation != self.generation {
            return;
        }
        self.is_fetching = false;
        let mut is_first = true;
        while let Some(stub) = self.on_disk.front().copied() {
            while found
                .pop_front_if(|(sequence, _)| *sequence < stub.sequence)
                .is_some()
            {}
            let found = found.pop_front_if(|(sequence, _)| *sequence == stub.sequence);
            let result = match found {
                Some((_, result)) => result,
                // The read began when this one was durable.
                None if is_first => Err(Loss::Missing),
                None => break,
            };
            is_first = false;
            self.on_disk.pop_front();
            match result {
                Ok(delivery) => self.push_fetched(stub, delivery, owner),
                Err(loss) => {
                    self.forget(
                        stub.sequence,
                        stub.stored,
                        stub.size as usize,
                        owner,
                        changes,
                    );
                    owner.instance.losses.count(loss, 1);
                }
            }
        }
    }

    fn push_fetched(&mut self, stub: Stub, delivery: Delivery, owner: Owner<'_>) {
        // What was read may be held in another way than what was written.
        self.let_go(stub.size as usize, owner.instance);
        self.kept.add(delivery.size());
        owner.instance.kept.add(delivery.size());
        self.push_queue(Queued {
            sequence: stub.sequence,
            delivery,
            was_sent: stub.was_sent,
        });
    }

    /// Gives up a read from disk that failed, so that it can be planned again.
    pub(crate) fn fetch_failed(&mut self, plan: FetchPlan) {
        self.is_fetching &= plan.generation != self.generation;
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

fn give_back<T>(list: &mut VecDeque<T>) {
    if list.is_empty() && list.capacity() > IDLE_ROOM {
        *list = VecDeque::new();
    }
}

fn release_stored(instance: &Instance, stored: u64, changes: &mut Vec<Change>) {
    if instance.keep.release(stored) {
        changes.push(delete(Table::Messages, stored.to_be_bytes()));
    }
}

/// Appends a PUBLISH. Returns `false` if it is larger than the client takes.
fn send(
    delivery: &Delivery,
    id: u16,
    dup: bool,
    out: &mut Vec<u8>,
    link: Link,
    owner: Owner<'_>,
) -> bool {
    let message = &delivery.message;
    if delivery.qos == 0 && message.is_expired(owner.now.time) {
        owner.instance.losses.count(Loss::Expired, 1);
        return false;
    }
    let publication = Publication {
        version: link.version,
        dup,
        qos: delivery.qos,
        retain: delivery.retain,
        topic: message.topic(),
        id,
        message_expiry: message.remaining_seconds(owner.now.time),
        subscription_ids: &delivery.ids,
        properties: message.properties(),
        payload: message.payload(),
    };
    if link.maximum_packet_size < usize::MAX
        && wire::publication_length(&publication) > link.maximum_packet_size
    {
        owner.instance.losses.count(Loss::TooLarge, 1);
        return false;
    }
    wire::publish(out, &publication);
    if !dup {
        owner
            .instance
            .meter(message.topic(), Direction::Pushed, delivery.qos);
    }
    true
}
