//! One client in the library's table of sessions, with ours beside it.

use std::sync::Arc;

use async_trait::async_trait;
use rmqtt::session::{OfflineInfo, Session};
use rmqtt::shared::Entry;
use rmqtt::types::{
    From as Sender, Id, IsAdmin, OfflineSession, Publish, Reason, SubsSearchResult, Subscribe,
    SubscribeReturn, Tx, Unsubscribe,
};

use crate::client_id::group_of;
use crate::connection::{Connection, Subscription};
use crate::instance::{Instance, now};
use crate::queue::admit;

/// An entry of the library that tells an [`Instance`] what happens to it.
pub(crate) struct CountedEntry {
    inner: Box<dyn Entry>,
    instance: Arc<Instance>,
    earlier: Option<Earlier>,
}

/// The session that a new one of the same client takes the place of.
struct Earlier {
    connection: Arc<Connection>,
    was_online: bool,
    offline: Option<OfflineInfo>,
}

impl CountedEntry {
    pub(crate) fn new(inner: Box<dyn Entry>, instance: Arc<Instance>) -> Self {
        Self {
            inner,
            instance,
            earlier: None,
        }
    }

    /// A session that is about to begin, with what it takes over from an earlier one.
    fn connection(&mut self, session: &Session, tx: Tx, is_online: bool) -> Connection {
        let id = session.id.clone();
        let group = group_of(&id.client_id).unwrap_or_default().to_owned();
        let connection = Connection::new(id, &group, now(), tx, is_online);
        let Some(earlier) = self.earlier.take() else {
            return connection;
        };
        if earlier.was_online && !is_online {
            self.instance.presence.depart(&earlier.connection);
        }
        if let Some(offline) = earlier.offline {
            *connection.received.lock() = earlier.connection.received.lock().clone();
            connection.inherit(offline);
        }
        connection
    }
}

impl Drop for CountedEntry {
    fn drop(&mut self) {
        if let Some(Earlier {
            connection,
            was_online: true,
            ..
        }) = &self.earlier
        {
            self.instance.presence.depart(connection);
        }
    }
}

#[async_trait]
impl Entry for CountedEntry {
    async fn try_lock(&self) -> rmqtt::Result<Box<dyn Entry>> {
        Ok(Box::new(Self::new(
            self.inner.try_lock().await?,
            Arc::clone(&self.instance),
        )))
    }

    fn id(&self) -> Id {
        self.inner.id()
    }

    fn id_same(&self) -> Option<bool> {
        self.inner.id_same()
    }

    async fn set(&mut self, session: Session, tx: Tx) -> rmqtt::Result<()> {
        let id = session.id.clone();
        // A session may begin to wait for its client, without a connection.
        let is_online = session.connected().await?;
        let connection = Arc::new(self.connection(&session, tx.clone(), is_online));
        self.inner.set(session, tx).await?;
        self.instance.presence.connect(connection);
        // Asked after the session can be seen: whoever deletes the group now finds it, or it finds the group gone.
        if !self.instance.still_admits(&id.client_id) {
            self.remove_with(&id).await?;
            return Err(rmqtt::Error::msg(
                "the group of the client was deleted while it connected",
            ));
        }
        Ok(())
    }

    async fn remove(&mut self) -> rmqtt::Result<Option<(Session, Tx)>> {
        let removed = self.inner.remove().await?;
        if let Some((session, _)) = &removed {
            self.instance.presence.forget(&session.id);
        }
        Ok(removed)
    }

    async fn remove_with(&mut self, id: &Id) -> rmqtt::Result<Option<(Session, Tx)>> {
        let removed = self.inner.remove_with(id).await;
        self.instance.presence.forget(id);
        removed
    }

    async fn kick(
        &mut self,
        clean_start: bool,
        clear_subscriptions: bool,
        is_admin: IsAdmin,
    ) -> rmqtt::Result<OfflineSession> {
        // Of a session whose task never ran, the library has forgotten what it took over.
        let never_ran = self.inner.tx().is_some_and(|tx| tx.is_closed());
        let inner = &mut self.inner;
        let kicked = inner.kick(clean_start, clear_subscriptions, is_admin);
        let mut kicked = match kicked.await {
            Ok(kicked) => kicked,
            // It ended before it could answer. Asked again, the library sees that it is gone.
            Err(_) => {
                inner
                    .kick(clean_start, clear_subscriptions, is_admin)
                    .await?
            }
        };
        if let Some((connection, was_online)) =
            self.instance.presence.hand_over(&self.inner.id().client_id)
        {
            let mut offline = None;
            if let OfflineSession::Exist(Some(left_behind)) = &mut kicked {
                if never_ran && let Some(inheritance) = connection.take_inheritance() {
                    *left_behind = inheritance;
                }
                offline = Some(left_behind.clone());
            }
            self.earlier = Some(Earlier {
                connection,
                was_online,
                offline,
            });
        }
        Ok(kicked)
    }

    async fn online(&self) -> bool {
        self.inner.online().await
    }

    async fn is_connected(&self) -> bool {
        self.inner.is_connected().await
    }

    fn session(&self) -> Option<Session> {
        self.inner.session()
    }

    fn exist(&self) -> bool {
        self.inner.exist()
    }

    fn tx(&self) -> Option<Tx> {
        self.inner.tx()
    }

    async fn subscribe(&self, subscribe: &Subscribe) -> rmqtt::Result<SubscribeReturn> {
        let granted = self.inner.subscribe(subscribe).await?;
        if !granted.failure() {
            let id = self.inner.id();
            self.instance.presence.subscribe(
                &id,
                &subscribe.topic_filter,
                Subscription::of(&subscribe.opts),
            );
        }
        Ok(granted)
    }

    async fn unsubscribe(&self, unsubscribe: &Unsubscribe) -> rmqtt::Result<bool> {
        let removed = self.inner.unsubscribe(unsubscribe).await?;
        self.instance
            .presence
            .unsubscribe(&self.inner.id(), &unsubscribe.topic_filter);
        Ok(removed)
    }

    async fn publish(
        &self,
        sender: Sender,
        publish: Publish,
    ) -> Result<(), (Sender, Publish, Reason)> {
        if let Some(connection) = self.instance.presence.get(&self.inner.id().client_id)
            && !admit(
                &self.instance,
                &connection,
                publish.qos.value(),
                publish.payload.len(),
            )
        {
            return Ok(());
        }
        self.inner.publish(sender, publish).await
    }

    async fn subscriptions(&self) -> Option<Vec<SubsSearchResult>> {
        self.inner.subscriptions().await
    }
}
