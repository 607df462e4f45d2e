//! What the parts of one broker share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::Directory;
use crate::client_id::group_of;
use crate::metering::{Direction, Metering};
use crate::presence::Presence;
use crate::refusal::Refusals;
use crate::topic::Topic;

/// An instance as its hooks see it.
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) presence: Presence,
    pub(crate) metering: Metering,
    pub(crate) refusals: Refusals,
    stopping: AtomicBool,
}

impl Instance {
    pub(crate) fn new(id: String, directory: Arc<dyn Directory>) -> Self {
        Self {
            id,
            directory,
            presence: Presence::default(),
            metering: Metering::default(),
            refusals: Refusals::default(),
            stopping: AtomicBool::new(false),
        }
    }

    /// Whether a client that has shown who it is may still stay.
    pub(crate) fn still_admits(&self, client_id: &str) -> bool {
        !self.stopping.load(Ordering::SeqCst)
            && group_of(client_id).is_some_and(|group| self.directory.has_group(group))
    }

    pub(crate) fn refuse_all(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    pub(crate) fn meter(&self, topic: Topic<'_>, direction: Direction, qos: u8) {
        self.metering.count(topic, direction, qos, &*self.directory);
    }
}

/// Unix time in ms.
pub(crate) fn now() -> i64 {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}
