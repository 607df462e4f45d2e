//! Ends connections and sessions.

use std::sync::Arc;

use super::{Ending, Sessions, group};
use crate::core::census::Departed;
use crate::core::clock::{Now, SECOND, Time};
use crate::core::instance::Loss;
#[cfg(any(feature = "cluster", test))]
use crate::core::others::Claim;
use crate::core::others::Membership;
use crate::core::record::session_key;
use crate::core::session::{Attached, Session, State};
use crate::core::will::{DueWill, Will};
use crate::keep::{Change, Table, Ticket};
use crate::wire::Reason;

impl Sessions {
    /// Ends the connection of a session, and the session unless it is kept. Returns its will if that is due at once.
    /// Does nothing if the connection was taken over.
    pub(crate) fn disconnect(
        &self,
        session: &Arc<Session>,
        connection: u64,
        ending: Ending,
        now: Now,
    ) -> Option<DueWill> {
        let mut state = session.state.lock();
        state.attached(connection)?;
        let attached = state.connection.take()?;
        self.leave(session, &state);
        self.depart(session, &state);
        let has_said_so = matches!(ending, Ending::Disconnect { .. });
        self.report_end(session, (&attached, &state), has_said_so, now);
        if let Ending::Disconnect {
            is_will_wanted: false,
        } = ending
        {
            state.will = None;
        }
        if state.expiry == 0 {
            let will = state.will.take();
            let will = will.map(|will| self.due(session, &mut state, will));
            self.end_locked(session, &mut state);
            drop(state);
            self.remove(session);
            return will;
        }
        state.outgoing.detach();
        state.offline_since = now.unix;
        let expires = state.expiry_from(now.time);
        state.expires = Some(expires);
        let mut timers = self.timers.lock();
        timers.insert((expires, session.key), Arc::downgrade(session));
        let delay = state.will.as_ref().map_or(0, |will| will.delay);
        if delay > 0 {
            let at = now.time + Time::from(delay).saturating_mul(SECOND);
            state.will_due = Some(at.min(expires));
            timers.insert((at.min(expires), session.key), Arc::downgrade(session));
        }
        drop(timers);
        // With the will, which is taken off the disk when it was published.
        self.instance.keep.submit([session.record(&state, now)]);
        if delay > 0 {
            None
        } else {
            state.will.take().map(DueWill::from)
        }
    }

    /// Ends a session, tells its client why, and returns whether the client was online.
    pub(crate) fn end(&self, session: &Arc<Session>, reason: Reason) -> bool {
        let mut state = session.state.lock();
        state.closed_by = reason;
        let earlier = state.connection.take();
        if let Some(connection) = &earlier {
            connection.signal.notify();
            self.leave(session, &state);
            self.depart(session, &state);
            let now = self.instance.clock.now();
            self.report_end(session, (connection, &state), false, now);
        }
        self.end_locked(session, &mut state);
        drop(state);
        self.remove(session);
        earlier.is_some()
    }

    /// Ends what this node has of a session that another node has claimed, unless this node has claimed it later. If it
    /// outlives its connection, its rows stay for the other node, unless the client wants a clean start. Returns its will if
    /// it has to be published.
    #[cfg(any(feature = "cluster", test))]
    pub(crate) fn surrender(
        &self,
        client_id: &str,
        (claim, is_clean): (Claim, bool),
        reason: Reason,
        now: Now,
    ) -> Option<DueWill> {
        let session = self.get(client_id)?;
        let mut state = session.state.lock();
        if state.claim >= claim || state.has_ended {
            return None;
        }
        let is_over = state.expires.is_some_and(|expires| expires <= now.time);
        let is_left = state.expiry > 0 && !is_over && !is_clean;
        if state.connection.is_some() {
            state.offline_since = now.unix;
        }
        let will = self.take_over(&session, &mut state, now, is_left);
        state.closed_by = reason;
        if is_left {
            self.instance.keep.submit([session.record(&state, now)]);
            self.let_go(&session, &mut state, &mut Vec::new());
        } else {
            self.end_locked(&session, &mut state);
        }
        drop(state);
        self.remove(&session);
        // A message of QoS 2 that is being published is published, with its identifier, before the other node hears.
        drop(session.received.lock());
        will
    }

