//! All sessions of an instance: who is connected, and who may come back. Their subscriptions are in `subscriptions`.
//!
//! Locks are taken in this order: a client's place in the table, its session, then the census, presence or the index. A message that
//! is routed takes one of them at a time.

mod ending;

use std::collections::{BTreeMap, HashSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use parking_lot::{Mutex, MutexGuard, RwLock};

use super::census::Census;
use super::clock::{Now, SECOND, Time};
use super::index::Index;
use super::instance::Instance;
use super::others::{Claim, WillClaim};
use super::outgoing::Outgoing;
use super::presence::Presence;
use super::received::ReceivedIdentifiers;
use super::record::SessionRecord;
use super::session::{Attached, Session, State};
use super::signal::Signal;
use super::will::{DueWill, Will};
use crate::client_id::group_of;
use crate::keep::{Room, Ticket};
use crate::wire::{Reason, Version};

/// A client that wants a session.
pub(crate) struct Arrival<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) address: SocketAddr,
    pub(crate) version: Version,
    pub(crate) clean_start: bool,
    /// [`Instance::credentials`] before its password was checked.
    pub(crate) credentials: u64,
    /// Seconds that the session outlives the connection.
    pub(crate) expiry: u32,
    pub(crate) signal: Arc<Signal>,
    pub(crate) will: Option<Will>,
    /// The claim of this node to the client.
    pub(crate) claim: Claim,
}

/// A client that has a session.
pub(crate) struct Admitted {
    pub(crate) session: Arc<Session>,
    /// ID of its connection.
    pub(crate) connection: u64,
    pub(crate) session_present: bool,
    /// The commit that CONNACK waits for.
    pub(crate) ticket: Ticket,
    /// Will of the connection that was taken over, if it has to be published.
    pub(crate) earlier_will: Option<DueWill>,
}

/// Way in which a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Its client sent DISCONNECT.
    Disconnect {
        /// `true` if the will has to be published nevertheless.
        is_will_wanted: bool,
    },
    /// It was closed by the broker, or lost.
    Lost,
}

/// Sessions, and what is counted of those that are online.
pub(crate) struct Sessions {
    pub(super) instance: Arc<Instance>,
    table: DashMap<Box<str>, Arc<Session>>,
    pub(super) index: RwLock<Index>,
    census: Mutex<Census>,
    presence: Mutex<Presence>,
    timers: Mutex<BTreeMap<(Time, u64), Weak<Session>>>,
    next_key: AtomicU64,
    next_connection: AtomicU64,
}

impl Sessions {
    pub(crate) fn new(instance: Arc<Instance>) -> Self {
        // In microseconds, so that a later start begins with a greater number.
        let connections = instance.clock.now().unix.unsigned_abs() * 1000;
        Self {
            instance,
            table: DashMap::new(),
            index: RwLock::default(),
            census: Mutex::default(),
            presence: Mutex::default(),
            timers: Mutex::default(),
            next_key: AtomicU64::new(1),
            next_connection: AtomicU64::new(connections),
        }
    }

