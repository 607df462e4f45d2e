//! Notifications as messages of an MQTT topic.

use std::sync::Arc;
use std::time::Duration;

use ons_mqtt_broker::Broker;

use crate::brokers::Brokers;
use crate::membership::Membership;
use crate::question::Question;

/// Messages that may wait for a reader before further ones are published.
const MAX_BACKLOG: usize = 1_000;

/// Time between two looks for a shorter backlog, and number of looks until a reader is too slow to
/// be waited for.
const LOOK: Duration = Duration::from_millis(50);
const LOOKS: usize = 100;

/// Time that other nodes have to say how far their readers are.
const PATIENCE: Duration = Duration::from_secs(1);

/// An MQTT topic of an instance.
pub(super) struct Topic {
    pub(super) brokers: Arc<Brokers>,
    pub(super) node: Arc<Membership>,
    pub(super) instance_id: String,
    pub(super) name: String,
}

impl Topic {
    /// Publishes messages, after giving readers that are online time to take earlier ones.
    ///
    /// # Errors
    ///
    /// Says why they have to be published again.
    pub(super) async fn publish(&self, payloads: &[Vec<u8>]) -> Result<(), String> {
        let broker = self.brokers.get(&self.instance_id);
        let broker = broker.ok_or("the instance does not run")?;
        for _ in 0..LOOKS {
            if self.backlog(&broker).await <= MAX_BACKLOG {
                break;
            }
            tokio::time::sleep(LOOK).await;
        }
        if broker.publish(&self.name, payloads).await {
            Ok(())
        } else {
            Err("the disk of kept messages is behind, or the instance stops".to_owned())
        }
    }

    /// Returns how many messages wait for the slowest reader of all nodes. One of a node that does not answer is not waited for.
    async fn backlog(&self, broker: &Broker) -> usize {
        let question = Question::Backlog {
            instance_id: self.instance_id.clone(),
            topic: self.name.clone(),
        };
        let elsewhere = self.node.ask_within(&question, PATIENCE).await;
        let elsewhere: Vec<usize> = elsewhere.unwrap_or_default();
        elsewhere
            .into_iter()
            .fold(broker.backlog(&self.name), usize::max)
    }
}
