//! Subscriptions of all sessions: who gets a message, and which filters other nodes are asked for.

use std::sync::Arc;

use super::filter::Filter;
use super::index::{Holder, Index, Target};
use super::record::SubscriptionRecord;
use super::session::{Session, State};
use super::sessions::Sessions;

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
        state.subscriptions.remove(at);
        let filter = Filter::parse(filter);
        let bytes = cost(filter);
        state.subscription_bytes -= bytes;
        self.instance.session_memory.give_back(bytes);
        self.remove_from(&mut self.index.write(), filter, session);
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
        self.index.read().route(topic, publisher, targets);
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

/// Returns the memory that a subscription takes at most: its levels in the index, its place there, and its own copy.
fn cost(filter: Filter<'_>) -> usize {
    let share = filter.share.map_or(0, str::len);
    let levels = filter.levels.split('/').count();
    levels * Index::LEVEL_BYTES + Index::HOLDER_BYTES + 2 * (share + filter.levels.len())
}
