//! Ends connections that the library forgets.
//!
//! A client that connects and resets at once leaves a session whose task never runs: it would be online for ever, and
//! what an earlier session of the client had kept would be lost.

use std::sync::Arc;
use std::time::Duration;

use rmqtt::context::ServerContext;
use rmqtt::session::{OfflineInfo, Session, SessionState};
use rmqtt::shared::Entry;
use rmqtt::types::{ConnectInfo, OfflineSession};

use crate::connection::Connection;
use crate::instance::{Instance, now};

const INTERVAL: Duration = Duration::from_millis(500);
/// When a session is older, in ms, its task runs or never will.
const STARTED: i64 = 10_000;

/// Looks at all sessions again and again.
pub(crate) async fn run(context: ServerContext, instance: Arc<Instance>) {
    let mut ticks = tokio::time::interval(INTERVAL);
    loop {
        ticks.tick().await;
        for connection in instance.presence.all() {
            if connection.tx.is_closed() {
                if let Err(error) = end_ghost(&context, &instance, &connection).await {
                    tracing::warn!(%error, client_id = ?connection.id.client_id, "session without a connection");
                }
            } else if connection.connected_since + STARTED < now() {
                connection.take_inheritance();
            }
        }
    }
}

async fn end_ghost(
    context: &ServerContext,
    instance: &Instance,
    connection: &Connection,
) -> rmqtt::Result<()> {
    let entry = context.extends.shared().await.entry(connection.id.clone());
    // Who holds the lock is about to replace the session.
    let Ok(mut entry) = entry.try_lock().await else {
        return Ok(());
    };
    match entry
        .session()
        .filter(|session| session.id == connection.id)
    {
        Some(session) if is_kept(&session).await? => keep(context, &mut *entry, session).await,
        _ => {
            entry.remove_with(&connection.id).await?;
            instance.presence.forget(&connection.id);
            Ok(())
        }
    }
}

/// Whether a session survives its connection.
async fn is_kept(session: &Session) -> rmqtt::Result<bool> {
    Ok(match &*session.connect_info().await? {
        ConnectInfo::V3(_, connect) => !connect.clean_session,
        ConnectInfo::V5(..) => !session.fitter.session_expiry_interval(None).is_zero(),
    })
}

/// Makes a session wait for its client as if it had been online, with what it took over from an earlier one.
async fn keep(
    context: &ServerContext,
    entry: &mut dyn Entry,
    session: Session,
) -> rmqtt::Result<()> {
    if let OfflineSession::Exist(Some(inheritance)) = entry.kick(false, false, false).await? {
        session.disconnected_set(None, None).await?;
        inherit(context, &session, inheritance).await?;
        let expiry = session.fitter.session_expiry_interval(None);
        let tx = SessionState::offline_restart(session.clone(), expiry).await?;
        entry.set(session, tx).await?;
    }
    Ok(())
}

async fn inherit(
    context: &ServerContext,
    session: &Session,
    inheritance: OfflineInfo,
) -> rmqtt::Result<()> {
    for (filter, options) in &inheritance.subscriptions {
        context
            .extends
            .router()
            .await
            .add(filter, session.id.clone(), options.clone())
            .await?;
    }
    session
        .subscriptions_extend(inheritance.subscriptions)
        .await?;
    let mut unacknowledged = session.out_inflight().write().await;
    for message in inheritance.inflight_messages {
        unacknowledged.push_back(message);
    }
    for message in inheritance.offline_messages {
        if session.deliver_queue().push(message).is_err() {
            tracing::warn!(client_id = ?session.id.client_id, "message dropped: the queue is full");
        }
    }
    Ok(())
}
