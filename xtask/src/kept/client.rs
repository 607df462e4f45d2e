//! A client of MQTT 3.1.1 on a blocking socket.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::error::{Error, same};
use crate::packet::{self, CONNACK, PUBACK, PUBLISH, Packet, SUBACK};

/// Longest wait for a packet.
const PATIENCE: Duration = Duration::from_secs(60);

/// Bytes to read at once.
const BUFFER: usize = 16 << 10;

/// A connection to the service.
pub(super) struct Client {
    stream: TcpStream,
    /// Bytes of packets that are not handled yet.
    received: Vec<u8>,
}

/// A message that was received.
pub(super) struct Message {
    pub(super) topic: String,
    /// Packet identifier, if it has to be acknowledged.
    id: Option<[u8; 2]>,
    pub(super) payload: Vec<u8>,
}

impl Client {
    /// Connects. Returns whether there was a session.
    pub(super) fn connect(
        mqtt: &str,
        client_id: &str,
        is_kept: bool,
    ) -> Result<(Self, bool), Error> {
        let stream = TcpStream::connect(mqtt).map_err(Error::io("to connect"))?;
        let ready = stream
            .set_nodelay(true)
            .and_then(|()| stream.set_read_timeout(Some(PATIENCE)));
        ready.map_err(Error::io("to prepare a socket"))?;
        let mut client = Self {
            stream,
            received: Vec::new(),
        };
        client.send(&packet::connect(client_id, is_kept, 0))?;
        let session_present = client.receive(|packet| {
            same(client_id, packet.kind, CONNACK)?;
            same(client_id, packet.body.get(1), Some(&0))?;
            Ok(packet.body.first() == Some(&1))
        })?;
        Ok((client, session_present))
    }

    pub(super) fn subscribe(&mut self, filter: &str, qos: u8) -> Result<(), Error> {
        self.send(&packet::subscribe(filter, qos))?;
        let granted: &[u8] = &[0, 1, qos];
        self.receive(|packet| same(filter, (packet.kind, packet.body), (SUBACK, granted)))
    }

    /// Publishes with QoS 1.
    pub(super) fn publish(
        &mut self,
        topic: &str,
        id: u16,
        payload: &[u8],
        is_retained: bool,
    ) -> Result<(), Error> {
        self.send(&packet::publish(topic, 1, id, payload, is_retained))
    }

    /// Waits for the acknowledgement of a message.
    pub(super) fn acknowledged(&mut self, id: u16) -> Result<(), Error> {
        let expected = (PUBACK, &id.to_be_bytes()[..]);
        self.receive(|packet| same("acknowledgement", (packet.kind, packet.body), expected))
    }

    /// Waits for a message.
    pub(super) fn message(&mut self) -> Result<Message, Error> {
        self.receive(|packet| {
            same("kind of a packet", packet.kind, PUBLISH)?;
            let message = packet.message();
            let message = message.ok_or_else(|| Error::step("a PUBLISH that is cut off"))?;
            Ok(Message {
                topic: String::from_utf8_lossy(message.topic).into_owned(),
                id: message.id,
                payload: message.payload.to_vec(),
            })
        })
    }

    pub(super) fn acknowledge(&mut self, message: &Message) -> Result<(), Error> {
        match message.id {
            Some(id) => self.send(&packet::acknowledge(id)),
            None => Ok(()),
        }
    }

    pub(super) fn disconnect(mut self) -> Result<(), Error> {
        self.send(&packet::disconnect())
    }

    fn send(&mut self, packet: &[u8]) -> Result<(), Error> {
        let sent = self.stream.write_all(packet);
        sent.map_err(Error::io("to send a packet"))
    }

    /// Waits for a packet and handles it.
    fn receive<T>(
        &mut self,
        handle: impl FnOnce(Packet<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut buffer = [0; BUFFER];
        loop {
            if let Some((packet, length)) = Packet::first(&self.received) {
                let handled = handle(packet);
                self.received.drain(..length);
                return handled;
            }
            let read = self.stream.read(&mut buffer);
            let read = read.map_err(Error::io("to receive a packet"))?;
            same("connection closed by the broker", read == 0, false)?;
            self.received.extend(&buffer[..read]);
        }
    }
}
