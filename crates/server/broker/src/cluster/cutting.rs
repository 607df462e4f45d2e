//! Deletes what all nodes have of the log, on one node.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures::TryStreamExt as _;
use tokio::time::{Instant, sleep};

use super::cursor;
use super::member::Member;
use super::owner::Life;
use super::row::RowSubjects;
use super::rows::{Rows, failed};
use crate::keep::{DiskError, Table};

/// Looks in the time for which the log is kept.
const LOOKS: u32 = 12;
/// It is forgotten how far a life that is over had read after so many times the time for which the log is kept. All its sessions
/// have changed nodes by then.
const FORGOTTEN: u32 = 5;

/// Part of the log that a life of a node has.
pub(super) struct Progress {
    pub(super) life: Life,
    /// Place up to which it has delivered.
    pub(super) read: u64,
    /// Place behind which its sessions need the log.
    needed: u64,
}

/// Lives that are over, each with the time since when that is known and no client of theirs is left.
type Over = HashMap<Vec<u8>, Instant>;

/// Looks until the task is ended.
pub(super) async fn cut(member: Arc<Member>) {
    let mut seen: VecDeque<(Instant, u64)> = VecDeque::new();
    let mut over = Over::new();
    let kept = member.node.log_kept;
    loop {
        sleep(kept / LOOKS).await;
        if !member.node.is_first() || member.epoch().is_none() {
            seen.clear();
            over.clear();
            continue;
        }
        match member.needed(&mut over).await {
            Ok(Some(place)) => seen.push_back((Instant::now(), place)),
            Ok(None) => continue,
            Err(error) => {
                tracing::debug!(%error, "how far nodes have read the log is not known");
                continue;
            }
        }
        let mut last = None;
        while let Some((_, place)) = seen.pop_front_if(|(time, _)| time.elapsed() >= kept) {
            last = Some(place);
        }
        if let Some(place) = last
            && let Err(error) = member.log.cut(place).await
        {
            tracing::debug!(%error, "the log is not cut");
        }
    }
}

impl Member {
    /// Returns the place up to which all nodes have the log, also those that are over and whose sessions nobody has yet. Forgets
    /// lives that are over for long.
    async fn needed(&self, over: &mut Over) -> Result<Option<u64>, DiskError> {
        if !self.is_clean.load(Ordering::Acquire) {
            over.clear();
        }
        let mut least = None;
        for Progress { life, needed, .. } in self.rows.progress().await? {
            let key = cursor::write_life(&life);
            if self.is_over(&life) && self.is_clean.load(Ordering::Acquire) {
                let since = over.entry(key.clone()).or_insert_with(Instant::now);
                if since.elapsed() > FORGOTTEN * self.node.log_kept {
                    self.rows.delete(&[(Table::Meta, &key)]).await?;
                    over.remove(&key);
                    continue;
                }
            }
            least = Some(least.map_or(needed, |least: u64| least.min(needed)));
        }
        Ok(least)
    }
}

impl Rows {
    /// Returns the part of the log that each life of a node has, as far as it said so.
    pub(super) async fn progress(&self) -> Result<Vec<Progress>, DiskError> {
        let listed = self.stream.info_with_subjects(self.subjects.facts()).await;
        let subjects: Vec<_> = (listed.map_err(failed)?)
            .map_ok(|(subject, _)| subject)
            .try_collect()
            .await
            .map_err(failed)?;
        let mut found = Vec::new();
        for subject in subjects {
            let life = RowSubjects::fact(&subject);
            let life = life.and_then(|key| cursor::read_life(&key));
            let row = self.last(&subject).await?;
            if let (Some(life), Some((_, value))) = (life, row)
                && let Some((read, needed)) = cursor::read_progress(&value)
            {
                found.push(Progress { life, read, needed });
            }
        }
        Ok(found)
    }
}
