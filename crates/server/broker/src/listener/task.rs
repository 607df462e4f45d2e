//! The task of a connection: moves bytes between its socket and the protocol.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pop_listen::close;
use tokio::io::ReadBuf;
use tokio::time::{Instant, Sleep, sleep_until, timeout};

use super::limits::{Permit, Rejection, Waiting};
use super::transport::{CLOSE_TIMEOUT, Transport};
use crate::core::{Connection, MAX_PACKET, Stage};

/// Size of the buffer that a thread reads into, whichever connection it serves.
const READ_BYTES: usize = 64 << 10;
/// Most bytes read at once before CONNECT is accepted.
const READ_BYTES_BEFORE_CONNECT: usize = 8 << 10;
/// Reads after which the largest packet is complete, if it has arrived.
const READS_PER_PACKET: usize = MAX_PACKET.div_ceil(READ_BYTES);
/// Reads in a row, and bytes in a row, after which other connections get their turn.
const READS_PER_TURN: usize = 16;
const READ_BYTES_PER_TURN: usize = 256 << 10;
/// Bytes that are asked of the protocol for one write.
const WRITE_BYTES: usize = 64 << 10;
/// Writes in a row after which other connections get their turn.
const WRITES_PER_TURN: usize = 4;
/// Longest time that a peer may not take a byte of what waits for it.
pub(super) const STALL_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest time that a peer has to close its side while the broker stops, which waits for each of them.
const LINGER_AT_STOP: Duration = Duration::from_millis(250);

thread_local! {
    static READ: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static WRITE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// A connection and its socket. Idle, it holds no buffer.
///
/// As a future it ends with how the socket is to be closed.
/// It relies on being polled with the same waker each time, as tokio does with a task.
pub(super) struct Task<S> {
    link: Link<S>,
    /// Nothing once the task has ended.
    connection: Option<Connection>,
}

/// The socket, and what has to be known between two rounds.
struct Link<S> {
    socket: S,
    /// Beginning of a packet, or packets that came before a pause.
    unused: Vec<u8>,
    output: Option<Box<Output>>,
    /// Fires at or before the next deadline.
    timer: Option<Pin<Box<Sleep>>>,
    /// Present until CONNECT is accepted.
    waiting: Option<Box<Waiting>>,
    /// Time by which it has to be over, present while the connection closes.
    close_by: Option<Box<Instant>>,
    /// `true` if the signal came since the last read.
    signalled: bool,
    /// `true` if others had their turn since something was read.
    has_yielded: bool,
    /// `true` if the last packets led to a pause.
    paused: bool,
    ended_by_peer: bool,
    _permit: Permit,
}

/// Bytes that the socket did not take yet.
struct Output {
    bytes: Vec<u8>,
    written: usize,
    /// Time at which the peer last took something.
    progress: Instant,
}

/// Result of a round of work.
enum Round {
    /// Nothing can be done now.
    Idle,
    /// There is more to do, after others had their turn.
    Busy,
    /// The connection is over, and everything is written.
    Over,
}

/// How a socket is to be closed.
pub(super) enum Close {
    /// It is gone already.
    Gone,
    /// So that the peer gets our last bytes.
    InOrder,
    /// In order, but soon.
    Soon,
}

/// Serves a connection until it ends.
#[expect(
    clippy::manual_async_fn,
    reason = "as an `async fn` it is larger by another task"
)]
pub(super) fn run<S: Transport>(mut task: Task<S>) -> impl Future<Output = ()> + Send {
    async move {
        let how = (&mut task).await;
        let closing = close(&mut task.link.socket);
        // Boxed: it would enlarge every idle connection.
        match how {
            Close::Gone => {}
            Close::InOrder => Box::pin(closing).await,
            Close::Soon => drop(Box::pin(timeout(LINGER_AT_STOP, closing)).await),
        }
    }
}

impl<S: Transport> Task<S> {
    pub(super) fn new(
        socket: S,
        connection: Connection,
        permit: Permit,
        waiting: Box<Waiting>,
    ) -> Self {
        let link = Link {
            socket,
            unused: Vec::new(),
            output: None,
            timer: None,
            waiting: Some(waiting),
            close_by: None,
            signalled: false,
            has_yielded: false,
            paused: false,
            ended_by_peer: false,
            _permit: permit,
        };
        Self {
            link,
            connection: Some(connection),
        }
    }
}

impl<S: Transport> Link<S> {
    /// Writes what is left of the last round, reads what waits, then writes what came of it in one piece.
    fn round(
        &mut self,
        connection: &mut Connection,
        context: &mut Context<'_>,
    ) -> io::Result<Round> {
        self.signalled |= connection.signal().poll(context);
        if self.write_rest(context)?.is_pending() {
            // Whoever reads nothing can still be taken over, or be asked to go.
            connection.notice_closure();
            return Ok(Round::Idle);
        }
        let more = !self.ended_by_peer && self.read(connection, context)?;
        if connection.has_answers() && !std::mem::replace(&mut self.has_yielded, true) {
            // Those that the messages are for are woken by now, and write before they are acknowledged.
            return Ok(Round::Busy);
        }
        self.has_yielded = false;
        for _ in 0..WRITES_PER_TURN {
            let wrote = self.write(connection, context)?;
            while let Some(fetch) = connection.fetch() {
                tokio::task::spawn_blocking(move || fetch.run());
            }
            if self.output.is_some() {
                return Ok(Round::Idle); // input waits as long as output does
            }
            if wrote == 0 {
                let over = self.ended_by_peer || connection.stage() == Stage::Closing;
                return Ok(match (over, more) {
                    (true, _) => Round::Over,
                    (false, true) => Round::Busy,
                    (false, false) => Round::Idle,
                });
            }
        }
        Ok(Round::Busy)
    }

