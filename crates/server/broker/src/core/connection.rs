//! One connection of a client: bytes in, bytes out. It does no I/O.

use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use super::Core;
use super::clock::{Now, Time};
use super::fetch::Fetch;
use super::limits::{FULL_DISK, HANDSHAKE, MAX_PACKET};
use super::others::{Claiming, InterestNumber};
use super::outgoing::Link;
use super::session::Session;
use super::sessions::Ending;
use super::signal::Signal;
use crate::excerpt::Excerpt;
use crate::keep::{Room, Ticket};
use crate::refusal::{Cause, Refused};
use crate::wire::{self, Decoded, Reason, Version};

/// A buffer that has more room than this is given back when it is empty.
const IDLE_BUFFER: usize = 1 << 10;
/// Answers that wait for the disk beyond which nothing more is read.
const MAX_HELD: usize = 1_024;

/// Stage of a connection, which tells its task what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// CONNECT was not accepted yet.
    Handshake,
    /// CONNECT is there and waits for the other nodes; when the signal fires, it is handed in again.
    Claiming,
    Open,
    /// Nothing is to be read until the signal fires; then what was kept is handed in again.
    Paused,
    /// The rest of the output has to be written, then the socket closed.
    Closing,
}

/// The protocol of one connection.
pub(crate) struct Connection {
    pub(super) core: Arc<Core>,
    pub(super) peer: SocketAddr,
    pub(super) signal: Arc<Signal>,
    pub(super) phase: Phase,
    /// Packets that can be sent.
    pub(super) ready: Vec<u8>,
    /// Answers that wait for the disk.
    held: Held,
}

pub(super) enum Phase {
    Handshake {
        deadline: Time,
        /// Present while CONNECT waits for the other nodes.
        claiming: Option<Claiming>,
    },
    Open(Box<Open>),
    Closing,
}

/// A connection whose client has a session.
pub(super) struct Open {
    pub(super) session: Arc<Session>,
    /// ID of the connection.
    pub(super) id: u64,
    pub(super) link: Link,
    /// `true` once CONNACK was handed out.
    pub(super) is_welcomed: bool,
    /// Longest silence of the client, 0 if it may be silent.
    pub(super) patience: Time,
    /// Time of the client's last packet.
    pub(super) heard: Time,
    /// Topics by alias.
    pub(super) aliases: Vec<Option<Box<str>>>,
    pub(super) pause: Option<Pause>,
}

/// A packet that waits for the disk.
#[derive(Clone, Copy)]
pub(super) struct Pause {
    /// Time at which the connection is closed if the disk is still full.
    pub(super) until: Option<Time>,
}

/// Progress with the bytes of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// So many bytes were used.
    Used(usize),
    /// More bytes are needed, or the disk.
    Wait,
}

/// Result of handling a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handled {
    Done,
    /// It has to be handed in again when the disk takes changes.
    Waits,
}

/// Condition of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Gate {
    /// The commit that has to be durable.
    pub(super) ticket: Ticket,
    /// Subscriptions that the other nodes have to know.
    pub(super) interest: InterestNumber,
}

/// Packets in their order, each of which waits for a commit or for other nodes.
#[derive(Default)]
struct Held {
    bytes: Vec<u8>,
    packets: VecDeque<(Gate, usize)>,
    /// Time at which the connection is closed if the disk is still full.
    until: Option<Time>,
}

impl Connection {
    pub(crate) fn new(core: Arc<Core>, peer: SocketAddr) -> Self {
        let deadline = core.instance.clock.now().time + HANDSHAKE;
        Self {
            core,
            peer,
            signal: Arc::default(),
            phase: Phase::Handshake {
                deadline,
                claiming: None,
            },
            ready: Vec::new(),
            held: Held::default(),
        }
    }

    pub(crate) fn signal(&self) -> &Arc<Signal> {
        &self.signal
    }

