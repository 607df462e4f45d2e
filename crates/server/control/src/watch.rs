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

/// State of the database to which the groups in memory belong.
#[derive(PartialEq)]
struct Seen {
    /// As of [`Store::renewals`].
    renewals: u64,
    /// As of [`Store::group_changes`].
    changes: i64,
}

/// Checks the database from time to time.
pub(crate) struct Watch {
    pub(crate) store: Arc<Store>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) brokers: Arc<Brokers>,
    pub(crate) changes: Arc<Changes>,
    pub(crate) health: Health,
    /// Number of changes of groups by nodes, taken before the groups were read.
    pub(crate) group_changes: i64,
}

impl Watch {
    /// Records the state of the database in `health`, until it is aborted.
    pub(crate) async fn run(self) {
        let mut seen = Seen {
            renewals: self.store.renewals(),
            changes: self.group_changes,
        };
        loop {
            let answer = match self.store.ping().await {
                Ok(()) => self.compare(&mut seen).await,
                failed => failed,
            };
            *self.health.write() = answer.map_err(|error| error.to_string());
            tokio::time::sleep(INTERVAL).await;
        }
    }

    /// Reads the groups again if they may have changed: by a change without an answer, by another
    /// server while this one had lost its lock, or by another node.
    async fn compare(&self, seen: &mut Seen) -> Result<(), Error> {
        let now = Seen {
            renewals: self.store.renewals(),
            changes: self.store.group_changes().await?,
        };
        let is_unknown = self.changes.unknown.load(Ordering::SeqCst);
        if !is_unknown && now == *seen {
            return Ok(());
        }
        let order = self.changes.order.lock().await;
        let gone = self.directory.replace_groups(self.store.groups().await?);
        self.changes.unknown.store(false, Ordering::SeqCst);
        *seen = now;
        drop(order);
        tracing::debug!("groups read again from the database");
        for group in gone {
            let disconnecting = self
                .brokers
                .disconnect_group(&group.instance_id, group.group_id);
            disconnecting.await;
        }
        Ok(())
    }
}
