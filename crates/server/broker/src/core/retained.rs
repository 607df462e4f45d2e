//! Retained messages: the last one of each topic that was published with the retain flag.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::RwLock;

use super::clock::Time;
use super::filter::{literal_prefix, matches};
use super::instance::Instance;
use super::message::Message;
use super::record::delete;
use crate::Limits;
use crate::keep::{Table, Ticket};

/// Bytes of a topic beside its message: its key and its place in the tree.
const OVERHEAD: usize = 96;
/// Topics that are looked at in one step.
const STEP: usize = 1_000;

pub(crate) struct Retained {
    instance: Arc<Instance>,
    state: RwLock<State>,
    /// The commit that writes the last change.
    written: AtomicU64,
}

#[derive(Default)]
struct State {
    messages: BTreeMap<Box<str>, Arc<Message>>,
    /// Topics of messages that expire, the first one first.
    expiring: BTreeSet<(Time, Box<str>)>,
    bytes: usize,
}

/// Part of the retained messages that match a filter.
pub(crate) struct Matching {
    pub(crate) messages: Vec<Arc<Message>>,
    /// Topic of the last one that was looked at; none if there are no further ones.
    pub(crate) last: Option<Box<str>>,
}

impl Retained {
    pub(crate) fn new(instance: Arc<Instance>) -> Self {
        Self {
            instance,
            state: RwLock::default(),
            written: AtomicU64::new(0),
        }
    }

    /// Notes the commit that writes a change.
    pub(super) fn note(&self, ticket: Ticket) {
        self.written.fetch_max(ticket, Ordering::AcqRel);
    }

    /// Returns the commit that writes the last change.
    #[cfg(feature = "cluster")]
    pub(crate) fn written(&self) -> Ticket {
        self.written.load(Ordering::Acquire)
    }

    /// Returns whether a message fits, in place of the one that its topic has.
    pub(crate) fn fits(&self, topic: &str, bytes: usize) -> bool {
        self.state
            .read()
            .fits(topic, bytes, &self.instance.limits())
    }

    /// Retains a message.
    pub(crate) fn insert(&self, message: Arc<Message>) {
        self.state.write().insert(message);
    }

    /// Returns whether there was a message.
    pub(crate) fn remove(&self, topic: &str) -> bool {
        self.state.write().remove(topic)
    }

    /// Returns the topics of all messages.
    #[cfg(feature = "cluster")]
    pub(crate) fn topics(&self) -> Vec<Box<str>> {
        self.state.read().messages.keys().cloned().collect()
    }

    /// Removes what has expired, or the first part of it.
    pub(crate) fn expire(&self, now: Time) {
        let mut state = self.state.write();
        let mut deletions = Vec::new();
        while deletions.len() < STEP
            && let Some((expiry, topic)) = state.expiring.first()
            && *expiry <= now
        {
            let topic = topic.clone();
            state.remove(&topic);
            deletions.push(delete(Table::Retained, topic.as_bytes()));
        }
        // In the order of the changes, as a new message of the topic is written next. Where other nodes may write one, it
        // expires by itself.
        if !deletions.is_empty() && self.instance.others.is_none() {
            self.instance.keep.submit(deletions);
        }
    }

    /// Returns at most `limit` messages whose topics match and come after a topic.
    pub(crate) fn matching(
        &self,
        filter: &str,
        after: Option<&str>,
        limit: usize,
        now: Time,
    ) -> Matching {
        let state = self.state.read();
        let prefix = literal_prefix(filter);
        let begin = match after {
            Some(after) => Bound::Excluded(after),
            None => Bound::Included(prefix),
        };
        let mut messages = Vec::new();
        let below = state.messages.range::<str, _>((begin, Bound::Unbounded));
        for (looked_at, (topic, message)) in below.enumerate() {
            if !topic.starts_with(prefix) {
                break;
            }
            if matches(filter, topic) && !message.is_expired(now) {
                messages.push(Arc::clone(message));
            }
            if messages.len() == limit || looked_at + 1 == STEP {
                let last = Some(topic.clone());
                return Matching { messages, last };
            }
        }
        Matching {
            messages,
            last: None,
        }
    }
}

impl State {
    /// Returns whether `bytes`, which are those of a whole message, fit.
    fn fits(&self, topic: &str, bytes: usize, limits: &Limits) -> bool {
        let earlier = self.messages.get(topic);
        let topics = self.messages.len() + usize::from(earlier.is_none());
        let bytes = self.bytes + bytes;
        let earlier = earlier.map_or(0, |earlier| cost(earlier));
        topics <= limits.retained_messages && bytes - earlier <= limits.retained_bytes
    }

    fn insert(&mut self, message: Arc<Message>) {
        self.remove(message.topic());
        self.bytes += cost(&message);
        let topic: Box<str> = message.topic().into();
        if let Some(expiry) = message.expiry {
            self.expiring.insert((expiry, topic.clone()));
        }
        self.messages.insert(topic, message);
    }

    fn remove(&mut self, topic: &str) -> bool {
        let Some(message) = self.messages.remove(topic) else {
            return false;
        };
        self.bytes -= cost(&message);
        if let Some(expiry) = message.expiry {
            self.expiring.remove(&(expiry, topic.into()));
        }
        true
    }
}

fn cost(message: &Message) -> usize {
    message.size() + topic_cost(message.topic(), message.expiry.is_some())
}

/// Returns what a topic costs beside its message, which is twice as much if the message expires.
pub(super) fn topic_cost(topic: &str, expires: bool) -> usize {
    (topic.len() + OVERHEAD) * (1 + usize::from(expires))
}
