//! Packets of MQTT 3.1.1 that the tests send and expect.

use super::{ACCESS_KEY, INSTANCE, SECRET};
use crate::{SecretString, device_password};

pub(super) const CONNACK: [u8; 4] = [0x20, 2, 0, 0];
pub(super) const PINGREQ: [u8; 2] = [0xc0, 0];
pub(super) const PINGRESP: [u8; 2] = [0xd0, 0];
pub(super) const DISCONNECT: [u8; 2] = [0xe0, 0];
/// Subscribes to [`TOPIC`] with QoS 0.
pub(super) const SUBSCRIBE: [u8; 10] = [0x82, 8, 0, 1, 0, 3, b't', b'/', b'x', 0];
pub(super) const SUBACK: [u8; 5] = [0x90, 3, 0, 1, 0];
const TOPIC: &str = "t/x";

fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![first];
    let mut length = body.len();
    while length > 127 {
        packet.push((length & 127) as u8 | 128);
        length >>= 7;
    }
    packet.push(length as u8);
    packet.extend(body);
    packet
}

fn text(body: &mut Vec<u8>, text: &str) {
    body.extend((text.len() as u16).to_be_bytes());
    body.extend(text.as_bytes());
}

/// Returns a CONNECT that the broker accepts, of the client `GID_test@@@x`.
pub(super) fn connect(keepalive: u8) -> Vec<u8> {
    connect_as("x", keepalive)
}

/// Returns a CONNECT that the broker accepts, of a device of the group `GID_test`.
pub(super) fn connect_as(device: &str, keepalive: u8) -> Vec<u8> {
    let client_id = format!("GID_test@@@{device}");
    let password = device_password(&SecretString::from(SECRET), &client_id);
    let mut body = vec![0, 4, b'M', b'Q', b'T', b'T', 4, 0xc2, 0, keepalive];
    text(&mut body, &client_id);
    text(&mut body, &format!("Signature|{ACCESS_KEY}|{INSTANCE}"));
    text(&mut body, &password);
    packet(0x10, &body)
}

/// Returns a PUBLISH with QoS 0. A client that sent [`SUBSCRIBE`] receives the same bytes.
pub(super) fn publish(payload: usize) -> Vec<u8> {
    let mut body = Vec::new();
    text(&mut body, TOPIC);
    body.resize(body.len() + payload, b'x');
    packet(0x30, &body)
}

/// Returns a PUBLISH with QoS 1 that is retained, so that its answer waits for the disk.
pub(super) fn publish_retained(id: u8) -> Vec<u8> {
    let mut body = Vec::new();
    text(&mut body, TOPIC);
    body.extend([0, id, b'x']);
    packet(0x33, &body)
}

pub(super) fn puback(id: u8) -> [u8; 4] {
    [0x40, 2, 0, id]
}
