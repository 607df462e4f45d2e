//! The end of a connection.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

/// Longest time that a peer has to close its side after ours was closed.
const LINGER_TIMEOUT: Duration = Duration::from_secs(1);
/// Most bytes that are read from a peer, and dropped, after our side was closed.
const DRAIN_BYTES: usize = 256 << 10;

/// Closes our side, then reads what the peer still sends, so that it gets our last bytes and not a reset.
pub async fn close(socket: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    let closing = async {
        socket.shutdown().await?;
        let (mut dropped, mut read) = (vec![0; 1024], 0); // on the heap: it would enlarge every task
        while read < DRAIN_BYTES {
            match socket.read(&mut dropped).await? {
                0 => break,
                count => read += count,
            }
        }
        io::Result::Ok(())
    };
    // Whether it worked or not, the socket is dropped next.
    let _ = timeout(LINGER_TIMEOUT, closing).await;
}
