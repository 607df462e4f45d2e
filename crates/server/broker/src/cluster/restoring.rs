//! Brings a kept session to this node: its rows get a number that no other node writes.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{sleep, timeout};

use super::claiming::Wanted;
use super::cursor::{self, Cursor, Had};
use super::entries::{Found, PATIENCE, RETRY};
use super::member::Member;
use super::owner::{Kept, Life, Tenure};
use super::rows::{AT_ONCE, Rows};
use super::shares::{self, Event};
use crate::core::{Claim, Left};
use crate::keep::{DiskError, Table};

/// Pause before a stream that cannot be read is tried again.
const PAUSE: Duration = Duration::from_millis(100);

/// A session that was copied.
pub(super) struct Copied {
    pub(super) left: Left,
    /// Part of the log that it has.
    pub(super) had: Had,
    /// Places of its messages in the stream, by sequence number.
    pub(super) places: BTreeMap<u64, u64>,
}

/// When it is dropped, the log is not kept for a copy any more. [`Member::hold`] begins that.
struct Hold<'a> {
    member: &'a Member,
    copy: Claim,
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        let mut reading = self.member.reading.lock();
        if reading.let_go(self.copy) {
            self.member.note_place(&reading);
        }
    }
}

/// Reason why a session was not copied.
enum Halt {
    /// Another node has claimed the client, this life of the node is over, or the broker is stopping.
    Over,
    /// NATS failed. `is_unsure` is `true` if the copy may be complete all the same.
    Failed { error: DiskError, is_unsure: bool },
}

