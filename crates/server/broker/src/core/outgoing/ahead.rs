//! From one connection to the next: what was in flight is sent again, and what is next is read from disk.

use std::collections::VecDeque;

use super::delivery::{Delivery, Owner, Progress, Queued, Stub};
use super::queue::{AHEAD_BYTES, AHEAD_MESSAGES, Outgoing};
use crate::core::instance::{Instance, Loss};
use crate::keep::{Change, Keep, Ticket};

/// Bytes that are read from disk for a client while the memory of the instance is used up.
const SCARCE_AHEAD_BYTES: usize = 16 << 10;

/// A read from disk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FetchPlan {
    pub(crate) first: u64,
    pub(crate) generation: u32,
    /// Most bytes to read, beside the first message.
    pub(crate) bytes: usize,
}

impl Outgoing {
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
            match &mut in_flight.progress {
                Progress::Sent(delivery) => {
                    waiting.push(Stub::of(in_flight.sequence, delivery, true));
                    continue;
                }
                Progress::Released { is_due, .. } => *is_due = false,
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
            if let Progress::Released { is_due, .. } = &mut in_flight.progress {
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
}
