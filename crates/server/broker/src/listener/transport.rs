//! Byte streams between a peer and the broker.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longest time that a peer has to take our last bytes.
pub(super) const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest time that a peer that took them has to close its side.
const LINGER_TIMEOUT: Duration = Duration::from_secs(1);
/// Most bytes that are read from a peer, and dropped, after our side was closed.
const DRAIN_BYTES: usize = 256 << 10;

/// A byte stream between a peer and the broker.
pub(super) trait Transport: AsyncRead + AsyncWrite + Send + Unpin + 'static {
    /// Lifts the bounds that hold before CONNECT is accepted.
    fn accepted(&mut self) {}
}

impl Transport for TcpStream {}

/// A stream that fails after as many bytes as a peer may send for now.
pub(super) struct Guarded<S> {
    inner: S,
    allowed: usize,
}

impl<S> Guarded<S> {
    pub(super) fn new(inner: S, allowed: usize) -> Self {
        Self { inner, allowed }
    }

    /// Sets how many bytes may be read from now on.
    pub(super) fn allow(&mut self, bytes: usize) {
        self.allowed = bytes;
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.allowed == 0 {
            return Poll::Ready(Err(io::Error::other("too many bytes before CONNECT")));
        }
        if self.allowed >= buffer.remaining() {
            let filled = buffer.filled().len();
            ready!(Pin::new(&mut self.inner).poll_read(context, buffer))?;
            self.allowed -= buffer.filled().len() - filled;
            return Poll::Ready(Ok(()));
        }
        let mut part = ReadBuf::new(buffer.initialize_unfilled_to(self.allowed));
        ready!(Pin::new(&mut self.inner).poll_read(context, &mut part))?;
        let read = part.filled().len();
        buffer.advance(read);
        self.allowed -= read;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

/// Closes our side, then reads what the peer still sends, so that it gets our last bytes and not a reset.
pub(super) async fn close(socket: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
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
