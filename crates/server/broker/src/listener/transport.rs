//! Byte streams between a peer and the broker.

use std::time::Duration;

use pop_listen::TlsSocket;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// Longest time that a peer has to take our last bytes.
pub(super) const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// A byte stream between a peer and the broker.
pub(super) trait Transport: AsyncRead + AsyncWrite + Send + Unpin + 'static {
    /// Lifts the bounds that hold before CONNECT is accepted.
    fn accepted(&mut self) {}
}

impl Transport for TcpStream {}
impl Transport for TlsSocket {}
