//! A client's state beyond its connection.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use parking_lot::Mutex;

use super::clock::{Now, SECOND, Time};
use super::filter::Filter;
use super::instance::Instance;
use super::message::Budget;
use super::others::Claim;
use super::outgoing::{Admission, Delivery, Outgoing, Owner};
use super::received::{ReceivedIdentifiers, RecentIdentifiers};
use super::record::{SessionRecord, SubscriptionRecord, put_session};
use super::replay::Replay;
use super::signal::Signal;
use super::will::Will;
use crate::keep::{Change, Ticket};
use crate::refusal::{Cause, Refused};
use crate::wire::{Reason, Version};

/// A session: of a client that is online, or kept for one that is not.
pub(crate) struct Session {
    /// Never used twice, not even after a restart.
    pub(crate) key: u64,
    /// Small, for sets; used again after the session has ended.
    pub(crate) number: u32,
    pub(crate) client_id: Box<str>,
    is_online: AtomicBool,
    is_kept: AtomicBool,
    /// Budget that it is charged to.
    memory: Arc<Budget>,
    /// Unix time in ms.
    last_seen: AtomicI64,
    /// Locked while a message of QoS 2 is published, so that two connections of the client cannot publish it twice.
    pub(crate) received: Mutex<ReceivedIdentifiers>,
    pub(crate) state: Mutex<State>,
}

impl Drop for Session {
    fn drop(&mut self) {
        let subscriptions = self.state.get_mut().subscription_bytes;
        self.memory.give_back(self.own_bytes() + subscriptions);
    }
}

/// Part of a session that changes while it lasts.
pub(crate) struct State {
    /// `true` once it has ended; then nothing may be added to it.
    pub(crate) has_ended: bool,
    /// Reason that a connection is told that is not the session's any more.
    pub(crate) closed_by: Reason,
    pub(crate) connection: Option<Attached>,
    /// The claim of this node to the client.
    pub(crate) claim: Claim,
    /// Address of its last connection; `None` if that was before the broker started.
    pub(crate) address: Option<SocketAddr>,
    /// Unix time in ms.
    pub(crate) connected_since: i64,
    pub(crate) version: Version,
    /// Seconds that it outlives its connection.
    pub(crate) expiry: u32,
    /// Time at which it ends if its client stays away.
    pub(crate) expires: Option<Time>,
    /// Unix time in ms, 0 while online.
    pub(crate) offline_since: i64,
    /// The commit that wrote the session first, 0 if it was on disk when the broker started.
    pub(crate) written: Ticket,
    pub(crate) subscriptions: Vec<SubscriptionRecord>,
    /// Shared ones that it has just left, the last ones. Other nodes may still choose it for a moment.
    pub(crate) left_shares: Vec<SubscriptionRecord>,
    /// Bytes that they are charged.
    pub(crate) subscription_bytes: usize,
    pub(crate) outgoing: Outgoing,
    pub(crate) recent: RecentIdentifiers,
    /// Retained messages that are still to be added to `outgoing`.
    pub(crate) replays: Vec<Replay>,
    pub(crate) will: Option<Will>,
    /// Time at which the will is due, after the connection was lost.
    pub(crate) will_due: Option<Time>,
    /// `true` if the client is given back once its will is published, instead of when its session ends.
    pub(crate) has_due_will: bool,
}

/// The connection of a session.
pub(crate) struct Attached {
    pub(crate) id: u64,
    pub(crate) signal: Arc<Signal>,
    /// Reason why the server wants it closed.
    pub(crate) close: Option<Reason>,
    /// `true` if its beginning was reported, so that its end has to be.
    pub(crate) is_reported: bool,
}

impl Session {
    pub(crate) fn new(
        key: u64,
        number: u32,
        client_id: &str,
        address: Option<SocketAddr>,
        version: Version,
        memory: &Arc<Budget>,
        now: Now,
    ) -> Self {
        let session = Self {
            key,
            number,
            client_id: client_id.into(),
            is_online: AtomicBool::new(false),
            is_kept: AtomicBool::new(false),
            memory: Arc::clone(memory),
            last_seen: AtomicI64::new(now.unix),
            received: Mutex::new(ReceivedIdentifiers::new(memory)),
            state: Mutex::new(State {
                has_ended: false,
                closed_by: Reason::SESSION_TAKEN_OVER,
                connection: None,
                claim: 0,
                address,
                connected_since: now.unix,
                version,
                expiry: 0,
                expires: None,
                offline_since: 0,
                written: 0,
                subscriptions: Vec::new(),
                left_shares: Vec::new(),
                subscription_bytes: 0,
                outgoing: Outgoing::default(),
                recent: RecentIdentifiers::default(),
                replays: Vec::new(),
                will: None,
                will_due: None,
                has_due_will: false,
            }),
        };
        memory.charge(session.own_bytes());
        session
    }

