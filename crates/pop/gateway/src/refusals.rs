//! Answers to requests that hyper cannot read.
//!
//! hyper answers these itself, without a body. All other answers have the ID of their request.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::http::StatusCode;
use pop_rpc::Format;
use pop_rpc::error::Failure;
use pop_rpc::service::Answer;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::head::Head;
use crate::http::REQUEST_ID;

/// Turns a status into an answer in a format, and counts it.
pub(super) type Refuse = Arc<dyn Fn(StatusCode, Format) -> Vec<u8> + Send + Sync>;

/// Failure of a request that cannot be read. Code and message are the name of the status.
pub(super) fn failure(status: StatusCode) -> Failure {
    let name = status.canonical_reason().unwrap_or_default();
    Failure {
        code: name.replace(' ', ""),
        status: status.as_u16(),
        message: name.to_owned(),
    }
}

/// Returns an answer with its head, after which the connection ends.
pub(super) fn whole(answer: &Answer, request_id: &str) -> Vec<u8> {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_REQUEST);
    let head = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-type: {}\r\n\
         content-length: {}\r\n{REQUEST_ID}: {}\r\n\r\n",
        answer.content_type,
        answer.body.len(),
        request_id,
    );
    [head.as_bytes(), &answer.body].concat()
}

/// Bytes of an answer that are searched for the ID of its request.
const SEARCHED: usize = 2048;

/// Start of each answer.
const BEGIN: &[u8] = b"HTTP/1.";

/// Start of an answer before the body has arrived.
const CONTINUE: &[u8] = b"HTTP/1.1 1";

/// A stream that gives a body to the answers that hyper writes itself.
pub(super) struct Refusing<S> {
    stream: S,
    refuse: Refuse,
    head: Head,
    /// Answer in place of hyper's own, and how much of it is written.
    own: Vec<u8>,
    written: usize,
}

impl<S> Refusing<S> {
    pub(super) fn new(stream: S, refuse: Refuse) -> Self {
        Self {
            stream,
            refuse,
            head: Head::default(),
            own: Vec::new(),
            written: 0,
        }
    }

    /// Returns the answer to the last request, and the stream to write it to.
    pub(super) fn refuse(self, status: StatusCode) -> (Vec<u8>, S) {
        ((self.refuse)(status, self.head.format()), self.stream)
    }

    pub(super) fn into_inner(self) -> S {
        self.stream
    }

    /// Prepares an answer if `bytes` are one of hyper's own.
    fn replace(&mut self, bytes: &[u8]) {
        if !self.own.is_empty() {
            return;
        }
        if let Some(status) = refusal(bytes) {
            self.own = (self.refuse)(status, self.head.format());
        } else if bytes.starts_with(BEGIN) && !bytes.starts_with(CONTINUE) {
            self.head.answered();
        }
    }
}

/// Returns the status of an answer that hyper wrote itself.
fn refusal(bytes: &[u8]) -> Option<StatusCode> {
    let rest = bytes.strip_prefix(BEGIN)?;
    let status = rest.get(2..5)?;
    if status[0] != b'4' {
        return None;
    }
    let head = &bytes[..bytes.len().min(SEARCHED)];
    let has_id = contains(head, REQUEST_ID.as_str().as_bytes());
    (!has_id).then(|| StatusCode::from_bytes(status).ok())?
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|other| other == part)
}

impl<S: AsyncWrite + Unpin> Refusing<S> {
    /// Writes the prepared answer.
    fn poll_own(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.written < self.own.len() {
            let rest = &self.own[self.written..];
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, rest))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written += written;
        }
        (self.own, self.written) = (Vec::new(), 0);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Refusing<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.replace(bytes);
        if self.own.is_empty() {
            return Pin::new(&mut self.stream).poll_write(context, bytes);
        }
        ready!(self.poll_own(context))?;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let first = parts.iter().find(|part| !part.is_empty());
        if let Some(first) = first {
            self.replace(first);
            if !self.own.is_empty() {
                return self.poll_write(context, first);
            }
        }
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Refusing<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        self.head.read(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}
