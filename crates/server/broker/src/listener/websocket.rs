//! A WebSocket as a byte stream: the bytes of binary messages, whatever their bounds.

use std::io::{self, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pop_listen::close;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tungstenite::protocol::frame::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};
use tungstenite::{Bytes, Message};

use super::http::{self, HEAD_BYTES, Request};
use super::transport::Transport;

/// Largest message, which may be one packet of the largest size or many small ones.
const MESSAGE_BYTES: usize = 72 << 10;
/// Largest message before CONNECT is accepted.
const MESSAGE_BYTES_BEFORE_CONNECT: usize = 8 << 10;
const READ_BUFFER_BYTES: usize = 4 << 10;
/// Largest message that is sent. Each stays in memory until the socket has taken it.
const SENT_MESSAGE_BYTES: usize = 16 << 10;
/// Frames without payload for us, such as pings, after which other connections get their turn.
const MESSAGES_PER_TURN: usize = 256;

/// The WebSocket of a device.
pub(super) struct WebSocket<S> {
    socket: S,
    frames: Box<WebSocketContext>,
    /// Rest of the last message that was not read yet.
    message: Bytes,
    /// `true` once no further message is read.
    ended: bool,
    /// `true` once our side is closed, so that what still comes is ignored.
    shut: bool,
}

/// Answers the HTTP request that opens a WebSocket. If it does not, the connection is closed in order.
pub(super) async fn handshake<S>(mut socket: S) -> io::Result<WebSocket<S>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut head = Vec::new();
    loop {
        let room = (HEAD_BYTES - head.len()) as u64;
        if (&mut socket).take(room).read_buf(&mut head).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match http::request(&head) {
            Request::Partial => {}
            Request::Upgrade { answer, length } => {
                socket.write_all(answer.as_bytes()).await?;
                socket.flush().await?;
                return Ok(WebSocket::new(socket, head.split_off(length)));
            }
            Request::BadRequest(refused) => {
                socket.write_all(refused.answer().as_bytes()).await?;
                close(&mut socket).await;
                return Err(io::Error::other(refused.to_string()));
            }
        }
    }
}

