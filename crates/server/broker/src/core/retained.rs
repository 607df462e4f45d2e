//! Retained messages: the last one of each topic that was published with the retain flag.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use parking_lot::RwLock;

use super::clock::Time;
use super::filter::{literal_prefix, matches};
use super::message::Message;
use super::record::delete;
use crate::keep::{Keep, Table};

/// Most bytes that an instance retains.
const MAX_BYTES: usize = 64 << 20;
/// Most topics with a retained message.
const MAX_TOPICS: usize = 100_000;
/// Bytes of a topic beside its message: its key and its place in the tree.
const OVERHEAD: usize = 96;
/// Topics that are looked at in one step.
const STEP: usize = 1_000;

pub(crate) struct Retained {
    keep: Arc<Keep>,
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    messages: BTreeMap<Box<str>, Arc<Message>>,
    bytes: usize,
}

/// Part of the retained messages that match a filter.
pub(crate) struct Matching {
    pub(crate) messages: Vec<Arc<Message>>,
    /// Topic of the last one that was looked at; none if there are no further ones.
    pub(crate) last: Option<Box<str>>,
}

impl Retained {
    pub(crate) fn new(keep: Arc<Keep>) -> Self {
        Self {
            keep,
            state: RwLock::default(),
        }
    }

    /// Returns whether a message fits, in place of the one that its topic has.
    pub(crate) fn fits(&self, topic: &str, bytes: usize, now: Time) -> bool {
        if self.state.read().fits(topic, bytes) {
            return true;
        }
        let mut state = self.state.write();
        let expired = state.remove_expired(now);
        let deletions = expired
            .iter()
            .map(|topic| delete(Table::Retained, topic.as_bytes()));
        self.keep.submit(deletions);
        state.fits(topic, bytes)
    }

    /// Retains a message.
    pub(crate) fn insert(&self, message: Arc<Message>) {
        let mut state = self.state.write();
        let topic: Box<str> = message.topic().into();
        state.bytes += cost(&message);
        if let Some(earlier) = state.messages.insert(topic, message) {
            state.bytes -= cost(&earlier);
        }
    }

    /// Returns whether there was a message.
    pub(crate) fn remove(&self, topic: &str) -> bool {
        let mut state = self.state.write();
        let removed = state.messages.remove(topic);
        if let Some(earlier) = &removed {
            state.bytes -= cost(earlier);
        }
        removed.is_some()
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
    fn fits(&self, topic: &str, bytes: usize) -> bool {
        let earlier = self.messages.get(topic);
        let topics = self.messages.len() + usize::from(earlier.is_none());
        let bytes = self.bytes + bytes + topic.len() + OVERHEAD;
        topics <= MAX_TOPICS && bytes - earlier.map_or(0, |earlier| cost(earlier)) <= MAX_BYTES
    }

    /// Returns the topics of what was removed.
    fn remove_expired(&mut self, now: Time) -> Vec<Box<str>> {
        let expired = self
            .messages
            .extract_if(.., |_, message| message.is_expired(now));
        let (mut topics, mut bytes) = (Vec::new(), 0);
        for (topic, message) in expired {
            bytes += cost(&message);
            topics.push(topic);
        }
        self.bytes -= bytes;
        topics
    }
}

fn cost(message: &Message) -> usize {
    message.size() + message.topic().len() + OVERHEAD
}
