//! Reads the log, and delivers its messages to clients of this node.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::StreamExt as _;
use tokio::time::{sleep, timeout};

use super::chunk::{self, Chunk};
use super::cursor::{self, Cursor, Had};
use super::member::Member;
use super::node::insist;
use super::owner::Life;
use super::reading::Reading;
use super::recent::Recent;
use super::shares::{self, Event};
use super::{envelope, sharing};
use crate::core::{Chosen, Core, Outbound};
use crate::keep::{Change, DiskError, Room, Table};

/// Pause after an error, and while the disk is behind.
const RETRY: Duration = Duration::from_millis(50);
/// Time without a chunk after which it is looked whether there is one.
const SILENCE: Duration = Duration::from_millis(500);

/// Reads until the task is ended.
pub(super) async fn deliver(member: Arc<Member>) {
    loop {
        if let Err(error) = follow(&member).await {
            tracing::debug!(%error, "the log is read again");
        }
        sleep(RETRY).await;
    }
}

/// Begins to read behind what is there.
pub(super) async fn begin(member: &Member) -> Result<(), String> {
    let place = insist(|| member.log.last_place()).await;
    member.reading.lock().place = place.map_err(|error| error.to_string())?;
    Ok(())
}

/// Waits until this node has read what is there now, or its life is over.
pub(super) async fn catch_up(member: &Member) {
    let mut delivered = member.delivered.subscribe();
    while member.node.epoch().is_some() {
        let Ok(place) = member.log.last_place().await else {
            sleep(RETRY).await;
            continue;
        };
        let is_there = |at: &u64| *at >= place;
        if let Ok(Ok(_)) = timeout(SILENCE, delivered.wait_for(is_there)).await {
            return;
        }
    }
}

async fn follow(member: &Arc<Member>) -> Result<(), DiskError> {
    let failed = |error: &dyn std::fmt::Display| DiskError::Failed(error.to_string());
    let statistics = member.node.nats.statistics();
    let connects = statistics.connects.load(Ordering::Acquire);
    let place = member.reading.lock().place;
    let mut recent = Recent::new(place);
    let mut chunks = member.log.follow(place).await?;
    loop {
        member.bring_up(&recent).await?;
        let next = tokio::select! {
            next = timeout(SILENCE, chunks.next()) => next,
            () = member.joined.notified() => continue,
        };
        if statistics.connects.load(Ordering::Acquire) != connects {
            return Err(failed(&"the connection was lost"));
        }
        match next {
            Ok(Some(message)) => {
                let message = message.map_err(|error| failed(&error))?;
                let info = message.info().map_err(|error| failed(&*error))?;
                let place = info.stream_sequence;
                member.deliver(place, &message.payload).await;
                recent.push(place, message.message.payload);
            }
            Ok(None) => return Err(failed(&"NATS has ended the consumer")),
            Err(_) => {
                // A consumer of a server that was stopped may say nothing any more.
                let place = member.reading.lock().place;
                if member.log.next(place).await?.is_some() {
                    return Err(failed(&"NATS does not send what is there"));
                }
            }
        }
    }
}

impl Member {
    /// Delivers a chunk to sessions that have all before it.
    async fn deliver(self: &Arc<Self>, place: u64, chunk: &[u8]) {
        let Some(core) = self.core() else {
            return;
        };
        self.wait_for_room(&core).await;
        let chunk = chunk::read(chunk).unwrap_or_else(|| {
            self.node.count_dropped();
            Chunk::default()
        });
        let mut reading = self.reading.lock();
        if place <= reading.place {
            return;
        }
        for entry in &chunk.entries {
            self.note_share(entry);
        }
        core.instance.keep.together(|| {
            self.hand_over(&core, (place, true), &chunk, |session, _| {
                reading.is_with_the_rest(session)
            });
            reading.place = place;
            self.note_place(&reading);
        });
        self.delivered.send_replace(place);
    }

    /// Does what an entry says about shared subscriptions, if it does.
    fn note_share(self: &Arc<Self>, entry: &[u8]) {
        if !shares::is_event(entry) {
            return;
        }
        let Some((life, event)) = shares::read(entry) else {
            return self.node.count_dropped();
        };
        match event {
            Event::Member {
                filter,
                client_id,
                membership,
            } => (self.shares.lock()).note(life, &filter, &client_id, membership),
            Event::GoneFromAll { client_id } => self.shares.lock().forget(&client_id),
            Event::Hello if Some(&life) != self.life().as_ref() => sharing::tell(self, life),
            Event::Told(to) if Some(&to) == self.life().as_ref() => {
                self.told.lock().insert(life.node);
            }
            Event::Hello | Event::Told(_) => {}
        }
    }