    /// Gives a client a session, the one that it left behind if it may have it again. A connection that it still has is
    /// taken over. Returns `None` if the client may not stay, because its group was just deleted, the broker stops or
    /// another node has claimed it.
    pub(crate) fn connect(&self, arrival: Arrival<'_>, now: Now) -> Option<Admitted> {
        let mut earlier_will = None;
        let connection = self.next_connection.fetch_add(1, Ordering::Relaxed);
        let place = self.table.entry(arrival.client_id.into());
        // Asked while the place is locked: another node that claims the client now finds what begins here.
        if !self.instance.still_has(arrival.client_id, arrival.claim) {
            return None;
        }
        let (session, session_present, ticket) = match place {
            Entry::Occupied(mut entry) => {
                let earlier = Arc::clone(entry.get());
                let mut state = earlier.state.lock();
                let is_over = state.expires.is_some_and(|expires| expires <= now.time);
                let is_left = state.expiry > 0 && !state.has_ended && !is_over;
                if is_left && !arrival.clean_start {
                    let is_unchanged = state.expiry == arrival.expiry;
                    earlier_will = self.take_over(&earlier, &mut state, now, true);
                    self.attach(&earlier, &mut state, &arrival, connection, now);
                    let keep = &self.instance.keep;
                    let mut ticket = keep.submit([earlier.record(&state, now)]);
                    // While the disk is full, the client may read what waits for it, which makes room.
                    if is_unchanged && keep.room() == Room::Full {
                        ticket = state.written;
                    }
                    drop(state);
                    (earlier, true, ticket)
                } else {
                    earlier_will = self.take_over(&earlier, &mut state, now, false);
                    let ended = self.end_locked(&earlier, &mut state);
                    drop(state);
                    let (session, begun) = self.begin(&arrival, connection, now);
                    entry.insert(Arc::clone(&session));
                    (session, false, begun.max(ended))
                }
            }
            Entry::Vacant(entry) => {
                let (session, begun) = self.begin(&arrival, connection, now);
                entry.insert(Arc::clone(&session));
                (session, false, begun)
            }
        };
        // Asked after the session can be seen: whoever deletes the group now finds it, or it finds the group gone.
        if !self.instance.still_admits(arrival.client_id) {
            self.end(&session, Reason::NOT_AUTHORIZED);
            return None;
        }
        if self.instance.credentials() != arrival.credentials {
            self.close(&session, Reason::NOT_AUTHORIZED);
        }
        Some(Admitted {
            session,
            connection,
            session_present,
            ticket,
            earlier_will,
        })
    }

    /// Detaches the earlier connection of a session. Returns its will if it has to be published.
    fn take_over(
        &self,
        session: &Session,
        state: &mut State,
        now: Now,
        is_resumed: bool,
    ) -> Option<DueWill> {
        if let Some(earlier) = state.connection.take() {
            earlier.signal.notify();
            state.closed_by = Reason::SESSION_TAKEN_OVER;
            self.leave(session, state);
            self.report_end(session, (&earlier, &*state), false, now);
        }
        state.outgoing.detach();
        let will_due = state.will_due;
        self.stop_timers(session, state);
        let will = state.will.take()?;
        let is_delayed = will.delay > 0 && will_due.is_none_or(|due| due > now.time);
        if is_resumed {
            return (!is_delayed).then(|| will.into());
        }
        Some(self.due(session, state, will))
    }

    /// Returns a will that is due because its session ends. The claim of the client is given back once it is published.
    fn due(&self, session: &Session, state: &mut State, will: Will) -> DueWill {
        let others = self.instance.others.as_ref();
        let claim = others.map(|others| WillClaim::new(others, &session.client_id, state.claim));
        state.has_due_will = true;
        DueWill { will, claim }
    }

    /// Stops the timers of a session. One that is left would hold the memory of the session until it fires.
    fn stop_timers(&self, session: &Session, state: &mut State) {
        let due = [state.will_due.take(), state.expires.take()];
        let mut timers = self.timers.lock();
        for due in due.into_iter().flatten() {
            timers.remove(&(due, session.key));
        }
    }

    /// Returns a new session, and the commit that writes it.
    fn begin(&self, arrival: &Arrival<'_>, connection: u64, now: Now) -> (Arc<Session>, Ticket) {
        let session = self.create(arrival, now);
        let mut state = session.state.lock();
        self.attach(&session, &mut state, arrival, connection, now);
        let ticket = if session.is_kept() {
            self.instance.keep.submit([session.record(&state, now)])
        } else {
            0
        };
        state.written = ticket;
        drop(state);
        (session, ticket)
    }

    fn create(&self, arrival: &Arrival<'_>, now: Now) -> Arc<Session> {
        let key = match arrival.claim {
            0 => self.next_key.fetch_add(1, Ordering::Relaxed),
            // No other node has a session of this number.
            claim => claim,
        };
        let number = self.census.lock().take_number();
        let memory = &self.instance.session_memory;
        let (client_id, version) = (arrival.client_id, arrival.version);
        let address = Some(arrival.address);
        Arc::new(Session::new(
            key, number, client_id, address, version, memory, now,
        ))
    }

