//! Sends notifications, whatever their receiver is.

use std::sync::Arc;

use ons_mqtt_store::Notification;

use super::event;
use super::route::Route;
use super::topic::Topic;
use super::webhook::Webhook;
use crate::brokers::Brokers;
use crate::config::Receiver;
use crate::membership::Membership;

/// Sends notifications of an instance to one receiver.
pub(super) struct Sender {
    instance_id: String,
    target: Target,
}

enum Target {
    Webhook(Webhook),
    Topic(Topic),
}

impl Sender {
    /// Prepares sending.
    ///
    /// # Errors
    ///
    /// Says why nothing can be sent.
    pub(super) fn new(
        route: &Route,
        brokers: &Arc<Brokers>,
        node: &Arc<Membership>,
    ) -> Result<Self, String> {
        let instance_id = route.instance_id.clone();
        let target = match &route.receiver {
            Receiver::Webhook(webhook) => Target::Webhook(Webhook::new(webhook)?),
            Receiver::Topic(topic) => Target::Topic(Topic {
                brokers: Arc::clone(brokers),
                node: Arc::clone(node),
                instance_id: instance_id.clone(),
                name: topic.name.clone(),
            }),
        };
        Ok(Self {
            instance_id,
            target,
        })
    }

    /// Sends numbered notifications. On success, the receiver has them.
    ///
    /// # Errors
    ///
    /// The reason why not all have arrived. Some or all of them may have.
    pub(super) async fn send(&self, notifications: &[(i64, Notification)]) -> Result<(), String> {
        let failed = |error: serde_json::Error| error.to_string();
        match &self.target {
            Target::Webhook(webhook) => {
                let number = |end: Option<&(i64, _)>| end.map_or(0, |(number, _)| *number);
                let (first, last) = (number(notifications.first()), number(notifications.last()));
                let id = format!("{}-{first}-{last}", self.instance_id);
                let body = event::batch(&self.instance_id, notifications);
                webhook.send(&id, body.map_err(failed)?).await
            }
            Target::Topic(topic) => {
                let payloads = notifications.iter();
                let payloads = payloads.map(|(_, notification)| event::payload(notification));
                let payloads: Vec<_> = payloads.collect::<Result<_, _>>().map_err(failed)?;
                topic.publish(&payloads).await
            }
        }
    }
}
