//! Writes retained messages for all nodes.
//!
//! Nodes that set one topic at the same time do so one after the other, by compare-and-set, and all nodes read them in that order.
//! So a write that reaches NATS late, because the connection was lost, changes nothing that was written since.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures::{StreamExt as _, TryStreamExt as _};

use super::rows::{AT_ONCE, Rows};
use crate::core::{read_expiry, read_retained_key};
use crate::keep::{Change, DiskError, Table};

/// Retained messages of an instance, as a node writes them.
pub(super) struct Retaining {
    rows: Rows,
}

impl Retaining {
    pub(super) fn new(rows: Rows) -> Self {
        Self { rows }
    }

    /// Makes changes that were handed over in a life of the node, and skips others. `is_current` says that the life is not over.
    pub(super) async fn commit(
        &self,
        changes: &[Change],
        life: u64,
        is_current: impl Fn() -> bool,
    ) -> Result<(), DiskError> {
        let mut last = BTreeMap::new();
        for change in changes {
            let (key, value) = match change {
                Change::Put {
                    table: Table::Retained,
                    key,
                    value,
                } => (key, Some(&**value)),
                Change::Delete {
                    table: Table::Retained,
                    key,
                } => (key, None),
                _ => continue,
            };
            if let Some((topic, written)) = read_retained_key(key)
                && written == life
            {
                last.insert(topic, value);
            }
        }
        let mut sets = Vec::with_capacity(last.len());
        for (topic, value) in last {
            sets.push(self.set(topic, value, &is_current));
        }
        let sets = futures::stream::iter(sets).buffer_unordered(AT_ONCE);
        sets.try_collect().await
    }

    async fn set(
        &self,
        topic: &str,
        value: Option<&[u8]>,
        is_current: &impl Fn() -> bool,
    ) -> Result<(), DiskError> {
        let subject = self.rows.subjects.retained().topic(topic);
        let ttl = value.and_then(read_expiry).map(remaining);
        loop {
            let place = self.rows.last_place(&subject).await?;
            if !is_current() {
                return Err(DiskError::Failed(
                    "the lease of the node is over".to_owned(),
                ));
            }
            let put = self.rows.put_after(subject.clone(), value, ttl, place);
            if put.await?.is_some() {
                return Ok(());
            }
        }
    }
}

/// Returns the time until a Unix time in ms, in whole seconds as NATS wants it.
fn remaining(unix: i64) -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.unwrap_or_default().as_millis();
    let remaining = u128::try_from(unix).unwrap_or(0).saturating_sub(now);
    Duration::from_secs(u64::try_from(remaining / 1000 + 1).unwrap_or(u64::MAX))
}
