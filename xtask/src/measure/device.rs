//! Cheap devices for load: MQTT 3.1.1 on a blocking socket.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use rustls::StreamOwned;
use socket2::{Domain, Protocol, Socket, Type};

use super::broker::Listener;
use crate::error::{Error, same};
use crate::service::{INSTANCE, KEY_ID, password};

/// Longest wait of a device for an expected packet.
const PATIENCE: Duration = Duration::from_secs(20);

/// Bytes to read at once, and size of the longest packet.
const BUFFER: usize = 64 << 10;

/// Devices that share a local address, which has a limited number of ports.
const DEVICES_PER_ADDRESS: usize = 20_000;

const CONNACK: u8 = 2;
pub(super) const PUBLISH: u8 = 3;
pub(super) const PUBACK: u8 = 4;
const SUBACK: u8 = 9;
const PINGRESP: u8 = 13;

/// A connected device.
pub(super) struct Device {
    stream: Box<dyn Stream>,
    buffer: Vec<u8>,
    filled: usize,
}

/// A socket, with TLS or without.
trait Stream: Read + Write + Send {}

impl<S: Read + Write + Send> Stream for S {}

/// A received packet.
pub(super) struct Packet<'a> {
    pub(super) kind: u8,
    pub(super) qos: u8,
    pub(super) body: &'a [u8],
}

/// How a device of group `GID_test` connects.
#[derive(Clone, Copy, Default)]
pub(super) struct Login<'a> {
    pub(super) name: &'a str,
    /// Selects the local address; see [`DEVICES_PER_ADDRESS`].
    pub(super) number: usize,
    /// A filter and a QoS.
    pub(super) subscription: Option<(&'a str, u8)>,
    /// Whether its session outlives the connection.
    pub(super) is_kept: bool,
    /// Keepalive in seconds; 0 for none.
    pub(super) keepalive: u16,
}

impl Device {
    /// Connects a device, and subscribes if that is wanted.
    pub(super) fn connect(listener: &Listener, login: Login<'_>) -> Result<Self, Error> {
        let name = login.name;
        let socket = open(listener.address, login.number);
        let socket = socket.map_err(Error::io(format!("to connect {name}")))?;
        let stream: Box<dyn Stream> = match &listener.certificate {
            None => Box::new(socket),
            Some(certificate) => Box::new(StreamOwned::new(certificate.connection()?, socket)),
        };
        let mut device = Self {
            stream,
            buffer: Vec::new(),
            filled: 0,
        };
        let mut packets = connect(login);
        if let Some((filter, qos)) = login.subscription {
            packets.extend(subscribe(filter, qos));
        }
        device.write(&packets)?;
        device.expect(|packet| {
            same(name, packet.kind, CONNACK)?;
            // The first byte says whether there was a session.
            same(name, packet.body.last(), Some(&0))
        })?;
        if let Some((_, qos)) = login.subscription {
            let granted: &[u8] = &[0, 1, qos];
            device.expect(|packet| same(name, (packet.kind, packet.body), (SUBACK, granted)))?;
        }
        device.give_memory_back();
        Ok(device)
    }

    /// Disconnects, and waits until the broker has noticed.
    pub(super) fn disconnect(mut self) -> Result<(), Error> {
        self.write(&packet(0xe0, &[]))?;
        let read = self.stream.read_to_end(&mut self.buffer);
        read.map(|_| ()).map_err(Error::io("to disconnect"))
    }

    /// Says that the device is still there, and waits for the answer.
    pub(super) fn ping(&mut self) -> Result<(), Error> {
        self.write(&packet(0xc0, &[]))?;
        self.expect(|packet| same("answer to PINGREQ", packet.kind, PINGRESP))?;
        self.give_memory_back();
        Ok(())
    }

    pub(super) fn write(&mut self, packets: &[u8]) -> Result<(), Error> {
        let written = self.stream.write_all(packets);
        written.map_err(Error::io("to send to the broker"))
    }

