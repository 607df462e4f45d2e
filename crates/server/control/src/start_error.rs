//! Reasons why the service does not start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Error while starting the service.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data directory cannot be created.
    #[error(
        "cannot create the data directory {}: {source}; change its permissions or choose another one",
        path.display()
    )]
    DataDir {
        /// Path as configured.
        path: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// The database cannot be opened or read.
    #[error(transparent)]
    Store(#[from] ons_mqtt_store::Error),
    /// The process cannot be the node that is configured.
    #[cfg(feature = "cluster")]
    #[error(transparent)]
    Cluster(#[from] ons_mqtt_broker::ClusterError),
    /// The store of sessions and messages cannot be opened.
    #[error(transparent)]
    Kept(#[from] ons_mqtt_store::KeptError),
    /// A broker cannot start.
    #[error(transparent)]
    Broker(#[from] ons_mqtt_broker::Error),
    /// The certificate of the API cannot be used.
    #[error("cannot speak HTTPS on {address}: {source}")]
    Tls {
        /// Address as configured.
        address: SocketAddr,
        /// Names the files.
        source: pop_gateway::CertificateError,
    },
    /// An address of the API or the operator is in use, or does not belong to this machine.
    #[error("cannot listen on {address}: {source}; free the address or choose another one")]
    Listen {
        /// Address as configured.
        address: SocketAddr,
        /// Error of the operating system.
        source: io::Error,
    },
}
