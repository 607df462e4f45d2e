//! The library's sessions, with two differences: DISCONNECT ends the connection at once, and each packet is a sign of life.
//!
//! The library waits for the client to close its socket; until then, or until the keepalive ends, the client would
//! stay online.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use rmqtt::context::ServerContext;
use rmqtt::session::{DefaultSessionManager, SessionLike, SessionManager};
use rmqtt::types::{
    ConnectInfo, ConnectInfoType, Disconnect, DisconnectInfo, FitterType, Id, IsPing,
    ListenerConfig, Message, MessageQueueType, OutInflightType, Password, Reason, SessionSubs,
    SubscriptionOptions, Subscriptions, TimestampMillis, TopicFilter, UserName,
};

use crate::connection::Connection;
use crate::instance::{Instance, now};

/// Makes [`ClosingSession`]s.
pub(crate) struct ClosingSessions(pub(crate) Arc<Instance>);

#[async_trait]
impl SessionManager for ClosingSessions {
    async fn create(
        &self,
        id: Id,
        context: ServerContext,
        listener: ListenerConfig,
        fitter: FitterType,
        subscriptions: SessionSubs,
        queue: MessageQueueType,
        unacknowledged: OutInflightType,
        connect: ConnectInfoType,
        created_at: TimestampMillis,
        connected_at: TimestampMillis,
        session_present: bool,
        superuser: bool,
        connected: bool,
        disconnect: Option<DisconnectInfo>,
        last_id: Option<Id>,
    ) -> rmqtt::Result<Arc<dyn SessionLike>> {
        let inner = DefaultSessionManager
            .create(
                id,
                context,
                listener,
                fitter,
                subscriptions,
                queue,
                unacknowledged,
                connect,
                created_at,
                connected_at,
                session_present,
                superuser,
                connected,
                disconnect,
                last_id,
            )
            .await?;
        Ok(Arc::new(ClosingSession {
            inner,
            instance: Arc::clone(&self.0),
            connection: OnceLock::new(),
        }))
    }
}

struct ClosingSession {
    inner: Arc<dyn SessionLike>,
    instance: Arc<Instance>,
    /// What [`Presence`](crate::presence::Presence) has of it, looked up once.
    connection: OnceLock<Arc<Connection>>,
}

impl ClosingSession {
    fn connection(&self) -> Option<&Connection> {
        if self.connection.get().is_none() {
            let connection = self.instance.presence.get_exactly(self.inner.id())?;
            // Fails only if it was looked up meanwhile.
            let _ = self.connection.set(connection);
        }
        self.connection.get().map(|connection| &**connection)
    }
}

#[async_trait]
impl SessionLike for ClosingSession {
    async fn disconnected_set(
        &self,
        disconnect: Option<Disconnect>,
        reason: Option<Reason>,
    ) -> rmqtt::Result<()> {
        if let Some(received) = &disconnect
            && let Some(connection) = self.instance.presence.get_exactly(self.inner.id())
        {
            // Fails only if the session is over already.
            let _ = connection
                .tx
                .unbounded_send(Message::Closed(Reason::ConnectDisconnect(Some(
                    received.clone(),
                ))));
        }
        self.inner.disconnected_set(disconnect, reason).await
    }

    fn id(&self) -> &Id {
        self.inner.id()
    }
    fn context(&self) -> &ServerContext {
        self.inner.context()
    }
    fn listen_cfg(&self) -> &ListenerConfig {
        self.inner.listen_cfg()
    }
    fn deliver_queue(&self) -> &MessageQueueType {
        self.inner.deliver_queue()
    }
    fn out_inflight(&self) -> &OutInflightType {
        self.inner.out_inflight()
    }
    async fn subscriptions(&self) -> rmqtt::Result<SessionSubs> {
        self.inner.subscriptions().await
    }
    async fn subscriptions_add(
        &self,
        filter: TopicFilter,
        options: SubscriptionOptions,
    ) -> rmqtt::Result<Option<SubscriptionOptions>> {
        self.inner.subscriptions_add(filter, options).await
    }
    async fn subscriptions_remove(
        &self,
        filter: &str,
    ) -> rmqtt::Result<Option<(TopicFilter, SubscriptionOptions)>> {
        self.inner.subscriptions_remove(filter).await
    }
    async fn subscriptions_drain(&self) -> rmqtt::Result<Subscriptions> {
        self.inner.subscriptions_drain().await
    }
    async fn subscriptions_extend(&self, others: Subscriptions) -> rmqtt::Result<()> {
        self.inner.subscriptions_extend(others).await
    }
    async fn created_at(&self) -> rmqtt::Result<TimestampMillis> {
        self.inner.created_at().await
    }
    async fn session_present(&self) -> rmqtt::Result<bool> {
        self.inner.session_present().await
    }
    async fn connect_info(&self) -> rmqtt::Result<Arc<ConnectInfo>> {
        self.inner.connect_info().await
    }
    fn username(&self) -> Option<&UserName> {
        self.inner.username()
    }
    fn password(&self) -> Option<&Password> {
        self.inner.password()
    }
    async fn protocol(&self) -> rmqtt::Result<u8> {
        self.inner.protocol().await
    }
    async fn superuser(&self) -> rmqtt::Result<bool> {
        self.inner.superuser().await
    }
    async fn connected(&self) -> rmqtt::Result<bool> {
        self.inner.connected().await
    }
    async fn connected_at(&self) -> rmqtt::Result<TimestampMillis> {
        self.inner.connected_at().await
    }
    async fn disconnected_at(&self) -> rmqtt::Result<TimestampMillis> {
        self.inner.disconnected_at().await
    }
    async fn disconnected_reasons(&self) -> rmqtt::Result<Vec<Reason>> {
        self.inner.disconnected_reasons().await
    }
    async fn disconnected_reason(&self) -> rmqtt::Result<Reason> {
        self.inner.disconnected_reason().await
    }
    async fn disconnected_reason_has(&self) -> bool {
        self.inner.disconnected_reason_has().await
    }
    async fn disconnected_reason_add(&self, reason: Reason) -> rmqtt::Result<()> {
        self.inner.disconnected_reason_add(reason).await
    }
    async fn disconnected_reason_take(&self) -> rmqtt::Result<Reason> {
        self.inner.disconnected_reason_take().await
    }
    async fn disconnect(&self) -> rmqtt::Result<Option<Disconnect>> {
        self.inner.disconnect().await
    }
    async fn on_drop(&self) -> rmqtt::Result<()> {
        self.inner.on_drop().await
    }
    /// Called for each packet; a hook would cost several times as much.
    async fn keepalive(&self, ping: IsPing) {
        if let Some(connection) = self.connection() {
            connection.touch(now());
        }
        self.inner.keepalive(ping).await;
    }
}
