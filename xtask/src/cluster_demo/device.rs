//! A device that publishes to the next one, and looks for another node when its own is gone.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use super::shared::Shared;
use crate::packet::{self, CONNACK, PUBACK, PUBLISH, Packet};

/// Longest wait for bytes before the device looks at what else is due.
const GLANCE: Duration = Duration::from_millis(100);
/// Longest wait for the answer to CONNECT.
const PATIENCE: Duration = Duration::from_secs(15);
/// Pause before the next attempt to connect.
const RETRY: Duration = Duration::from_millis(250);
const KEEPALIVE: u16 = 60;

/// State that outlives a connection.
pub(super) struct Device<'a> {
    number: usize,
    shared: &'a Shared,
    /// Messages that are published, without the one that is under way.
    sent: usize,
    /// Packet identifier and payload of a message that is not acknowledged.
    under_way: VecDeque<(u16, String)>,
    is_subscribed: bool,
    next: Instant,
}

impl<'a> Device<'a> {
    pub(super) fn new(number: usize, shared: &'a Shared) -> Self {
        Self {
            number,
            shared,
            sent: 0,
            under_way: VecDeque::new(),
            is_subscribed: false,
            next: Instant::now(),
        }
    }

    /// Exchanges messages until the fleet is stopped.
    pub(super) fn run(&mut self) {
        let mut node = self.number;
        while !self.shared.is_stopped() {
            let address = &self.shared.nodes[node % self.shared.nodes.len()];
            let Ok(connection) = self.connect(address) else {
                node += 1;
                thread::sleep(RETRY);
                continue;
            };
            self.shared.online.fetch_add(1, Ordering::AcqRel);
            let end = self.exchange(connection);
            self.shared.online.fetch_sub(1, Ordering::AcqRel);
            if end.is_ok() {
                return;
            }
        }
    }

    fn connect(&mut self, address: &str) -> io::Result<Connection> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(GLANCE))?;
        let mut connection = Connection {
            stream,
            received: Vec::new(),
        };
        let client_id = format!("GID_demo@@@{}", self.number);
        connection.send(&packet::connect(&client_id, true, KEEPALIVE))?;
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            if let Some(found) = connection.next()? {
                let is_accepted = found.kind == CONNACK && found.body.get(1) == Some(&0);
                let has_session = found.body.first() == Some(&1);
                self.is_subscribed &= has_session;
                return is_accepted
                    .then_some(connection)
                    .ok_or_else(|| ErrorKind::ConnectionRefused.into());
            }
        }
        Err(ErrorKind::TimedOut.into())
    }

    /// Exchanges messages. Returns an error if the connection ends before the fleet is stopped.
    fn exchange(&mut self, mut connection: Connection) -> io::Result<()> {
        if !self.is_subscribed {
            connection.send(&packet::subscribe(&topic(self.number), 1))?;
        }
        for (id, payload) in &self.under_way {
            connection.send(&self.publish(*id, payload))?;
        }
        while !self.shared.is_stopped() {
            while let Some(found) = connection.next()? {
                let answer = self.handle(&found);
                if let Some(answer) = answer {
                    connection.send(&answer)?;
                }
            }
            let is_due = self.under_way.is_empty() && Instant::now() >= self.next;
            if is_due && self.shared.is_started() && self.sent < self.shared.messages {
                self.sent += 1;
                self.next = Instant::now() + self.shared.pause;
                let id = u16::try_from(self.sent).unwrap_or(1);
                let payload = format!("{} {}", self.number, self.sent);
                connection.send(&self.publish(id, &payload))?;
                self.under_way.push_back((id, payload));
            }
        }
        connection.send(&packet::disconnect())
    }

    /// Handles a packet. Returns the answer to it.
    fn handle(&mut self, found: &Found) -> Option<Vec<u8>> {
        match found.kind {
            PUBACK => {
                let (id, payload) = self.under_way.pop_front()?;
                if found.body == id.to_be_bytes() {
                    self.shared.ledger().acknowledge(payload);
                }
                None
            }
            PUBLISH => {
                let (id, payload) = found.message.clone()?;
                self.shared.ledger().receive(payload);
                Some(packet::acknowledge(id))
            }
            packet::SUBACK => {
                self.is_subscribed = true;
                self.shared.subscribed.fetch_add(1, Ordering::AcqRel);
                None
            }
            _ => None,
        }
    }

    fn publish(&self, id: u16, payload: &str) -> Vec<u8> {
        let next = (self.number + 1) % self.shared.devices;
        packet::publish(&topic(next), 1, id, payload.as_bytes(), false)
    }
}

fn topic(device: usize) -> String {
    format!("test/{device}")
}

struct Connection {
    stream: TcpStream,
    /// Bytes of packets that are not handled yet.
    received: Vec<u8>,
}

/// A packet that was received.
struct Found {
    kind: u8,
    body: Vec<u8>,
    /// Packet identifier and payload of a PUBLISH that has to be acknowledged.
    message: Option<([u8; 2], String)>,
}

impl Connection {
    fn send(&mut self, packet: &[u8]) -> io::Result<()> {
        self.stream.write_all(packet)
    }

    /// Returns the next packet, or nothing if none arrives in a moment.
    fn next(&mut self) -> io::Result<Option<Found>> {
        let mut buffer = [0; 4096];
        loop {
            if let Some((packet, length)) = Packet::first(&self.received) {
                let message = packet.message();
                let message = message.and_then(|message| {
                    let payload = String::from_utf8_lossy(message.payload).into_owned();
                    Some((message.id?, payload))
                });
                let found = Found {
                    kind: packet.kind,
                    body: packet.body.to_vec(),
                    message,
                };
                self.received.drain(..length);
                return Ok(Some(found));
            }
            match self.stream.read(&mut buffer) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(read) => self.received.extend(&buffer[..read]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }
}
