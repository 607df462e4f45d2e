//! Reads kept messages from disk, on a thread that may block.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::Core;
use super::clock::Now;
use super::outgoing::{AHEAD_BYTES, AHEAD_MESSAGES, Delivery, FetchPlan};
use super::record::{
    Body, QueuedRecord, queue_key, read_queue_key, read_queued, read_stored, session_key,
};
use super::session::Session;
use super::signal::Signal;
use crate::keep::{DiskError, Table};

/// A message that is not there is looked for so often, with a pause: its number may have been given out before it was
/// handed over to be written.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(10);

/// A read of the next messages that wait for a session.
pub(crate) struct Fetch {
    core: Arc<Core>,
    session: Arc<Session>,
    signal: Arc<Signal>,
    plan: FetchPlan,
}

impl Fetch {
    pub(super) fn new(
        core: Arc<Core>,
        session: Arc<Session>,
        signal: Arc<Signal>,
        plan: FetchPlan,
    ) -> Self {
        Self {
            core,
            session,
            signal,
            plan,
        }
    }

    /// Reads, hands what was found to the session, and fires the signal. Blocks.
    pub(crate) fn run(self) {
        let instance = &self.core.instance;
        for number in 1..=TRIES {
            let now = instance.clock.now();
            let found = match self.read(now) {
                Ok(found) => found,
                Err(error) => {
                    tracing::error!(%error, client_id = %self.session.client_id, "kept messages cannot be read");
                    VecDeque::new()
                }
            };
            let owner = self.session.owner(instance, now);
            let mut state = self.session.state.lock();
            if state
                .outgoing
                .fetched(self.plan, found, number == TRIES, owner)
            {
                break;
            }
            drop(state);
            std::thread::sleep(PAUSE);
        }
        self.signal.notify();
    }

    fn read(&self, now: Now) -> Result<VecDeque<(u64, Delivery)>, DiskError> {
        let disk = self.core.instance.keep.disk();
        let key = session_key(self.session.key);
        let after = self
            .plan
            .first
            .checked_sub(1)
            .map(|before| queue_key(self.session.key, before));
        let after = after.as_ref().map(<[u8; 16]>::as_slice);
        let entries = disk.read(Table::Queues, &key, after, AHEAD_MESSAGES, AHEAD_BYTES)?;
        let mut found = VecDeque::with_capacity(entries.len());
        for (key, value) in entries {
            let budget = Some(&self.core.instance.budget);
            if let Some((_, sequence)) = read_queue_key(&key)
                && let Some(record) = read_queued(&value, now, budget)
                && let Some(delivery) = self.delivery(record, now)?
            {
                found.push_back((sequence, delivery));
            }
        }
        Ok(found)
    }

    fn delivery(&self, record: QueuedRecord, now: Now) -> Result<Option<Delivery>, DiskError> {
        let message = match record.body {
            Body::Inline(message) => message,
            Body::Released => return Ok(None),
            Body::Stored(stored) => {
                let disk = self.core.instance.keep.disk();
                let value = disk.get(Table::Messages, &stored.to_be_bytes())?;
                let budget = Some(&self.core.instance.budget);
                match value.and_then(|value| read_stored(stored, &value, now, budget)) {
                    Some(message) => message,
                    None => return Ok(None),
                }
            }
        };
        Ok(Some(Delivery {
            message: Arc::new(message),
            qos: record.qos,
            retain: record.retain,
            ids: record.ids,
        }))
    }
}
