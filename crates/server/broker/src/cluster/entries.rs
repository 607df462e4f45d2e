//! Entries of clients in the table that all nodes change by compare-and-set.

use std::time::Duration;

use async_nats::jetstream::kv::{Operation, UpdateErrorKind};
use tokio::time::{sleep, timeout};

use super::member::Member;
use super::node::DELETION;
use super::owner::{self, Life, Tenure};
use super::subject::word;
use crate::core::Claim;

/// Time that NATS has to answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);
pub(super) const RETRY: Duration = Duration::from_millis(20);

/// The entry of a client.
pub(super) struct Found {
    /// 0 if there never was one.
    pub(super) revision: u64,
    pub(super) tenures: Vec<Tenure>,
}

impl Member {
    pub(super) fn key(&self, client_id: &str) -> String {
        format!("{}{}", self.prefix, word(client_id))
    }

    pub(super) async fn find(&self, key: &str) -> Result<Found, String> {
        let entry = self.node.clients.entry(key).await;
        let Some(entry) = entry.map_err(|error| error.to_string())? else {
            return Ok(Found {
                revision: 0,
                tenures: Vec::new(),
            });
        };
        let tenures = match entry.operation {
            Operation::Put => owner::read(&entry.value, entry.revision)
                .ok_or("the entry of a client is damaged, or of a later version")?,
            Operation::Delete | Operation::Purge => Vec::new(),
        };
        Ok(Found {
            revision: entry.revision,
            tenures,
        })
    }

    /// Writes an entry, and returns its revision. Returns nothing if another node has changed it since it was found.
    pub(super) async fn write(
        &self,
        key: &str,
        tenures: &[Tenure],
        revision: u64,
    ) -> Result<Option<Claim>, String> {
        let entry = owner::write(tenures).into();
        match self.node.clients.update(key, entry, revision).await {
            Ok(claim) => Ok(Some(claim)),
            Err(error) if error.kind() == UpdateErrorKind::WrongLastRevision => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Deletes an entry if nobody has changed it since it was found. Returns whether it did.
    pub(super) async fn delete(&self, key: &str, revision: u64) -> bool {
        let clients = &self.node.clients;
        let deleted = clients.purge_expect_revision_with_ttl(key, revision, DELETION);
        matches!(timeout(PATIENCE, deleted).await, Ok(Ok(_)))
    }

    /// Changes the tenures of a client. Tries again until that succeeds or this life of the node is over.
    pub(super) async fn change(&self, key: &str, own: &Life, change: impl Fn(&mut Vec<Tenure>)) {
        while self.epoch() == Some(own.epoch) {
            if let Ok(Ok(found)) = timeout(PATIENCE, self.find(key)).await {
                let mut tenures = found.tenures.clone();
                change(&mut tenures);
                if tenures == found.tenures {
                    return;
                }
                let is_done = if tenures.is_empty() {
                    self.delete(key, found.revision).await
                } else {
                    let written = self.write(key, &tenures, found.revision);
                    matches!(timeout(PATIENCE, written).await, Ok(Ok(Some(_))))
                };
                if is_done {
                    return;
                }
            }
            sleep(RETRY).await;
        }
    }

    /// Returns this node in its present life.
    pub(super) fn life(&self) -> Option<Life> {
        let epoch = self.epoch()?;
        Some(Life {
            node: self.node.name.to_string(),
            epoch,
        })
    }

    pub(super) fn is_over(&self, life: &Life) -> bool {
        self.node.is_over(&life.node, life.epoch)
    }
}
