//! Subscriptions of all sessions: who gets a message, and which filters other nodes are asked for.

use std::sync::Arc;

use super::filter::Filter;
use super::index::{Holder, Index, Target};
use super::others::Membership;
use super::record::SubscriptionRecord;
use super::session::{Session, State};
use super::sessions::Sessions;
use crate::keep::Ticket;

/// Shared subscriptions that are remembered after a client has left them.
const LEFT_SHARES: usize = 16;

impl Sessions {
    /// Adds or replaces a subscription. Returns whether it is new.
    pub(crate) fn subscribe(
        &self,
        session: &Arc<Session>,
        state: &mut State,
        subscription: SubscriptionRecord,
    ) -> bool {
        let filter = Filter::parse(&subscription.filter);
        let holder = Holder {
            session: Arc::clone(session),
            options: subscription.options,
            id: subscription.id,
        };
        let mut index = self.index.write();
        let is_first = index.insert(filter.levels, filter.share, holder);
        // While the index is locked, so that the other nodes hear of changes in their order.
        if let Some(others) = &self.instance.others
            && is_first
        {
            others.hold(filter.levels);
        }
        drop(index);
        let membership = membership(session, state);
        self.tell_of_share(session, &subscription.filter, membership);
        let found = state
            .subscriptions
            .iter_mut()
            .find(|earlier| earlier.filter == subscription.filter);
        match found {
            Some(earlier) => {
                *earlier = subscription;
                false
            }
            None => {
                let bytes = cost(filter);
                state.subscription_bytes += bytes;
                self.instance.session_memory.charge(bytes);
                state.subscriptions.push(subscription);
                true
            }
        }
    }

    /// Removes a subscription. Returns whether there was one.
    pub(crate) fn unsubscribe(&self, session: &Session, state: &mut State, filter: &str) -> bool {
        let Some(at) = state
            .subscriptions
            .iter()
            .position(|subscription| *subscription.filter == *filter)
        else {
            return false;
        };
        let left = state.subscriptions.remove(at);
        self.tell_of_share(session, filter, Membership::Gone);
        let filter = Filter::parse(filter);
        self.remove_from(&mut self.index.write(), filter, session);
        let mut freed = Some(left);
        if filter.share.is_some() && self.instance.others.is_some() {
            state.left_shares.extend(freed.take());
            if state.left_shares.len() > LEFT_SHARES {
                freed = Some(state.left_shares.remove(0));
            }
        }
        if let Some(freed) = freed {
            let bytes = cost(Filter::parse(&freed.filter));
            state.subscription_bytes -= bytes;
            self.instance.session_memory.give_back(bytes);
        }
        true
    }

    /// Removes all subscriptions of a session that ends from the index.
    pub(super) fn unsubscribe_all(&self, session: &Session, state: &State) {
        let mut index = self.index.write();
        for filter in state.filters() {
            self.remove_from(&mut index, filter, session);
        }
    }

    fn remove_from(&self, index: &mut Index, filter: Filter<'_>, session: &Session) {
        let was_last = index.remove(filter.levels, filter.share, session.number);
        if let Some(others) = &self.instance.others
            && was_last
        {
            others.let_go(filter.levels);
        }
    }

    /// Appends those who get a message that is published to a topic.
    pub(crate) fn route(&self, topic: &str, publisher: u64, targets: &mut Vec<Target>) {
        let has_others = self.instance.others.is_some();
        let index = self.index.read();
        index.route(topic, (publisher, has_others), targets);
    }

    /// Notes that the subscriptions of a session count as those of a client that is online, or no longer do.
    pub(super) fn count_filters(&self, session: &Session, state: &State, is_online: bool) {
        if state.subscriptions.is_empty() {
            return;
        }
        let mut index = self.index.write();
        for filter in state.filters() {
            index.set_online(filter.levels, session.number, is_online);
        }
        drop(index);
        let membership = membership(session, state);
        // It is told when the session ends, which it does now.
        if membership != Membership::Gone {
            self.tell_of_shares(session, state, membership);
        }
    }

    /// Tells all nodes of a client's part in a shared subscription. Returns the commit that does so, if it is one.
    fn tell_of_share(
        &self,
        session: &Session,
        filter: &str,
        membership: Membership,
    ) -> Option<Ticket> {
        let others = self.instance.others.as_ref()?;
        Filter::parse(filter).share?;
        let change = others.share(filter, &session.client_id, membership);
        Some(self.instance.keep.submit([change]))
    }

    /// [`Self::tell_of_share`], of all subscriptions of a client. Returns the last commit that does so.
    pub(super) fn tell_of_shares(
        &self,
        session: &Session,
        state: &State,
        membership: Membership,
    ) -> Option<Ticket> {
        let filters = (state.subscriptions.iter()).map(|subscription| &subscription.filter);
        filters
            .filter_map(|filter| self.tell_of_share(session, filter, membership))
            .last()
    }

    /// Tells all nodes of all members of shared subscriptions here. Returns the last commit that does so, if there are any.
    #[cfg(feature = "cluster")]
    pub(crate) fn tell_of_all_shares(&self) -> Option<Ticket> {
        let sessions = self.all().into_iter();
        sessions
            .filter_map(|session| {
                let state = session.state.lock();
                let membership = membership(&session, &state);
                self.tell_of_shares(&session, &state, membership)
            })
            .max()
    }

    pub(crate) fn online_on_topic(&self, topic: &str) -> u64 {
        let index = self.index.read();
        if topic.contains(['+', '#']) {
            index.online_holding(topic)
        } else {
            index.online_matching(topic)
        }
    }

    #[cfg(test)]
    pub(crate) fn is_index_empty(&self) -> bool {
        self.index.read().is_empty()
    }
}

/// Returns the part of a client in its shared subscriptions.
fn membership(session: &Session, state: &State) -> Membership {
    let is_kept = state.expiry > 0;
    if session.is_online() {
        Membership::Online { is_kept }
    } else if is_kept {
        Membership::Away
    } else {
        Membership::Gone
    }
}

/// Returns the memory that a subscription takes at most: its levels in the index, its place there, and its own copy.
fn cost(filter: Filter<'_>) -> usize {
    let share = filter.share.map_or(0, str::len);
    let levels = filter.levels.split('/').count();
    levels * Index::LEVEL_BYTES + Index::HOLDER_BYTES + 2 * (share + filter.levels.len())
}
