//! A client that sends bytes over a socket that blocks, and reads only when it is told to.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::Version;
use super::packet::{Connect, PINGREQ, PINGRESP, subscribe};
use super::server::Server;

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Peer {
    stream: TcpStream,
    version: Version,
}

impl Peer {
    pub(crate) fn open(address: SocketAddr, version: Version) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self { stream, version }
    }

    /// Connects, and returns the code of CONNACK too.
    pub(crate) fn try_connect(server: &Server, connect: &Connect) -> (Self, u8) {
        let mut peer = Self::open(server.address(), connect.version);
        peer.send(&connect.bytes());
        let connack = peer.packet().expect("a CONNACK");
        assert_eq!(connack[0], 0x20);
        let code = connack[3];
        (peer, code)
    }

    pub(crate) fn connect(server: &Server, connect: &Connect) -> Self {
        let (peer, code) = Self::try_connect(server, connect);
        assert_eq!(code, 0);
        peer
    }

    /// Connects a clean session.
    pub(crate) fn new(server: &Server, version: Version, device: &str) -> Self {
        Self::connect(server, &Connect::new(version, client_id(device)))
    }

    /// Connects a session that is kept.
    pub(crate) fn kept(server: &Server, version: Version, device: &str) -> Self {
        Self::connect(server, &Connect::new(version, client_id(device)).kept())
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).unwrap();
    }

    /// Sends what the broker may not want any more, and returns whether it was sent.
    pub(crate) fn try_send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    /// Makes [`Self::try_send`] give up after a time in which nothing is taken.
    pub(crate) fn give_up_after(&self, time: Duration) {
        self.stream.set_write_timeout(Some(time)).unwrap();
    }

    /// Returns the next packet, or nothing if the connection is closed.
    pub(crate) fn packet(&mut self) -> Option<Vec<u8>> {
        let mut packet = vec![self.byte()?];
        let (mut length, mut shift) = (0, 0);
        loop {
            let byte = self.byte()?;
            packet.push(byte);
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let head = packet.len();
        packet.resize(head + length, 0);
        self.stream.read_exact(&mut packet[head..]).ok()?;
        Some(packet)
    }

    fn byte(&mut self) -> Option<u8> {
        let mut byte = [0];
        self.stream.read_exact(&mut byte).ok().map(|()| byte[0])
    }

    /// Waits until everything that was sent is handled. What comes meanwhile is read and dropped.
    pub(crate) fn settle(&mut self) {
        self.send(&PINGREQ);
        while self.packet().expect("a PINGRESP") != PINGRESP {}
    }

    /// Subscribes, and returns the code.
    pub(crate) fn subscribe(&mut self, filter: &str, qos: u8) -> u8 {
        self.send(&subscribe(self.version, 7, &[(filter, qos)]));
        loop {
            let packet = self.packet().expect("a SUBACK");
            if packet[0] == 0x90 {
                return *packet.last().unwrap();
            }
        }
    }
}

pub(crate) fn client_id(device: &str) -> String {
    format!("GID_test@@@{device}")
}
