//! A client of MQTT 3.1.1 on a blocking socket.

use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::error::{Error, same};
use crate::service::{INSTANCE, KEY_ID, password};

/// Longest wait for a packet.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) const CONNACK: u8 = 0x20;
pub(super) const PUBACK: u8 = 0x40;
const SUBACK: u8 = 0x90;

/// A connection to the service.
pub(super) struct Client(BufReader<TcpStream>);

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
        let mut client = Self(BufReader::new(stream));
        client.send(&connect(client_id, is_kept))?;
        let (first, body) = client.packet()?;
        same(client_id, (first, body.get(1)), (CONNACK, Some(&0)))?;
        Ok((client, body.first() == Some(&1)))
    }

    pub(super) fn subscribe(&mut self, filter: &str, qos: u8) -> Result<(), Error> {
        self.send(&packet(
            0x82,
            &[&[0, 1][..], &text(filter), &[qos]].concat(),
        ))?;
        let (first, body) = self.packet()?;
        same(filter, (first, body), (SUBACK, vec![0, 1, qos]))
    }

    /// Publishes with QoS 1.
    pub(super) fn publish(
        &mut self,
        topic: &str,
        id: u16,
        payload: &[u8],
        retain: bool,
    ) -> Result<(), Error> {
        let body = [&text(topic)[..], &id.to_be_bytes(), payload].concat();
        self.send(&packet(0x32 | u8::from(retain), &body))
    }

    /// Waits for the acknowledgement of a message.
    pub(super) fn acknowledged(&mut self, id: u16) -> Result<(), Error> {
        let (first, body) = self.packet()?;
        same(
            "acknowledgement",
            (first, body),
            (PUBACK, id.to_be_bytes().to_vec()),
        )
    }

    /// Waits for a message.
    pub(super) fn message(&mut self) -> Result<Message, Error> {
        let (first, body) = self.packet()?;
        same("kind of a packet", first >> 4, 3)?;
        let length = body
            .first_chunk()
            .map_or(0, |length| usize::from(u16::from_be_bytes(*length)));
        let split = || Error::step("a PUBLISH that is cut off");
        let (topic, rest) = body
            .get(2..)
            .and_then(|rest| rest.split_at_checked(length))
            .ok_or_else(split)?;
        let (id, payload) = match first & 6 {
            0 => (None, rest),
            _ => rest
                .split_first_chunk()
                .map(|(id, rest)| (Some(*id), rest))
                .ok_or_else(split)?,
        };
        Ok(Message {
            topic: String::from_utf8_lossy(topic).into_owned(),
            id,
            payload: payload.to_vec(),
        })
    }

    pub(super) fn acknowledge(&mut self, message: &Message) -> Result<(), Error> {
        match &message.id {
            Some(id) => self.send(&packet(PUBACK, id)),
            None => Ok(()),
        }
    }

    pub(super) fn disconnect(mut self) -> Result<(), Error> {
        self.send(&packet(0xe0, &[]))
    }

    fn send(&mut self, packet: &[u8]) -> Result<(), Error> {
        self.0
            .get_mut()
            .write_all(packet)
            .map_err(Error::io("to send a packet"))
    }

    fn packet(&mut self) -> Result<(u8, Vec<u8>), Error> {
        let first = self.byte()?;
        let (mut length, mut shift) = (0, 0);
        loop {
            let byte = self.byte()?;
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let mut body = vec![0; length];
        self.0
            .read_exact(&mut body)
            .map_err(Error::io("to receive a packet"))?;
        Ok((first, body))
    }

    fn byte(&mut self) -> Result<u8, Error> {
        let mut byte = [0];
        self.0
            .read_exact(&mut byte)
            .map_err(Error::io("to receive a packet"))?;
        Ok(byte[0])
    }
}

fn connect(client_id: &str, is_kept: bool) -> Vec<u8> {
    let flags = if is_kept { 0xc0 } else { 0xc2 };
    let user_name = format!("Signature|{KEY_ID}|{INSTANCE}");
    let parts = [client_id, &user_name, &password(client_id)].map(text);
    packet(
        0x10,
        &[&text("MQTT")[..], &[4, flags, 0, 0], &parts.concat()].concat(),
    )
}

fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![first];
    let mut rest = body.len();
    while rest > 127 {
        packet.push((rest % 128) as u8 | 0x80);
        rest /= 128;
    }
    packet.push(rest as u8);
    packet.extend(body);
    packet
}

fn text(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes(), text.as_bytes()].concat()
}
