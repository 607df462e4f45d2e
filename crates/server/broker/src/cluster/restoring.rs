//! Brings a kept session to this node: its rows get a number that no other node writes.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{sleep, timeout};

use super::claiming::Wanted;
use super::entries::{PATIENCE, RETRY};
use super::member::Member;
use super::owner::{Kept, Life, Tenure};
use super::rows::{AT_ONCE, Rows};
use crate::core::{Claim, Left};
use crate::keep::{DiskError, Table};

/// Pause before a stream that cannot be read is tried again.
const PAUSE: Duration = Duration::from_millis(500);

/// A session that was copied.
pub(super) struct Copied {
    pub(super) left: Left,
    /// Places of its messages in the stream, by sequence number.
    pub(super) places: BTreeMap<u64, u64>,
}

impl Member {
    /// Copies the kept session of a client, and notes that only the copy counts.
    pub(super) async fn bring(
        &self,
        wanted: &Wanted<'_>,
        (own, claim): (&Life, Claim),
        earlier: &[u64],
        before: Option<&Tenure>,
    ) -> Option<Claim> {
        let client_id = wanted.client_id;
        let copied = self.copy_or_end(wanted, earlier, claim).await?;
        if let Some(before) = before
            && (copied.as_ref()).is_none_or(|copied| copied.left.was_online())
        {
            self.note_departure(client_id, before);
        }
        let kept = Kept {
            is_own: wanted.wish.is_kept || copied.is_some(),
            numbers: Vec::new(),
        };
        if !self.note_copy(client_id, (own, claim), &kept).await {
            return None;
        }
        let claim = self.grant(own, client_id, claim)?;
        if let (Some(copied), Some(core)) = (copied, self.core()) {
            self.disk.open(claim, copied.places);
            core.revive(claim, copied.left);
        }
        for number in earlier {
            if let Err(error) = self.rows.delete_session(*number).await {
                tracing::warn!(%error, number, "rows of a session that was copied are left in NATS");
            }
        }
        Some(claim)
    }

    /// Copies a session, or deletes it if the client wants a clean start. Tries again while the lease lasts.
    async fn copy_or_end(
        &self,
        wanted: &Wanted<'_>,
        earlier: &[u64],
        to: u64,
    ) -> Option<Option<Copied>> {
        while self.epoch().is_some() {
            let done = if wanted.wish.is_clean {
                let deleted = (earlier.iter()).map(|number| self.rows.delete_session(*number));
                futures::future::try_join_all(deleted).await.map(|_| None)
            } else {
                self.copy(earlier, to).await
            };
            match done {
                Ok(copied) => return Some(copied),
                Err(error) => tracing::warn!(%error, "a kept session cannot be read; trying again"),
            }
            sleep(PAUSE).await;
        }
        None
    }

    /// Notes what a claim has of a kept session. Returns `false` if the client was claimed since.
    async fn note_copy(&self, client_id: &str, (own, claim): (&Life, Claim), kept: &Kept) -> bool {
        let key = self.key(client_id);
        while self.epoch() == Some(own.epoch) {
            // A server of NATS may answer with an entry that is older than the claim.
            if let Ok(Ok(found)) = timeout(PATIENCE, self.find(&key)).await
                && found.revision >= claim
            {
                let mut tenures = found.tenures;
                match tenures.first_mut() {
                    Some(first) if first.claim == claim && first.life == *own => {
                        if first.kept == *kept {
                            return true;
                        }
                        first.kept.clone_from(kept);
                    }
                    _ => return false,
                }
                let written = self.write(&key, &tenures, found.revision);
                if matches!(timeout(PATIENCE, written).await, Ok(Ok(Some(_)))) {
                    return true;
                }
            }
            sleep(RETRY).await;
        }
        false
    }

    /// Copies the newest of some sessions that is complete. The copy is complete when its own row is there, which comes last.
    pub(super) async fn copy(&self, numbers: &[u64], to: u64) -> Result<Option<Copied>, DiskError> {
        let mut numbers = numbers.to_vec();
        numbers.sort_unstable_by(|one, other| other.cmp(one));
        for from in numbers {
            let subject = self.rows.subjects.row(Table::Sessions, &from.to_be_bytes());
            let Some((_, record)) = self.rows.last(&subject).await? else {
                continue;
            };
            let Some(core) = self.core() else {
                return Ok(None);
            };
            let left = core.read_left(&record, core.instance.clock.now());
            drop(core);
            let Some(left) = left else {
                return Ok(None);
            };
            return self.copy_rows((from, to), left, &record).await.map(Some);
        }
        Ok(None)
    }

    async fn copy_rows(
        &self,
        (from, to): (u64, u64),
        mut left: Left,
        record: &Bytes,
    ) -> Result<Copied, DiskError> {
        let mut places = BTreeMap::new();
        let keys = self.rows.keys_of(from).await?;
        let own = from.to_be_bytes();
        let keys: Vec<_> = keys.into_iter().filter(|(_, key)| **key != own).collect();
        for keys in keys.chunks(AT_ONCE) {
            let chunk = self.rows.read(keys).await?;
            let chunk: Vec<_> = (chunk.into_iter())
                .map(|(table, key, value)| (table, renumbered(&key, to), value))
                .collect();
            let put: Vec<_> = (chunk.iter())
                .map(|(table, key, value)| (*table, &**key, &**value))
                .collect();
            let sequences = self.rows.put(&put).await?;
            let Some(core) = self.core() else {
                break;
            };
            let now = core.instance.clock.now();
            for ((table, key, value), place) in chunk.iter().zip(sequences) {
                left.add(*table, key, value, now);
                if *table == Table::Queues
                    && let Some(sequence) = key.last_chunk()
                {
                    places.insert(u64::from_be_bytes(*sequence), place);
                }
            }
        }
        let own = to.to_be_bytes();
        self.rows.put(&[(Table::Sessions, &own, record)]).await?;
        Ok(Copied { left, places })
    }
}

/// Returns a key with the number of another session.
fn renumbered(key: &[u8], number: u64) -> Box<[u8]> {
    let rest = key.get(8..).unwrap_or_default();
    [&number.to_be_bytes(), rest].concat().into()
}

impl Rows {
    /// Returns the rows with some keys, without those that were deleted.
    async fn read(
        &self,
        keys: &[(Table, Box<[u8]>)],
    ) -> Result<Vec<(Table, Box<[u8]>, Bytes)>, DiskError> {
        let rows = keys.iter().map(|(table, key)| async {
            let row = self.last(&self.subjects.row(*table, key)).await?;
            Ok(row.map(|(_, value)| (*table, key.clone(), value)))
        });
        let rows = futures::future::try_join_all(rows).await?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// Returns the keys of all rows of a session, in order.
    async fn keys_of(&self, number: u64) -> Result<Vec<(Table, Box<[u8]>)>, DiskError> {
        let listed = self.subjects_of(number).await?;
        let mut keys: Vec<_> = (listed.iter())
            .filter_map(|subject| self.subjects.key(subject))
            .collect();
        keys.sort_unstable();
        Ok(keys)
    }
}
