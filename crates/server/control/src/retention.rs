//! Deletes history at the end of its retention, a batch at a time, beside everything else.

use std::sync::Arc;
use std::time::Duration;

use ons_mqtt_store::Store;
use pop_gateway::Clock;
use tokio_util::sync::CancellationToken;

use crate::clock::unix;
use crate::expiry::Expiry;
use crate::membership::Membership;

/// Time between two looks at the clocks.
const LOOK: Duration = Duration::from_millis(500);

/// Deletes expired history.
pub(crate) struct Retention {
    pub(crate) store: Arc<Store>,
    pub(crate) node: Arc<Membership>,
    pub(crate) clock: Clock,
    /// Time for which history is kept, in milliseconds.
    pub(crate) time: i64,
}

impl Retention {
    /// Deletes what has expired from time to time, until `stop` is cancelled.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut expiry = Expiry::new(self.clock.now());
        let look = || tokio::time::sleep(LOOK);
        while stop.run_until_cancelled(look()).await.is_some() {
            let now = self.clock.now();
            if expiry.is_due(now) {
                self.delete(unix(now.wall) - self.time, &stop).await;
            }
        }
    }

    /// Deletes what is older than a time.
    async fn delete(&self, before: i64, stop: &CancellationToken) {
        while self.node.leads() && !stop.is_cancelled() {
            match self.store.expire(before).await {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "cannot remove expired data");
                    return;
                }
            }
        }
    }
}