impl From<DiskError> for Halt {
    fn from(error: DiskError) -> Self {
        Self::Failed {
            error,
            is_unsure: false,
        }
    }
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
        let hold = Hold {
            member: self,
            copy: claim,
        };
        let copied = self.copy_or_end(wanted, earlier, (own, claim)).await?;
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
        let is_over = copied.is_none();
        if let (Some(copied), Some(core)) = (copied, self.core()) {
            self.disk.open(claim, copied.places);
            let mut reading = self.reading.lock();
            if core.revive(claim, copied.left) {
                reading.join(claim, copied.had);
            } else {
                self.disk.close(claim);
            }
            drop(reading);
            self.joined.notify_one();
        }
        drop(hold);
        if let (true, Some(core)) = (is_over, self.core()) {
            let gone = Event::GoneFromAll {
                client_id: client_id.to_owned(),
            };
            let entry = self.entry(own.epoch, shares::write(own, &gone));
            core.instance.keep.submit([entry]);
        }
        for number in earlier {
            self.delete_rows(*number).await;
        }
        Some(claim)
    }

    /// Copies a session, or deletes it if the client wants a clean start. Tries again until that succeeds or the claim is over.
    async fn copy_or_end(
        &self,
        wanted: &Wanted<'_>,
        earlier: &[u64],
        to: (&Life, Claim),
    ) -> Option<Option<Copied>> {
        let mut may_be_complete = false;
        loop {
            let done = if self.is_overtaken(wanted.client_id, to) {
                Err(Halt::Over)
            } else if wanted.wish.is_clean {
                let deleted = (earlier.iter()).map(|number| self.rows.delete_session(*number));
                let deleted = futures::future::try_join_all(deleted).await;
                deleted.map(|_| None).map_err(Halt::from)
            } else {
                self.copy(wanted.client_id, earlier, to).await
            };
            match done {
                Ok(copied) => return Some(copied),
                Err(Halt::Over) => {
                    // A complete copy may be what another node reads.
                    if !may_be_complete {
                        self.forget_copy(wanted.client_id, to.1).await;
                    }
                    return None;
                }
                Err(Halt::Failed { error, is_unsure }) => {
                    may_be_complete |= is_unsure;
                    tracing::warn!(%error, "a kept session cannot be copied; trying again");
                }
            }
            sleep(PAUSE).await;
        }
    }

    /// Returns `true` if another node has claimed a client since, or this life of the node is over.
    fn is_overtaken(&self, client_id: &str, (own, claim): (&Life, Claim)) -> bool {
        self.epoch() != Some(own.epoch) || self.claims.lock().is_taken(client_id, claim)
    }

    /// Deletes what there is of a copy that is not complete, and tries to take its number out of the entry of the client, which would
    /// grow with each node that the client comes to.
    async fn forget_copy(&self, client_id: &str, claim: Claim) {
        self.delete_rows(claim).await;
        let key = self.key(client_id);
        let Ok(Ok(Found { tenures, revision })) = timeout(PATIENCE, self.find(&key)).await else {
            return;
        };
        let mut left = tenures.clone();
        for tenure in &mut left {
            tenure.kept.numbers.retain(|number| *number != claim);
        }
        if left != tenures {
            let _ = self.write(&key, &left, revision).await;
        }
    }

    /// Deletes the rows of a session that is not needed any more.
    async fn delete_rows(&self, number: u64) {
        if let Err(error) = self.rows.delete_session(number).await {
            tracing::warn!(%error, number, "rows that are not needed any more are left in NATS");
        }
    }

    /// Notes what a claim has of a kept session. Returns `false` if the client was claimed since, and deletes a copy that the later
    /// claim does not name.
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
                    first => {
                        let is_named =
                            first.is_some_and(|first| first.kept.of(first.claim).contains(&claim));
                        if !is_named {
                            self.delete_rows(claim).await;
                        }
                        return false;
                    }
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
    ///
    /// Fails unless it has read all from one leader of the stream, which had applied what was confirmed before: what that does not
    /// have is not there.
    async fn copy(
        &self,
        client_id: &str,
        numbers: &[u64],
        (own, to): (&Life, Claim),
    ) -> Result<Option<Copied>, Halt> {
        let leader = self.rows.up_to_date_leader().await?;
        let found = self.newest(numbers).await?;
        let core = self.core().ok_or(Halt::Over)?;
        let found = found.and_then(|(from, record)| {
            let left = core.read_left(&record, core.instance.clock.now())?;
            Some((from, record, left))
        });
        drop(core);
        let Some((from, record, mut left)) = found else {
            self.rows.expect_leader(&leader).await?;
            return Ok(None);
        };
        // Before the rows: the node that had it may still write, and what is not in the rows must not count as there.
        let (had, received) = self.had(from).await?;
        self.hold(to, had.place);
        let copied = self.copy_rows(client_id, (from, own, to), &mut left, had);
        let (had, places) = copied.await?;
        self.copy_received(&received, to, &mut left).await?;
        self.rows.expect_leader(&leader).await?;
        let cursor = cursor::write(&Cursor {
            life: own.clone(),
            own: Some(had.clone()),
        });
        let rows = [
            (cursor::key(to), &*cursor),
            (to.to_be_bytes().to_vec(), &*record),
        ];
        if self.is_overtaken(client_id, (own, to)) {
            return Err(Halt::Over);
        }
        for (key, value) in rows {
            let put = self.rows.put(&[(Table::Sessions, &key, value)]).await;
            put.map_err(|error| Halt::Failed {
                error,
                is_unsure: true,
            })?;
        }
        Ok(Some(Copied { left, had, places }))
    }

    /// Returns the greatest of some numbers of sessions that has a row of the session itself, and that row.
    async fn newest(&self, numbers: &[u64]) -> Result<Option<(u64, Bytes)>, DiskError> {
        let mut numbers = numbers.to_vec();
        numbers.sort_unstable_by(|one, other| other.cmp(one));
        for number in numbers {
            let key = number.to_be_bytes();
            let subject = self.rows.subjects.row(Table::Sessions, &key);
            if let Some((_, record)) = self.rows.last(&subject).await? {
                return Ok(Some((number, record)));
            }
        }
        Ok(None)
    }

    /// Returns the part of the log that all rows of a session have, and identifiers of messages of QoS 2 that its client has
    /// published and that may not be in its rows.
    async fn had(&self, session: u64) -> Result<(Had, Vec<u16>), DiskError> {
        let subject = |table, key: &[u8]| self.rows.subjects.row(table, key);
        let row = subject(Table::Sessions, &cursor::key(session));
        let row = self.rows.last(&row).await?;
        let Some(Cursor { life, own }) = row.and_then(|(_, value)| cursor::read(&value)) else {
            tracing::warn!(session, "messages may reach a kept session twice");
            return Ok((Had::default(), Vec::new()));
        };
        let mut received = Vec::new();
        if self.is_over(&life) {
            let doubtful = self.log.end(&life).await?;
            let published = doubtful.iter().filter(|(one, _)| *one == session);
            received.extend(published.map(|(_, id)| *id));
        }
        if let Some(had) = own {
            return Ok((had, received));
        }
        let row = subject(Table::Meta, &cursor::write_life(&life));
        let progress = self.rows.last(&row).await?;
        let progress = progress.and_then(|(_, value)| cursor::read_progress(&value));
        let place = progress.map(|progress| progress.read);
        if place.is_none() {
            tracing::warn!(session, "messages may reach a kept session twice");
        }
        Ok((Had::new(place.unwrap_or(0), []), received))
    }

    /// Keeps the log behind a place for a session that is being copied.
    fn hold(&self, copy: Claim, place: u64) {
        let mut reading = self.reading.lock();
        reading.hold(copy, place);
        self.note_place(&reading);
    }

    /// Copies what waits and what was received. Returns the part of the log that is there then, and the places of the messages.
    ///
    /// Ends early when another node claims the client, so that NATS is free for the copy that counts.
    async fn copy_rows(
        &self,
        client_id: &str,
        (from, own, to): (u64, &Life, Claim),
        left: &mut Left,
        had: Had,
    ) -> Result<(Had, BTreeMap<u64, u64>), Halt> {
        let mut places = BTreeMap::new();
        let keys = self.rows.keys_of(from).await?;
        let session = from.to_be_bytes();
        let keys: Vec<_> = (keys.into_iter())
            .filter(|(_, key)| **key != session && !cursor::is_key(key))
            .collect();
        let mut chunks = keys.chunks(AT_ONCE);
        let mut rows = self.rows.read(chunks.next().unwrap_or_default()).await?;
        while !rows.is_empty() || chunks.len() > 0 {
            if self.is_overtaken(client_id, (own, to)) {
                return Err(Halt::Over);
            }
            let chunk: Vec<_> = (rows.into_iter())
                .map(|(table, key, value)| (table, renumbered(&key, to), value))
                .collect();
            let put: Vec<_> = (chunk.iter())
                .map(|(table, key, value)| (*table, &**key, &**value))
                .collect();
            let next = self.rows.read(chunks.next().unwrap_or_default());
            let (sequences, next) = tokio::try_join!(self.rows.put(&put), next)?;
            let core = self.core().ok_or(Halt::Over)?;
            let now = core.instance.clock.now();
            for ((table, key, value), place) in chunk.iter().zip(sequences) {
                left.add(*table, key, value, now);
                if *table == Table::Queues
                    && let Some(sequence) = key.last_chunk()
                {
                    places.insert(u64::from_be_bytes(*sequence), place);
                }
            }
            rows = next;
        }
        let entries = left.entries().iter().copied();
        let had = Had::new(had.place, had.entries.into_iter().chain(entries));
        Ok((had, places))
    }

    /// Notes identifiers of messages of QoS 2 that are in the log.
    async fn copy_received(
        &self,
        received: &[u16],
        to: u64,
        left: &mut Left,
    ) -> Result<(), DiskError> {
        let keys: Vec<_> = (received.iter())
            .map(|id| [&to.to_be_bytes()[..], &id.to_be_bytes()].concat())
            .collect();
        let rows: Vec<_> = (keys.iter())
            .map(|key| (Table::Sessions, &**key, &b""[..]))
            .collect();
        self.rows.put(&rows).await?;
        for id in received {
            left.receive(*id);
        }
        Ok(())
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
