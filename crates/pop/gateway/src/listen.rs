//! Accepts connections until the service stops.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use pop_listen::{Seldom, accept};
use pop_rpc::service::Dispatch;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::connection::Serving;
use crate::connections::Connections;
use crate::gateway::Gateway;
use crate::listener::Listener;
use crate::pages;

/// Size of the system's buffer for what a client has not read, in bytes; it doubles the value.
const SEND_BUFFER: usize = 64 * 1024;

/// Answers requests until `stop` is cancelled, then finishes those in progress.
///
/// Once cancelled, it accepts no more connections, and closes each open one after its current
/// request. It returns when all connections have ended, or cuts off the rest after
/// [`Timeouts::stop`](crate::Timeouts::stop).
pub async fn serve<S: Dispatch>(
    listener: impl Into<Listener>,
    gateway: Arc<Gateway<S>>,
    stop: CancellationToken,
) {
    let listener = listener.into();
    let timeouts = gateway.timeouts;
    let tasks = TaskTracker::new();
    let cut_off = CancellationToken::new();
    let metrics = gateway.metrics.connections.clone();
    let connections = Connections::new(listener.bounds, listener.proxies, metrics);
    let refusing = Arc::clone(&gateway);
    let routes = listener.pages.map(|pages| {
        let serving = pages::Serving {
            tasks: gateway.tasks.clone(),
            body: timeouts.body,
            is_encrypted: listener.encryption.is_some(),
            stop: stop.clone(),
        };
        (pages, serving)
    });
    let serving = Serving {
        router: gateway.router(listener.paths, routes),
        encryption: listener.encryption,
        timeouts,
        refuse: Arc::new(move |status, format| refusing.refuse(status, format)),
        stop: stop.clone(),
    };
    let accepting = async {
        let mut failed = Seldom::default();
        loop {
            let (stream, peer) = accept(&listener.socket, &mut failed).await;
            let Ok(connection) = connections.admit(peer) else {
                continue;
            };
            if let Err(error) = prepare(&stream, timeouts.read) {
                tracing::debug!(%error, "cannot set up a connection");
            }
            let gives_way = connection.close.clone();
            let serving = serving.clone().connection(stream, Arc::new(connection));
            let cut_off = cut_off.clone();
            tasks.spawn(async move {
                let serving = gives_way.run_until_cancelled_owned(serving);
                cut_off.run_until_cancelled(serving).await;
            });
            // A request that has arrived is answered before further connections take its place.
            tokio::task::yield_now().await;
        }
    };
    stop.run_until_cancelled(accepting).await;
    drop(listener.socket);
    tasks.close();
    gateway.tasks.close();
    let ended = async {
        tasks.wait().await;
        gateway.tasks.wait().await;
    };
    if tokio::time::timeout(timeouts.stop, ended).await.is_err() {
        tracing::warn!("the time limit for stopping has passed: requests in progress are cut off");
        cut_off.cancel();
    }
}

fn prepare(stream: &TcpStream, read: Duration) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = socket2::SockRef::from(stream);
    socket.set_send_buffer_size(SEND_BUFFER)?;
    // hyper itself waits forever for a client that does not read.
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(read))?;
    #[cfg(not(target_os = "linux"))]
    let _ = read;
    Ok(())
}