    /// Delivers to sessions that came from other nodes what they have not got yet, up to where the rest is.
    async fn bring_up(&self, recent: &Recent) -> Result<(), DiskError> {
        let (sessions, mut place, end) = {
            let reading = self.reading.lock();
            let behind = reading.behind();
            let first = reading.first_of(&behind);
            (behind, first, reading.place)
        };
        let Some(core) = self.core().filter(|_| !sessions.is_empty()) else {
            return Ok(());
        };
        while place < end {
            let next = match recent.after(place) {
                Some(next) => Some(next),
                None => self.log.next(place).await?,
            };
            let Some((next, payload)) = next else {
                if self.log.last_place().await? > place {
                    // A server of NATS that has just become the leader may not have it yet.
                    return Err(DiskError::Failed(
                        "a chunk of the log is missing".to_owned(),
                    ));
                }
                tracing::warn!(
                    place,
                    "messages for kept sessions are not in the log any more"
                );
                break;
            };
            if next > end {
                break;
            }
            place = next;
            self.wait_for_room(&core).await;
            match chunk::read(&payload) {
                Some(chunk) => self.repeat(&core, &sessions, (place, &chunk)),
                None => self.node.count_dropped(),
            }
        }
        let Some(life) = self.life() else {
            return Ok(());
        };
        // None of them leaves before this is submitted.
        let mut reading = self.reading.lock();
        let caught_up = reading.catch_up(&sessions);
        let changes = caught_up.iter();
        let changes = changes.map(|session| put_cursor(*session, &life, None));
        core.instance.keep.submit(changes);
        self.note_place(&reading);
        Ok(())
    }

    /// Delivers a chunk to some sessions that are behind, and notes that those that got something have it.
    fn repeat(&self, core: &Core, sessions: &BTreeSet<u64>, (place, chunk): (u64, &Chunk<'_>)) {
        let Some(life) = self.life() else {
            return;
        };
        let mut reading = self.reading.lock();
        core.instance.keep.together(|| {
            let got = RefCell::new(BTreeSet::new());
            self.hand_over(core, (place, false), chunk, |session, entry| {
                // Others that are behind may have come since, and need earlier chunks first.
                let is_needed = sessions.contains(&session) && reading.needs(session, place, entry);
                if is_needed {
                    got.borrow_mut().insert(session);
                }
                is_needed
            });
            reading.advance(sessions, place);
            let changes = got.take().into_iter().filter_map(|session| {
                let had = reading.had(session)?.clone();
                Some(put_cursor(session, &life, Some(had)))
            });
            core.instance.keep.submit(changes);
        });
    }

    /// Delivers the messages of a chunk to sessions that want them, by their numbers and that of the entry. `is_next` says that it
    /// is the next one of the log, and not one that is repeated.
    fn hand_over(
        &self,
        core: &Core,
        (place, is_next): (u64, bool),
        chunk: &Chunk<'_>,
        is_wanted: impl Fn(u64, u64) -> bool,
    ) {
        let now = core.instance.clock.now();
        for (index, entry) in chunk.entries.iter().enumerate() {
            if shares::is_event(entry) {
                continue;
            }
            let Some(message) = envelope::read(entry, now) else {
                self.node.count_dropped();
                continue;
            };
            let is_repeated = |claim| self.logged_wills.lock().is_repeated(claim, place);
            if message.will.is_some_and(is_repeated) {
                continue;
            }
            let here = is_next.then(|| self.members_here(core, &message, entry, now));
            let chosen = here.as_deref().map_or(message.chosen, Chosen);
            let number = chunk::entry(place, index);
            core.receive_for(
                Outbound { chosen, ..message },
                number,
                |session| is_wanted(session.key, number),
                now,
            );
        }
    }

    /// Notes how far this node has read the log, and behind which place it still needs it. Each session has what was read, unless its
    /// own row says something else.
    pub(super) fn note_place(&self, reading: &Reading) {
        let (Some(life), Some(core)) = (self.life(), self.core()) else {
            return;
        };
        core.instance.keep.submit([Change::Put {
            table: Table::Meta,
            key: cursor::write_life(&life).into(),
            value: cursor::write_progress(reading.progress()).into(),
        }]);
    }

    /// Waits while so much is to be written that something could be lost.
    async fn wait_for_room(&self, core: &Core) {
        let keep = &core.instance.keep;
        while (keep.room() == Room::Busy || keep.is_swamped()) && self.epoch().is_some() {
            sleep(RETRY).await;
        }
    }
}

/// Returns the change that notes which part of the log a session has.
pub(super) fn put_cursor(session: u64, life: &Life, own: Option<Had>) -> Change {
    let life = life.clone();
    Change::Put {
        table: Table::Sessions,
        key: cursor::key(session).into(),
        value: cursor::write(&Cursor { life, own }).into(),
    }
}
