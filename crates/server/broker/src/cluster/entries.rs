//! Entries of clients in the table that all nodes change by compare-and-set.

use std::fmt::Display;
use std::time::Duration;

use async_nats::jetstream::kv::{Operation, UpdateErrorKind};
use tokio::time::{sleep, timeout};

use super::alone::Alone;
use super::member::Member;
use super::node::DELETION;
use super::owner::{self, Life, Tenure};
use super::subject::word;
use crate::core::Claim;

/// Time that NATS has to answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);
pub(super) const RETRY: Duration = Duration::from_millis(20);
const NO_ANSWER: &str = "NATS does not answer";

/// The entry of a client.
pub(super) struct Found {
    /// 0 if there never was one, or it was deleted more than [`DELETION`] ago.
    pub(super) revision: Claim,
    pub(super) tenures: Vec<Tenure>,
}

impl Member {
    pub(super) fn key(&self, client_id: &str) -> String {
        format!("{}{}", self.prefix, word(client_id))
    }

    /// Reads the entry of a client. The server of NATS that answers may not have the last one yet.
    pub(super) async fn find(&self, key: &str) -> Result<Found, String> {
        let Some(entry) = answered(self.node.clients.entry(key)).await? else {
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

    /// Reads the entry of a client as of a revision that this node knows of, or a later one. Tries again until this life of the node
    /// is over; then returns nothing.
    pub(super) async fn find_since(&self, key: &str, own: &Life, since: Claim) -> Option<Found> {
        while self.epoch() == Some(own.epoch) {
            let permit = self.claiming.acquire().await;
            match self.find(key).await {
                Ok(found) if found.revision >= since => return Some(found),
                // NATS has forgotten that the entry was deleted, or this server has never heard of it. Only in the first case
                // can it be deleted once more.
                Ok(found) if found.revision == 0 => {
                    let _ = self.delete(key, 0).await;
                }
                _ => {}
            }
            drop(permit);
            sleep(RETRY).await;
        }
        None
    }

    /// Writes an entry, and returns its revision. Returns nothing if another node has changed it since it was found. After an error
    /// it may be written or not, also later.
    pub(super) async fn write(
        &self,
        key: &str,
        tenures: &[Tenure],
        revision: Claim,
    ) -> Result<Option<Claim>, String> {
        let entry = owner::write(tenures).into();
        let written = timeout(PATIENCE, self.node.clients.update(key, entry, revision)).await;
        match written.map_err(|_| NO_ANSWER)? {
            Ok(claim) => Ok(Some(claim)),
            Err(error) if error.kind() == UpdateErrorKind::WrongLastRevision => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Writes an entry that begins with a new claim of this node, and returns the number of the claim. Returns nothing if another
    /// node was faster, or this life of the node is over. `alone` is the right to claim the client.
    ///
    /// Without an answer, it may have been written. So the same is written again: at most one of these writes succeeds, because all
    /// expect the same revision, and it is recognized by its number.
    pub(super) async fn write_claim(
        &self,
        _alone: &Alone<'_>,
        (key, own): (&str, &Life),
        tenures: &[Tenure],
        revision: Claim,
    ) -> Option<Claim> {
        let mut may_be_written = false;
        while self.epoch() == Some(own.epoch) {
            let permit = self.claiming.acquire().await;
            match self.write(key, tenures, revision).await {
                Ok(Some(claim)) => return Some(claim),
                Ok(None) if !may_be_written => return None,
                _ => may_be_written = true,
            }
            if let Ok(found) = self.find(key).await
                && found.revision > revision
            {
                let is_new = |tenure: &&Tenure| tenure.life == *own && tenure.claim > revision;
                return found.tenures.iter().find(is_new).map(|new| new.claim);
            }
            drop(permit);
            sleep(RETRY).await;
        }
        None
    }

    /// Deletes an entry if nobody has changed it since it was found. Returns whether it did. After an error it may be deleted or not.
    pub(super) async fn delete(&self, key: &str, revision: Claim) -> Result<bool, String> {
        let clients = &self.node.clients;
        let deleted = clients.purge_expect_revision_with_ttl(key, revision, DELETION);
        match timeout(PATIENCE, deleted).await.map_err(|_| NO_ANSWER)? {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == UpdateErrorKind::WrongLastRevision => Ok(false),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Changes the tenures of a client, as they are at a claim of this node or later. Tries again until that succeeds or this life of
    /// the node is over.
    pub(super) async fn change(
        &self,
        key: &str,
        (own, claim): (&Life, Claim),
        change: impl Fn(&mut Vec<Tenure>),
    ) {
        while let Some(found) = self.find_since(key, own, claim).await {
            let mut tenures = found.tenures.clone();
            change(&mut tenures);
            if tenures == found.tenures {
                return;
            }
            let done = if tenures.is_empty() {
                self.delete(key, found.revision).await
            } else {
                let written = self.write(key, &tenures, found.revision).await;
                written.map(|revision| revision.is_some())
            };
            if done == Ok(true) {
                return;
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

/// Returns what NATS answers in time.
async fn answered<T, E: Display>(answer: impl Future<Output = Result<T, E>>) -> Result<T, String> {
    let answer = timeout(PATIENCE, answer).await;
    answer
        .map_err(|_| NO_ANSWER)?
        .map_err(|error| error.to_string())
}
