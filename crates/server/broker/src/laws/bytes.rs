//! Laws over random bytes: whatever a peer sends, it is answered within bounds, and other clients do not notice.

use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Waker};

use super::broker::{Broker, identity};
use super::client::{Answer, Kind, Published, Sent, WillText, connect, read_all, write};
use super::script::{FILTERS, Options, Subscription, TOPICS, WillOptions};
use crate::core::{Connection, Core, MAX_PACKET, Stage};
use crate::fuzz::{check, pieces};

/// Largest CONNECT, in bytes.
const MAX_CONNECT: usize = 8 << 10;
/// Most bytes of a fixed header.
const HEADER: usize = 5;
/// Bytes of CONNECT that are waited for even if it is too large: its answer depends on them.
const VERSION: usize = 7;
/// Most bytes of answers that do not follow from the number of bytes received.
const FAREWELL: usize = 1 << 10;
/// Rounds after which everything has been read.
const ROUNDS: usize = 500;
/// Pieces after which the other client is looked at.
const PIECES: usize = 16;
/// Time after which each session has expired, in ms.
const FOUR_DAYS: i64 = 4 * 24 * 60 * 60 * 1000;

#[test]
fn bytes_before_connect_do_no_harm() {
    check(include_str!("../../fuzz/before-connect.txt"), |input| {
        let Some((&cuts, bytes)) = input.split_first() else {
            return;
        };
        let expected = before_connect(bytes, 0);
        let found = before_connect(bytes, cuts);
        assert_eq!(found, expected, "the answer depends on the pieces");
    });
}

/// Returns what is answered to bytes that arrive in pieces, and the state after them.
fn before_connect(bytes: &[u8], cuts: u8) -> (Vec<u8>, Stage) {
    let mut broker = new_broker();
    let mut peer = Peer::new(&broker.core);
    for piece in pieces(bytes, cuts) {
        peer.send(piece);
    }
    let answer = peer.read(&mut broker);
    let state = peer.connection.stage();
    let packets = packets(&answer);
    assert!(packets.first().is_none_or(|packet| packet[0] == 0x20));
    match state {
        Stage::Handshake => assert!(packets.is_empty()),
        Stage::Open => assert!(!packets.is_empty()),
        _ => {}
    }
    if state == Stage::Handshake {
        assert!(broker.core.sessions.all().is_empty());
        advance(&mut broker, 10_000);
        peer.connection.expire();
        assert_eq!(peer.connection.stage(), Stage::Closing);
    }
    (answer, state)
}

#[test]
fn bytes_after_connect_do_no_harm() {
    check(include_str!("../../fuzz/after-connect.txt"), after_connect);
}

/// Sends bytes as a client that is connected. The first byte says how, the second one in which pieces.
fn after_connect(input: &[u8]) {
    let [choice, cuts, bytes @ ..] = input else {
        return;
    };
    let mut broker = new_broker();
    let mut witness = Witness::new(&mut broker);
    let mut peer = Peer::connected(&broker.core, options(*choice));
    peer.read(&mut broker);
    for (number, piece) in pieces(bytes, *cuts).into_iter().enumerate() {
        broker.disk.set_full(choice & FULL != 0);
        peer.send(piece);
        commit(&mut broker);
        peer.send(&[]);
        broker.disk.set_full(false);
        commit(&mut broker);
        if number % PIECES == 0 {
            witness.check(&mut broker);
            advance(&mut broker, 1000);
        }
        peer.read(&mut broker);
        peer.send(&[]);
    }
    witness.check(&mut broker);
    peer.connection.lost();
    witness.check(&mut broker);

    // The client comes back for what waits for it.
    let mut peer = Peer::connected(&broker.core, options(choice & !CLEAN));
    peer.read(&mut broker);
    witness.check(&mut broker);
    broker.restart().unwrap();
    advance(&mut broker, FOUR_DAYS);
    broker.check_no_sessions().unwrap();
}

const V5: u8 = 1;
const CLEAN: u8 = 2;
const ONE_AT_A_TIME: u8 = 4;
const SMALL_PACKETS: u8 = 8;
const WILL: u8 = 16;
/// The disk is full when the bytes come.
const FULL: u8 = 32;

fn options(choice: u8) -> Options {
    let will = WillOptions {
        qos: 1,
        retain: true,
        ..WillOptions::default()
    };
    Options {
        v5: choice & V5 != 0,
        clean: choice & CLEAN != 0,
        expiry: 1000,
        receive_maximum: u16::from(choice & ONE_AT_A_TIME != 0),
        takes_small_packets: choice & SMALL_PACKETS != 0,
        keep_alive: 0,
        will: (choice & WILL != 0).then_some(will),
    }
}

fn new_broker() -> Broker {
    fastrand::seed(1);
    Broker::new()
}

/// Commits, and once more what came after a commit that failed.
fn commit(broker: &mut Broker) {
    broker.commit();
    broker.commit();
}

fn advance(broker: &mut Broker, milliseconds: i64) {
    broker.advance(milliseconds);
    commit(broker);
}

/// A client that may send anything.
struct Peer {
    connection: Connection,
    /// Bytes that the connection has not used yet.
    unused: Vec<u8>,
    received: usize,
    answered: usize,
}

impl Peer {
    fn new(core: &Arc<Core>) -> Self {
        let address = SocketAddr::from(([192, 0, 2, 1], 1883));
        Self {
            connection: Connection::new(Arc::clone(core), address),
            unused: Vec::new(),
            received: 0,
            answered: 0,
        }
    }

