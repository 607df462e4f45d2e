//! MQTT 3.1.1 and 5 by the byte, for clients whose state outlives their connections and the server.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::program::{PATIENCE, password, user_name};

pub(crate) const PUBACK: u8 = 0x40;
pub(crate) const PUBREC: u8 = 0x50;
pub(crate) const PUBREL: u8 = 0x62;
pub(crate) const PUBCOMP: u8 = 0x70;

/// Seconds that a kept session of MQTT 5 outlives its connection.
const EXPIRY: u32 = 3600;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V311,
    V5,
}

/// A message as it is sent or received.
#[derive(Clone, Debug)]
pub(crate) struct Publish {
    pub(crate) topic: String,
    pub(crate) payload: Vec<u8>,
    pub(crate) qos: u8,
    pub(crate) id: u16,
    pub(crate) retain: bool,
    pub(crate) dup: bool,
}

/// A packet that the server sends.
#[derive(Debug)]
pub(crate) enum Packet {
    Connack {
        session_present: bool,
        reason: u8,
    },
    Publish(Publish),
    /// An acknowledgement, of SUBSCRIBE and UNSUBSCRIBE too; `kind` is its first byte.
    Acknowledgement {
        kind: u8,
        id: u16,
        reason: u8,
    },
    Other(#[allow(dead_code, reason = "shown when a test fails")] u8),
}

/// A connection to the server.
pub(crate) struct Peer {
    version: Version,
    stream: TcpStream,
    received: Vec<u8>,
}

impl Peer {
    /// Connects. Returns whether the server had a session of the client.
    pub(crate) async fn connect(
        address: SocketAddr,
        client_id: &str,
        version: Version,
        is_kept: bool,
    ) -> io::Result<(Self, bool)> {
        let stream = TcpStream::connect(address).await?;
        Self::start(stream, client_id, version, is_kept).await
    }

    /// Connects on a stream. Returns whether the server had a session of the client.
    pub(crate) async fn start(
        stream: TcpStream,
        client_id: &str,
        version: Version,
        is_kept: bool,
    ) -> io::Result<(Self, bool)> {
        stream.set_nodelay(true)?;
        let mut peer = Self {
            version,
            stream,
            received: Vec::new(),
        };
        peer.send(&connect(client_id, version, is_kept)).await?;
        match peer.next().await? {
            Packet::Connack {
                session_present,
                reason: 0,
            } => Ok((peer, session_present)),
            other => panic!("{client_id}: {other:?} instead of CONNACK"),
        }
    }

    pub(crate) async fn send(&mut self, packet: &[u8]) -> io::Result<()> {
        self.stream.write_all(packet).await
    }

    pub(crate) async fn publish(&mut self, publish: &Publish) -> io::Result<()> {
        let mut body = text(&publish.topic);
        if publish.qos > 0 {
            body.extend(publish.id.to_be_bytes());
        }
        body.extend(no_properties(self.version));
        body.extend(&publish.payload);
        let dup = u8::from(publish.dup) << 3;
        let first = 0x30 | dup | publish.qos << 1 | u8::from(publish.retain);
        self.send(&frame(first, &body)).await
    }

    pub(crate) async fn acknowledge(&mut self, kind: u8, id: u16) -> io::Result<()> {
        self.send(&frame(kind, &id.to_be_bytes())).await
    }

    /// Subscribes and waits for the answer. No other packet may come before it.
    pub(crate) async fn subscribe(&mut self, filter: &str, qos: u8) -> io::Result<()> {
        let head = [&[0, 1][..], &no_properties(self.version), &text(filter)].concat();
        self.send(&frame(0x82, &[&head[..], &[qos]].concat()))
            .await?;
        self.answered(0x90, qos).await
    }

    /// Unsubscribes and waits for the answer. No other packet may come before it.
    pub(crate) async fn unsubscribe(&mut self, filter: &str) -> io::Result<()> {
        let body = [&[0, 1][..], &no_properties(self.version), &text(filter)].concat();
        self.send(&frame(0xa2, &body)).await?;
        self.answered(0xb0, 0).await
    }

