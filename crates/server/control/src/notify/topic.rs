//! Notifications as messages of an MQTT topic.

use std::sync::Arc;
use std::time::Duration;

use crate::brokers::Brokers;

/// Messages that may wait for a reader before further ones are published.
const MAX_BACKLOG: usize = 1_000;

/// Time between two looks for a shorter backlog, and number of looks until a reader is too slow to
/// be waited for.
const LOOK: Duration = Duration::from_millis(50);
const LOOKS: usize = 100;

/// An MQTT topic of an instance.
pub(super) struct Topic {
    pub(super) brokers: Arc<Brokers>,
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
            if broker.backlog(&self.name) <= MAX_BACKLOG {
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
}
