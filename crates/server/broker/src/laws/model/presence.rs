//! Clients that are online.

use super::super::script::{FILTERS, Subscription, group_of};
use super::filter::matches;
use super::state::{Model, Session};

impl Model {
    pub(crate) fn connections(&self) -> usize {
        self.online().count()
    }

    pub(crate) fn online_in_group(&self, group: &str) -> usize {
        self.online()
            .filter(|(client, _)| group_of(**client) == group)
            .count()
    }

    /// Returns how many clients that are online hold a filter, or one that matches a topic.
    pub(crate) fn online_on_topic(&self, topic: &str) -> usize {
        let holds = |subscription: &Subscription| {
            let filter = FILTERS[subscription.filter];
            let levels = match filter.strip_prefix("$share/") {
                Some(rest) => rest.split_once('/').map_or("", |(_, levels)| levels),
                None => filter,
            };
            if topic.contains(['+', '#']) {
                levels == topic
            } else {
                matches(levels, topic)
            }
        };
        self.online()
            .filter(|(_, session)| session.subscriptions.iter().any(holds))
            .count()
    }

    fn online(&self) -> impl Iterator<Item = (&usize, &Session)> {
        let sessions = self.live.sessions.iter();
        sessions.filter(|(_, session)| session.connection.is_some())
    }
}
