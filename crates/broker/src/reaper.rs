//! Ends sessions that the library forgets to end.

use std::sync::Arc;
use std::time::Duration;

use rmqtt::context::ServerContext;
use rmqtt::types::{Message, Reason};

use crate::connection::Connection;
use crate::instance::Instance;

const INTERVAL: Duration = Duration::from_millis(500);

/// Looks at all sessions again and again.
pub(crate) async fn run(context: ServerContext, instance: Arc<Instance>) {
    let mut ticks = tokio::time::interval(INTERVAL);
    loop {
        ticks.tick().await;
        for connection in instance.presence.all() {
            if connection.tx.is_closed() {
                end_ghost(&context, &instance, &connection).await;
            } else if connection.is_online() {
                close_disconnected(&context, &connection).await;
            }
        }
    }
}

/// A client that connects and resets at once leaves a session whose task has never run.
async fn end_ghost(context: &ServerContext, instance: &Instance, connection: &Connection) {
    let entry = context.extends.shared().await.entry(connection.id.clone());
    // Who holds the lock is about to replace the session.
    let Ok(mut entry) = entry.try_lock().await else {
        return;
    };
    tracing::debug!(client_id = ?connection.id.client_id, "session without a connection removed");
    if let Err(error) = entry.remove_with(&connection.id).await {
        tracing::warn!(%error, client_id = ?connection.id.client_id, "session without a connection stays");
    }
    instance.presence.forget(&connection.id);
}

/// A client that says DISCONNECT and leaves its socket open would stay online until its keepalive ends.
async fn close_disconnected(context: &ServerContext, connection: &Connection) {
    let entry = context.extends.shared().await.entry(connection.id.clone());
    if let Some(session) = entry.session()
        && session.id == connection.id
        && let Ok(Some(disconnect)) = session.disconnect().await
    {
        // Fails only if the session is over already.
        let _ = connection
            .tx
            .unbounded_send(Message::Closed(Reason::ConnectDisconnect(Some(disconnect))));
    }
}