    /// Brings back a session that was on disk. Its client is offline. Returns `None` if another node has claimed the
    /// client since, or it has a session.
    pub(crate) fn restore(
        &self,
        (key, claim): (u64, Claim),
        record: SessionRecord,
        outgoing: Outgoing,
        received: Option<ReceivedIdentifiers>,
        expires: Time,
        now: Now,
    ) -> Option<Arc<Session>> {
        let Entry::Vacant(place) = self.table.entry(record.client_id.clone()) else {
            return None;
        };
        if !self.instance.still_has(&record.client_id, claim) {
            return None;
        }
        self.next_key.fetch_max(key + 1, Ordering::Relaxed);
        let number = self.census.lock().take_number();
        let memory = &self.instance.session_memory;
        let (client_id, version) = (&record.client_id, record.version);
        let session = Session::new(key, number, client_id, None, version, memory, now);
        let session = Arc::new(session);
        if let Some(received) = received {
            *session.received.lock() = received;
        }
        let mut state = session.state.lock();
        session.set_expiry(&mut state, record.expiry);
        state.claim = claim;
        state.outgoing = outgoing;
        state.offline_since = match record.offline_since {
            0 => now.unix,
            since => since,
        };
        state.expires = Some(expires);
        session.touch(state.offline_since);
        for subscription in record.subscriptions {
            self.subscribe(&session, &mut state, subscription);
        }
        let mut timers = self.timers.lock();
        timers.insert((expires, key), Arc::downgrade(&session));
        if let Some(will) = record.will {
            let due = now.time + Time::from(will.delay).saturating_mul(SECOND);
            state.will = Some(will);
            state.will_due = Some(due.min(expires));
            timers.insert((due.min(expires), key), Arc::downgrade(&session));
        }
        drop(timers);
        drop(state);
        place.insert(Arc::clone(&session));
        Some(session)
    }

    fn attach(
        &self,
        session: &Arc<Session>,
        state: &mut State,
        arrival: &Arrival<'_>,
        connection: u64,
        now: Now,
    ) {
        session.set_expiry(state, arrival.expiry);
        state.version = arrival.version;
        state.address = Some(arrival.address);
        state.claim = arrival.claim;
        state.connected_since = now.unix;
        state.offline_since = 0;
        state.will = arrival.will.clone();
        state.connection = Some(Attached {
            id: connection,
            signal: Arc::clone(&arrival.signal),
            close: None,
            is_reported: false,
        });
        state.outgoing.attach();
        session.touch(now.unix);
        self.enter(session, state);
        self.presence.lock().began(session, state);
    }

    fn enter(&self, session: &Session, state: &State) {
        session.set_online(true);
        self.census.lock().enter(group(session));
        self.count_filters(session, state, true);
    }

    /// Reports connections of clients of some groups from now on, and those that are open, unless they were reported
    /// before.
    pub(crate) fn watch(&self, groups: HashSet<String>) {
        self.presence.lock().watch(groups);
        for session in self.all() {
            let mut state = session.state.lock();
            self.presence.lock().began(&session, &mut state);
        }
    }

    pub(crate) fn get(&self, client_id: &str) -> Option<Arc<Session>> {
        self.table
            .get(client_id)
            .map(|session| Arc::clone(&session))
    }

    pub(crate) fn all(&self) -> Vec<Arc<Session>> {
        self.table
            .iter()
            .map(|session| Arc::clone(session.value()))
            .collect()
    }

    /// Passes each session to `visit`.
    pub(crate) fn each(&self, mut visit: impl FnMut(&Arc<Session>)) {
        for session in &self.table {
            visit(session.value());
        }
    }

    /// Returns whether there are as many sessions as there may be.
    pub(crate) fn are_too_many(&self) -> bool {
        self.census.lock().numbers_in_use() >= self.instance.limits().sessions
    }

    /// Returns what is counted of the clients that are online.
    pub(crate) fn census(&self) -> MutexGuard<'_, Census> {
        self.census.lock()
    }

    /// Returns what is to be reported of connections.
    pub(crate) fn presence(&self) -> MutexGuard<'_, Presence> {
        self.presence.lock()
    }
}

fn group(session: &Session) -> &str {
    group_of(&session.client_id).unwrap_or_default()
}
