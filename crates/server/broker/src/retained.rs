//! Retained messages, in memory.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::RwLock;
use rmqtt::retain::{RetainStorage, RetainTree};
use rmqtt::types::{FromType, Retain, TimedValue, Topic, TopicFilter, TopicName};

use crate::Refusal;
use crate::instance::Instance;
use crate::topic::may_publish;

/// Most bytes of payload that an instance retains. What does not fit is delivered, but not retained.
const MAX_BYTES: usize = 64 << 20;
/// Most topics with a retained message.
const MAX_TOPICS: usize = 100_000;

/// The last message of each topic that was published with the retain flag.
pub(crate) struct Retained {
    instance: Arc<Instance>,
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    tree: RetainTree<TimedValue<Retain>>,
    bytes: usize,
    topics: usize,
}

impl Retained {
    pub(crate) fn new(instance: Arc<Instance>) -> Self {
        Self {
            instance,
            state: RwLock::default(),
        }
    }

    /// Whether a message may be retained: not if it is for one client, nor if it is a will whose topic went away.
    fn admits(&self, topic: &str, retain: &Retain) -> bool {
        let is_will = matches!(retain.from.typ(), FromType::LastWill);
        crate::topic::Topic::parse(topic).receiver.is_none()
            && (!is_will || may_publish(topic, &*self.instance.directory))
    }
}

impl State {
    fn remove(&mut self, topic: &Topic) {
        if let Some(earlier) = self.tree.remove(topic) {
            self.bytes -= earlier.into_value().publish.payload.len();
            self.topics -= 1;
        }
    }

    fn insert(&mut self, topic: &Topic, mut retain: Retain) -> bool {
        let bytes = retain.publish.payload.len();
        if self.topics >= MAX_TOPICS || self.bytes + bytes > MAX_BYTES {
            self.remove_expired();
        }
        if self.topics >= MAX_TOPICS || self.bytes + bytes > MAX_BYTES {
            return false;
        }
        // As it came, the payload is a part of the buffer of its connection, and keeps all of that.
        retain.publish.payload = retain.publish.payload.to_vec().into();
        let properties = retain.publish.properties.as_ref();
        let expiry = properties.and_then(|properties| properties.message_expiry_interval);
        let expiry = expiry.map(|seconds| Duration::from_secs(u64::from(seconds.get())));
        self.tree.insert(topic, TimedValue::new(retain, expiry));
        self.bytes += bytes;
        self.topics += 1;
        true
    }

    fn remove_expired(&mut self) {
        let (bytes, topics) = (&mut self.bytes, &mut self.topics);
        self.tree.retain(usize::MAX, |value| {
            if value.is_expired() {
                *bytes -= value.value().publish.payload.len();
                *topics -= 1;
            }
            !value.is_expired()
        });
    }
}

#[async_trait]
impl RetainStorage for Retained {
    fn enable(&self) -> bool {
        true
    }

    /// The library's own expiry is that of queued messages; a retained one stays unless its publisher says otherwise.
    async fn set(
        &self,
        topic: &TopicName,
        retain: Retain,
        _: Option<Duration>,
    ) -> rmqtt::Result<()> {
        if !self.admits(topic, &retain) {
            return Ok(());
        }
        let parsed = Topic::from_str(topic)?;
        let mut state = self.state.write();
        state.remove(&parsed);
        if !retain.publish.payload.is_empty() && !state.insert(&parsed, retain) {
            // No warning: devices could fill the log with it.
            self.instance.refusals.count(Refusal::Retained);
        }
        Ok(())
    }

    async fn get(&self, filter: &TopicFilter) -> rmqtt::Result<Vec<(TopicName, Retain)>> {
        let matching = self.state.read().tree.matches(&Topic::from_str(filter)?);
        Ok(matching
            .into_iter()
            .filter(|(_, value)| !value.is_expired())
            .map(|(topic, value)| (topic.to_string().into(), value.into_value()))
            .collect())
    }

    async fn count(&self) -> isize {
        self.state.read().topics as isize
    }

    async fn max(&self) -> isize {
        MAX_TOPICS as isize
    }
}
