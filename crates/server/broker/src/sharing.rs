//! Shared subscriptions: who of a group gets a message.

use async_trait::async_trait;
use rmqtt::context::ServerContext;
use rmqtt::subscribe::SharedSubscription;
use rmqtt::types::{
    ClientId, Id, IsOnline, NodeId, SharedGroup, SubscriptionIdentifier, SubscriptionOptions,
    TopicName,
};

type Candidate = (
    NodeId,
    ClientId,
    SubscriptionOptions,
    Option<Vec<SubscriptionIdentifier>>,
    Option<IsOnline>,
);

/// Any client that is online; any at all if none is.
pub(crate) struct AnyOnline;

#[async_trait]
impl SharedSubscription for AnyOnline {
    fn is_supported(&self) -> bool {
        true
    }

    async fn choice(
        &self,
        _: &ServerContext,
        _: &SharedGroup,
        _: &Id,
        _: &TopicName,
        candidates: &[Candidate],
    ) -> Option<(usize, IsOnline)> {
        let is_online = |index: &usize| candidates[*index].4.unwrap_or(false);
        let online: Vec<_> = (0..candidates.len()).filter(is_online).collect();
        let any = |count: usize| (count > 0).then(|| fastrand::usize(..count));
        match any(online.len()) {
            Some(chosen) => Some((online[chosen], true)),
            None => any(candidates.len()).map(|chosen| (chosen, false)),
        }
    }
}