    /// Reads and handles what waits, within bounds. Returns whether more may wait.
    fn read(&mut self, connection: &mut Connection, context: &mut Context<'_>) -> io::Result<bool> {
        // A signal from before a pause does not end it.
        let signalled = std::mem::take(&mut self.signalled);
        if self.paused || matches!(connection.stage(), Stage::Paused | Stage::Claiming) {
            if !signalled {
                return Ok(false);
            }
            self.receive(connection, &[]);
        }
        let mut bytes = 0;
        for _ in 0..READS_PER_TURN {
            if !matches!(connection.stage(), Stage::Handshake | Stage::Open) {
                return Ok(false);
            }
            match self.read_once(connection, context)? {
                Poll::Ready(0) => {
                    self.ended_by_peer = true;
                    return Ok(false);
                }
                Poll::Ready(count) => bytes += count,
                Poll::Pending => return Ok(false),
            }
            if bytes >= READ_BYTES_PER_TURN {
                break;
            }
        }
        Ok(true)
    }

    fn read_once(
        &mut self,
        connection: &mut Connection,
        context: &mut Context<'_>,
    ) -> io::Result<Poll<usize>> {
        let mut scratch = READ.take();
        scratch.resize(READ_BYTES, 0);
        let room = match connection.stage() {
            Stage::Handshake => READ_BYTES_BEFORE_CONNECT,
            _ => READ_BYTES,
        };
        let mut buffer = ReadBuf::new(&mut scratch[..room]);
        let polled = Pin::new(&mut self.socket).poll_read(context, &mut buffer);
        let count = buffer.filled().len();
        if count > 0 {
            self.receive(connection, &scratch[..count]);
        }
        READ.set(scratch);
        Ok(match polled {
            Poll::Ready(result) => result.map(|()| Poll::Ready(count))?,
            Poll::Pending => Poll::Pending,
        })
    }

    /// Hands bytes to the protocol after those that it did not use before.
    fn receive(&mut self, connection: &mut Connection, bytes: &[u8]) {
        if self.unused.is_empty() {
            let used = connection.receive(bytes);
            self.unused = bytes[used..].to_vec();
        } else {
            self.unused.extend_from_slice(bytes);
            let used = connection.receive(&self.unused);
            if used > 0 {
                self.unused = self.unused[used..].to_vec();
            }
        }
        let stage = connection.stage();
        self.paused = matches!(stage, Stage::Paused | Stage::Claiming);
        self.signalled = false;
        self.note_acceptance(stage);
    }

    /// Gives back the place among those that wait, once CONNECT is accepted.
    fn note_acceptance(&mut self, stage: Stage) {
        if self.waiting.is_some() && matches!(stage, Stage::Open | Stage::Paused) {
            self.waiting = None;
            self.socket.accepted();
        }
    }

    /// Asks for what is to be written and writes it. Returns how much that was.
    fn write(
        &mut self,
        connection: &mut Connection,
        context: &mut Context<'_>,
    ) -> io::Result<usize> {
        let mut bytes = WRITE.take();
        connection.transmit(&mut bytes, WRITE_BYTES);
        let count = bytes.len();
        let result = if count == 0 {
            Ok(())
        } else {
            self.write_now(&bytes, context)
        };
        bytes.clear();
        bytes.shrink_to(2 * WRITE_BYTES);
        WRITE.set(bytes);
        result.map(|()| count)
    }

    /// Writes as much as the socket takes, and keeps the rest.
    fn write_now(&mut self, bytes: &[u8], context: &mut Context<'_>) -> io::Result<()> {
        let mut written = 0;
        let is_done = write_all(&mut self.socket, bytes, &mut written, context)?.is_ready();
        if !is_done {
            self.output = Some(Box::new(Output {
                bytes: bytes[written..].to_vec(),
                written: 0,
                progress: Instant::now(),
            }));
        }
        Ok(())
    }

    /// Writes what is left of earlier output.
    fn write_rest(&mut self, context: &mut Context<'_>) -> io::Result<Poll<()>> {
        let Some(output) = &mut self.output else {
            return Ok(Poll::Ready(()));
        };
        let before = output.written;
        let polled = write_all(
            &mut self.socket,
            &output.bytes,
            &mut output.written,
            context,
        )?;
        if polled.is_ready() {
            self.output = None;
        } else if output.written > before {
            output.progress = Instant::now();
        }
        Ok(polled)
    }