    pub(crate) fn stage(&self) -> Stage {
        match &self.phase {
            Phase::Handshake {
                claiming: Some(_), ..
            } => Stage::Claiming,
            Phase::Handshake { .. } => Stage::Handshake,
            Phase::Open(open) if open.pause.is_some() => Stage::Paused,
            Phase::Open(_) => Stage::Open,
            Phase::Closing => Stage::Closing,
        }
    }

    /// Handles what the peer sent. Returns how many bytes were used; the rest has to be handed in again, followed by what
    /// comes next.
    pub(crate) fn receive(&mut self, bytes: &[u8]) -> usize {
        let now = self.core.instance.clock.now();
        self.notice_closure();
        if let Phase::Open(open) = &mut self.phase {
            open.session.touch(now.unix);
        }
        let mut used = 0;
        while used < bytes.len() {
            let rest = &bytes[used..];
            let step = match &self.phase {
                Phase::Handshake { .. } => self.receive_connect(rest, now),
                Phase::Open(_) => self.receive_packet(rest, now),
                Phase::Closing => return bytes.len(),
            };
            match step {
                Step::Used(length) => used += length,
                Step::Wait => break,
            }
        }
        used
    }

    fn receive_packet(&mut self, bytes: &[u8], now: Now) -> Step {
        if self.has_to_wait(now) {
            return Step::Wait;
        }
        let Phase::Open(open) = &mut self.phase else {
            return Step::Wait;
        };
        let version = open.link.version;
        match wire::decode_packet(version, bytes, MAX_PACKET) {
            Ok(Decoded::Incomplete) => Step::Wait,
            Ok(Decoded::Packet(packet, length)) => {
                open.heard = now.time;
                match self.handle(packet, now) {
                    Handled::Done => Step::Used(length),
                    Handled::Waits => Step::Wait,
                }
            }
            Err(error) => {
                let client_id = Some(&*open.session.client_id);
                let refusals = &self.core.instance.refusals;
                refusals.malformed(client_id, self.peer, error.rule, now.unix);
                self.close(error.reason, Some(error.rule), now);
                Step::Used(bytes.len())
            }
        }
    }

