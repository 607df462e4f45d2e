//! Watches the database: whether it answers, and whether it agrees with the groups in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use ons_mqtt_store::{Error, Store};
use tokio::sync::Mutex;

use crate::brokers::Brokers;
use crate::directory::Directory;
use crate::health::Health;

/// Time between two checks.
const INTERVAL: Duration = Duration::from_secs(1);

/// Changes of groups, in the database and in memory.
#[derive(Default)]
pub(crate) struct Changes {
    /// Locked while a group changes, so that store and memory change in the same order.
    pub(crate) order: Mutex<()>,
    /// `true` if the outcome of a change is unknown.
    pub(crate) unknown: AtomicBool,
    /// Number of deletions that have begun, changed under the lock.
    pub(crate) deletions: AtomicU64,
}

/// Checks the database from time to time.
pub(crate) struct Watch {
    pub(crate) store: Arc<Store>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) brokers: Arc<Brokers>,
    pub(crate) changes: Arc<Changes>,
    pub(crate) health: Health,
}

impl Watch {
    /// Records the state of the database in `health`, until it is aborted.
    pub(crate) async fn run(self) {
        let mut renewals = self.store.renewals();
        loop {
            let answer = match self.store.ping().await {
                Ok(()) => self.compare(&mut renewals).await,
                failed => failed,
            };
            *self.health.write() = answer.map_err(|error| error.to_string());
            tokio::time::sleep(INTERVAL).await;
        }
    }

    /// Reads the groups again if they may have changed: by a change without an answer, or by
    /// another server while this one had lost its lock.
    async fn compare(&self, renewals: &mut u64) -> Result<(), Error> {
        let renewed = self.store.renewals();
        let is_unknown = self.changes.unknown.load(Ordering::SeqCst);
        if !is_unknown && renewed == *renewals {
            return Ok(());
        }
        let order = self.changes.order.lock().await;
        let gone = self.directory.replace_groups(self.store.groups().await?);
        self.changes.unknown.store(false, Ordering::SeqCst);
        *renewals = renewed;
        drop(order);
        tracing::info!("groups read again from the database");
        for group in gone {
            if let Some(broker) = self.brokers.get(&group.instance_id) {
                broker.disconnect_group(&group.group_id).await;
            }
        }
        Ok(())
    }
}
