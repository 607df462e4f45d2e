//! MQTT over WebSocket, framed by hand.

use crate::support::packet::{Connect, PINGREQ, PINGRESP, Publish};
use crate::support::peer::Peer;
use crate::support::{SERVER, V311, VERSIONS, Version, client_id, topic};

const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

struct Socket(Peer);

impl Socket {
    fn open(subprotocol: &str) -> (Self, String) {
        let mut peer = Peer::open_at(SERVER.websocket_address(), V311);
        let request = format!(
            "GET /mqtt HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: {subprotocol}\r\n\r\n"
        );
        peer.send(request.as_bytes());
        let mut answer = Vec::new();
        let mut byte = [0];
        while !answer.ends_with(b"\r\n\r\n") && peer.fill(&mut byte) {
            answer.push(byte[0]);
        }
        (Self(peer), String::from_utf8(answer).unwrap())
    }

    fn connect(version: Version) -> Self {
        let (mut socket, answer) = Self::open("mqtt");
        assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
        socket.send(BINARY, &Connect::new(version, client_id()).bytes());
        let (kind, connack) = socket.frame().unwrap();
        assert_eq!((kind, connack[0], connack[3]), (BINARY, 0x20, 0));
        socket
    }

    /// Sends a whole frame.
    fn send(&mut self, kind: u8, data: &[u8]) {
        self.send_part(0x80 | kind, data);
    }

    /// Sends a frame, masked, whose first byte is given.
    fn send_part(&mut self, first: u8, data: &[u8]) {
        const MASK: [u8; 4] = [0x5a, 0xa5, 0x0f, 0xf0];
        let mut frame = vec![first, 0x80 | 126];
        frame.extend_from_slice(&(data.len() as u16).to_be_bytes());
        if data.len() < 126 {
            frame.truncate(1);
            frame.push(0x80 | data.len() as u8);
        }
        frame.extend_from_slice(&MASK);
        frame.extend(
            data.iter()
                .zip(MASK.iter().cycle())
                .map(|(byte, mask)| byte ^ mask),
        );
        self.0.send(&frame);
    }

    /// Returns kind and data of the next frame, or none if the connection is closed.
    fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        let mut head = [0; 2];
        if !self.0.fill(&mut head) {
            return None;
        }
        assert_eq!(head[0] & 0x70, 0, "reserved bits");
        let mut length = usize::from(head[1]);
        if length == 126 {
            let mut long = [0; 2];
            self.0.fill(&mut long);
            length = u16::from_be_bytes(long).into();
        }
        let mut data = vec![0; length];
        self.0.fill(&mut data).then_some((head[0] & 0x0f, data))
    }

    fn mqtt_goes_on(&mut self) {
        self.send(BINARY, &PINGREQ);
        assert_eq!(self.frame(), Some((BINARY, PINGRESP.to_vec())));
    }

    /// Expects the end of the connection, perhaps after a close frame.
    fn closed(&mut self) {
        if let Some((kind, data)) = self.frame() {
            assert_eq!(kind, CLOSE, "{data:02x?}");
            assert_eq!(self.frame(), None);
        }
    }
}

#[test]
fn control_frames_are_no_mqtt() {
    for version in VERSIONS {
        for data in [&b""[..], b"x", b"\0\0\0\x01", &PINGREQ] {
            let mut socket = Socket::connect(version);
            socket.send(PING, data);
            assert_eq!(socket.frame(), Some((PONG, data.to_vec())));
            socket.mqtt_goes_on();
            socket.send(PONG, data);
            socket.mqtt_goes_on();
        }
    }
}

#[test]
fn a_text_frame_closes() {
    let mut socket = Socket::connect(V311);
    socket.send(TEXT, &PINGREQ);
    socket.closed();
    let mut early = Socket::open("mqtt").0;
    early.send(TEXT, &Connect::new(V311, client_id()).bytes());
    early.closed();
}

#[test]
fn packets_and_frames_need_not_begin_together() {
    for version in VERSIONS {
        let mut socket = Socket::connect(version);
        socket.send(BINARY, &PINGREQ[..1]);
        socket.send(BINARY, &[PINGREQ[1], PINGREQ[0]]);
        socket.send(BINARY, &PINGREQ[1..]);
        socket.send(BINARY, &PINGREQ.repeat(2));
        // One message of two frames, with a control frame between them.
        socket.send_part(BINARY, &PINGREQ[..1]);
        socket.send(PING, b"between");
        socket.send_part(0x80, &PINGREQ[1..]);
        let (mut answers, mut pongs) = (Vec::new(), 0);
        while answers.len() < PINGRESP.len() * 5 || pongs == 0 {
            match socket.frame().unwrap() {
                (PONG, data) => {
                    assert_eq!(data, b"between");
                    pongs += 1;
                }
                (kind, data) => {
                    assert_eq!(kind, BINARY);
                    answers.extend(data);
                }
            }
        }
        assert_eq!(answers, PINGRESP.repeat(5));
    }
}

#[test]
fn the_subprotocol_is_mqtt() {
    for (offered, selected) in [
        ("mqtt", "mqtt"),
        ("mqtt, mqttv3.1", "mqtt"),
        ("mqttv3.1, mqtt", "mqtt"),
        ("foo,mqtt", "mqtt"),
    ] {
        let (_, answer) = Socket::open(offered);
        assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
        let header = answer.to_lowercase();
        let header = header
            .lines()
            .find_map(|line| line.strip_prefix("sec-websocket-protocol:"))
            .expect("a subprotocol");
        assert_eq!(header.trim(), selected);
    }
}

#[test]
fn an_unknown_subprotocol_is_answered_by_a_status() {
    let (_, answer) = Socket::open("foo");
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
}

#[test]
fn messages_go_from_websocket_to_tcp() {
    for version in VERSIONS {
        let (topic, mut peer) = (topic(), Peer::new(version));
        peer.subscribe(&topic, 0);
        let mut socket = Socket::connect(version);
        let publish = Publish::new(version, &topic, "x".repeat(1000));
        socket.send(BINARY, &publish.bytes());
        peer.expect(&publish.bytes());
    }
}

#[test]
fn a_closed_websocket_is_a_closed_connection() {
    let (topic, mut peer) = (topic(), Peer::new(V311));
    peer.subscribe(&topic, 0);
    let (mut socket, _) = Socket::open("mqtt");
    socket.send(
        BINARY,
        &Connect::new(V311, client_id())
            .will(&topic, "will", 0)
            .bytes(),
    );
    assert_eq!(socket.frame(), Some((BINARY, vec![0x20, 2, 0, 0])));
    socket.send(CLOSE, &[0x03, 0xe8]);
    socket.closed();
    peer.receives(&["will"]);
}
