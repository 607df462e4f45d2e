//! A device that sends and expects bytes over a socket that blocks.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use super::names::client_id;
use super::packet::{
    Connect, DISCONNECT, PINGREQ, PINGRESP, PUBACK, PUBCOMP, PUBREC, PUBREL, Publish, Version,
    acknowledgement, subscribe,
};
use super::received::{Connack, Message, reason, reasons};
use super::server::SERVER;

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(15);

pub(crate) struct Peer {
    stream: TcpStream,
    /// Packets that came while another one was waited for.
    ahead: VecDeque<Vec<u8>>,
    pub(crate) version: Version,
    pub(crate) client_id: String,
}

impl Peer {
    /// Opens a connection and sends nothing.
    pub(crate) fn open(version: Version) -> Self {
        Self::open_at(SERVER.address(), version)
    }

    pub(crate) fn open_at(address: SocketAddr, version: Version) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self {
            stream,
            ahead: VecDeque::new(),
            version,
            client_id: String::new(),
        }
    }

    /// Connects a device with a name of its own and a clean session.
    pub(crate) fn new(version: Version) -> Self {
        Self::connect(&Connect::new(version, client_id()))
    }

    /// Connects a device with a name of its own and a session that is kept.
    pub(crate) fn kept(version: Version) -> Self {
        Self::connect(&Connect::new(version, client_id()).kept())
    }

    pub(crate) fn connect(connect: &Connect) -> Self {
        Self::connect_at(SERVER.address(), connect).0
    }

    /// Connects, and returns the CONNACK too. It has to accept.
    pub(crate) fn connect_at(address: SocketAddr, connect: &Connect) -> (Self, Connack) {
        let mut tries = 10;
        loop {
            let mut peer = Self::open_at(address, connect.version);
            peer.client_id = String::from_utf8(connect.client_id.clone()).unwrap();
            peer.send(&connect.bytes());
            let connack = Connack::parse(&peer.packet());
            // Nodes refuse a device while its session is on the way from another one, and a device comes again.
            let is_on_the_way = SERVER.is_cluster() && matches!(connack.reason, 3 | 0x88);
            tries -= 1;
            if !is_on_the_way || tries == 0 {
                assert_eq!(connack.reason, 0, "{connack:?}");
                return (peer, connack);
            }
        }
    }

    /// Connects again to the session that this device left, which has to be there.
    pub(crate) fn resume(&mut self) {
        let connect = Connect::new(self.version, &self.client_id).kept();
        let (peer, connack) = Self::connect_at(SERVER.address(), &connect);
        assert_eq!(connack.flags, 1, "the session is present");
        *self = peer;
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).unwrap();
    }

    /// Sends to a broker that may have closed already.
    pub(crate) fn try_send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes);
    }

    /// Expects exactly these bytes next.
    pub(crate) fn expect(&mut self, bytes: &[u8]) {
        let packet = self.packet();
        assert_eq!(packet, bytes, "{packet:02x?} instead of {bytes:02x?}");
    }

    /// Returns the bytes of the next packet.
    pub(crate) fn packet(&mut self) -> Vec<u8> {
        self.next().expect("a packet, but the connection is closed")
    }

    /// Returns the bytes of the next packet, or none if the connection is closed.
    pub(crate) fn next(&mut self) -> Option<Vec<u8>> {
        if let Some(packet) = self.ahead.pop_front() {
            return Some(packet);
        }
        self.read_packet()
    }

    fn read_packet(&mut self) -> Option<Vec<u8>> {
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
        self.read(&mut packet[head..]).then_some(packet)
    }

    fn byte(&mut self) -> Option<u8> {
        let mut byte = [0];
        self.read(&mut byte).then_some(byte[0])
    }

    /// Reads all of it, or returns false if the connection is closed.
    fn read(&mut self, bytes: &mut [u8]) -> bool {
        match self.stream.read_exact(bytes) {
            Ok(()) => true,
            Err(error) => match error.kind() {
                ErrorKind::UnexpectedEof
                | ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted
                | ErrorKind::BrokenPipe => false,
                _ => panic!("neither a packet nor the end of the connection: {error}"),
            },
        }
    }

    /// Reads as many bytes as there are to fill the buffer; for what is not MQTT.
    pub(crate) fn fill(&mut self, bytes: &mut [u8]) -> bool {
        self.read(bytes)
    }

    /// Expects that the broker closes the connection without another byte.
    pub(crate) fn closed(&mut self) {
        if let Some(packet) = self.next() {
            panic!("{packet:02x?} instead of the end of the connection");
        }
    }

    /// Expects that the broker closes the connection: with MQTT 5, after a DISCONNECT with one of these reasons.
    pub(crate) fn disconnected(&mut self, reasons: &[u8]) {
        if self.version.is_5() {
            let packet = self.packet();
            assert_eq!(packet[0], 0xe0, "a DISCONNECT: {packet:02x?}");
            let (_, reason, properties) = reason(&packet);
            assert!(
                reasons.contains(&reason),
                "reason {reason:#04x} instead of {reasons:02x?}"
            );
            let ids: Vec<u8> = properties.iter().map(|(id, _)| *id).collect();
            assert!(
                ids.iter().all(|id| [0x1f, 0x26, 0x1c].contains(id)),
                "properties {ids:02x?}"
            );
        }
        self.closed();
    }

    /// Expects that nothing waits for this device.
    pub(crate) fn silent(&mut self) {
        let packets = self.waiting();
        assert!(packets.is_empty(), "{packets:02x?}");
    }

    /// Returns the packets that wait for this device.
    ///
    /// Packets queued before a PINGREQ are sent at the latest before the second PINGRESP: the broker has written all
    /// that it had when it reads again.
    pub(crate) fn waiting(&mut self) -> Vec<Vec<u8>> {
        let mut packets = Vec::new();
        for _ in 0..2 {
            self.send(&PINGREQ);
            loop {
                let packet = self.packet();
                if packet == PINGRESP {
                    break;
                }
                packets.push(packet);
            }
        }
        packets
    }

    /// Subscribes, and expects that it is granted.
    pub(crate) fn subscribe(&mut self, filter: &str, options: u8) {
        self.send(&subscribe(self.version, 0x5b, &[(filter, options)]));
        let reasons = self.suback(0x5b);
        assert_eq!(reasons, [options & 3], "granted for {filter}");
    }

    /// Expects a SUBACK, and returns its reasons.
    pub(crate) fn suback(&mut self, id: u16) -> Vec<u8> {
        self.reasons(0x90, id)
    }

    /// Expects an UNSUBACK, and returns its reasons; MQTT 3.1.1 has none.
    pub(crate) fn unsuback(&mut self, id: u16) -> Vec<u8> {
        self.reasons(0xb0, id)
    }

    fn reasons(&mut self, first: u8, id: u16) -> Vec<u8> {
        let packet = self.packet();
        assert_eq!(packet[0], first, "{packet:02x?}");
        let (acknowledged, reasons, _) = reasons(self.version, &packet);
        assert_eq!(acknowledged, id);
        reasons
    }

    /// Expects an acknowledgement, and returns its reason; 0 with MQTT 3.1.1.
    pub(crate) fn acknowledged(&mut self, first: u8, id: u16) -> u8 {
        let packet = self.packet();
        assert_eq!(packet[0], first, "{packet:02x?}");
        if !self.version.is_5() {
            assert_eq!(packet.len(), 4, "{packet:02x?}");
        }
        let (acknowledged, reason, _) = reason(&packet);
        assert_eq!(acknowledged, Some(id));
        reason
    }

    /// Publishes, and waits until the broker has the message. It may have nobody who wants it.
    pub(crate) fn publish(&mut self, topic: &str, payload: impl AsRef<[u8]>, qos: u8) {
        self.publish_packet(&Publish::new(self.version, topic, payload), qos);
    }

    /// The same for any PUBLISH.
    pub(crate) fn publish_packet(&mut self, publish: &Publish, qos: u8) {
        self.send(&publish.clone().qos(qos, 0x1d).bytes());
        let reason = match qos {
            // The answer shows that the broker has read on.
            0 => {
                self.send(&PINGREQ);
                self.expect(&PINGRESP);
                0
            }
            1 => self.acknowledged(PUBACK, 0x1d),
            _ => {
                let reason = self.acknowledged(PUBREC, 0x1d);
                self.send(&acknowledgement(PUBREL, 0x1d));
                assert_eq!(self.acknowledged(PUBCOMP, 0x1d), 0);
                reason
            }
        };
        assert!(reason < 0x80, "published: {reason:#04x}");
    }

    /// Expects a message, and does not acknowledge it.
    pub(crate) fn message(&mut self) -> Message {
        let packet = self.packet();
        Message::parse(self.version, &packet)
    }

    /// Expects a message, and acknowledges it according to its QoS.
    pub(crate) fn receive(&mut self) -> Message {
        let message = self.message();
        self.acknowledge(&message);
        message
    }

    pub(crate) fn acknowledge(&mut self, message: &Message) {
        match message.qos {
            0 => {}
            1 => self.send(&acknowledgement(PUBACK, message.id)),
            _ => {
                self.send(&acknowledgement(PUBREC, message.id));
                self.released(message.id);
                self.send(&acknowledgement(PUBCOMP, message.id));
            }
        }
    }

    /// Waits for the PUBREL of a message; other packets may come before it.
    fn released(&mut self, id: u16) {
        loop {
            let packet = self.read_packet().expect("a PUBREL");
            if packet[0] == PUBREL && packet[2..4] == id.to_be_bytes() {
                return;
            }
            self.ahead.push_back(packet);
        }
    }

    /// Expects messages with these payloads in this order, and acknowledges them.
    pub(crate) fn receives<T: AsRef<str>>(&mut self, payloads: &[T]) {
        for payload in payloads {
            assert_eq!(self.receive().text(), payload.as_ref());
        }
    }

    /// Ends the connection as MQTT wants it, and waits until the broker has.
    pub(crate) fn disconnect(&mut self) {
        self.send(&DISCONNECT);
        self.closed();
    }

    /// Closes the socket without a word, and waits until the broker has.
    pub(crate) fn vanish(&mut self) {
        self.stream.shutdown(Shutdown::Write).unwrap();
        while self.next().is_some() {}
    }
}
