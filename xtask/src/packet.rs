//! Packets of MQTT 3.1.1: those that a device sends, and how it reads those of a broker.

use crate::service::{INSTANCE, KEY_ID, password};

// Kinds of packets.
pub(crate) const CONNECT: u8 = 1;
pub(crate) const CONNACK: u8 = 2;
pub(crate) const PUBLISH: u8 = 3;
pub(crate) const PUBACK: u8 = 4;
const SUBSCRIBE: u8 = 8;
pub(crate) const SUBACK: u8 = 9;
const PINGREQ: u8 = 12;
pub(crate) const PINGRESP: u8 = 13;
const DISCONNECT: u8 = 14;

/// A received packet.
pub(crate) struct Packet<'a> {
    pub(crate) kind: u8,
    pub(crate) qos: u8,
    pub(crate) body: &'a [u8],
}

/// The parts of a received PUBLISH.
pub(crate) struct Message<'a> {
    pub(crate) topic: &'a [u8],
    /// Packet identifier, above QoS 0.
    pub(crate) id: Option<[u8; 2]>,
    pub(crate) payload: &'a [u8],
}

impl<'a> Packet<'a> {
    /// Returns the packet at the start of some bytes and its length, if it is complete.
    pub(crate) fn first(bytes: &'a [u8]) -> Option<(Self, usize)> {
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

    /// Returns the parts of a PUBLISH, unless it is cut off or another packet.
    pub(crate) fn message(&self) -> Option<Message<'a>> {
        if self.kind != PUBLISH {
            return None;
        }
        let (length, rest) = self.body.split_first_chunk()?;
        let (topic, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        let (id, payload) = match self.qos {
            0 => (None, rest),
            _ => {
                let (id, payload) = rest.split_first_chunk()?;
                (Some(*id), payload)
            }
        };
        Some(Message { topic, id, payload })
    }
}

/// Returns the CONNECT of a device; a keepalive of 0 seconds is none.
pub(crate) fn connect(client_id: &str, is_kept: bool, keepalive: u16) -> Vec<u8> {
    let mut body = text("MQTT");
    let clean_session = u8::from(!is_kept) << 1;
    body.extend([4, 0b1100_0000 | clean_session]);
    body.extend(keepalive.to_be_bytes());
    body.extend(text(client_id));
    body.extend(text(&format!("Signature|{KEY_ID}|{INSTANCE}")));
    body.extend(text(&password(client_id)));
    packet(CONNECT, 0, &body)
}

/// Returns a SUBSCRIBE with packet ID 1.
pub(crate) fn subscribe(filter: &str, qos: u8) -> Vec<u8> {
    let mut body = vec![0, 1];
    body.extend(text(filter));
    body.push(qos);
    packet(SUBSCRIBE, 2, &body)
}

/// Returns a PUBLISH. The packet ID must not be 0; it is used only above QoS 0.
pub(crate) fn publish(
    topic: &str,
    qos: u8,
    packet_id: u16,
    payload: &[u8],
    is_retained: bool,
) -> Vec<u8> {
    let mut body = text(topic);
    if qos > 0 {
        body.extend(packet_id.to_be_bytes());
    }
    body.extend(payload);
    packet(PUBLISH, qos << 1 | u8::from(is_retained), &body)
}

/// Returns the PUBACK of a packet received with QoS 1.
pub(crate) fn acknowledge(packet_id: [u8; 2]) -> Vec<u8> {
    packet(PUBACK, 0, &packet_id)
}

pub(crate) fn ping() -> Vec<u8> {
    packet(PINGREQ, 0, &[])
}

pub(crate) fn disconnect() -> Vec<u8> {
    packet(DISCONNECT, 0, &[])
}

fn packet(kind: u8, flags: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![kind << 4 | flags];
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
