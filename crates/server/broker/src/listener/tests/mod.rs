//! Listeners on real sockets, in front of a broker without a network of its own.

mod bytes;
mod limits;
mod packets;
mod tcp;
mod tls;
mod websocket;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use self::packets::*;
use super::{Addresses, Config, ConnectionLimits, Listeners, Rejection, Serving};
use crate::core::{Clock, Core, Instance};
use crate::keep::Keep;
use crate::{Directory, MemoryDisk, SecretString};

/// Request that opens a WebSocket.
const UPGRADE: &str = "GET /mqtt HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n\
    Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
const PATIENCE: Duration = Duration::from_secs(10);
const INSTANCE: &str = "post-cn-test";
const ACCESS_KEY: &str = "testid";
const SECRET: &str = "testsecret";

/// An instance with the group `GID_test` and the topic `t`.
struct Names;

impl Directory for Names {
    fn secret(&self, access_key_id: &str) -> Option<SecretString> {
        (access_key_id == ACCESS_KEY).then(|| SecretString::from(SECRET))
    }
    fn has_group(&self, group_id: &str) -> bool {
        group_id == "GID_test"
    }
    fn has_topic(&self, parent_topic: &str) -> bool {
        parent_topic == "t"
    }
}

fn any_port() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

fn config() -> Config {
    Config {
        instance_id: INSTANCE.to_owned(),
        listen: any_port(),
        tls: None,
        websocket: None,
        disk: Arc::new(MemoryDisk::default()),
        limits: crate::Limits::default(),
    }
}

fn generous() -> Arc<ConnectionLimits> {
    ConnectionLimits::new(1000, 100, 100)
}

fn core(config: &Config) -> Arc<Core> {
    let keep = Arc::new(Keep::new(Arc::clone(&config.disk)));
    let instance = Instance::new(
        config.instance_id.clone(),
        Arc::new(Names),
        Arc::clone(&keep),
        Clock::system(),
        config.limits,
    );
    // Without anything to write, it waits until the tests are over.
    thread::spawn(move || keep.run());
    Arc::new(Core::new(instance))
}

fn serve(config: &Config, limits: Arc<ConnectionLimits>) -> (Serving, Addresses) {
    let listeners = Listeners::bind(&config.endpoints()).unwrap();
    let addresses = listeners.addresses();
    (listeners.serve(&core(config), limits), addresses)
}

fn rejected(serving: &Serving, reason: Rejection) -> u64 {
    serving.rejected()[reason as usize].1
}

async fn opened(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

async fn connected(address: SocketAddr, device: &str) -> TcpStream {
    let mut socket = opened(address).await;
    socket.write_all(&connect_as(device, 0)).await.unwrap();
    expect(&mut socket, &CONNACK).await;
    socket
}

/// Writes a message again and again for some time. Returns the number of bytes that were taken.
async fn fill(socket: &mut TcpStream, message: &[u8], time: Duration) -> usize {
    let mut written = 0;
    let filling = async {
        loop {
            let begin = written % message.len();
            written += socket.write(&message[begin..]).await.unwrap();
        }
    };
    let _ = timeout(time, filling).await;
    written
}

/// Subscribes, so that the client receives what it publishes.
async fn subscribe(socket: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    socket.write_all(&SUBSCRIBE).await.unwrap();
    expect(socket, &SUBACK).await;
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
