//! Sockets of a broker: bound before it starts, served while it runs, closed when it stops.

mod accept;
mod config;
mod http;
mod limits;
mod task;
mod transport;
mod websocket;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use parking_lot::Mutex;
use pop_listen::{CertificateFiles, Encryption};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use self::accept::{Acceptor, Protocol};
use self::limits::Rejections;
use crate::core::Core;

pub use self::config::{Config, Error, Tls};
pub(crate) use self::limits::ConnectionLimits;
pub use self::limits::Rejection;

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
        let encryption = |tls: &Tls| {
            let files = CertificateFiles {
                certificate: tls.certificate.clone(),
                key: tls.key.clone(),
            };
            Encryption::new(files).map_err(|source| Error::Tls {
                address: tls.listen,
                source,
            })
        };
        let encryption = config.tls.as_ref().map(encryption).transpose()?;
        Self::bind_with(config, encryption)
    }

    fn bind_with(config: &Config, encryption: Option<Encryption>) -> Result<Self, Error> {
        let mut bound = Vec::new();
        let mut bind = |address: Option<SocketAddr>, protocol: Option<Protocol>| {
            let (Some(address), Some(protocol)) = (address, protocol) else {
                return Ok(None);
            };
            let failed = |error: io::Error| Error::Bind {
                address,
                reason: error.to_string(),
            };
            let listener = pop_listen::bind(address).map_err(failed)?;
            let local = listener.local_addr().map_err(failed)?;
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

#[cfg(test)]
mod tests;
