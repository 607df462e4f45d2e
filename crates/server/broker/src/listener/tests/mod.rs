//! Listeners on real sockets, with the packets that these tests need.

mod limits;
mod tcp;
mod tls;
mod websocket;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Addresses, Config, Limits, Listeners, Rejection, Serving};
use crate::core::Core;

const PATIENCE: Duration = Duration::from_secs(10);
const CONNACK: [u8; 4] = [0x20, 2, 0, 0];
const PINGREQ: [u8; 2] = [0xc0, 0];
const PINGRESP: [u8; 2] = [0xd0, 0];
const DISCONNECT: [u8; 2] = [0xe0, 0];
const SUBSCRIBE: [u8; 8] = [0x82, 6, 0, 1, 0, 1, b't', 0];
const SUBACK: [u8; 5] = [0x90, 3, 0, 1, 0];

fn any_port() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

fn config() -> Config {
    Config {
        instance_id: "post-cn-test".to_owned(),
        listen: any_port(),
        tls: None,
        websocket: None,
    }
}

fn generous() -> Arc<Limits> {
    Limits::new(1000, 100, 100)
}

fn serve(config: &Config, limits: Arc<Limits>) -> (Serving, Addresses) {
    let listeners = Listeners::bind(config).unwrap();
    let addresses = listeners.addresses();
    (listeners.serve(&Core::stub(), limits), addresses)
}

fn rejected(serving: &Serving, reason: Rejection) -> u64 {
    serving.rejected()[reason as usize].1
}

/// Returns a CONNECT of MQTT 3.1.1 that the broker accepts.
fn connect(keepalive: u8) -> Vec<u8> {
    let mut packet = vec![0x10, 13, 0, 4, b'M', b'Q', b'T', b'T', 4, 2, 0, keepalive];
    packet.extend([0, 1, b'a']);
    packet
}

/// Returns a PUBLISH with QoS 0, which the broker of these tests sends back.
fn publish(payload: usize) -> Vec<u8> {
    let mut packet = vec![0x30];
    let mut length = payload + 3;
    while length > 127 {
        packet.push((length & 127) as u8 | 128);
        length >>= 7;
    }
    packet.extend([length as u8, 0, 1, b't']);
    packet.resize(packet.len() + payload, b'x');
    packet
}

async fn opened(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

async fn connected(address: SocketAddr) -> TcpStream {
    let mut socket = opened(address).await;
    socket.write_all(&connect(0)).await.unwrap();
    expect(&mut socket, &CONNACK).await;
    socket
}

async fn expect(socket: &mut (impl AsyncRead + Unpin), expected: &[u8]) {
    let mut received = vec![0; expected.len()];
    timeout(PATIENCE, socket.read_exact(&mut received))
        .await
        .expect("bytes in time")
        .unwrap();
    assert!(received == expected, "other bytes than expected");
}

/// Waits until the other side has closed, and returns what came before that.
async fn closed(socket: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> Vec<u8> {
    let mut rest = Vec::new();
    // A reset closes as well as an end.
    let _ = timeout(PATIENCE, socket.read_to_end(&mut rest))
        .await
        .expect("an end in time");
    rest
}
