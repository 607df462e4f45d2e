//! Brings back what was on disk when the broker starts.

use std::collections::HashMap;
use std::sync::Arc;

use super::Core;
use super::clock::{Now, SECOND, Time};
use super::others::Claim;
use super::outgoing::{Outgoing, Stub};
use super::received::ReceivedIdentifiers;
use super::record::{
    Body, SessionRecord, delete, read_queue_key, read_queued, read_retained, read_session,
    session_key,
};
use crate::client_id::group_of;
use crate::keep::{Change, Disk, DiskError, Entry, Table};
use crate::topic::{may_publish, may_subscribe};

/// Rows that are read at once.
const ROWS: usize = 10_000;
const BYTES: usize = 16 << 20;

/// Messages on disk for one session.
#[derive(Default)]
struct Waiting {
    stubs: Vec<Stub>,
    released: Vec<u64>,
    /// Numbers of their entries in the log of all nodes.
    entries: Vec<u64>,
}

impl Waiting {
    /// Adds a row. Returns the key of its message if that is stored once for several sessions, otherwise 0.
    fn add(&mut self, sequence: u64, value: &[u8], now: Now) -> u64 {
        let Some(record) = read_queued(value, now, None) else {
            return 0;
        };
        if record.entry != 0 {
            self.entries.push(record.entry);
        }
        let (size, stored) = match record.body {
            Body::Released => {
                self.released.push(sequence);
                return 0;
            }
            Body::Inline(message) => (message.size(), 0),
            Body::Stored { key, size } => (size as usize, key),
        };
        self.stubs.push(Stub {
            sequence,
            size: u32::try_from(size).unwrap_or(u32::MAX),
            stored,
            was_sent: false,
            ticket: 0,
        });
        stored
    }
}

/// A session that another node served, as it is on disk.
#[cfg(feature = "cluster")]
pub(crate) struct Left {
    record: SessionRecord,
    waiting: Waiting,
    received: ReceivedIdentifiers,
}

#[cfg(feature = "cluster")]
impl Left {
    /// Returns whether its client was online.
    pub(crate) fn was_online(&self) -> bool {
        self.record.offline_since == 0
    }

    /// Adds the identifier of a message of QoS 2 that its client has published.
    pub(crate) fn receive(&mut self, id: u16) {
        self.received.insert(id);
    }

    /// Returns the numbers of the entries of the log that wait for it.
    pub(crate) fn entries(&self) -> &[u64] {
        &self.waiting.entries
    }

    /// Adds a row beside that of the session itself, in the order of their keys.
    pub(crate) fn add(&mut self, table: Table, key: &[u8], value: &[u8], now: Now) {
        let number = key.get(8..).unwrap_or_default();
        match (table, <[u8; 2]>::try_from(number), read_queue_key(key)) {
            (Table::Sessions, Ok(id), _) => self.received.insert(u16::from_be_bytes(id)),
            (Table::Queues, _, Some((_, sequence))) => {
                self.waiting.add(sequence, value, now);
            }
            _ => {}
        }
    }
}

#[cfg(feature = "cluster")]
impl Core {
    /// Reads the row of a session that another node served. Returns `None` if it cannot go on: it has expired, or its group
    /// is gone.
    pub(crate) fn read_left(&self, value: &[u8], now: Now) -> Option<Left> {
        let memory = &self.instance.session_memory;
        let record = read_session(value, now, memory)?;
        self.still_knows(&record, now).then(|| Left {
            record,
            waiting: Waiting::default(),
            received: ReceivedIdentifiers::new(memory),
        })
    }

    /// Brings back a session that another node served. Its rows have the number of the claim by now. Its client is offline. Returns
    /// `false` if another node has claimed it since.
    pub(crate) fn revive(&self, claim: Claim, left: Left) -> bool {
        let now = self.instance.clock.now();
        let client_id = left.record.client_id.clone();
        let received = Some(left.received);
        let change = self.restore_session((claim, claim), left.record, left.waiting, received, now);
        if let Some(change) = change {
            self.instance.keep.submit([change]);
        }
        let session = self.sessions.get(&client_id);
        session.is_some_and(|session| session.key == claim)
    }
}

impl Core {
    /// Brings back sessions, what waits for them, and retained messages. What belongs to a group or topic that is gone
    /// is deleted.
    pub(crate) fn restore(&self) -> Result<(), DiskError> {
        let now = self.instance.clock.now();
        let mut changes = Vec::new();
        self.restore_retained(now, &mut changes)?;
        let mut waiting = self.read_queues(now)?;
        self.restore_sessions(&mut waiting, now, &mut changes)?;
        // What is left waits for sessions that are gone.
        for (session, waiting) in waiting {
            for stub in waiting.stubs {
                self.instance.keep.release(stub.stored);
            }
            changes.push(delete_session_rows(Table::Queues, session));
        }
        self.delete_unreferenced(&mut changes)?;
        if !changes.is_empty() {
            self.instance.keep.submit(changes);
        }
        Ok(())
    }