    /// Returns whether there are answers that can be written now.
    pub(crate) fn has_answers(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Pauses if too many answers wait for the disk, or the disk is behind with changes that a kept session would add to.
    fn has_to_wait(&mut self, now: Now) -> bool {
        if self.held.packets.len() >= MAX_HELD {
            self.release_held(now);
        }
        let keep = &self.core.instance.keep;
        let Phase::Open(open) = &mut self.phase else {
            return false;
        };
        open.pause.take_if(|pause| pause.until.is_none());
        match self.held.packets.front() {
            Some((gate, _)) if self.held.packets.len() >= MAX_HELD => {
                self.core.wake_after(*gate, &self.signal);
            }
            _ if open.session.is_kept() && keep.room() == Room::Busy => {
                keep.wake_after(Ticket::MAX, &self.signal);
            }
            _ => return false,
        }
        open.pause.get_or_insert(Pause { until: None });
        true
    }

    /// Appends what can be written now, until `out` has about `limit` bytes.
    pub(crate) fn transmit(&mut self, out: &mut Vec<u8>, limit: usize) {
        let now = self.core.instance.clock.now();
        self.notice_closure();
        self.release_held(now);
        if !self.ready.is_empty() {
            out.extend_from_slice(&self.ready);
            self.ready.clear();
            self.ready.shrink_to(IDLE_BUFFER);
        }
        if let Phase::Open(open) = &self.phase
            && open.is_welcomed
        {
            self.core.fill(open, &self.signal, out, limit, now);
        }
    }

    /// Returns when [`expire`](Self::expire) has to be called if nothing else happens before.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let time = match &self.phase {
            Phase::Open(open) => match open.pause {
                Some(pause) => earlier(pause.until, self.held.until),
                None => {
                    let patience = (open.patience > 0).then(|| open.heard + open.patience);
                    earlier(patience, self.held.until)
                }
            },
            Phase::Handshake { deadline, .. } => Some(*deadline),
            Phase::Closing => None,
        };
        time.map(|time| self.core.instance.clock.instant(time))
    }

    /// Closes the connection if its time is over.
    pub(crate) fn expire(&mut self) {
        let now = self.core.instance.clock.now();
        if self.held.until.is_some() {
            // The disk may have had room since.
            self.release_held(now);
        }
        let is_held_long = self.held.until.is_some_and(|until| until <= now.time);
        match &self.phase {
            Phase::Handshake { deadline, .. } if *deadline <= now.time => {
                self.phase = Phase::Closing;
            }
            Phase::Open(_) if is_held_long => {
                self.close(Reason::QUOTA_EXCEEDED, Some("the disk is full"), now);
            }
            Phase::Open(open) => match open.pause {
                Some(Pause { until: Some(until) }) if until <= now.time => {
                    self.close(Reason::QUOTA_EXCEEDED, Some("the disk is full"), now);
                }
                None if open.patience > 0 && open.heard + open.patience <= now.time => {
                    self.close(Reason::KEEP_ALIVE_TIMEOUT, None, now);
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// Returns a read from disk that the session waits for.
    pub(crate) fn fetch(&mut self) -> Option<Fetch> {
        let Phase::Open(open) = &self.phase else {
            return None;
        };
        let instance = &self.core.instance;
        let mut state = open.session.state.lock();
        // Another connection that has taken the session over reads by itself, and is woken by its own reads.
        state.attached(open.id)?;
        let plan = state.outgoing.plan_fetch(instance)?;
        drop(state);
        Some(Fetch::new(
            Arc::clone(&self.core),
            Arc::clone(&open.session),
            Arc::clone(&self.signal),
            plan,
        ))
    }

    /// Returns `true` if the broker stops.
    pub(crate) fn is_stopping(&self) -> bool {
        self.core.instance.is_stopping()
    }

    /// The socket is gone.
    pub(crate) fn lost(mut self) {
        let now = self.core.instance.clock.now();
        self.end(Ending::Lost, format_args!("connection lost"), now);
    }

    /// Ends the connection's part in its session. `reason` is for the log.
    pub(super) fn end(&mut self, ending: Ending, reason: fmt::Arguments<'_>, now: Now) {
        let Phase::Open(open) = std::mem::replace(&mut self.phase, Phase::Closing) else {
            return;
        };
        let client_id = &*Excerpt(&open.session.client_id).logged();
        let (address, version) = (self.peer, open.link.version);
        tracing::info!(client_id, %address, %version, %reason, "device disconnected");
        let sessions = &self.core.sessions;
        if let Some(will) = sessions.disconnect(&open.session, open.id, ending, now) {
            self.core.publish_will_of(&open.session, will, now);
        }
    }

    /// Closes the connection because of what its client did or did not do.
    pub(super) fn close(&mut self, reason: Reason, text: Option<&str>, now: Now) {
        self.release_held(now);
        self.say_goodbye(reason, text);
        match text {
            Some(text) => self.end(Ending::Lost, format_args!("{reason}: {text}"), now),
            None => self.end(Ending::Lost, format_args!("{reason}"), now),
        }
    }

    /// Counts and logs that the client is refused something.
    pub(super) fn note_refusal(&self, open: &Open, cause: Cause<'_>, now: Now) {
        let refused = Refused {
            client_id: &open.session.client_id,
            address: self.peer,
            cause,
        };
        self.core.instance.refusals.refuse(refused, now.unix);
    }

    fn say_goodbye(&mut self, reason: Reason, text: Option<&str>) {
        // Nothing may be sent before CONNACK.
        if let Phase::Open(open) = &self.phase
            && open.link.version == Version::V5
            && open.is_welcomed
        {
            let before = self.ready.len();
            wire::disconnect(&mut self.ready, reason, text);
            if self.ready.len() - before > open.link.maximum_packet_size {
                self.ready.truncate(before);
                wire::disconnect(&mut self.ready, reason, None);
            }
        }
    }

    /// Closes if another connection took the session over, or the server wants it.
    pub(crate) fn notice_closure(&mut self) {
        let Phase::Open(open) = &self.phase else {
            return;
        };
        let state = open.session.state.lock();
        let reason = match state.attached(open.id) {
            Some(attached) => attached.close,
            None => Some(state.closed_by),
        };
        drop(state);
        if let Some(reason) = reason {
            self.close(reason, None, self.core.instance.clock.now());
        }
    }

    /// Sends an answer as soon as a commit is durable, after all answers before it.
    pub(super) fn answer(&mut self, ticket: Ticket, write: impl FnOnce(&mut Vec<u8>)) {
        let gate = Gate {
            ticket,
            interest: 0,
        };
        self.answer_after(gate, write);
    }

    /// Sends an answer as soon as its condition holds, after all answers before it.
    pub(super) fn answer_after(&mut self, gate: Gate, write: impl FnOnce(&mut Vec<u8>)) {
        if self.held.packets.is_empty() && self.core.is_open(gate) {
            write(&mut self.ready);
            self.note_welcome();
            return;
        }
        let before = self.held.bytes.len();
        write(&mut self.held.bytes);
        let length = self.held.bytes.len() - before;
        self.held.packets.push_back((gate, length));
    }

    /// Sends PINGRESP. It does not wait for the disk, except with CONNACK.
    pub(super) fn pong(&mut self) {
        match &self.phase {
            Phase::Open(open) if !open.is_welcomed => self.answer(0, wire::pingresp),
            _ => wire::pingresp(&mut self.ready),
        }
    }

    /// Notes that an answer is on its way: CONNACK, which is the first, or a later one.
    fn note_welcome(&mut self) {
        if let Phase::Open(open) = &mut self.phase {
            open.is_welcomed = true;
        }
    }

    fn release_held(&mut self, now: Now) {
        if matches!(self.phase, Phase::Closing) {
            // Nothing comes after DISCONNECT.
            return;
        }
        let before = self.held.until.take();
        let free = self.held.packets.iter();
        let free = free
            .take_while(|(gate, _)| self.core.is_open(*gate))
            .count();
        // Asked afterwards: what another life of the node was to write counts as committed, but was not.
        let free = if free > 0 && self.has_moved() {
            0
        } else {
            free
        };
        let packets = self.held.packets.drain(..free);
        let length: usize = packets.map(|(_, bytes)| bytes).sum();
        if length > 0 {
            self.ready.extend(self.held.bytes.drain(..length));
            self.held.bytes.shrink_to(IDLE_BUFFER);
            self.note_welcome();
        }
        if let Some((gate, _)) = self.held.packets.front() {
            let keep = &self.core.instance.keep;
            self.core.wake_after(*gate, &self.signal);
            if keep.is_full() && gate.ticket > keep.committed() {
                // It waits for another commit if others were sent just now.
                let before = before.filter(|_| length == 0);
                self.held.until = before.or(Some(now.time + FULL_DISK));
            }
        }
    }

    /// Returns whether another node may have the session.
    fn has_moved(&self) -> bool {
        let Phase::Open(open) = &self.phase else {
            return false;
        };
        self.core.instance.others.is_some() && open.session.state.lock().has_ended
    }
}

impl Core {
    fn is_open(&self, gate: Gate) -> bool {
        let others = self.instance.others.as_ref();
        gate.ticket <= self.instance.keep.committed()
            && others.is_none_or(|others| others.is_known(gate.interest))
    }

    /// Fires a signal when a gate may have opened.
    fn wake_after(&self, gate: Gate, signal: &Arc<Signal>) {
        let keep = &self.instance.keep;
        match &self.instance.others {
            Some(others) if gate.ticket <= keep.committed() => {
                others.wake_when_known(gate.interest, signal);
            }
            _ => keep.wake_after(gate.ticket, signal),
        }
    }
}

fn earlier(one: Option<Time>, other: Option<Time>) -> Option<Time> {
    one.into_iter().chain(other).min()
}
