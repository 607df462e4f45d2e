//! Messages from the queue of a client to its connection.

use super::delivery::{Delivery, InFlight, Link, Owner, Passing, Progress, Queued, identifier};
use super::queue::{Outgoing, give_back};
use crate::core::instance::Loss;
use crate::keep::{Change, Ticket};
use crate::metering::Direction;
use crate::wire::{self, Acknowledgement, AcknowledgementKind, Publication, Reason};

/// Largest number of messages of a client that are in flight.
pub(crate) const MAX_IN_FLIGHT: usize = 128;
/// Bytes of messages in flight beyond which no further one is sent.
const MAX_IN_FLIGHT_BYTES: usize = 1 << 20;

impl Outgoing {
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
            let Progress::Released { ticket, is_due } = &mut in_flight.progress else {
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
            progress: Progress::Sent(delivery),
            is_outstanding: true,
        });
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
