//! Addresses to listen on, and reasons why that fails.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use pop_listen::CertificateError;

use crate::Limits;
use crate::keep::{Disk, DiskError};

/// Name and addresses of a broker.
#[derive(Clone, Debug)]
pub struct Config {
    /// The instance that user names have to name, such as `post-cn-demo`.
    pub instance_id: String,
    /// Address of MQTT over TCP. With port 0 the system picks one.
    pub listen: SocketAddr,
    /// Addresses of MQTT over TLS.
    pub tls: Option<Tls>,
    /// Address of MQTT over WebSocket, with the subprotocol `mqtt`.
    pub websocket: Option<SocketAddr>,
    /// Tables for sessions and messages that outlive a connection.
    pub disk: Arc<dyn Disk>,
    /// Bounds on sessions and messages.
    pub limits: Limits,
}

impl Config {
    /// Returns the addresses, and the files that they need.
    pub fn endpoints(&self) -> Endpoints {
        Endpoints {
            listen: self.listen,
            tls: self.tls.clone(),
            websocket: self.websocket,
        }
    }
}

/// Addresses of a broker, which may change while it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// Address of MQTT over TCP.
    pub listen: SocketAddr,
    /// Addresses of MQTT over TLS.
    pub tls: Option<Tls>,
    /// Address of MQTT over WebSocket.
    pub websocket: Option<SocketAddr>,
}

/// Addresses that speak TLS, and the files that they need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// Address of MQTT over TLS. With port 0 the system picks one.
    pub listen: SocketAddr,
    /// Address of MQTT over WebSocket over TLS.
    pub websocket: Option<SocketAddr>,
    /// PEM file with the certificate, followed by those that lead to its root. Read again when it changes.
    pub certificate: PathBuf,
    /// PEM file with the private key. Read again when it changes.
    pub key: PathBuf,
}

/// Reason why a broker did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is taken, not one of this machine, or a port below 1024 without the right to it.
    #[error("cannot listen on {address}: {reason}; free the address or choose another one")]
    Bind {
        /// As configured.
        address: SocketAddr,
        /// Error of the system.
        reason: String,
    },
    /// A file is missing or not PEM, or certificate and key do not belong together.
    #[error("cannot speak TLS on {address}: {source}")]
    Tls {
        /// As configured.
        address: SocketAddr,
        /// Names the files.
        source: CertificateError,
    },
    /// Sessions and messages on disk cannot be read.
    #[error("cannot read kept sessions and messages: {0}")]
    Disk(DiskError),
    /// Nodes of a cluster do not keep sessions and messages yet, so what is there would be lost.
    #[cfg(feature = "cluster")]
    #[error(
        "the data directory holds kept sessions or retained messages, which a cluster does not take over: \
         start with an empty one"
    )]
    Kept,
    /// NATS refuses a subscription.
    #[cfg(feature = "cluster")]
    #[error("NATS: {0}")]
    Nats(String),
    /// The system does not start a thread.
    #[error("cannot start the thread that writes kept messages: {0}")]
    Thread(io::Error),
}