impl<S> WebSocket<S> {
    fn new(socket: S, received: Vec<u8>) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_write_buffer_size(2 * SENT_MESSAGE_BYTES)
            .max_message_size(Some(MESSAGE_BYTES_BEFORE_CONNECT))
            .max_frame_size(Some(MESSAGE_BYTES_BEFORE_CONNECT));
        let frames = WebSocketContext::from_partially_read(received, Role::Server, Some(config));
        Self {
            socket,
            frames: Box::new(frames),
            message: Bytes::new(),
            ended: false,
            shut: false,
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> WebSocket<S> {
    /// Reads the next frames. Returns nothing while there is none.
    fn next(&mut self, context: &mut Context<'_>) -> io::Result<Poll<()>> {
        let mut socket = Nonblocking(&mut self.socket, context);
        match self.frames.read(&mut socket) {
            Ok(Message::Binary(bytes)) => self.message = bytes,
            Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => {}
            Ok(Message::Close(_)) => self.ended = true,
            Ok(Message::Text(_)) => self.fail(CloseCode::Unsupported, context),
            Err(tungstenite::Error::Io(error)) => return pending(error),
            Err(error) => match close_code(&error) {
                Some(code) => self.fail(code, context),
                None => self.ended = true,
            },
        }
        Ok(Poll::Ready(()))
    }

    /// Tells the peer why no further message is read.
    fn fail(&mut self, code: CloseCode, context: &mut Context<'_>) {
        self.ended = true;
        let frame = CloseFrame {
            code,
            reason: "".into(),
        };
        // What is not written now, or cannot be, is seen when the stream is shut down.
        let _ = (self.frames).close(&mut Nonblocking(&mut self.socket, context), Some(frame));
    }
}

impl<S: Transport> Transport for WebSocket<S> {
    fn accepted(&mut self) {
        self.frames.set_config(|config| {
            config.max_message_size = Some(MESSAGE_BYTES);
            config.max_frame_size = Some(MESSAGE_BYTES);
        });
        self.socket.accepted();
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for WebSocket<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.shut {
            return Pin::new(&mut this.socket).poll_read(context, buffer);
        }
        let before = buffer.filled().len();
        for _ in 0..MESSAGES_PER_TURN {
            let count = this.message.len().min(buffer.remaining());
            buffer.put_slice(&this.message.split_to(count));
            if buffer.remaining() == 0 || this.ended {
                return Poll::Ready(Ok(()));
            }
            match this.next(context) {
                Ok(Poll::Ready(())) => {}
                Ok(Poll::Pending) if buffer.filled().len() == before => return Poll::Pending,
                Err(error) if buffer.filled().len() == before => return Poll::Ready(Err(error)),
                Ok(Poll::Pending) | Err(_) => return Poll::Ready(Ok(())),
            }
        }
        if buffer.filled().len() == before {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for WebSocket<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.as_mut().poll_flush(context))?;
        let this = &mut *self;
        let part = &bytes[..bytes.len().min(SENT_MESSAGE_BYTES)];
        let message = Message::Binary(Bytes::copy_from_slice(part));
        let written = (this.frames).write(&mut Nonblocking(&mut this.socket, context), message);
        match written {
            Err(tungstenite::Error::Io(error)) if error.kind() != io::ErrorKind::WouldBlock => {
                Poll::Ready(Err(error))
            }
            // A message that would block is kept, and written by the next flush.
            Ok(()) | Err(tungstenite::Error::Io(_)) => Poll::Ready(Ok(part.len())),
            Err(error) => Poll::Ready(Err(io::Error::other(error))),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let flushed = (this.frames).flush(&mut Nonblocking(&mut this.socket, context));
        finished(flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if !this.shut {
            let frame = CloseFrame {
                code: CloseCode::Normal,
                reason: "".into(),
            };
            // Writes a close frame unless there was one.
            let closed =
                (this.frames).close(&mut Nonblocking(&mut this.socket, context), Some(frame));
            ready!(finished(closed))?;
            this.shut = true;
        }
        Pin::new(&mut this.socket).poll_shutdown(context)
    }
}

fn finished(result: tungstenite::Result<()>) -> Poll<io::Result<()>> {
    match result {
        Ok(()) | Err(tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed) => {
            Poll::Ready(Ok(()))
        }
        Err(tungstenite::Error::Io(error)) => match pending(error) {
            Ok(polled) => polled.map(Ok),
            Err(error) => Poll::Ready(Err(error)),
        },
        Err(error) => Poll::Ready(Err(io::Error::other(error))),
    }
}

fn pending(error: io::Error) -> io::Result<Poll<()>> {
    match error.kind() {
        io::ErrorKind::WouldBlock => Ok(Poll::Pending),
        _ => Err(error),
    }
}

/// Returns what to tell the peer about an error, if it is still there.
fn close_code(error: &tungstenite::Error) -> Option<CloseCode> {
    use tungstenite::error::ProtocolError;
    match error {
        tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
        tungstenite::Error::Protocol(_) => Some(CloseCode::Protocol),
        tungstenite::Error::Capacity(_) => Some(CloseCode::Size),
        tungstenite::Error::Utf8(_) => Some(CloseCode::Invalid),
        _ => None,
    }
}

/// A socket with the calls that tungstenite makes, which say `WouldBlock` instead of waiting.
struct Nonblocking<'s, 'c, 'w, S>(&'s mut S, &'c mut Context<'w>);

impl<S: AsyncRead + Unpin> Read for Nonblocking<'_, '_, '_, S> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let mut buffer = ReadBuf::new(bytes);
        match Pin::new(&mut *self.0).poll_read(self.1, &mut buffer) {
            Poll::Ready(result) => result.map(|()| buffer.filled().len()),
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

impl<S: AsyncWrite + Unpin> Write for Nonblocking<'_, '_, '_, S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match Pin::new(&mut *self.0).poll_write(self.1, bytes) {
            Poll::Ready(result) => result,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match Pin::new(&mut *self.0).poll_flush(self.1) {
            Poll::Ready(result) => result,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}
