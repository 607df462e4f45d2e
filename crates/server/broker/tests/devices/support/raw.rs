//! A device that does what no client library would: MQTT 3.1.1 by the byte.

use std::net::SocketAddr;
use std::time::Duration;

use ons_mqtt_broker::Broker;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use super::{PATIENCE, password, user_name};

pub(crate) const CONNACK: u8 = 0x20;
pub(crate) const PUBACK: u8 = 0x40;
pub(crate) const PUBREC: u8 = 0x50;
pub(crate) const PUBCOMP: u8 = 0x70;
pub(crate) const SUBACK: u8 = 0x90;

pub(crate) struct Raw(TcpStream);

impl Raw {
    pub(crate) async fn open(broker: &Broker) -> Self {
        Self::open_at(broker.local_addr()).await
    }

    pub(crate) async fn open_at(address: SocketAddr) -> Self {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4().unwrap(),
            SocketAddr::V6(_) => TcpSocket::new_v6().unwrap(),
        };
        // Small, so that who does not read is soon noticed.
        socket.set_recv_buffer_size(8 << 10).unwrap();
        let stream = socket.connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    /// Opens a connection and waits until it is accepted.
    pub(crate) async fn connect(
        broker: &Broker,
        client_id: &str,
        keep_alive: u16,
        clean: bool,
    ) -> Self {
        let mut raw = Self::open(broker).await;
        raw.send(&connect(client_id, keep_alive, clean)).await;
        let (kind, body) = raw.packet().await.expect("an answer to CONNECT");
        assert_eq!((kind, body[1]), (CONNACK, 0));
        raw
    }

    pub(crate) async fn send(&mut self, packet: &[u8]) {
        self.0.write_all(packet).await.unwrap();
    }

    pub(crate) async fn subscribe(&mut self, filter: &str, qos: u8) {
        self.send(&subscribe(filter, qos)).await;
        let (kind, body) = self.packet().await.expect("an answer to SUBSCRIBE");
        assert_eq!((kind, body[2]), (SUBACK, qos));
    }

    /// The next packet, kind and body, or nothing when the broker has closed the connection.
    pub(crate) async fn packet(&mut self) -> Option<(u8, Vec<u8>)> {
        timeout(PATIENCE, self.packet_whenever())
            .await
            .expect("a packet")
    }

    /// [`Self::packet`], however long it takes.
    pub(crate) async fn packet_whenever(&mut self) -> Option<(u8, Vec<u8>)> {
        let kind = self.0.read_u8().await.ok()?;
        let (mut length, mut shift) = (0, 0);
        loop {
            let byte = self.0.read_u8().await.ok()?;
            length |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
            shift += 7;
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.ok()?;
        Some((kind, body))
    }

    /// Sends the head of an HTTP request, and reads that of the answer.
    pub(crate) async fn upgrade(&mut self, request: &str) -> String {
        self.send(request.as_bytes()).await;
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(self.bytes::<1>().await[0]);
        }
        String::from_utf8(answer).unwrap()
    }

    pub(crate) async fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        timeout(PATIENCE, self.0.read_exact(&mut bytes))
            .await
            .expect("bytes")
            .unwrap();
        bytes
    }

    pub(crate) async fn closed(&mut self) {
        while self.packet().await.is_some() {}
    }

    /// Checks that nothing comes for a while.
    pub(crate) async fn is_silent(&mut self, duration: Duration) -> bool {
        timeout(duration, self.packet_whenever()).await.is_err()
    }

    /// Sends RST instead of FIN.
    pub(crate) fn reset(self) {
        self.0.set_zero_linger().unwrap();
    }
}

fn packet(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![kind];
    let mut rest = body.len();
    loop {
        let byte = (rest % 128) as u8;
        rest /= 128;
        out.push(if rest > 0 { byte | 0x80 } else { byte });
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(body);
    out
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&(text.len() as u16).to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

pub(crate) fn connect(client_id: &str, keep_alive: u16, clean: bool) -> Vec<u8> {
    let mut body = Vec::new();
    text(&mut body, "MQTT");
    body.push(4);
    body.push(0xc0 | if clean { 2 } else { 0 });
    body.extend_from_slice(&keep_alive.to_be_bytes());
    for part in [client_id, &user_name(), &password(client_id)] {
        text(&mut body, part);
    }
    packet(0x10, &body)
}

/// A CONNECT without user name and password.
pub(crate) fn connect_anonymously(client_id: &str) -> Vec<u8> {
    let mut body = Vec::new();
    text(&mut body, "MQTT");
    body.extend_from_slice(&[4, 2, 0, 30]);
    text(&mut body, client_id);
    packet(0x10, &body)
}

pub(crate) fn subscribe(filter: &str, qos: u8) -> Vec<u8> {
    let mut body = vec![0, 1];
    text(&mut body, filter);
    body.push(qos);
    packet(0x82, &body)
}

pub(crate) fn publish(topic: &str, payload: &[u8], qos: u8, id: u16, dup: bool) -> Vec<u8> {
    let mut body = Vec::new();
    text(&mut body, topic);
    if qos > 0 {
        body.extend_from_slice(&id.to_be_bytes());
    }
    body.extend_from_slice(payload);
    packet(0x30 | qos << 1 | if dup { 8 } else { 0 }, &body)
}

pub(crate) fn pubrel(id: u16) -> Vec<u8> {
    acknowledgement(0x62, id)
}

pub(crate) fn acknowledgement(kind: u8, id: u16) -> Vec<u8> {
    packet(kind, &id.to_be_bytes())
}

pub(crate) fn disconnect() -> Vec<u8> {
    packet(0xe0, &[])
}

/// A packet of less than 64 KiB in a binary WebSocket frame, masked with zeros.
pub(crate) fn in_frame(packet: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x82, 0x80 | 126];
    frame.extend_from_slice(&(packet.len() as u16).to_be_bytes());
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(packet);
    frame
}