    /// Ends a session whose state is locked. Returns the commit that takes it off the disk.
    pub(super) fn end_locked(&self, session: &Session, state: &mut State) -> Ticket {
        if state.has_ended {
            return 0;
        }
        self.instance
            .losses
            .count(Loss::SessionEnded, state.outgoing.waiting());
        self.tell_of_shares(session, state, Membership::Gone);
        let mut changes = Vec::new();
        self.let_go(session, state, &mut changes);
        if let Some(others) = &self.instance.others
            && !state.has_due_will
        {
            others.release(&session.client_id, state.claim, false);
        }
        if !session.is_kept() {
            return 0;
        }
        for table in [Table::Queues, Table::Sessions] {
            changes.push(Change::DeletePrefix {
                table,
                prefix: session_key(session.key).into(),
            });
        }
        self.instance.keep.submit(changes)
    }

    /// Lets go of what a session has in memory. Appends what has to be deleted beside its own rows if it ends.
    fn let_go(&self, session: &Session, state: &mut State, changes: &mut Vec<Change>) {
        state.has_ended = true;
        state.will = None;
        self.stop_timers(session, state);
        self.unsubscribe_all(session, state);
        state.subscriptions = Vec::new();
        state.replays = Vec::new();
        self.census.lock().give_back_number(session.number);
        if session.is_kept() {
            state.outgoing.clear(&self.instance, changes);
        }
    }

    pub(super) fn remove(&self, session: &Arc<Session>) {
        self.table
            .remove_if(&session.client_id, |_, found| Arc::ptr_eq(found, session));
    }

    pub(super) fn leave(&self, session: &Session, state: &State) {
        session.set_online(false);
        self.census.lock().leave(group(session));
        self.count_filters(session, state, false);
    }

    pub(super) fn depart(&self, session: &Session, state: &State) {
        let Some(address) = state.address else { return };
        self.census.lock().depart(Departed {
            client_id: session.client_id.to_string(),
            address,
            last_seen: session.last_seen(),
        });
    }

    pub(super) fn report_end(
        &self,
        session: &Session,
        (attached, state): (&Attached, &State),
        has_said_so: bool,
        now: Now,
    ) {
        let Some(address) = state.address else { return };
        let connection = (attached, address);
        let mut presence = self.presence.lock();
        presence.ended(session, connection, has_said_so, now.unix);
    }

    /// Asks a connection to close.
    pub(crate) fn close(&self, session: &Session, reason: Reason) {
        if let Some(connection) = &mut session.state.lock().connection {
            connection.close.get_or_insert(reason);
            connection.signal.notify();
        }
    }

    /// Ends sessions that have expired. Returns the wills that are due, each with its session.
    pub(crate) fn expire(&self, now: Now) -> Vec<(Arc<Session>, Will)> {
        let mut wills = Vec::new();
        loop {
            let due = {
                let mut timers = self.timers.lock();
                match timers.first_entry() {
                    Some(first) if first.key().0 <= now.time => first.remove(),
                    _ => return wills,
                }
            };
            let Some(session) = due.upgrade() else {
                continue;
            };
            let mut state = session.state.lock();
            if state.connection.is_some() || state.has_ended {
                continue;
            }
            if state.will_due.is_some_and(|due| due <= now.time) {
                state.will_due = None;
                wills.extend(state.will.take().map(|will| (Arc::clone(&session), will)));
            }
            if state.expires.is_some_and(|expires| expires <= now.time) {
                drop(state);
                self.end_if_expired(&session, now);
            }
        }
    }

    fn end_if_expired(&self, session: &Arc<Session>, now: Now) {
        // The place in the table is locked first, as when a client connects.
        self.table.remove_if(&session.client_id, |_, found| {
            let mut state = session.state.lock();
            let is_due = Arc::ptr_eq(found, session)
                && state.connection.is_none()
                && state.expires.is_some_and(|expires| expires <= now.time);
            if is_due {
                self.end_locked(session, &mut state);
            }
            is_due
        });
    }
}
