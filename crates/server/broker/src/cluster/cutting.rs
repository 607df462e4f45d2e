//! Deletes what all nodes have of the log, on one node.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::TryStreamExt as _;
use tokio::time::{Instant, sleep};

use super::cursor;
use super::member::Member;
use super::owner::Life;
use super::row::RowSubjects;
use super::rows::{Rows, failed};
use crate::keep::{DiskError, Table};

/// Pause between two looks.
const PAUSE: Duration = Duration::from_secs(10);
/// Time for which the log is kept beyond the last node that needs it: much longer than a session takes to change nodes.
const KEPT: Duration = Duration::from_secs(120);
/// Time after which it is forgotten how far a life that is over had read. All its sessions have changed nodes by then.
const FORGOTTEN: Duration = Duration::from_secs(600);

/// Need of a life of a node for the log.
struct Need {
    life: Life,
    /// Place behind which its sessions need it.
    place: u64,
}

/// Lives that are over, each with the time since when that is known and no client of theirs is left.
type Over = HashMap<Vec<u8>, Instant>;

/// Looks until the task is ended.
pub(super) async fn cut(member: Arc<Member>) {
    let mut seen: VecDeque<(Instant, u64)> = VecDeque::new();
    let mut over = Over::new();
    loop {
        sleep(PAUSE).await;
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
        while let Some((_, place)) = seen.pop_front_if(|(time, _)| time.elapsed() >= KEPT) {
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
        let mut needed = None;
        for Need { life, place } in self.rows.needs().await? {
            let key = cursor::write_life(&life);
            if self.is_over(&life) && self.is_clean.load(Ordering::Acquire) {
                let since = over.entry(key.clone()).or_insert_with(Instant::now);
                if since.elapsed() > FORGOTTEN {
                    self.rows.delete(&[(Table::Meta, &key)]).await?;
                    over.remove(&key);
                    continue;
                }
            }
            needed = Some(needed.map_or(place, |least: u64| least.min(place)));
        }
        Ok(needed)
    }
}

impl Rows {
    /// Returns where each life of a node needs the log.
    async fn needs(&self) -> Result<Vec<Need>, DiskError> {
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
                && let Some((_, place)) = cursor::read_progress(&value)
            {
                found.push(Need { life, place });
            }
        }
        Ok(found)
    }
}
