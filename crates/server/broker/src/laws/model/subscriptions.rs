//! Subscriptions, and the retained messages that new ones ask for.

use super::super::client::Answer;
use super::super::script::{FILTERS, Subscription};
use super::state::{Expected, Model, Session, Time, View};

impl Model {
    pub(super) fn subscribe(
        &mut self,
        link: &mut View,
        id: u16,
        mut subscription: Subscription,
        now: Time,
    ) {
        if !link.options.v5 {
            subscription = Subscription {
                filter: subscription.filter,
                qos: subscription.qos,
                ..Subscription::default()
            };
        }
        let pending = self.pending();
        let Some(session) = self.live.sessions.get_mut(&link.client) else {
            return;
        };
        let code = subscription.qos;
        let stamp = if session.is_kept { pending } else { 0 };
        let filter = subscription.filter;
        let earlier = (session.subscriptions.iter_mut()).find(|earlier| earlier.filter == filter);
        let is_new = earlier.is_none();
        match earlier {
            Some(earlier) => *earlier = subscription,
            None => session.subscriptions.push(subscription),
        }
        session.unsubscribed.remove(&filter);
        session.end_replay(filter);
        let wants_retained = match subscription.retain_handling {
            0 => true,
            1 => is_new,
            _ => false,
        };
        if wants_retained && !FILTERS[filter].starts_with('$') {
            session.replays.push(subscription);
            self.live
                .retained
                .retain(|_, (_, _, expires)| expires.is_none_or(|expires| expires > now));
            let topics: Vec<String> = self.live.retained.keys().cloned().collect();
            for topic in topics {
                self.replay_one(link.client, subscription, &topic, true);
            }
        }
        let answer = Answer::Suback { id, code };
        link.answers.push_back(Expected { answer, stamp });
    }

    pub(super) fn unsubscribe(&mut self, link: &mut View, id: u16, filter: usize) {
        let pending = self.pending();
        let Some(session) = self.live.sessions.get_mut(&link.client) else {
            return;
        };
        let before = session.subscriptions.len();
        session
            .subscriptions
            .retain(|subscription| subscription.filter != filter);
        let was_there = session.subscriptions.len() < before;
        session.end_replay(filter);
        if was_there {
            let stamp = if session.is_kept { pending } else { 0 };
            session.unsubscribed.insert(filter, stamp);
        }
        let stamp = session.unsubscribed.get(&filter).copied().unwrap_or(0);
        let code = if was_there || !link.options.v5 {
            0
        } else {
            0x11
        };
        let answer = Answer::Unsuback { id, code };
        link.answers.push_back(Expected { answer, stamp });
    }
}

impl Session {
    fn end_replay(&mut self, filter: usize) {
        self.replays.retain(|replay| replay.filter != filter);
        for entry in &mut self.entries {
            entry.must &= entry.replay != Some(filter);
        }
    }
}
