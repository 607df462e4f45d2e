//! The broker without I/O: what comes in from clients, disk and clock, and what goes out.

mod census;
mod clock;
mod connection;
mod evict;
mod fetch;
mod filter;
mod handshake;
mod holding;
mod index;
mod instance;
mod limits;
mod listing;
mod message;
#[cfg_attr(
    not(feature = "cluster"),
    allow(dead_code, reason = "there are no other nodes")
)]
mod others;
mod outgoing;
mod packets;
mod presence;
mod publish;
mod received;
mod record;
mod replay;
mod restore;
mod retained;
mod session;
mod sessions;
mod signal;
mod subscriptions;
mod transmit;
mod will;

use std::sync::Arc;

pub use census::Departed;
pub(crate) use clock::{Clock, Now};
pub(crate) use connection::{Connection, Stage};
#[cfg(test)]
pub(crate) use filter::matches;
pub(crate) use instance::Instance;
pub use instance::Loss;
pub(crate) use limits::MAX_PACKET;
pub use listing::{ClientQuery, ListedClient};
#[cfg(feature = "cluster")]
pub(crate) use others::{Decision, OtherNodes, PendingClaim, Wish};
pub use outgoing::WaitingMessages;
pub use presence::{PresenceEvent, PresenceKind};
#[cfg(feature = "cluster")]
pub(crate) use record::{read_expiry, read_retained_key, write_message as write_will};
#[cfg(feature = "cluster")]
pub(crate) use restore::Left;
pub(crate) use signal::Signal;
#[cfg(any(feature = "cluster", test))]
pub(crate) use {
    filter::{Filter, split_level},
    message::{Parts, Properties},
    others::{Chosen, Claim, InterestNumber, Membership, Outbound, push_chosen},
};

use parking_lot::Mutex;

use crate::topic::may_subscribe;
#[cfg(not(any(feature = "cluster", test)))]
use filter::Filter;
use retained::Retained;
use session::Session;
use sessions::Sessions;
use will::DueWill;

/// All that the connections of an instance share.
pub(crate) struct Core {
    pub(crate) instance: Arc<Instance>,
    pub(crate) sessions: Sessions,
    pub(crate) retained: Retained,
    /// Held by whoever drops messages because of the bound of the instance.
    evicting: Mutex<()>,
}

impl Core {
    pub(crate) fn new(instance: Instance) -> Self {
        let instance = Arc::new(instance);
        Self {
            sessions: Sessions::new(Arc::clone(&instance)),
            retained: Retained::new(Arc::clone(&instance)),
            evicting: Mutex::new(()),
            instance,
        }
    }

    /// Ends what has expired, and publishes wills that are due.
    pub(crate) fn tick(&self) {
        let now = self.instance.clock.now();
        for (session, will) in self.sessions.expire(now) {
            self.publish_will_of(&session, will.into(), now);
        }
        self.retained.expire(now.time);
        self.relieve(now);
        self.instance.refusals.summarize(now.unix);
    }

    /// Publishes the will of a session, and takes it off the disk.
    pub(crate) fn publish_will_of(&self, session: &Session, will: DueWill, now: Now) {
        self.publish_will(will, now);
        // Afterwards, so that a crash in between repeats the will instead of losing it.
        let state = session.state.lock();
        if session.is_kept() && !state.has_ended {
            self.instance.keep.submit([session.record(&state, now)]);
        }
    }

    /// Ends subscriptions to topics that are gone, so that nothing reaches a later owner of the name.
    pub(crate) fn end_stale_subscriptions(&self, session: &Arc<Session>, now: Now) {
        let mut state = session.state.lock();
        let (client_id, directory) = (&session.client_id, &*self.instance.directory);
        let is_stale =
            |filter: &str| !may_subscribe(Filter::parse(filter).levels, client_id, directory);
        let stale: Vec<_> = state
            .subscriptions
            .iter()
            .map(|subscription| subscription.filter.clone())
            .filter(|filter| is_stale(filter))
            .collect();
        if stale.is_empty() {
            return;
        }
        for filter in stale {
            self.sessions.unsubscribe(session, &mut state, &filter);
        }
        self.instance.keep.submit([session.record(&state, now)]);
    }
}
