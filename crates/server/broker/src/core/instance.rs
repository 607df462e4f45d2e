//! Parts of an instance that the whole core shares.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::RwLock;

use super::clock::Clock;
use super::holding::{Holding, TotalHolding};
use super::message::Budget;
use super::others::{Claim, OtherNodes};
use crate::client_id::group_of;
use crate::keep::Keep;
use crate::metering::{Direction, Metering};
use crate::refusal::Refusals;
use crate::topic::Topic;
use crate::{Directory, Limits};

/// An instance as its sessions and connections see it.
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) metering: Metering,
    pub(crate) refusals: Refusals,
    pub(crate) losses: Losses,
    limits: RwLock<Limits>,
    pub(crate) keep: Arc<Keep>,
    /// Bytes of messages in memory: of those that wait, and of those that are retained.
    pub(crate) budget: Arc<Budget>,
    /// Bytes of sessions, their subscriptions and their wills in memory.
    pub(crate) session_memory: Arc<Budget>,
    /// Messages that wait on disk.
    pub(crate) kept: TotalHolding,
    pub(crate) clock: Clock,
    /// Nothing if the broker serves alone.
    pub(crate) others: Option<Arc<dyn OtherNodes>>,
    stopping: AtomicBool,
    /// Number of times that all devices had to show again who they are.
    credentials: AtomicU64,
}

impl Instance {
    pub(crate) fn new(
        id: String,
        directory: Arc<dyn Directory>,
        keep: Arc<Keep>,
        clock: Clock,
        limits: Limits,
    ) -> Self {
        Self {
            id,
            directory,
            metering: Metering::default(),
            refusals: Refusals::default(),
            losses: Losses::default(),
            keep,
            budget: Arc::new(Budget::new(message_budget(&limits))),
            session_memory: Arc::new(Budget::new(limits.session_memory)),
            kept: TotalHolding::with_bound(kept_bound(&limits)),
            limits: RwLock::new(limits),
            clock,
            others: None,
            stopping: AtomicBool::new(false),
            credentials: AtomicU64::new(0),
        }
    }

    pub(crate) fn limits(&self) -> Limits {
        *self.limits.read()
    }

    /// Changes the bounds. What is held beyond them is let go as room is needed.
    pub(crate) fn set_limits(&self, limits: Limits) {
        self.budget.set_limit(message_budget(&limits));
        self.session_memory.set_limit(limits.session_memory);
        self.kept.set_bound(kept_bound(&limits));
        *self.limits.write() = limits;
    }

    /// Returns how long a session is kept that is to be kept for some seconds.
    pub(crate) fn granted_expiry(&self, seconds: u32) -> u32 {
        let longest = self.limits().session_expiry.as_secs();
        seconds.min(u32::try_from(longest).unwrap_or(u32::MAX))
    }

    /// Returns whether a client that has shown who it is may still stay.
    pub(crate) fn still_admits(&self, client_id: &str) -> bool {
        !self.is_stopping()
            && group_of(client_id).is_some_and(|group| self.directory.has_group(group))
    }

    /// Returns whether no other node has claimed a client since.
    pub(crate) fn still_has(&self, client_id: &str, claim: Claim) -> bool {
        (self.others.as_ref()).is_none_or(|others| others.is_current(client_id, claim))
    }

    /// Returns the number of the access keys that passwords are checked against.
    pub(crate) fn credentials(&self) -> u64 {
        self.credentials.load(Ordering::SeqCst)
    }

    /// Declares that the access keys changed, so that a client that is just connecting is disconnected.
    pub(crate) fn change_credentials(&self) {
        self.credentials.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// Refuses all further connections.
    pub(crate) fn refuse_all(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    pub(crate) fn meter(&self, topic: &str, direction: Direction, qos: u8) {
        self.metering
            .count(Topic::parse(topic), direction, qos, &*self.directory);
    }
}

/// Bytes of messages in memory. A retained message may wait for clients as well, so both kinds have one budget.
fn message_budget(limits: &Limits) -> usize {
    limits.message_memory.saturating_add(limits.retained_bytes)
}

fn kept_bound(limits: &Limits) -> Holding {
    Holding {
        messages: limits.kept_messages,
        bytes: limits.kept_bytes,
    }
}

/// Way in which a message ended other than by being delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Loss {
    /// Its expiry passed.
    Expired,
    /// The session that it waited for ended.
    SessionEnded,
    /// The session held as many messages as it may; the oldest was dropped.
    SessionBound,
    /// The instance held as many messages as it may; the oldest of the session with the most was dropped.
    InstanceBound,
    /// It was larger than the client takes.
    TooLarge,
    /// It had QoS 0, and its receiver did not read fast enough.
    SlowReader,
    /// Its topic was deleted.
    TopicDeleted,
    /// It was not on disk any more.
    Missing,
    /// It was a will, and too much waited for a disk that was full.
    DiskFull,
}

impl Loss {
    /// All of them, in the order of [`Broker::lost`](crate::Broker::lost).
    pub const ALL: [Self; 9] = [
        Self::Expired,
        Self::SessionEnded,
        Self::SessionBound,
        Self::InstanceBound,
        Self::TooLarge,
        Self::SlowReader,
        Self::TopicDeleted,
        Self::Missing,
        Self::DiskFull,
    ];
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "expired",
            Self::SessionEnded => "session ended",
            Self::SessionBound => "too many for one session",
            Self::InstanceBound => "too many for the instance",
            Self::TooLarge => "larger than the client takes",
            Self::SlowReader => "slow reader",
            Self::TopicDeleted => "topic deleted",
            Self::Missing => "missing on disk",
            Self::DiskFull => "disk full",
        })
    }
}

/// Counts messages that were not delivered, since the broker started.
#[derive(Debug, Default)]
pub(crate) struct Losses([AtomicU64; Loss::ALL.len()]);

impl Losses {
    pub(crate) fn count(&self, loss: Loss, messages: usize) {
        self.0[loss as usize].fetch_add(messages as u64, Ordering::Relaxed);
    }

    pub(crate) fn all(&self) -> [(Loss, u64); Loss::ALL.len()] {
        Loss::ALL.map(|loss| (loss, self.0[loss as usize].load(Ordering::Relaxed)))
    }
}