    async fn answered(&mut self, expected: u8, code: u8) -> io::Result<()> {
        match self.next().await? {
            Packet::Acknowledgement { kind, reason, .. } if (kind, reason) == (expected, code) => {
                Ok(())
            }
            other => panic!("{other:?} instead of {expected:#x}"),
        }
    }

    pub(crate) async fn disconnect(mut self) -> io::Result<()> {
        self.send(&[0xe0, 0]).await
    }

    /// Ends the connection with RST, so that nothing in flight arrives.
    pub(crate) fn reset(self) {
        let _ = self.stream.set_zero_linger();
    }

    /// Returns the next packet. It may be dropped before it is ready; then nothing is lost.
    pub(crate) async fn next(&mut self) -> io::Result<Packet> {
        let read = timeout(PATIENCE, self.read());
        read.await.expect("the server sends nothing any more")
    }

    /// Returns the next packet, however long it takes.
    pub(crate) async fn read(&mut self) -> io::Result<Packet> {
        loop {
            if let Some((packet, length)) = decode(&self.received, self.version) {
                self.received.drain(..length);
                return Ok(packet);
            }
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

fn connect(client_id: &str, version: Version, is_kept: bool) -> Vec<u8> {
    let mut body = text("MQTT");
    body.push(if version == Version::V5 { 5 } else { 4 });
    body.extend([if is_kept { 0xc0 } else { 0xc2 }, 0, 0]);
    if version == Version::V5 {
        let expiry = if is_kept { EXPIRY } else { 0 };
        body.extend([5, 0x11]);
        body.extend(expiry.to_be_bytes());
    }
    for part in [client_id, &user_name(), &password(client_id)] {
        body.extend(text(part));
    }
    frame(0x10, &body)
}

fn no_properties(version: Version) -> Vec<u8> {
    match version {
        Version::V311 => Vec::new(),
        Version::V5 => vec![0],
    }
}

fn text(text: &str) -> Vec<u8> {
    [&(text.len() as u16).to_be_bytes(), text.as_bytes()].concat()
}

fn frame(first: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![first];
    let mut rest = body.len();
    while rest > 127 {
        out.push((rest % 128) as u8 | 0x80);
        rest /= 128;
    }
    out.push(rest as u8);
    out.extend(body);
    out
}

/// Returns a Variable Byte Integer and its length, unless it is incomplete.
fn variable(bytes: &[u8]) -> Option<(usize, usize)> {
    let length = bytes.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let digits = bytes[..length].iter().rev();
    let value = digits.fold(0, |value, byte| value * 128 + usize::from(byte & 0x7f));
    Some((value, length))
}

fn decode(bytes: &[u8], version: Version) -> Option<(Packet, usize)> {
    let (first, rest) = bytes.split_first()?;
    let (length, digits) = variable(rest)?;
    let body = rest.get(digits..digits + length)?;
    let packet = match first {
        0x20 => Packet::Connack {
            session_present: body[0] == 1,
            reason: body[1],
        },
        0x30..=0x3f => Packet::Publish(publish(*first, body, version)),
        // Of SUBACK the reason is last; others have one only if it is not 0.
        0x40..=0x72 | 0x90 | 0xb0 => Packet::Acknowledgement {
            kind: *first,
            id: u16::from_be_bytes([body[0], body[1]]),
            reason: match first {
                0x90 => body[length - 1],
                0xb0 => 0,
                _ => body.get(2).copied().unwrap_or_default(),
            },
        },
        other => Packet::Other(*other),
    };
    Some((packet, 1 + digits + length))
}

fn publish(first: u8, body: &[u8], version: Version) -> Publish {
    let qos = first >> 1 & 3;
    let (length, rest) = body.split_at(2);
    let (topic, mut rest) = rest.split_at(usize::from(u16::from_be_bytes([length[0], length[1]])));
    let mut id = 0;
    if qos > 0 {
        id = u16::from_be_bytes([rest[0], rest[1]]);
        rest = &rest[2..];
    }
    if version == Version::V5 {
        let (properties, digits) = variable(rest).unwrap();
        rest = &rest[digits + properties..];
    }
    Publish {
        topic: String::from_utf8(topic.to_vec()).unwrap(),
        payload: rest.to_vec(),
        qos,
        id,
        retain: first & 1 == 1,
        dup: first & 8 == 8,
    }
}
