//! Retained messages.

use super::super::script::{FILTERS, Subscription};
use super::filter::matches;
use super::state::{Entry, Message, Model, Time};

impl Model {
    pub(super) fn retain(
        &mut self,
        message: &Message,
        number: usize,
        publisher: Option<usize>,
        expires: Option<Time>,
    ) {
        let messages = &self.messages;
        // Those whose retained messages are on their way get the earlier one, or this one, or none.
        for session in self.live.sessions.values_mut() {
            for entry in &mut session.entries {
                if entry.replay.is_some() && messages[entry.message].topic == message.topic {
                    entry.must = false;
                }
            }
        }
        if message.payload.is_empty() {
            self.live.retained.remove(&message.topic);
            return;
        }
        let kept = (number, publisher, expires);
        self.live.retained.insert(message.topic.clone(), kept);
        let clients: Vec<usize> = self.live.sessions.keys().copied().collect();
        for client in clients {
            let replays = self.live.sessions[&client].replays.clone();
            for subscription in replays {
                self.replay_one(client, subscription, &message.topic, false);
            }
        }
    }

    /// Makes a retained message due to a session.
    pub(super) fn replay_one(
        &mut self,
        client: usize,
        subscription: Subscription,
        topic: &str,
        must: bool,
    ) {
        if !matches(FILTERS[subscription.filter], topic) {
            return;
        }
        let Some(&(message, publisher, expires)) = self.live.retained.get(topic) else {
            return;
        };
        let entry = Entry {
            number: self.number(),
            message,
            publisher,
            qos: self.messages[message].qos.min(subscription.qos),
            retain: true,
            ids: Some(subscription.id)
                .filter(|id| *id > 0)
                .into_iter()
                .collect(),
            may_be_other: false,
            expires,
            must,
            share: None,
            replay: Some(subscription.filter),
            released: None,
            born: self.crashes,
        };
        self.push(client, entry);
    }
}