    /// Bytes of memory without subscriptions and will: the value, its places in tables, and its client ID in each of them.
    fn own_bytes(&self) -> usize {
        size_of::<Self>() + 256 + 2 * self.client_id.len()
    }

    pub(crate) fn is_online(&self) -> bool {
        self.is_online.load(Ordering::Acquire)
    }

    /// For [`Sessions`](super::sessions::Sessions) alone, which counts those that are online.
    pub(super) fn set_online(&self, is_online: bool) {
        self.is_online.store(is_online, Ordering::Release);
    }

    /// Returns whether it is on disk, because it outlives its connection, or an earlier connection.
    pub(crate) fn is_kept(&self) -> bool {
        self.is_kept.load(Ordering::Acquire)
    }

    /// Sets the seconds that it outlives its connection.
    pub(crate) fn set_expiry(&self, state: &mut State, expiry: u32) {
        state.expiry = expiry;
        self.is_kept.fetch_or(expiry > 0, Ordering::Release);
    }

    pub(crate) fn touch(&self, unix: i64) {
        self.last_seen.store(unix, Ordering::Relaxed);
    }

    /// Returns when the client last sent something, Unix time in ms.
    pub(crate) fn last_seen(&self) -> i64 {
        self.last_seen.load(Ordering::Relaxed)
    }

    pub(crate) fn owner<'a>(&self, instance: &'a Instance, now: Now) -> Owner<'a> {
        Owner {
            instance,
            key: self.key,
            is_kept: self.is_kept(),
            is_online: self.is_online(),
            now,
        }
    }

    /// Takes a message for the client. Appends what has to be written for it.
    pub(crate) fn deliver(
        &self,
        delivery: Delivery,
        instance: &Instance,
        now: Now,
        changes: &mut Vec<Change>,
    ) -> Admission {
        let mut state = self.state.lock();
        if state.has_ended {
            return Admission::Dropped;
        }
        let owner = self.owner(instance, now);
        let admission = state.outgoing.push(delivery, owner, changes);
        match admission {
            Admission::Queued | Admission::Kept(_) => {
                if let Some(connection) = &state.connection {
                    connection.signal.notify();
                }
            }
            Admission::Dropped => {}
            Admission::Overflowed => {
                state.close_slow(self, instance, now);
            }
        }
        admission
    }

    /// Notes which commit writes a message that was taken, and lets the connection look again.
    pub(crate) fn written(&self, sequence: u64, ticket: Ticket) {
        let mut state = self.state.lock();
        state.outgoing.written(sequence, ticket);
        if let Some(connection) = &state.connection {
            connection.signal.notify();
        }
    }

    /// Returns the change that writes the session.
    pub(crate) fn record(&self, state: &State, now: Now) -> Change {
        let record = SessionRecord {
            client_id: self.client_id.clone(),
            version: state.version,
            expiry: state.expiry,
            offline_since: state.offline_since,
            next_sequence: state.outgoing.next_sequence(),
            sent_below: state.outgoing.sent_below(),
            subscriptions: state.subscriptions.clone(),
            will: state.will.clone(),
        };
        put_session(self.key, &record, now)
    }
}

impl State {
    /// Returns the connection if it is the one with an ID.
    pub(crate) fn attached(&self, id: u64) -> Option<&Attached> {
        self.connection
            .as_ref()
            .filter(|connection| connection.id == id)
    }

    /// Asks the connection to close because its client reads too slowly.
    pub(crate) fn close_slow(&mut self, session: &Session, instance: &Instance, now: Now) {
        if let (Some(address), Some(connection)) = (self.address, &mut self.connection)
            && connection.close.is_none()
        {
            let refused = Refused {
                client_id: &session.client_id,
                address,
                cause: Cause::SlowReader,
            };
            instance.refusals.refuse(refused, now.unix);
            connection.close = Some(Reason::QUOTA_EXCEEDED);
            connection.signal.notify();
        }
    }

    /// Returns the subscription to a filter, written as subscribed.
    pub(crate) fn subscription(&self, filter: &str) -> Option<&SubscriptionRecord> {
        self.subscriptions
            .iter()
            .find(|subscription| *subscription.filter == *filter)
    }

    /// Returns the subscription for which other nodes have chosen the session.
    #[cfg(any(feature = "cluster", test))]
    pub(crate) fn chosen_for(&self, filter: &str) -> Option<&SubscriptionRecord> {
        let left = || {
            self.left_shares
                .iter()
                .rev()
                .find(|left| *left.filter == *filter)
        };
        self.subscription(filter).or_else(left)
    }

    /// Returns the filters, each without its `$share/name/`, and the name.
    pub(crate) fn filters(&self) -> impl Iterator<Item = Filter<'_>> {
        self.subscriptions
            .iter()
            .map(|subscription| Filter::parse(&subscription.filter))
    }

    /// Returns when the session ends if its client goes away now.
    pub(crate) fn expiry_from(&self, now: Time) -> Time {
        now.saturating_add(Time::from(self.expiry).saturating_mul(SECOND))
    }
}
