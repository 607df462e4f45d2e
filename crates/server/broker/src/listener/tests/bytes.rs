//! Bytes that a peer sends instead of an HTTP request, and instead of frames of a WebSocket.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};

use super::*;
use crate::fuzz::{check, pieces};
use crate::listener::http::HEAD_BYTES;
use crate::listener::transport::Transport;
use crate::listener::websocket::handshake;

/// Most bytes of an answer to an HTTP request.
const ANSWER: usize = 512;
/// Reads of an ended stream after which its reader counts as spinning.
const READS_AT_END: usize = 1000;

#[test]
fn http_requests_do_no_harm() {
    check(include_str!("../../../fuzz/http.txt"), |input| {
        let Some((&cuts, bytes)) = input.split_first() else {
            return;
        };
        let expected = answered(bytes, 0);
        assert_eq!(answered(bytes, cuts), expected, "it depends on the pieces");
    });
}

/// Returns whether a request opens a WebSocket, and the answer.
fn answered(bytes: &[u8], cuts: u8) -> (bool, String) {
    let stream = Stream::new(pieces(bytes, cuts), 0);
    let sent = Arc::clone(&stream.sent);
    let is_opened = block_on(handshake(stream)).is_ok();
    let sent = sent.lock();
    let answer = String::from_utf8(sent.bytes.clone()).unwrap();
    assert!(answer.len() <= ANSWER && sent.read_before <= HEAD_BYTES);
    assert_eq!(is_opened, answer.starts_with("HTTP/1.1 101 "));
    assert!(answer.is_empty() || answer.matches("\r\n\r\n").count() == 1);
    assert_eq!(answer.matches('\r').count(), answer.matches("\r\n").count());
    (is_opened, answer)
}

#[test]
fn websocket_frames_do_no_harm() {
    check(include_str!("../../../fuzz/websocket.txt"), |input| {
        let [choice, cuts, bytes @ ..] = input else {
            return;
        };
        let expected = block_on(echoed(bytes, *choice, 0));
        let found = block_on(echoed(bytes, *choice, *cuts));
        assert_eq!(found, expected, "it depends on the pieces");
        assert!(found.starts_with(&sent_messages(bytes)));
    });
}

/// Returns what is in whole binary messages of a client, up to the first frame that is special in any way.
fn sent_messages(mut frames: &[u8]) -> Vec<u8> {
    let (mut whole, mut begun, mut is_begun) = (Vec::new(), Vec::new(), false);
    while let [first, length @ 0x80..0xfe, rest @ ..] = frames {
        let length = usize::from(length & 0x7f);
        let Some((mask, rest)) = rest.split_first_chunk::<4>() else {
            break;
        };
        let Some((content, rest)) = rest.split_at_checked(length) else {
            break;
        };
        let content = content.iter().zip(mask.iter().cycle());
        let content = content.map(|(byte, mask)| byte ^ mask);
        match (first, is_begun) {
            (0x89 | 0x8a, _) => {}
            (0x82 | 0x02, false) | (0x80 | 0x00, true) => begun.extend(content),
            _ => break,
        }
        if first & 0x0f < 3 {
            is_begun = first & 0x80 == 0;
        }
        if !is_begun {
            whole.append(&mut begun);
        }
        frames = rest;
    }
    whole
}

const ACCEPTED: u8 = 1;

/// Reads a WebSocket to its end and sends back what it reads. Returns what was read.
async fn echoed(bytes: &[u8], choice: u8, cuts: u8) -> Vec<u8> {
    let stream = Stream::new(
        [vec![UPGRADE.as_bytes()], pieces(bytes, cuts)].concat(),
        choice >> 1,
    );
    let sent = Arc::clone(&stream.sent);
    let mut socket = handshake(stream).await.unwrap();
    let head = sent.lock().bytes.len();
    if choice & ACCEPTED != 0 {
        socket.accepted();
    }
    let (mut read, mut written, mut buffer) = (Vec::new(), 0, vec![0; 1024]);
    while let Ok(count @ 1..) = socket.read(&mut buffer).await {
        read.extend_from_slice(&buffer[..count]);
        if written + count == read.len() && socket.write_all(&buffer[..count]).await.is_ok() {
            written += count;
        }
    }
    let _ = socket.shutdown().await;
    let sent = sent.lock();
    let echo = payload(&sent.bytes[head..]);
    assert!(read.starts_with(&echo) && echo.len() >= written);
    assert!(read.len() <= bytes.len() && sent.bytes.len() <= head + 6 * bytes.len() + ANSWER);
    read
}

/// Returns what is in binary frames of the broker, and checks that nothing follows a close frame.
fn payload(mut frames: &[u8]) -> Vec<u8> {
    let mut payload = Vec::new();
    while let [first, length, rest @ ..] = frames {
        let (length, rest) = match (length, rest) {
            (126, [high, low, rest @ ..]) => (u16::from_be_bytes([*high, *low]).into(), rest),
            (length, rest) => (usize::from(*length), rest),
        };
        let (content, rest) = rest.split_at(length);
        match first {
            0x82 => payload.extend_from_slice(content),
            0x8a => {}
            0x88 => assert!(rest.is_empty(), "a frame after the last one"),
            _ => panic!("frame {first:x}"),
        }
        frames = rest;
    }
    assert!(frames.is_empty());
    payload
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(future)
}

/// A stream of a peer that has sent all it will ever send.
struct Stream {
    pieces: Vec<Vec<u8>>,
    reads_at_end: usize,
    /// Most bytes that are written at once; 0 for all, without having to wait.
    slowness: u8,
    /// True if the next read is served; the one before has to wait.
    is_read: bool,
    /// True if the next write is served.
    is_written: bool,
    sent: Arc<Mutex<Answered>>,
}

#[derive(Default)]
struct Answered {
    bytes: Vec<u8>,
    read: usize,
    /// Bytes that were read before the first answer.
    read_before: usize,
}

impl Stream {
    fn new(pieces: Vec<&[u8]>, slowness: u8) -> Self {
        Self {
            pieces: pieces.into_iter().rev().map(<[u8]>::to_vec).collect(),
            reads_at_end: 0,
            slowness,
            is_read: false,
            is_written: false,
            sent: Arc::default(),
        }
    }
}

impl Transport for Stream {}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.is_read = !self.is_read;
        if self.is_read {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let Some(mut piece) = self.pieces.pop() else {
            self.reads_at_end += 1;
            assert!(self.reads_at_end < READS_AT_END, "the reader spins");
            return Poll::Ready(Ok(()));
        };
        let rest = piece.split_off(piece.len().min(buffer.remaining()));
        buffer.put_slice(&piece);
        self.sent.lock().read += piece.len();
        if !rest.is_empty() {
            self.pieces.push(rest);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.is_written = !self.is_written;
        if self.slowness > 0 && self.is_written {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let bytes = match self.slowness {
            0 => bytes,
            most => &bytes[..bytes.len().min(most.into())],
        };
        let mut sent = self.sent.lock();
        if sent.bytes.is_empty() {
            sent.read_before = sent.read;
        }
        sent.bytes.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