    fn restore_retained(&self, now: Now, changes: &mut Vec<Change>) -> Result<(), DiskError> {
        for_each(
            self.instance.keep.disk(),
            Table::Retained,
            |(key, value)| {
                let message = read_retained(&value, now, &self.instance.budget)
                    .filter(|message| !message.is_expired(now.time));
                let is_allowed = |topic: &str| may_publish(topic, &*self.instance.directory);
                match message.filter(|message| is_allowed(message.topic())) {
                    Some(message) => self.retained.insert(Arc::new(message)),
                    None => changes.push(delete(Table::Retained, key)),
                }
            },
        )
    }

    fn read_queues(&self, now: Now) -> Result<HashMap<u64, Waiting>, DiskError> {
        let keep = &self.instance.keep;
        let mut waiting: HashMap<u64, Waiting> = HashMap::new();
        for_each(keep.disk(), Table::Queues, |(key, value)| {
            let Some((session, sequence)) = read_queue_key(&key) else {
                return;
            };
            let waiting = waiting.entry(session).or_default();
            let stored = waiting.add(sequence, &value, now);
            if stored != 0 {
                keep.found_reference(stored);
            }
        })?;
        Ok(waiting)
    }

    fn restore_sessions(
        &self,
        waiting: &mut HashMap<u64, Waiting>,
        now: Now,
        changes: &mut Vec<Change>,
    ) -> Result<(), DiskError> {
        let memory = &self.instance.session_memory;
        let mut received: HashMap<u64, ReceivedIdentifiers> = HashMap::new();
        let mut records = Vec::new();
        for_each(
            self.instance.keep.disk(),
            Table::Sessions,
            |(key, value)| {
                let Some((session, id)) = key.split_first_chunk() else {
                    return;
                };
                let session = u64::from_be_bytes(*session);
                match <[u8; 2]>::try_from(id) {
                    Ok(id) => received
                        .entry(session)
                        .or_insert_with(|| ReceivedIdentifiers::new(memory))
                        .insert(u16::from_be_bytes(id)),
                    Err(_) => records.push((session, read_session(&value, now, memory))),
                }
            },
        )?;
        for (key, record) in records {
            let record = record.filter(|record| self.still_knows(record, now));
            let Some(record) = record else {
                changes.push(delete_session_rows(Table::Sessions, key));
                continue;
            };
            let waiting = waiting.remove(&key).unwrap_or_default();
            let received = received.remove(&key);
            changes.extend(self.restore_session((key, 0), record, waiting, received, now));
        }
        Ok(())
    }

    /// Returns whether a session may go on: its group exists, and it has not expired.
    fn still_knows(&self, record: &SessionRecord, now: Now) -> bool {
        let has_group = group_of(&record.client_id)
            .is_some_and(|group| self.instance.directory.has_group(group));
        has_group && expires(record, now) > now.time
    }

    /// Brings a session back. Returns the change that writes it, if it is not as it was on disk.
    fn restore_session(
        &self,
        (key, claim): (u64, Claim),
        mut record: SessionRecord,
        mut waiting: Waiting,
        received: Option<ReceivedIdentifiers>,
        now: Now,
    ) -> Option<Change> {
        // If the client was online, nobody knows how much of it was sent.
        let was_online = record.offline_since == 0;
        for (number, stub) in waiting.stubs.iter_mut().enumerate() {
            stub.was_sent = if was_online {
                number < super::outgoing::MAX_IN_FLIGHT
            } else {
                stub.sequence < record.sent_below
            };
        }
        let subscriptions = record.subscriptions.len();
        record.subscriptions.retain(|subscription| {
            let filter = super::filter::Filter::parse(&subscription.filter);
            may_subscribe(filter.levels, &record.client_id, &*self.instance.directory)
        });
        let is_changed = was_online || record.subscriptions.len() < subscriptions;
        let expires = expires(&record, now);
        let outgoing = Outgoing::restore(record.next_sequence, waiting.stubs, waiting.released);
        let kept = outgoing.kept();
        let session =
            self.sessions
                .restore((key, claim), record, outgoing, received, expires, now)?;
        self.instance.kept.add_all(kept);
        is_changed.then(|| session.record(&session.state.lock(), now))
    }

    /// Deletes messages that nobody waits for any more.
    fn delete_unreferenced(&self, changes: &mut Vec<Change>) -> Result<(), DiskError> {
        let keep = &self.instance.keep;
        for_each(keep.disk(), Table::Messages, |(key, _)| {
            let is_needed = <[u8; 8]>::try_from(&*key)
                .is_ok_and(|key| keep.is_referenced(u64::from_be_bytes(key)));
            if !is_needed {
                changes.push(delete(Table::Messages, key));
            }
        })
    }
}

fn expires(record: &SessionRecord, now: Now) -> Time {
    let since = match record.offline_since {
        0 => now.time,
        since => now.time_of(since),
    };
    since.saturating_add(Time::from(record.expiry).saturating_mul(SECOND))
}

fn delete_session_rows(table: Table, session: u64) -> Change {
    Change::DeletePrefix {
        table,
        prefix: session_key(session).into(),
    }
}

fn for_each(disk: &dyn Disk, table: Table, mut visit: impl FnMut(Entry)) -> Result<(), DiskError> {
    let mut after: Option<Box<[u8]>> = None;
    loop {
        let rows = disk.read(table, &[], after.as_deref(), ROWS, BYTES)?;
        let Some((last, _)) = rows.last() else {
            return Ok(());
        };
        after = Some(last.clone());
        rows.into_iter().for_each(&mut visit);
    }
}
