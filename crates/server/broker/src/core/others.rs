//! Questions of the core to the other nodes of a cluster.

use std::net::SocketAddr;
use std::sync::Arc;

use parking_lot::Mutex;

use super::clock::Now;
use super::message::{Message, Parts};
use super::signal::Signal;
use crate::keep::Change;

/// Number of a node's claim to serve a client: of two claims to one client, the later one is greater. 0 without a cluster.
pub(crate) type Claim = u64;

/// Number of subscriptions that this node has asked the others to serve.
pub(crate) type InterestNumber = u64;

/// The other nodes, as the core sees them. No call blocks.
pub(crate) trait OtherNodes: Send + Sync {
    /// Begins to claim a client. Decides the claim later, and fires its signal.
    fn claim(&self, claim: &Arc<PendingClaim>);

    /// Returns whether this node still has the right to serve a client that a claim gave it.
    fn is_current(&self, client_id: &str, claim: Claim) -> bool;

    /// Gives a client back, unless a later claim has it. If it had a will, that was just published.
    fn release(&self, client_id: &str, claim: Claim, had_will: bool);

    /// A claim was granted that nobody waits for any more. Gives the client back, unless a session came with it.
    fn abandon(&self, client_id: &str, claim: Claim);

    /// The first client here subscribed to a filter, which is without `$share/name/`.
    fn hold(&self, filter: &str);

    /// The last client here that had subscribed to a filter has gone.
    fn let_go(&self, filter: &str);

    /// Returns the number of the last call of [`Self::hold`].
    fn interest(&self) -> InterestNumber;

    /// Asks again, and returns the number of the question as [`Self::interest`] does. When it is known, so are the retained
    /// messages that any node has acknowledged until now.
    fn ask_again(&self) -> InterestNumber;

    /// Returns whether all nodes send what calls of [`Self::hold`] up to a number asked for.
    fn is_known(&self, interest: InterestNumber) -> bool;

    /// Fires a signal once [`Self::is_known`].
    fn wake_when_known(&self, interest: InterestNumber, signal: &Arc<Signal>);

    /// Returns the number of this life of the node, 0 if it has no lease. What it wrote to disk for all nodes in another life and is
    /// not there yet counts no more.
    fn life(&self) -> u64;

    /// Sends a message of QoS 0 that was published here. Drops it if there is no room.
    fn forward(&self, message: Outbound<'_>, now: Now);

    /// Returns the change that appends a message of QoS 1 or 2 to the log, from which each node delivers it to its clients.
    fn log(&self, message: Outbound<'_>, now: Now) -> Change;

    /// Returns whether a message to a topic goes to members of shared subscriptions, on whatever node.
    fn is_shared(&self, topic: &str) -> bool;

    /// Returns the change that tells all nodes of a client's part in a shared subscription, whose filter has its `$share/name/`.
    fn share(&self, filter: &str, client_id: &str, membership: Membership) -> Change;
}

/// A client's part in a shared subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Membership {
    Online {
        is_kept: bool,
    },
    /// Its session is kept.
    Away,
    Gone,
}

/// Members of shared subscriptions that a message goes to: filter and client ID of each, as texts behind their lengths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chosen<'a>(pub(crate) &'a [u8]);

impl<'a> Chosen<'a> {
    pub(crate) fn iter(mut self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let mut text = move || {
            let (length, rest) = self.0.split_first_chunk()?;
            let (text, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
            self.0 = rest;
            std::str::from_utf8(text).ok()
        };
        std::iter::from_fn(move || Some((text()?, text()?)))
    }
}

/// Appends a member to those of [`Chosen`].
pub(crate) fn push_chosen(out: &mut Vec<u8>, filter: &str, client_id: &str) {
    for text in [filter, client_id] {
        let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&text.as_bytes()[..usize::from(length)]);
    }
}

/// A message for other nodes.
#[derive(Clone, Copy)]
pub(crate) struct Outbound<'a> {
    pub(crate) parts: Parts<'a>,
    /// The client that it is for, if it is for one.
    pub(crate) receiver: Option<&'a str>,
    /// `true` if the broker itself published it, for those that may read its topic.
    pub(crate) is_own: bool,
    /// If it is a will: the claim under which its client gave it.
    pub(crate) will: Option<Claim>,
    /// Packet identifier of a message of QoS 2 that a client published, otherwise 0.
    pub(crate) id: u16,
    /// Members of shared subscriptions that get it. In a message that comes with the log only.
    pub(crate) chosen: Chosen<'a>,
    /// `true` if only they get it, because it was chosen for others that have left. All others have it.
    pub(crate) is_again: bool,
}

