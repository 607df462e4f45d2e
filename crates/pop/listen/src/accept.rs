//! Accepting connections, however often that fails.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::address::peer;
use crate::seldom::Seldom;

/// Pause after an error that the next attempt would meet again, such as a lack of descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// Waits for a connection. Returns it with the address of its peer as its user knows it.
///
/// Failures are logged if that is due according to `failed`.
pub async fn accept(listener: &TcpListener, failed: &mut Seldom) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((socket, address)) => return (socket, peer(address)),
            Err(error) if concerns_one_connection(&error) => {}
            Err(error) => {
                if failed.is_due() {
                    tracing::error!(%error, "cannot accept connections; trying again");
                }
                sleep(PAUSE).await;
            }
        }
    }
}

fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}
