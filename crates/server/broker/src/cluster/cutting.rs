//! Deletes what no node needs of the log any more, on one node.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::TryStreamExt as _;
use tokio::time::{Instant, sleep};

use super::cursor::{self, Progress};
use super::member::Member;
use super::owner::Life;
use super::row::RowSubjects;
use super::rows::{Rows, failed};
use crate::keep::{DiskError, Table};

/// Looks in the time for which the log is kept.
const LOOKS: u32 = 12;
/// It is forgotten how far a life that is over had read after so many times the time for which the log is kept. It holds the log back
/// only for the first of them.
const FORGOTTEN: u32 = 5;

/// The least parts of the log that nodes had, at some time.
struct Look {
    time: Instant,
    least: Progress,
}

/// Looks of the time for which the log is kept, and the last one before.
#[derive(Default)]
struct Looks(VecDeque<Look>);

impl Looks {
    fn add(&mut self, look: Look, kept: Duration) {
        self.0.push_back(look);
        while let [_, second, .., last] = &*self.0.make_contiguous()
            && last.time - second.time >= kept
        {
            self.0.pop_front();
        }
    }

    /// Returns the place up to which the log may be cut, if there were looks for long enough.
    ///
    /// While a session goes from node to node, there are moments when none holds the log for it, so the least of all looks counts.
    /// `is_crowded` says that the log needs room more than sessions that have been on their way for so long.
    fn place(&self, kept: Duration, is_crowded: bool) -> Option<u64> {
        let (first, last) = (self.0.front()?, self.0.back()?);
        let place = |look: &Look| {
            if is_crowded {
                look.least.needed
            } else {
                look.least.held
            }
        };
        let place = self.0.iter().map(place).min();
        place.filter(|_| last.time - first.time >= kept)
    }
}

/// Lives that are over, each with the time since when that is known and no client of theirs is left.
type Over = HashMap<Vec<u8>, Instant>;

/// Looks until the task is ended.
pub(super) async fn cut(member: Arc<Member>) {
    let mut looks = Looks::default();
    let mut over = Over::new();
    let kept = member.node.log_kept;
    loop {
        sleep(kept / LOOKS).await;
        if !member.node.is_first() || member.epoch().is_none() {
            looks = Looks::default();
            over.clear();
            continue;
        }
        match member.look(&mut over).await {
            Ok(Some(look)) => looks.add(look, kept),
            Ok(None) => continue,
            Err(error) => {
                tracing::debug!(%error, "how far nodes have read the log is not known");
                continue;
            }
        }
        if let Err(error) = member.cut(&looks).await {
            tracing::debug!(%error, "the log is not cut");
        }
    }
}

impl Member {
    /// Deletes what the looks allow.
    async fn cut(&self, looks: &Looks) -> Result<(), DiskError> {
        let is_crowded = self.log.is_crowded().await?;
        if let Some(place) = looks.place(self.node.log_kept, is_crowded) {
            self.log.cut(place).await?;
        }
        Ok(())
    }

    /// Returns how far all nodes have the log, also those that are over, until their sessions have been on other nodes for as long as
    /// the log is kept. Forgets lives that are over for long.
    async fn look(&self, over: &mut Over) -> Result<Option<Look>, DiskError> {
        if !self.is_clean.load(Ordering::Acquire) {
            over.clear();
        }
        let time = Instant::now();
        let mut least: Option<Progress> = None;
        for (life, progress) in self.rows.progress().await? {
            let key = cursor::write_life(&life);
            if self.is_over(&life) && self.is_clean.load(Ordering::Acquire) {
                let since = over.entry(key.clone()).or_insert_with(Instant::now);
                let since = since.elapsed();
                if since > FORGOTTEN * self.node.log_kept {
                    self.rows.delete(&[(Table::Meta, &key)]).await?;
                    over.remove(&key);
                }
                if since > self.node.log_kept {
                    continue;
                }
            }
            least = Some(least.map_or(progress, |least| least.least(progress)));
        }
        Ok(least.map(|least| Look { time, least }))
    }
}

impl Rows {
    /// Returns the part of the log that each life of a node has, as far as it said so.
    pub(super) async fn progress(&self) -> Result<Vec<(Life, Progress)>, DiskError> {
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
                && let Some(progress) = cursor::read_progress(&value)
            {
                found.push((life, progress));
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEPT: Duration = Duration::from_secs(4);

    /// Looks of each second, with the places that sessions need then, and those that are held for others.
    fn looks(places: &[(u64, u64)]) -> Looks {
        let first = Instant::now();
        let mut looks = Looks::default();
        for (second, (needed, held)) in (0..).zip(places) {
            let look = Look {
                time: first + Duration::from_secs(second),
                least: Progress {
                    read: 99,
                    needed: *needed,
                    held: *held,
                },
            };
            looks.add(look, KEPT);
        }
        looks
    }

    #[test]
    fn the_log_is_cut_up_to_where_it_was_needed_some_time_ago() {
        let places: Vec<_> = (10..20).map(|place| (place, place)).collect();
        assert_eq!(looks(&places[..4]).place(KEPT, false), None);
        assert_eq!(looks(&places[..5]).place(KEPT, false), Some(10));
        assert_eq!(looks(&places).place(KEPT, false), Some(15));
    }

    #[test]
    fn a_session_that_was_on_its_way_at_one_look_holds_the_log_back() {
        let mut places: Vec<_> = (10..20).map(|place| (place, place)).collect();
        places[8].1 = 7;
        assert_eq!(looks(&places).place(KEPT, false), Some(7));
        assert_eq!(looks(&places).place(KEPT, true), Some(15));
        places.extend((20..24).map(|place| (place, place)));
        assert_eq!(looks(&places).place(KEPT, false), Some(19));
    }
}