    /// Waits for a packet, unless one was read already, and handles each complete one.
    pub(super) fn read(
        &mut self,
        mut handle: impl FnMut(Packet<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if Packet::first(&self.buffer[..self.filled]).is_none() {
            self.fill()?;
        }
        let mut start = 0;
        while let Some((packet, length)) = Packet::first(&self.buffer[start..self.filled]) {
            handle(packet)?;
            start += length;
        }
        self.buffer.copy_within(start..self.filled, 0);
        self.filled -= start;
        Ok(())
    }

    /// Waits for one packet and handles it.
    fn expect(
        &mut self,
        handle: impl FnOnce(Packet<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        loop {
            if let Some((packet, length)) = Packet::first(&self.buffer[..self.filled]) {
                handle(packet)?;
                self.buffer.copy_within(length..self.filled, 0);
                self.filled -= length;
                return Ok(());
            }
            self.fill()?;
        }
    }

    /// An idle device needs no buffer.
    fn give_memory_back(&mut self) {
        if self.filled == 0 {
            self.buffer = Vec::new();
        }
    }

    fn fill(&mut self) -> Result<(), Error> {
        self.buffer.resize(BUFFER, 0);
        let read = self.stream.read(&mut self.buffer[self.filled..]);
        let read = read.map_err(Error::io("to receive an expected packet"))?;
        same("connection closed by the broker", read == 0, false)?;
        self.filled += read;
        Ok(())
    }
}

impl<'a> Packet<'a> {
    /// Returns the packet at the start of some bytes and its length, if it is complete.
    fn first(bytes: &'a [u8]) -> Option<(Self, usize)> {
        let (&first, rest) = bytes.split_first()?;
        let mut length = 0;
        for (at, &byte) in rest.iter().take(4).enumerate() {
            length |= usize::from(byte & 0x7f) << (7 * at);
            if byte & 0x80 == 0 {
                let start = at + 2;
                let packet = Self {
                    kind: first >> 4,
                    qos: first >> 1 & 3,
                    body: bytes.get(start..start + length)?,
                };
                return Some((packet, start + length));
            }
        }
        None
    }
}

fn open(broker: SocketAddr, number: usize) -> io::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
    let host = 2 + u8::try_from(number / DEVICES_PER_ADDRESS).unwrap_or(u8::MAX - 2);
    socket.bind(&SocketAddr::from((Ipv4Addr::new(127, 0, 0, host), 0)).into())?;
    socket.connect(&broker.into())?;
    socket.set_tcp_nodelay(true)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.set_write_timeout(Some(PATIENCE))?;
    Ok(socket.into())
}

fn connect(login: Login<'_>) -> Vec<u8> {
    let client_id = format!("GID_test@@@{}", login.name);
    let mut body = text("MQTT");
    let clean_session = u8::from(!login.is_kept) << 1;
    body.extend([4, 0b1100_0000 | clean_session]);
    body.extend(login.keepalive.to_be_bytes());
    body.extend(text(&client_id));
    body.extend(text(&format!("Signature|{KEY_ID}|{INSTANCE}")));
    body.extend(text(&password(&client_id)));
    packet(0x10, &body)
}

fn subscribe(filter: &str, qos: u8) -> Vec<u8> {
    let mut body = vec![0, 1];
    body.extend(text(filter));
    body.push(qos);
    packet(0x82, &body)
}

/// Returns a PUBLISH packet. The packet ID must not be 0; it is used only above QoS 0.
pub(super) fn publish(topic: &str, qos: u8, packet_id: u16, payload: &[u8]) -> Vec<u8> {
    let mut body = text(topic);
    if qos > 0 {
        body.extend(packet_id.to_be_bytes());
    }
    body.extend(payload);
    packet(0x30 | qos << 1, &body)
}

/// Returns the PUBACK of a packet received with QoS 1.
pub(super) fn acknowledge(packet_id: &[u8]) -> Vec<u8> {
    packet(0x40, packet_id)
}

fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    let mut length = body.len();
    while length > 0x7f {
        bytes.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes.extend(body);
    bytes
}

fn text(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes(), text.as_bytes()].concat()
}
