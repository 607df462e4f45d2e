//! Accepts connections of one listening socket and starts their tasks.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use pop_listen::{Encryption, Seldom, accept};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout_at;
use tokio_util::task::TaskTracker;

use super::limits::{ConnectionLimits, Permit, Rejection, Rejections, Waiting};
use super::task::{self, Task};
use super::transport::Transport;
use super::websocket;
use crate::core::{Connection, Core};

/// The service of a connection until its end.
type Served = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Layers between TCP and MQTT.
#[derive(Clone)]
pub(super) enum Protocol {
    Tcp,
    Tls(Encryption),
    WebSocket,
    WebSocketTls(Encryption),
}

/// A connection that was accepted and has not spoken MQTT yet.
struct Accepted {
    core: Arc<Core>,
    peer: SocketAddr,
    permit: Permit,
    waiting: Box<Waiting>,
}

/// Accepts connections of one socket.
pub(super) struct Acceptor {
    pub(super) protocol: Protocol,
    /// Held by each connection while it is open.
    pub(super) open: Arc<()>,
    pub(super) core: Arc<Core>,
    pub(super) connections: TaskTracker,
    pub(super) limits: Arc<ConnectionLimits>,
    pub(super) rejections: Arc<Rejections>,
}

impl Acceptor {
    /// Accepts connections until it is aborted.
    pub(super) async fn run(self, listener: TcpListener) {
        let (mut failed, mut rejected) = (Seldom::default(), Seldom::default());
        loop {
            let (socket, peer) = accept(&listener, &mut failed).await;
            match self.limits.admit(peer.ip(), &self.rejections, &self.open) {
                Ok((permit, waiting)) => self.start(socket, peer, permit, waiting),
                Err(reason) if rejected.is_due() => {
                    tracing::warn!(%peer, %reason, "connection refused; raise the limit of descriptors");
                }
                Err(_) => {}
            }
        }
    }

    fn start(&self, socket: TcpStream, peer: SocketAddr, permit: Permit, waiting: Waiting) {
        // Fails only if the connection is gone, which its task finds out.
        let _ = socket.set_nodelay(true);
        let number = waiting.number();
        let accepted = Accepted {
            core: Arc::clone(&self.core),
            peer,
            permit,
            waiting: Box::new(waiting),
        };
        let started = match &self.protocol {
            Protocol::Tcp => self.connections.spawn(accepted.served(socket)),
            layers => {
                let rejections = Arc::clone(&self.rejections);
                self.connections
                    .spawn(shake_hands(layers.clone(), socket, accepted, rejections))
            }
        };
        self.limits.started(number, started.abort_handle());
    }
}

impl Accepted {
    fn served<S: Transport>(self, socket: S) -> impl Future<Output = ()> + Send {
        let connection = Connection::new(self.core, self.peer);
        task::run(Task::new(socket, connection, self.permit, self.waiting))
    }
}

/// Makes the handshakes of the layers below MQTT in the time that CONNECT has, then serves the connection.
///
/// Handshake and service are boxed, so that a served connection does not keep the room of its handshake.
async fn shake_hands(
    layers: Protocol,
    socket: TcpStream,
    accepted: Accepted,
    rejections: Arc<Rejections>,
) {
    let (peer, deadline) = (accepted.peer, accepted.waiting.deadline);
    let layered = Box::pin(timeout_at(deadline, layered(layers, socket, accepted)));
    match layered.await {
        Ok(Ok(served)) => served.await,
        Ok(Err(error)) => {
            rejections.count(Rejection::Handshake);
            tracing::debug!(%peer, %error, "handshake failed");
        }
        Err(_) => rejections.count(Rejection::Timeout),
    }
}

async fn layered(layers: Protocol, socket: TcpStream, accepted: Accepted) -> io::Result<Served> {
    Ok(match layers {
        Protocol::Tcp => Box::pin(accepted.served(socket)),
        Protocol::Tls(encryption) => Box::pin(accepted.served(encryption.handshake(socket).await?)),
        Protocol::WebSocket => Box::pin(accepted.served(websocket::handshake(socket).await?)),
        Protocol::WebSocketTls(encryption) => {
            let socket = encryption.handshake(socket).await?;
            Box::pin(accepted.served(websocket::handshake(socket).await?))
        }
    })
}
