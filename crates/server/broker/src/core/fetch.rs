//! Reads kept messages from disk, on a thread that may block.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::Core;
use super::clock::Now;
use super::instance::Loss;
use super::outgoing::{AHEAD_MESSAGES, Delivery, FetchPlan};
use super::record::{
    Body, QueuedRecord, queue_key, read_queue_key, read_queued, read_stored, session_key,
};
use super::session::Session;
use super::signal::Signal;
use crate::excerpt::Excerpt;
use crate::keep::{DiskError, Table};
use crate::topic::may_receive;

/// Pause after an error of the disk.
const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(1);

/// Messages by sequence number, or what became of them.
type Found = VecDeque<(u64, Result<Delivery, Loss>)>;

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
        let now = self.core.instance.clock.now();
        match self.read(now) {
            Ok(found) => self.hand_over(found, now),
            Err(error) => self.fail(&error),
        }
        self.signal.notify();
    }

    fn fail(&self, error: &DiskError) {
        let client_id = &*Excerpt(&self.session.client_id).logged();
        tracing::error!(%error, client_id, "kept messages cannot be read; trying again");
        std::thread::sleep(PAUSE_AFTER_ERROR);
        self.session.state.lock().outgoing.fetch_failed(self.plan);
    }

    fn hand_over(&self, found: Found, now: Now) {
        let instance = &self.core.instance;
        let mut changes = Vec::new();
        let owner = self.session.owner(instance, now);
        let mut state = self.session.state.lock();
        state
            .outgoing
            .fetched(self.plan, found, owner, &mut changes);
        drop(state);
        if !changes.is_empty() {
            instance.keep.submit(changes);
        }
    }

    fn read(&self, now: Now) -> Result<Found, DiskError> {
        let disk = self.core.instance.keep.disk();
        let key = session_key(self.session.key);
        let after = self
            .plan
            .first
            .checked_sub(1)
            .map(|before| queue_key(self.session.key, before));
        let after = after.as_ref().map(<[u8; 16]>::as_slice);
        let entries = disk.read(Table::Queues, &key, after, AHEAD_MESSAGES, self.plan.bytes)?;
        let mut found = Found::with_capacity(entries.len());
        let mut bytes = 0;
        for (key, value) in entries {
            // A row may be short and its message large, if several sessions wait for that.
            if bytes >= self.plan.bytes {
                break;
            }
            let Some((_, sequence)) = read_queue_key(&key) else {
                continue;
            };
            match read_queued(&value, now, Some(&self.core.instance.budget)) {
                Some(QueuedRecord {
                    body: Body::Released,
                    ..
                }) => {}
                Some(record) => {
                    let delivery = self.delivery(record, now)?;
                    bytes += delivery.as_ref().map_or(0, Delivery::size);
                    found.push_back((sequence, delivery));
                }
                None => found.push_back((sequence, Err(Loss::Missing))),
            }
        }
        Ok(found)
    }

    fn delivery(
        &self,
        record: QueuedRecord,
        now: Now,
    ) -> Result<Result<Delivery, Loss>, DiskError> {
        let instance = &self.core.instance;
        let message = match record.body {
            Body::Inline(message) => Some(message),
            Body::Released => None,
            Body::Stored { key, .. } => {
                let disk = instance.keep.disk();
                let value = disk.get(Table::Messages, &key.to_be_bytes())?;
                value.and_then(|value| read_stored(key, &value, now, Some(&instance.budget)))
            }
        };
        let Some(message) = message else {
            return Ok(Err(Loss::Missing));
        };
        if !may_receive(
            message.topic(),
            &self.session.client_id,
            &*instance.directory,
        ) {
            return Ok(Err(Loss::TopicDeleted));
        }
        let (qos, retain) = (record.qos, record.retain);
        let delivery = Delivery::new(Arc::new(message), qos, retain, record.ids);
        Ok(Ok(delivery))
    }
}
