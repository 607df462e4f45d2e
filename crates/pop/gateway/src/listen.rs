//! Connections: their number, their time limits, and their end.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use pop_rpc::service::Dispatch;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::gateway::Gateway;
use crate::timeouts::Timeouts;

/// Largest number of open connections, which bounds memory; further ones wait to be accepted.
const CONNECTIONS: usize = 4096;

/// Length of the longest request head in bytes; most of a head is its query.
const HEAD: usize = 128 * 1024;

/// Answers requests until `stop` is cancelled, then finishes those in progress.
///
/// Once cancelled, it accepts no more connections, and closes each open one after its current
/// request. It returns when all connections have ended, or cuts off the rest after
/// [`Timeouts::stop`].
pub async fn serve<S: Dispatch>(
    listener: TcpListener,
    gateway: Arc<Gateway<S>>,
    stop: CancellationToken,
) {
    let timeouts = gateway.timeouts;
    let connections = TaskTracker::new();
    let permits = Arc::new(Semaphore::new(CONNECTIONS));
    let cut_off = CancellationToken::new();
    let router = gateway.router();
    let accepting = async {
        while let Ok(permit) = Arc::clone(&permits).acquire_owned().await {
            let stream = accept(&listener).await;
            let connection = connection(stream, router.clone(), timeouts, stop.clone());
            let cut_off = cut_off.clone();
            connections.spawn(async move {
                cut_off.run_until_cancelled(connection).await;
                drop(permit);
            });
        }
    };
    stop.run_until_cancelled(accepting).await;
    drop(listener);
    connections.close();
    gateway.tasks.close();
    let ended = async {
        connections.wait().await;
        gateway.tasks.wait().await;
    };
    if tokio::time::timeout(timeouts.stop, ended).await.is_err() {
        tracing::warn!("the time limit for stopping has passed: requests in progress are cut off");
        cut_off.cancel();
    }
}

/// Accepts a connection. A failure to accept one does not end the service.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// Answers the requests of a connection until it ends, or until the current one if `stop` is
/// cancelled.
async fn connection(
    stream: TcpStream,
    router: Router,
    timeouts: Timeouts,
    stop: CancellationToken,
) {
    if let Err(error) = prepare(&stream, timeouts.read) {
        tracing::debug!(%error, "cannot set up a connection");
    }
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(timeouts.head)
        .max_buf_size(HEAD)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    let ended = match stop.run_until_cancelled(connection.as_mut()).await {
        Some(ended) => ended,
        None => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection failed");
    }
}

fn prepare(stream: &TcpStream, read: Duration) -> io::Result<()> {
    stream.set_nodelay(true)?;
    // hyper itself waits forever for a client that does not read.
    #[cfg(target_os = "linux")]
    socket2::SockRef::from(stream).set_tcp_user_timeout(Some(read))?;
    #[cfg(not(target_os = "linux"))]
    let _ = read;
    Ok(())
}
