//! Sockets of a broker: bound before it starts, served while it runs, closed when it stops.

mod accept;
mod config;
mod http;
mod limits;
mod task;
mod tls;
mod transport;
mod websocket;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use parking_lot::Mutex;
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use self::accept::{Acceptor, Protocol};
use self::limits::Rejections;
use self::tls::Encryption;
use crate::core::Core;

pub use self::config::{Config, Error, Tls};
pub(crate) use self::limits::ConnectionLimits;
pub use self::limits::Rejection;

/// Connections that the system holds until they are accepted.
const BACKLOG: u32 = 1024;
/// Longest time that stopping waits for connections to close.
const STOP_TIMEOUT: Duration = Duration::from_secs(3);

/// Addresses of a broker, with the ports that the system picked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Addresses {
    pub(crate) tcp: SocketAddr,
    pub(crate) tls: Option<SocketAddr>,
    pub(crate) websocket: Option<SocketAddr>,
    pub(crate) websocket_tls: Option<SocketAddr>,
}

/// Bound sockets that [`Config`] asks for.
pub(crate) struct Listeners {
    addresses: Addresses,
    bound: Vec<(TcpListener, Protocol)>,
}

/// Listeners at work, and the connections that they accepted.
pub(crate) struct Serving {
    accepting: Mutex<Vec<JoinHandle<()>>>,
    connections: TaskTracker,
    limits: Arc<ConnectionLimits>,
    rejections: Arc<Rejections>,
}

impl Listeners {
    /// Binds all addresses, or none. Must be called on a tokio runtime.
    pub(crate) fn bind(config: &Config) -> Result<Self, Error> {
        let encryption = |tls: &Tls| Encryption::new(tls, tls.listen);
        let encryption = config.tls.as_ref().map(encryption).transpose()?;
        Self::bind_with(config, encryption)
    }

    fn bind_with(config: &Config, encryption: Option<Arc<Encryption>>) -> Result<Self, Error> {
        let mut bound = Vec::new();
        let mut bind = |address: Option<SocketAddr>, protocol: Option<Protocol>| {
            let (Some(address), Some(protocol)) = (address, protocol) else {
                return Ok(None);
            };
            let (listener, local) = bind(address).map_err(|error| Error::Bind {
                address,
                reason: error.to_string(),
            })?;
            bound.push((listener, protocol));
            Ok(Some(local))
        };
        let tls = config.tls.as_ref();
        let addresses = Addresses {
            tcp: bind(Some(config.listen), Some(Protocol::Tcp))?.unwrap_or(config.listen),
            tls: bind(
                tls.map(|tls| tls.listen),
                encryption.clone().map(Protocol::Tls),
            )?,
            websocket: bind(config.websocket, Some(Protocol::WebSocket))?,
            websocket_tls: bind(
                tls.and_then(|tls| tls.websocket),
                encryption.map(Protocol::WebSocketTls),
            )?,
        };
        Ok(Self { addresses, bound })
    }

    pub(crate) fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// Begins to accept connections.
    pub(crate) fn serve(self, core: &Arc<Core>, limits: Arc<ConnectionLimits>) -> Serving {
        let connections = TaskTracker::new();
        let rejections = Arc::new(Rejections::default());
        let accept = |(listener, protocol)| {
            let acceptor = Acceptor {
                protocol,
                core: Arc::clone(core),
                connections: connections.clone(),
                limits: Arc::clone(&limits),
                rejections: Arc::clone(&rejections),
            };
            tokio::spawn(acceptor.run(listener))
        };
        Serving {
            accepting: Mutex::new(self.bound.into_iter().map(accept).collect()),
            connections,
            limits,
            rejections,
        }
    }
}

impl Serving {
    /// Closes the listening sockets and the connections without CONNECT. Afterwards the addresses are free.
    pub(crate) async fn stop_listening(&self) {
        let accepting = std::mem::take(&mut *self.accepting.lock());
        for task in &accepting {
            task.abort();
        }
        // A socket is closed when its task is gone. That the task was aborted is no news.
        join_all(accepting).await;
        self.limits.end_waiting(&self.rejections);
    }

    /// Waits until all connections are closed, but not for long. Ending them is up to the core.
    pub(crate) async fn wait_closed(&self) {
        self.connections.close();
        if timeout(STOP_TIMEOUT, self.connections.wait())
            .await
            .is_err()
        {
            let left = self.connections.len();
            tracing::warn!(left, "broker stopped with connections that do not close");
        }
    }

    /// Returns how many connections were rejected before CONNECT, by reason.
    pub(crate) fn rejected(&self) -> [(Rejection, u64); Rejection::ALL.len()] {
        self.rejections.all()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        for task in self.accepting.get_mut() {
            task.abort();
        }
    }
}

fn bind(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // Elsewhere the option lets two processes share the port.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    let listener = socket.listen(BACKLOG)?;
    let local = listener.local_addr()?;
    Ok((listener, local))
}

#[cfg(test)]
mod tests;
