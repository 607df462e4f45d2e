//! A device that sends raw bytes of MQTT 3.1.1, for behavior that no client library offers.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::wait::PATIENCE;

pub(crate) struct Raw(TcpStream);

impl Raw {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    /// Returns the address of its end of the connection.
    pub(crate) fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }

    /// Sends bytes; ignores errors, because the other end may have closed the connection.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        let _ = timeout(PATIENCE, self.0.write_all(bytes))
            .await
            .expect("the service reads");
    }

    /// Connects, and waits until the connection is accepted.
    pub(crate) async fn connect(&mut self, client_id: &str, keep_alive: u16) {
        self.send(&packet::connect(client_id, keep_alive)).await;
        self.expect(&[0x20, 2, 0, 0]).await;
    }

    pub(crate) async fn subscribe(&mut self, filter: &str, qos: u8) {
        self.send(&packet::subscribe(filter, qos)).await;
        self.expect(&[0x90, 3, 0, 1, qos]).await;
    }

    async fn expect<const N: usize>(&mut self, packet: &[u8; N]) {
        let mut bytes = [0; N];
        let read = timeout(PATIENCE, self.0.read_exact(&mut bytes)).await;
        read.expect("an answer in time")
            .expect("an open connection");
        assert_eq!(bytes, *packet);
    }

    /// Waits until the other end closes the connection.
    pub(crate) async fn closed(&mut self) {
        let mut bytes = Vec::new();
        let _ = timeout(PATIENCE, self.0.read_to_end(&mut bytes))
            .await
            .expect("the connection ends in time");
    }

    /// Sends RST instead of FIN.
    pub(crate) fn reset(self) {
        self.0.set_zero_linger().unwrap();
    }
}

/// Builds packets.
pub(crate) mod packet {
    use crate::support::credentials::{INSTANCE, KEY, password, user_name};

    pub(crate) fn new(kind: u8, body: &[u8]) -> Vec<u8> {
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

    pub(crate) fn connect(client_id: &str, keep_alive: u16) -> Vec<u8> {
        let mut body = Vec::new();
        text(&mut body, "MQTT");
        body.extend_from_slice(&[4, 0xc2]);
        body.extend_from_slice(&keep_alive.to_be_bytes());
        for part in [
            client_id,
            &user_name(KEY.0, INSTANCE),
            &password(KEY.1, client_id),
        ] {
            text(&mut body, part);
        }
        new(0x10, &body)
    }

    pub(crate) fn subscribe(filter: &str, qos: u8) -> Vec<u8> {
        let mut body = vec![0, 1];
        text(&mut body, filter);
        body.push(qos);
        new(0x82, &body)
    }

    pub(crate) fn publish(topic: &str, qos: u8) -> Vec<u8> {
        let mut body = Vec::new();
        text(&mut body, topic);
        if qos > 0 {
            body.extend_from_slice(&[0, 1]);
        }
        body.extend_from_slice(b"payload");
        new(0x30 | qos << 1, &body)
    }
}
