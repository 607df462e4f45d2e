//! Tables of values that all nodes see for a while.

use std::time::Duration;

use async_nats::jetstream::kv::{CreateErrorKind, Operation, Store, UpdateErrorKind};

use super::config::ClusterError;
use super::joining::Cluster;

/// A table of values that all nodes see for a while. Each change is on disk when it returns.
#[derive(Clone)]
pub struct SharedTable(Store);

/// NATS does not answer, or refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("NATS: {0}")]
pub struct Unavailable(String);

/// A value, and the number of its last change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedValue {
    /// The value.
    pub value: Vec<u8>,
    /// Number of its last change.
    pub revision: u64,
}

impl Cluster {
    /// Returns a table whose values are forgotten some time after their last change, and that holds no more than some bytes.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Nats`].
    pub async fn table(
        &self,
        name: &str,
        lifetime: Duration,
        bytes: u32,
    ) -> Result<SharedTable, ClusterError> {
        let table = self.node().create_table(name, lifetime, bytes).await?;
        Ok(SharedTable(table))
    }
}

impl SharedTable {
    /// Writes a value unless there is one. Returns whether it was written.
    ///
    /// # Errors
    ///
    /// [`Unavailable`]; then it may have been written or not.
    pub async fn create(&self, key: &str, value: Vec<u8>) -> Result<bool, Unavailable> {
        match self.0.create(key, value.into()).await {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == CreateErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Returns a value.
    ///
    /// # Errors
    ///
    /// [`Unavailable`].
    pub async fn get(&self, key: &str) -> Result<Option<SharedValue>, Unavailable> {
        let entry = self.0.entry(key).await.map_err(unavailable)?;
        let entry = entry.filter(|entry| entry.operation == Operation::Put);
        Ok(entry.map(|entry| SharedValue {
            value: entry.value.into(),
            revision: entry.revision,
        }))
    }

    /// Writes a value unless somebody changed the one before meanwhile. Returns whether it was written.
    ///
    /// # Errors
    ///
    /// As of [`create`](Self::create).
    pub async fn change(
        &self,
        key: &str,
        value: Vec<u8>,
        revision: u64,
    ) -> Result<bool, Unavailable> {
        match self.0.update(key, value.into(), revision).await {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == UpdateErrorKind::WrongLastRevision => Ok(false),
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Removes a value.
    ///
    /// # Errors
    ///
    /// As of [`create`](Self::create).
    pub async fn remove(&self, key: &str) -> Result<(), Unavailable> {
        self.0.purge(key).await.map_err(unavailable)
    }
}

fn unavailable(error: impl std::fmt::Display) -> Unavailable {
    Unavailable(error.to_string())
}