    fn connected(core: &Arc<Core>, options: Options) -> Self {
        let mut peer = Self::new(core);
        let will = options.will.map(|_| WillText {
            topic: TOPICS[0],
            payload: b"gone",
        });
        peer.send(&connect(&options, &identity(0), will));
        assert_eq!(peer.connection.stage(), Stage::Open);
        peer
    }

    fn send(&mut self, bytes: &[u8]) {
        let before = self.connection.stage();
        self.received += bytes.len();
        self.unused.extend(bytes);
        let used = self.connection.receive(&self.unused);
        self.unused.drain(..used);
        let state = self.connection.stage();
        match before {
            Stage::Closing => assert_eq!(state, Stage::Closing),
            Stage::Open | Stage::Paused | Stage::Claiming => assert_ne!(state, Stage::Handshake),
            Stage::Handshake => {}
        }
        match state {
            Stage::Handshake => check_beginning(&self.unused, MAX_CONNECT),
            Stage::Open => check_beginning(&self.unused, MAX_PACKET),
            Stage::Closing => assert!(self.unused.is_empty()),
            Stage::Paused | Stage::Claiming => {}
        }
    }

    /// Reads all that there is.
    fn read(&mut self, broker: &mut Broker) -> Vec<u8> {
        let mut read = Vec::new();
        for _ in 0..ROUNDS {
            commit(broker);
            if let Some(fetch) = self.connection.fetch() {
                fetch.run();
            }
            let before = read.len();
            self.connection.transmit(&mut read, 60_000);
            let signal = self.connection.signal();
            let is_signalled = signal.poll(&Context::from_waker(Waker::noop()));
            if read.len() == before && !is_signalled {
                self.check_answers(&read);
                return read;
            }
        }
        panic!("reading never ends");
    }

    /// Checks that answers, other than messages of others, do not grow faster than what is answered.
    fn check_answers(&mut self, read: &[u8]) {
        for packet in packets(read) {
            if packet[0] >> 4 != 3 {
                self.answered += packet.len();
            }
        }
        assert!(self.answered <= 2 * self.received + FAREWELL);
    }
}

/// A client that subscribes to everything, and keeps getting it.
struct Witness {
    peer: Peer,
    messages: u16,
}

impl Witness {
    fn new(broker: &mut Broker) -> Self {
        let mut peer = Peer::new(&broker.core);
        let options = Options {
            clean: true,
            ..Options::default()
        };
        peer.send(&connect(&options, &identity(2), None));
        let subscription = Subscription {
            filter: 2,
            qos: 1,
            ..Subscription::default()
        };
        peer.send(&write(false, &Sent::Subscribe(1, subscription), &FILTERS));
        let mut witness = Self { peer, messages: 0 };
        witness.check(broker);
        witness
    }

    /// Checks that a message arrives and is acknowledged.
    fn check(&mut self, broker: &mut Broker) {
        self.messages += 1;
        let message = Published {
            message: 0,
            topic: TOPICS[2].to_owned(),
            payload: format!("message {}", self.messages).into_bytes(),
            qos: 1,
            id: self.messages,
            retain: false,
            dup: false,
            expiry: 0,
        };
        self.send(&Sent::Publish(message.clone()));
        let (mut arrived, mut is_acknowledged) = (0, false);
        for _ in 0..ROUNDS {
            let read = self.peer.read(broker);
            if read.is_empty() {
                assert!(arrived == 1 && is_acknowledged, "another client is harmed");
                return;
            }
            for (answer, _) in read_all(false, &read).unwrap() {
                match answer {
                    Answer::Publish(publish) => {
                        arrived += u32::from(publish.payload == message.payload);
                        if publish.qos > 0 {
                            self.send(&Sent::Acknowledge(Kind::Puback, publish.id));
                        }
                    }
                    Answer::Acknowledge { id, .. } => is_acknowledged |= id == message.id,
                    _ => {}
                }
            }
        }
        panic!("the other client is flooded");
    }

    fn send(&mut self, packet: &Sent) {
        self.peer.send(&write(false, packet, &FILTERS));
        assert_eq!(self.peer.connection.stage(), Stage::Open);
    }
}

/// Checks that bytes are the beginning of one packet that is not too large.
fn check_beginning(bytes: &[u8], bound: usize) {
    match packet_length(bytes) {
        Some(length) => {
            let is_awaited = bytes.len() < HEADER + VERSION;
            assert!(bytes.len() < length && (length <= bound || is_awaited));
        }
        None => assert!(bytes.len() < HEADER),
    }
}

/// Takes the packets of the broker apart.
fn packets(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut packets = Vec::new();
    while !bytes.is_empty() {
        let length = packet_length(bytes).unwrap();
        let (packet, rest) = bytes.split_at(length);
        packets.push(packet);
        bytes = rest;
    }
    packets
}

/// Returns the length of the packet that bytes begin with, or nothing if its header is not complete.
fn packet_length(bytes: &[u8]) -> Option<usize> {
    let (mut length, mut at) = (0, 1);
    loop {
        let byte = *bytes.get(at)?;
        length |= usize::from(byte & 0x7f) << (7 * (at - 1));
        at += 1;
        if byte < 0x80 {
            return Some(at + length);
        }
        assert!(at < HEADER, "a fixed header is too long");
    }
}
