//! The library's table of sessions, with ours beside it.
//!
//! Every session that begins or ends, resumed and expired ones too, passes through here; hooks miss some of them.
//! So does every message on its way to a session, which is the place to bound what waits for a slow reader.

use std::sync::Arc;

use async_trait::async_trait;
use rmqtt::context::ServerContext;
use rmqtt::session::Session;
use rmqtt::shared::{DefaultShared, Entry, RetainLoadCallback, Shared};
use rmqtt::types::{
    ClientId, ForwardedCount, ForwardedRecipients, From as Sender, FromType, Id, MsgID, NodeId,
    Publish, Reason, SessionStatus, SubRelations, SubRelationsMap, SubsSearchParams,
    SubsSearchResult, SubscriptionOptions, To, TopicFilter,
};

use crate::entry::CountedEntry;
use crate::instance::Instance;
use crate::metering::Direction;
use crate::queue::admit;
use crate::topic::{Topic, may_publish};

type Undelivered = Vec<(To, Sender, Publish, Reason)>;

/// [`DefaultShared`] that tells an [`Instance`] what happens.
pub(crate) struct CountedShared {
    inner: DefaultShared,
    context: ServerContext,
    instance: Arc<Instance>,
}

impl CountedShared {
    pub(crate) fn new(context: ServerContext, instance: Arc<Instance>) -> Self {
        Self {
            inner: DefaultShared::new(Some(context.clone())),
            context,
            instance,
        }
    }

    /// Who a message is for.
    async fn receivers(&self, sender: &Sender, publish: &Publish) -> SubRelations {
        if let Some(receiver) = &publish.target_clientid {
            let mut options = SubscriptionOptions::default();
            options.set_qos(publish.qos);
            return vec![(publish.topic.clone(), receiver.clone(), options, None, None)];
        }
        match self
            .context
            .extends
            .router()
            .await
            .matches(sender.id.clone(), &publish.topic)
            .await
        {
            Ok(mut receivers) => receivers
                .remove(&self.context.node.id())
                .unwrap_or_default(),
            Err(error) => {
                tracing::warn!(%error, topic = %publish.topic, "no receivers: the topic cannot be routed");
                SubRelations::new()
            }
        }
    }

    /// Keeps a message for a session whose task never ran, if the session is to be kept. Answers what is lost.
    fn keep(
        &self,
        undelivered: (To, Sender, Publish, Reason),
    ) -> Option<(To, Sender, Publish, Reason)> {
        let (receiver, sender, publish, reason) = undelivered;
        match self.instance.presence.get_exactly(&receiver) {
            Some(connection) => {
                let kept = connection.add_to_inheritance(sender, publish);
                kept.err()
                    .map(|(sender, publish)| (receiver, sender, publish, reason))
            }
            None => Some((receiver, sender, publish, reason)),
        }
    }
}

#[async_trait]
impl Shared for CountedShared {
    fn entry(&self, id: Id) -> Box<dyn Entry> {
        Box::new(CountedEntry::new(
            self.inner.entry(id),
            Arc::clone(&self.instance),
        ))
    }

    fn exist(&self, client_id: &str) -> bool {
        self.inner.exist(client_id)
    }

    async fn forwards(
        &self,
        message_id: Option<MsgID>,
        sender: Sender,
        mut publish: Publish,
    ) -> Result<ForwardedCount, (ForwardedCount, Undelivered)> {
        let topic = Topic::parse(&publish.topic);
        if matches!(sender.typ(), FromType::LastWill) {
            // No permission check saw it, and its topic may have gone away while the client was connected.
            if !may_publish(&publish.topic, &*self.instance.directory) {
                return Ok(0);
            }
            self.instance
                .meter(topic, Direction::Received, publish.qos.value());
        }
        if let Some(receiver) = topic.receiver.map(ClientId::from) {
            publish.target_clientid = Some(receiver);
            publish.retain = false;
        }
        let receivers = self.receivers(&sender, &publish).await;
        match self
            .forwards_to(sender, &publish, receivers, message_id)
            .await
        {
            Ok(reached) => Ok(reached.len()),
            Err((reached, undelivered)) => Err((reached.len(), undelivered)),
        }
    }

    async fn forwards_and_get_shareds(
        &self,
        sender: Sender,
        publish: Publish,
    ) -> Result<(SubRelationsMap, ForwardedRecipients), (ForwardedRecipients, Undelivered)> {
        self.inner.forwards_and_get_shareds(sender, publish).await
    }

    async fn forwards_to(
        &self,
        sender: Sender,
        publish: &Publish,
        mut receivers: SubRelations,
        message_id: Option<MsgID>,
    ) -> Result<ForwardedRecipients, (ForwardedRecipients, Undelivered)> {
        receivers.retain(|(_, client_id, options, _, _)| {
            let Some(connection) = self.instance.presence.get(client_id) else {
                return true;
            };
            admit(
                &self.instance,
                &connection,
                publish.qos.less_value(options.qos()).value(),
                publish.payload.len(),
            )
        });
        let (reached, undelivered) = match self
            .inner
            .forwards_to(sender, publish, receivers, message_id)
            .await
        {
            Ok(reached) => return Ok(reached),
            Err(result) => result,
        };
        let lost: Undelivered = undelivered
            .into_iter()
            .filter_map(|lost| self.keep(lost))
            .collect();
        if lost.is_empty() {
            Ok(reached)
        } else {
            Err((reached, lost))
        }
    }

    fn iter(&self) -> Box<dyn Iterator<Item = Box<dyn Entry>> + Sync + Send + '_> {
        self.inner.iter()
    }

    fn random_session(&self) -> Option<Session> {
        self.inner.random_session()
    }

    async fn session_status(&self, client_id: &str) -> Option<SessionStatus> {
        self.inner.session_status(client_id).await
    }

    async fn client_states_count(&self) -> usize {
        self.inner.client_states_count().await
    }

    fn sessions_count(&self) -> usize {
        self.inner.sessions_count()
    }

    async fn query_subscriptions(&self, query: &SubsSearchParams) -> Vec<SubsSearchResult> {
        self.inner.query_subscriptions(query).await
    }

    async fn subscriptions_count(&self) -> usize {
        self.inner.subscriptions_count().await
    }

    async fn retain_load_with(
        &self,
        filter: &TopicFilter,
        callback: Arc<dyn RetainLoadCallback>,
    ) -> rmqtt::Result<Vec<(NodeId, MsgID)>> {
        self.inner.retain_load_with(filter, callback).await
    }
}
