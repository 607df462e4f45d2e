//! Acknowledgements of a client.

use super::delivery::{InFlight, Owner, Progress, identifier};
use super::queue::{Outgoing, give_back, release_stored};
use crate::core::record::{delete, put_released, queue_key};
use crate::keep::{Change, Table, Ticket};
use crate::wire::Reason;

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

impl Outgoing {
    /// Handles PUBACK. Does nothing if no message of QoS 1 waits for it.
    pub(crate) fn puback(&mut self, id: u16, owner: Owner<'_>, changes: &mut Vec<Change>) {
        let is_it = |in_flight: &InFlight| matches!(&in_flight.progress, Progress::Sent(sent) if sent.qos == 1);
        self.complete(id, is_it, owner, changes);
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
        match &in_flight.progress {
            Progress::Released { ticket, .. } => Release::After(*ticket),
            Progress::Sent(sent) if sent.qos != 2 => Release::Unknown,
            Progress::Sent(_) if reason.is_error() => {
                self.complete(id, |_| true, owner, changes);
                Release::None
            }
            Progress::Sent(sent) => {
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
                in_flight.progress = Progress::Released {
                    ticket,
                    is_due: false,
                };
                Release::After(ticket)
            }
        }
    }

    /// Handles PUBCOMP. Does nothing if no release waits for it.
    pub(crate) fn pubcomp(&mut self, id: u16, owner: Owner<'_>, changes: &mut Vec<Change>) {
        let is_it = |in_flight: &InFlight| matches!(in_flight.progress, Progress::Released { .. });
        self.complete(id, is_it, owner, changes);
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
    ) {
        let at = self.position(id).filter(|at| is_it(&self.in_flight[*at]));
        let Some(done) = at.and_then(|at| self.in_flight.remove(at)) else {
            return;
        };
        give_back(&mut self.in_flight);
        self.outstanding -= usize::from(done.is_outstanding);
        match done.progress {
            Progress::Sent(delivery) => {
                let size = delivery.size();
                self.in_flight_bytes -= size;
                self.forget(done.sequence, delivery.message.stored, size, owner, changes);
            }
            Progress::Released { is_due, .. } => {
                self.releases_due -= usize::from(is_due);
                if owner.is_kept {
                    changes.push(delete(Table::Queues, queue_key(owner.key, done.sequence)));
                }
            }
        }
    }
}