/// Outcome of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Granted(Claim),
    /// The nodes cannot agree at the moment.
    Unavailable,
}

/// The session that a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    /// `true` if it is to outlive its connection.
    pub(crate) is_kept: bool,
    /// `true` if an earlier one is to end.
    pub(crate) is_clean: bool,
}

/// A claim that a connection waits for.
pub(crate) struct PendingClaim {
    pub(crate) client_id: Box<str>,
    pub(crate) address: SocketAddr,
    /// Will that another node publishes if this one is lost.
    pub(crate) will: Option<Arc<Message>>,
    pub(crate) wish: Wish,
    signal: Arc<Signal>,
    state: Mutex<PendingState>,
}

#[derive(Clone, Copy)]
enum PendingState {
    Waiting,
    Decided(Decision),
    /// The connection took the decision, or is gone.
    Over,
}

impl PendingClaim {
    /// Sets the outcome. Returns `false` if nobody waits any more, so that what was granted has to be released.
    pub(crate) fn decide(&self, decision: Decision) -> bool {
        let mut state = self.state.lock();
        let is_awaited = matches!(*state, PendingState::Waiting);
        if is_awaited {
            *state = PendingState::Decided(decision);
        }
        drop(state);
        self.signal.notify();
        is_awaited
    }

    fn take(&self) -> Option<Decision> {
        let mut state = self.state.lock();
        let PendingState::Decided(decision) = *state else {
            return None;
        };
        *state = PendingState::Over;
        Some(decision)
    }

    fn abandon(&self) -> Option<Decision> {
        match std::mem::replace(&mut *self.state.lock(), PendingState::Over) {
            PendingState::Decided(decision) => Some(decision),
            PendingState::Waiting | PendingState::Over => None,
        }
    }
}

/// A connection's part in a claim. Dropped, it releases what nobody took.
pub(super) struct Claiming {
    others: Arc<dyn OtherNodes>,
    pending: Arc<PendingClaim>,
}

impl Claiming {
    pub(super) fn begin(
        others: &Arc<dyn OtherNodes>,
        client_id: &str,
        (address, wish, will): (SocketAddr, Wish, Option<Arc<Message>>),
        signal: &Arc<Signal>,
    ) -> Self {
        let pending = Arc::new(PendingClaim {
            client_id: client_id.into(),
            address,
            will,
            wish,
            signal: Arc::clone(signal),
            state: Mutex::new(PendingState::Waiting),
        });
        others.claim(&pending);
        Self {
            others: Arc::clone(others),
            pending,
        }
    }

    /// Returns the outcome once there is one. Whoever takes it is responsible for the claim.
    pub(super) fn take(&self) -> Option<Decision> {
        self.pending.take()
    }
}

impl Drop for Claiming {
    fn drop(&mut self) {
        if let Some(Decision::Granted(claim)) = self.pending.abandon() {
            self.others.abandon(&self.pending.client_id, claim);
        }
    }
}

/// A claim of a client whose will is due. Dropped once the will is published, it is given back.
pub(crate) struct WillClaim {
    others: Arc<dyn OtherNodes>,
    client_id: Box<str>,
    pub(super) claim: Claim,
}

impl WillClaim {
    pub(super) fn new(others: &Arc<dyn OtherNodes>, client_id: &str, claim: Claim) -> Self {
        Self {
            others: Arc::clone(others),
            client_id: client_id.into(),
            claim,
        }
    }
}

impl Drop for WillClaim {
    fn drop(&mut self) {
        self.others.release(&self.client_id, self.claim, true);
    }
}

#[cfg(test)]
mod tests;
