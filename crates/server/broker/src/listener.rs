//! Addresses that the broker listens on.

use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::time::Duration;

use rmqtt::net::{Builder, Listener};

use crate::connection::QUEUE_MESSAGES;

/// 64 KiB of payload, and room for topic and properties.
const MAX_PACKET_BYTES: u32 = (64 << 10) + (4 << 10);
/// How long a session and its messages are kept for a client that is offline.
const MAX_OFFLINE: Duration = Duration::from_secs(3 * 24 * 60 * 60);
/// How long a client may not take a single byte.
const SEND_TIMEOUT: Duration = Duration::from_secs(5);
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// A broker's name and addresses.
#[derive(Clone, Debug)]
pub struct Config {
    /// The instance that user names have to name, such as `post-cn-demo`.
    pub instance_id: String,
    /// MQTT over TCP. With port 0 the system picks one.
    pub listen: SocketAddr,
    /// MQTT over TLS.
    pub tls: Option<Tls>,
    /// MQTT over WebSocket, with the subprotocol `mqtt`.
    pub websocket: Option<SocketAddr>,
}

/// An address that speaks TLS.
#[derive(Clone, Debug)]
pub struct Tls {
    /// With port 0 the system picks one.
    pub listen: SocketAddr,
    /// PEM file with the certificate, followed by those that lead to its root.
    pub certificate: PathBuf,
    /// PEM file with the private key.
    pub key: PathBuf,
}

/// Why a broker did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is taken, not one of this machine, or a port below 1024 without the right to it.
    #[error("cannot listen on {address}: {reason}; free the address or choose another one")]
    Bind {
        /// As configured.
        address: SocketAddr,
        /// What the system or the library says.
        reason: String,
    },
    /// A file is missing or not PEM, or certificate and key do not belong together.
    #[error(
        "cannot speak TLS on {address} with certificate {} and key {}: {reason}; \
         give PEM files that belong together",
        certificate.display(),
        key.display()
    )]
    Tls {
        /// As configured.
        address: SocketAddr,
        /// As configured.
        certificate: PathBuf,
        /// As configured.
        key: PathBuf,
        /// What the library says.
        reason: String,
    },
}

/// What [`Config`] asks for, bound. Each with the address that it really has.
pub(crate) struct Listeners {
    pub(crate) tcp: (Listener, SocketAddr),
    pub(crate) tls: Option<(Listener, SocketAddr)>,
    pub(crate) websocket: Option<(Listener, SocketAddr)>,
}

impl Listeners {
    pub(crate) fn bind(config: &Config) -> Result<Self, Error> {
        let websocket = |address| bind(settings(address), |listener| listener.ws());
        Ok(Self {
            tcp: bind(settings(config.listen), |listener| listener.tcp())?,
            tls: config.tls.as_ref().map(bind_tls).transpose()?,
            websocket: config.websocket.map(websocket).transpose()?,
        })
    }
}

fn bind_tls(tls: &Tls) -> Result<(Listener, SocketAddr), Error> {
    let path = |path: &PathBuf| Some(path.to_string_lossy().into_owned());
    let settings = settings(tls.listen)
        .tls_cert(path(&tls.certificate))
        .tls_key(path(&tls.key));
    let (listener, address) = bind(settings, Ok)?;
    let listener = listener.tls().map_err(|error| Error::Tls {
        address: tls.listen,
        certificate: tls.certificate.clone(),
        key: tls.key.clone(),
        reason: format!("{error:#}"),
    })?;
    Ok((listener, address))
}

fn bind(
    settings: Builder,
    protocol: impl FnOnce(Listener) -> rmqtt::Result<Listener>,
) -> Result<(Listener, SocketAddr), Error> {
    let address = settings.laddr;
    let failed = |error: rmqtt::Error| Error::Bind {
        address,
        reason: format!("{error:#}"),
    };
    let listener = settings.bind().and_then(protocol).map_err(failed)?;
    let local = listener.local_addr().map_err(failed)?;
    Ok((listener, local))
}

/// The library's defaults delay small packets, do not bind again after a restart, and let anybody in.
fn settings(address: SocketAddr) -> Builder {
    Builder::new()
        .name("mqtt")
        .laddr(address)
        .nodelay(true)
        .reuseaddr(Some(true))
        .allow_anonymous(false)
        .max_packet_size(MAX_PACKET_BYTES)
        .max_mqueue_len(QUEUE_MESSAGES)
        .max_inflight(NonZeroU16::MAX) // of messages received; `limits` has those on their way to a client
        .handshake_timeout(HANDSHAKE_TIMEOUT)
        .send_timeout(SEND_TIMEOUT)
        .session_expiry_interval(MAX_OFFLINE)
        .max_session_expiry_interval(MAX_OFFLINE)
        .message_expiry_interval(MAX_OFFLINE)
}