    /// Acts on deadlines that have passed, and returns whether the connection may go on.
    fn expire(
        &mut self,
        connection: &mut Connection,
        context: &mut Context<'_>,
        now: Instant,
    ) -> io::Result<bool> {
        if let Some(waiting) = &self.waiting
            && waiting.deadline <= now
        {
            waiting.reject(Rejection::Timeout);
            return Ok(false);
        }
        let stalled = |output: &Output| output.progress + STALL_TIMEOUT <= now;
        if self.output.as_deref().is_some_and(stalled)
            || self.close_by.as_deref().is_some_and(|by| *by <= now)
        {
            return Ok(false);
        }
        let is_due =
            |connection: &Connection| connection.deadline().is_some_and(|at| at <= now.into_std());
        for _ in 0..READS_PER_PACKET {
            if is_due(connection) && self.output.is_some() && connection.stage() == Stage::Open {
                // While output waits nothing is read, so a sign of life may wait to be seen.
                self.ended_by_peer |=
                    matches!(self.read_once(connection, context)?, Poll::Ready(0));
            }
        }
        if is_due(connection) {
            connection.expire();
        }
        Ok(true)
    }

    /// Returns when the task has to act even if nothing happens.
    fn deadline(&self, connection: &Connection) -> Option<Instant> {
        let waiting = self.waiting.as_ref().map(|waiting| waiting.deadline);
        let stalled = (self.output.as_ref()).map(|output| output.progress + STALL_TIMEOUT);
        let protocol = match waiting {
            Some(_) => None, // the core's own bound on CONNECT is the same time
            None => connection.deadline().map(Instant::from_std),
        };
        [
            waiting,
            stalled,
            self.close_by.as_deref().copied(),
            protocol,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Returns the time once a deadline has passed.
    fn poll_deadline(
        &mut self,
        connection: &Connection,
        context: &mut Context<'_>,
    ) -> Poll<Instant> {
        loop {
            let Some(deadline) = self.deadline(connection) else {
                self.timer = None;
                return Poll::Pending;
            };
            match &mut self.timer {
                Some(timer) if timer.is_elapsed() => {
                    let now = Instant::now();
                    if deadline <= now {
                        return Poll::Ready(now);
                    }
                    timer.as_mut().reset(deadline);
                }
                // It fires early at worst, so that not each packet moves it.
                Some(timer) if timer.deadline() <= deadline => return Poll::Pending,
                Some(timer) => timer.as_mut().reset(deadline),
                None => self.timer = Some(Box::pin(sleep_until(deadline))),
            }
            if let Some(timer) = &mut self.timer {
                ready!(timer.as_mut().poll(context));
            }
        }
    }

    /// Works until nothing can be done now. Returns whether the socket shall be closed in order.
    fn serve(
        &mut self,
        connection: &mut Connection,
        context: &mut Context<'_>,
    ) -> io::Result<Poll<bool>> {
        let mut is_busy = match self.round(connection, context)? {
            Round::Over => return Ok(Poll::Ready(true)),
            Round::Busy => true,
            Round::Idle => false,
        };
        let is_closing = self.ended_by_peer || connection.stage() == Stage::Closing;
        if is_closing && self.close_by.is_none() {
            self.close_by = Some(Box::new(Instant::now() + CLOSE_TIMEOUT));
        }
        if let Poll::Ready(now) = self.poll_deadline(connection, context) {
            if !self.expire(connection, context, now)? {
                return Ok(Poll::Ready(false));
            }
            is_busy = true; // what comes of it is written in the next round
        }
        if is_busy {
            context.waker().wake_by_ref();
        }
        Ok(Poll::Pending)
    }
}

impl<S: Transport> Future for Task<S> {
    type Output = Close;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Close> {
        let task = &mut *self;
        let Some(connection) = &mut task.connection else {
            return Poll::Ready(Close::Gone);
        };
        let is_orderly = match task.link.serve(connection, context) {
            Ok(served) => ready!(served),
            Err(error) => {
                tracing::debug!(%error, "connection broke");
                false
            }
        };
        let how = match is_orderly {
            false => Close::Gone,
            true if connection.is_stopping() => Close::Soon,
            true => Close::InOrder,
        };
        task.lose();
        Poll::Ready(how)
    }
}

impl<S> Task<S> {
    fn lose(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.lost();
        }
    }
}

impl<S> Drop for Task<S> {
    fn drop(&mut self) {
        self.lose();
    }
}

/// Writes and flushes as much as the socket takes, and counts it in `written`.
fn write_all(
    socket: &mut impl Transport,
    bytes: &[u8],
    written: &mut usize,
    context: &mut Context<'_>,
) -> io::Result<Poll<()>> {
    while *written < bytes.len() {
        match Pin::new(&mut *socket).poll_write(context, &bytes[*written..]) {
            Poll::Ready(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
            Poll::Ready(result) => *written += result?,
            Poll::Pending => return Ok(Poll::Pending),
        }
    }
    match Pin::new(socket).poll_flush(context) {
        Poll::Ready(result) => result.map(Poll::Ready),
        Poll::Pending => Ok(Poll::Pending),
    }
}
