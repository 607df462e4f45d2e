//! Number, QoS and speed of messages, and the progress that the threads of a run share.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::Error;

/// Longest wait of a publisher for the arrival of its messages.
const PATIENCE: Duration = Duration::from_secs(20);

/// Number of publishers, receivers and messages, their QoS and speed.
#[derive(Clone, Copy)]
pub(super) struct Load {
    pub(super) name: &'static str,
    pub(super) publishers: usize,
    /// If equal to the number of publishers, each receives from one; otherwise each receives all.
    pub(super) receivers: usize,
    pub(super) qos: u8,
    /// Messages per publisher, a multiple of the chunk.
    pub(super) messages: u64,
    /// Largest number of a publisher's messages in flight.
    pub(super) window: u64,
    /// Messages that a publisher sends at once.
    pub(super) chunk: u64,
    /// Messages per second that arrive in all; 0 for as many as possible.
    pub(super) pace: u64,
    pub(super) sessions: Sessions,
}

/// Sessions of the receivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sessions {
    /// They end with the connection.
    Clean,
    /// They are kept, and the receivers are online.
    KeptOnline,
    /// They are kept, and the receivers come back when all messages are acknowledged.
    KeptOffline,
}

/// A running load, shared by its threads.
pub(super) struct Run<'a> {
    pub(super) load: &'a Load,
    /// Messages that have arrived, by publisher.
    pub(super) arrived: Vec<Arrived>,
    pub(super) start: Instant,
}

/// Number of a publisher's messages that have arrived.
#[derive(Default)]
pub(super) struct Arrived {
    count: Mutex<u64>,
    changed: Condvar,
}

impl Load {
    /// Returns the number of deliveries.
    pub(super) fn deliveries(&self) -> u64 {
        self.messages * (self.publishers * self.receivers_of_each()) as u64
    }

    fn in_pairs(&self) -> bool {
        self.publishers == self.receivers
    }

    /// Returns the number of messages that each receiver gets.
    pub(super) fn messages_of_each(&self) -> u64 {
        self.deliveries() / self.receivers as u64
    }

    pub(super) fn receivers_of_each(&self) -> usize {
        if self.in_pairs() { 1 } else { self.receivers }
    }

    pub(super) fn topic(&self, number: usize) -> String {
        if self.in_pairs() {
            format!("test/pair/{number}")
        } else {
            "test/all".to_owned()
        }
    }
}

impl Run<'_> {
    /// Returns the microseconds since the start.
    pub(super) fn now(&self) -> u64 {
        self.start.elapsed().as_micros() as u64
    }
}

impl Arrived {
    pub(super) fn add(&self, count: u64) {
        if count > 0 {
            *self.count.lock().unwrap_or_else(PoisonError::into_inner) += count;
            self.changed.notify_one();
        }
    }

    pub(super) fn wait_for(&self, wanted: u64) -> Result<(), Error> {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .changed
            .wait_timeout_while(count, PATIENCE, |count| *count < wanted);
        let (count, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            Err(Error::Step(format!(
                "messages lost: {count} of {wanted} arrived"
            )))
        } else {
            Ok(())
        }
    }
}
