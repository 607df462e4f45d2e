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
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures::future::join_all;
use parking_lot::Mutex;
use pop_listen::{Certificate, CertificateError, CertificateFiles, Encryption};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use self::accept::{Acceptor, Protocol};
use self::limits::Rejections;
use crate::core::Core;

pub use self::config::{Config, Endpoints, Error, Tls};
pub(crate) use self::limits::ConnectionLimits;
pub use self::limits::{Rejection, reserved_descriptors};

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

/// Bound sockets of a broker, which do not accept connections yet.
pub struct Listeners {
    /// Configured address of MQTT over TCP.
    tcp: SocketAddr,
    wanted: Vec<(Layers, SocketAddr)>,
    bound: Vec<Bound>,
    encryption: Option<Encryption>,
    /// Certificate for an encryption that is in use.
    certificate: Option<Certificate>,
}

/// Layers between TCP and MQTT of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layers {
    Tcp,
    Tls,
    WebSocket,
    WebSocketTls,
}

struct Bound {
    layers: Layers,
    configured: SocketAddr,
    local: SocketAddr,
    listener: TcpListener,
}

/// Listeners at work, and the connections that they accepted.
pub(crate) struct Serving {
    core: Arc<Core>,
    listening: Mutex<Vec<Listening>>,
    encryption: Mutex<Option<Encryption>>,
    connections: TaskTracker,
    limits: Arc<ConnectionLimits>,
    rejections: Arc<Rejections>,
}

struct Listening {
    layers: Layers,
    configured: SocketAddr,
    local: SocketAddr,
    /// Held by the acceptor and by each open connection.
    open: Weak<()>,
    accepting: JoinHandle<()>,
}

impl Listeners {
    /// Binds all addresses, or none. Must be called on a tokio runtime.
    pub(crate) fn bind(endpoints: &Endpoints) -> Result<Self, Error> {
        let encryption = |tls: &Tls| Encryption::new(files(tls)).map_err(unusable(tls));
        let encryption = endpoints.tls.as_ref().map(encryption).transpose()?;
        Self::bind_with(endpoints, encryption, &[])
    }

    /// Binds all addresses that are not in use yet.
    fn bind_with(
        endpoints: &Endpoints,
        encryption: Option<Encryption>,
        in_use: &[(Layers, SocketAddr)],
    ) -> Result<Self, Error> {
        let wanted = wanted(endpoints);
        let mut bound = Vec::new();
        for &(layers, configured) in wanted.iter().filter(|wanted| !in_use.contains(wanted)) {
            let (listener, local) = bind(configured).map_err(|error| Error::Bind {
                address: configured,
                reason: error.to_string(),
            })?;
            bound.push(Bound {
                layers,
                configured,
                local,
                listener,
            });
        }
        Ok(Self {
            tcp: endpoints.listen,
            wanted,
            bound,
            encryption,
            certificate: None,
        })
    }

    /// Returns the addresses that were bound.
    pub(crate) fn addresses(&self) -> Addresses {
        let bound = self.bound.iter();
        Addresses::of(self.tcp, bound.map(|bound| (bound.layers, bound.local)))
    }

    /// Begins to accept connections.
    pub(crate) fn serve(self, core: &Arc<Core>, limits: Arc<ConnectionLimits>) -> Serving {
        let serving = Serving {
            core: Arc::clone(core),
            listening: Mutex::default(),
            encryption: Mutex::new(self.encryption.clone()),
            connections: TaskTracker::new(),
            limits,
            rejections: Arc::new(Rejections::default()),
        };
        serving.accept(self.bound, self.encryption.as_ref());
        serving
    }
}

impl Addresses {
    /// Returns the addresses of sockets. `tcp` is that of MQTT over TCP if there is no such socket.
    fn of(tcp: SocketAddr, sockets: impl Iterator<Item = (Layers, SocketAddr)>) -> Self {
        let mut addresses = Self {
            tcp,
            tls: None,
            websocket: None,
            websocket_tls: None,
        };
        for (layers, local) in sockets {
            match layers {
                Layers::Tcp => addresses.tcp = local,
                Layers::Tls => addresses.tls = Some(local),
                Layers::WebSocket => addresses.websocket = Some(local),
                Layers::WebSocketTls => addresses.websocket_tls = Some(local),
            }
        }
        addresses
    }
}

fn wanted(endpoints: &Endpoints) -> Vec<(Layers, SocketAddr)> {
    let tls = endpoints.tls.as_ref();
    let wanted = [
        (Layers::Tcp, Some(endpoints.listen)),
        (Layers::Tls, tls.map(|tls| tls.listen)),
        (Layers::WebSocket, endpoints.websocket),
        (Layers::WebSocketTls, tls.and_then(|tls| tls.websocket)),
    ];
    let wanted = wanted.into_iter();
    wanted
        .filter_map(|(layers, address)| Some((layers, address?)))
        .collect()
}

impl Serving {
    /// Returns the addresses that accept connections. `tcp` is that of MQTT over TCP if there is none.
    pub(crate) fn addresses(&self, tcp: SocketAddr) -> Addresses {
        let listening = self.listening.lock();
        let sockets = listening.iter();
        Addresses::of(tcp, sockets.map(|socket| (socket.layers, socket.local)))
    }

    /// Returns the addresses that accept connections, each with the number of its open ones.
    pub(crate) fn open_connections(&self) -> Vec<(SocketAddr, usize)> {
        let listening = self.listening.lock();
        let sockets = listening.iter();
        // One holder is the acceptor.
        let open =
            |socket: &Listening| (socket.local, socket.open.strong_count().saturating_sub(1));
        sockets.map(open).collect()
    }

    /// Binds the addresses that are not in use yet, and reads certificate and key. Nothing changes until
    /// [`Self::replace`].
    pub(crate) fn prepare(&self, endpoints: &Endpoints) -> Result<Listeners, Error> {
        let (mut encryption, mut certificate) = (None, None);
        if let Some(tls) = &endpoints.tls {
            encryption = self.encryption.lock().clone();
            match &encryption {
                Some(_) => {
                    let read = Certificate::read(files(tls)).map_err(unusable(tls))?;
                    certificate = Some(read);
                }
                None => {
                    let new = Encryption::new(files(tls)).map_err(unusable(tls))?;
                    encryption = Some(new);
                }
            }
        }
        let listening = self.listening.lock();
        let in_use: Vec<_> = listening
            .iter()
            .map(|socket| (socket.layers, socket.configured))
            .collect();
        drop(listening);
        let listeners = Listeners::bind_with(endpoints, encryption, &in_use)?;
        Ok(Listeners {
            certificate,
            ..listeners
        })
    }

    /// Accepts connections on other addresses from now on. Open connections stay.
    pub(crate) async fn replace(&self, listeners: Listeners) {
        let Listeners {
            wanted,
            bound,
            encryption,
            certificate,
            ..
        } = listeners;
        if let (Some(encryption), Some(certificate)) = (&encryption, certificate) {
            encryption.replace(certificate);
        }
        self.accept(bound, encryption.as_ref());
        *self.encryption.lock() = encryption;
        let is_gone =
            |socket: &mut Listening| !wanted.contains(&(socket.layers, socket.configured));
        let gone: Vec<_> = self.listening.lock().extract_if(.., is_gone).collect();
        end(gone).await;
    }

    fn accept(&self, bound: Vec<Bound>, encryption: Option<&Encryption>) {
        let mut listening = self.listening.lock();
        for socket in bound {
            let protocol = match (socket.layers, encryption) {
                (Layers::Tls, Some(encryption)) => Protocol::Tls(encryption.clone()),
                (Layers::WebSocketTls, Some(encryption)) => {
                    Protocol::WebSocketTls(encryption.clone())
                }
                (Layers::WebSocket, _) => Protocol::WebSocket,
                (Layers::Tcp, _) => Protocol::Tcp,
                (Layers::Tls | Layers::WebSocketTls, None) => continue,
            };
            let open = Arc::new(());
            let counted = Arc::downgrade(&open);
            let acceptor = Acceptor {
                protocol,
                open,
                core: Arc::clone(&self.core),
                connections: self.connections.clone(),
                limits: Arc::clone(&self.limits),
                rejections: Arc::clone(&self.rejections),
            };
            listening.push(Listening {
                layers: socket.layers,
                configured: socket.configured,
                local: socket.local,
                open: counted,
                accepting: tokio::spawn(acceptor.run(socket.listener)),
            });
        }
    }

    /// Closes the listening sockets and the connections without CONNECT. Afterwards the addresses are free.
    pub(crate) async fn stop_listening(&self) {
        let listening = std::mem::take(&mut *self.listening.lock());
        end(listening).await;
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
        for socket in self.listening.get_mut() {
            socket.accepting.abort();
        }
    }
}

/// Closes sockets.
async fn end(sockets: Vec<Listening>) {
    for socket in &sockets {
        socket.accepting.abort();
    }
    // A socket is closed when its task is gone. That the task was aborted is no news.
    join_all(sockets.into_iter().map(|socket| socket.accepting)).await;
}

fn bind(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = pop_listen::bind(address)?;
    let local = listener.local_addr()?;
    Ok((listener, local))
}

fn files(tls: &Tls) -> CertificateFiles {
    CertificateFiles {
        certificate: tls.certificate.clone(),
        key: tls.key.clone(),
    }
}

fn unusable(tls: &Tls) -> impl Fn(CertificateError) -> Error {
    let address = tls.listen;
    move |source| Error::Tls { address, source }
}

#[cfg(test)]
mod tests;
