//! The core among other nodes, which a test plays.

use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Waker};

use secrecy::SecretString;

use super::*;
use crate::core::{Clock, Connection, Core, Instance, Stage};
use crate::keep::Keep;
use crate::{Directory, Limits, MemoryDisk, device_password};

const CLIENT: &str = "GID_test@@@1";

struct Names;

impl Directory for Names {
    fn secret(&self, _: &str) -> Option<SecretString> {
        Some(SecretString::from("s"))
    }
    fn has_group(&self, group: &str) -> bool {
        group == "GID_test"
    }
    fn has_topic(&self, parent: &str) -> bool {
        parent == "t"
    }
}

/// Nodes that note what they are asked, and answer as a test wants.
#[derive(Default)]
struct Others {
    asked: Mutex<Vec<String>>,
    claims: Mutex<Vec<Arc<PendingClaim>>>,
    /// Claims that other nodes took.
    taken: AtomicU64,
    interest: AtomicU64,
    known: AtomicU64,
    waiting: Mutex<Vec<Arc<Signal>>>,
}

impl Others {
    fn note(&self, asked: String) {
        self.asked.lock().push(asked);
    }

    /// Returns what was asked since the last call.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock())
    }

    /// Decides the oldest claim. Returns whether anybody waited for that.
    fn decide(&self, decision: Decision) -> bool {
        self.claims.lock().remove(0).decide(decision)
    }

    fn wake(&self) {
        for signal in self.waiting.lock().drain(..) {
            signal.notify();
        }
    }
}

impl OtherNodes for Others {
    fn claim(&self, claim: &Arc<PendingClaim>) {
        self.claims.lock().push(Arc::clone(claim));
    }
    fn is_current(&self, _: &str, claim: Claim) -> bool {
        claim > self.taken.load(Ordering::Relaxed)
    }
    fn release(&self, client_id: &str, claim: Claim, had_will: bool) {
        let had_will = if had_will { " after its will" } else { "" };
        self.note(format!("release {client_id} {claim}{had_will}"));
    }
    fn abandon(&self, client_id: &str, claim: Claim) {
        self.note(format!("abandon {client_id} {claim}"));
    }
    fn hold(&self, filter: &str) {
        self.interest.fetch_add(1, Ordering::Relaxed);
        self.note(format!("hold {filter}"));
    }
    fn let_go(&self, filter: &str) {
        self.note(format!("let go {filter}"));
    }
    fn interest(&self) -> InterestNumber {
        self.interest.load(Ordering::Relaxed)
    }
    fn ask_again(&self) -> InterestNumber {
        self.interest.fetch_add(1, Ordering::Relaxed) + 1
    }
    fn life(&self) -> u64 {
        7
    }
    fn is_known(&self, interest: InterestNumber) -> bool {
        interest <= self.known.load(Ordering::Relaxed)
    }
    fn wake_when_known(&self, _: InterestNumber, signal: &Arc<Signal>) {
        self.waiting.lock().push(Arc::clone(signal));
    }
    fn forward(&self, message: Outbound<'_>, _: Now) {
        self.note_message("forward", message);
    }
    fn is_shared(&self, topic: &str) -> bool {
        topic.starts_with("t/shared")
    }
    fn share(&self, filter: &str, client_id: &str, membership: Membership) -> Change {
        self.note(format!("share {filter} {client_id} {membership:?}"));
        crate::core::record::put(crate::keep::Table::Messages, [8], Vec::new())
    }
    fn log(&self, message: Outbound<'_>, _: Now) -> Change {
        self.note_message("log", message);
        crate::core::record::put(crate::keep::Table::Messages, [7], Vec::new())
    }
}

impl Others {
    fn note_message(&self, what: &str, message: Outbound<'_>) {
        let Outbound {
            parts,
            receiver,
            is_own,
            will,
            ..
        } = message;
        let payload = String::from_utf8_lossy(parts.payload);
        let will = will.map_or(String::new(), |claim| format!(" will {claim}"));
        self.note(format!(
            "{what} {} {payload} {} {receiver:?} {is_own}{will}",
            parts.topic, parts.qos
        ));
    }
}

/// A broker, the other nodes, and connections to it.
struct World {
    core: Arc<Core>,
    others: Arc<Others>,
}

/// A device on a wire of its own.
struct Device {
    keep: Arc<Keep>,
    connection: Connection,
    unused: Vec<u8>,
}

impl World {
    fn new() -> Self {
        let others = Arc::<Others>::default();
        let keep = Arc::new(Keep::new(Arc::new(MemoryDisk::default())));
        let limits = Limits::default();
        let mut instance = Instance::new(
            "i".into(),
            Arc::new(Names),
            keep,
            Clock::simulated(),
            limits,
        );
        instance.others = Some(Arc::clone(&others) as _);
        let core = Arc::new(Core::new(instance));
        Self { core, others }
    }

    /// Returns a device that has sent CONNECT.
    fn connecting(&self, client_id: &str) -> Device {
        self.connecting_with(client_id, 0, &[])
    }

    /// Returns a device that has sent CONNECT of MQTT 3.1.1 with further flags and the fields of its will.
    fn connecting_with(&self, client_id: &str, flags: u8, will: &[&str]) -> Device {
        let address = SocketAddr::from(([127, 0, 0, 1], 1));
        let mut device = Device {
            keep: Arc::clone(&self.core.instance.keep),
            connection: Connection::new(Arc::clone(&self.core), address),
            unused: Vec::new(),
        };
        let password = device_password(&SecretString::from("s"), client_id);
        let mut body = vec![0, 4, b'M', b'Q', b'T', b'T', 4, 0b1100_0010 ^ flags, 0, 0];
        let fields = [&[client_id], will, &["Signature|k|i", &*password]].concat();
        for field in fields {
            body.extend(text(field));
        }
        device.send(0x10, &body);
        device
    }

    /// Returns a device that is connected by a claim.
    fn connected(&self, client_id: &str, claim: Claim) -> Device {
        let mut device = self.connecting(client_id);
        self.others.decide(Decision::Granted(claim));
        assert_eq!(device.received(), CONNACK);
        device
    }
}

const CONNACK: [u8; 4] = [0x20, 2, 0, 0];

fn text(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap().to_be_bytes();
    [&length[..], text.as_bytes()].concat()
}

impl Device {
    fn send(&mut self, kind: u8, body: &[u8]) {
        self.unused
            .extend([kind, u8::try_from(body.len()).unwrap()]);
        self.unused.extend(body);
        self.look();
    }

    fn look(&mut self) {
        let used = self.connection.receive(&self.unused);
        self.unused.drain(..used);
    }

    /// Returns what is written to it, after what was handed over is on disk and its connection was woken if it was.
    fn received(&mut self) -> Vec<u8> {
        for _ in 0..2 {
            self.keep.commit(&mut crate::keep::Batch::default());
            let signal = self.connection.signal();
            if signal.poll(&Context::from_waker(Waker::noop())) {
                self.look();
            }
        }
        let mut out = Vec::new();
        self.connection.transmit(&mut out, 10_000);
        out
    }

    fn subscribe(&mut self, id: u8, filter: &str) {
        let body = [&[0, id][..], &text(filter), &[1]].concat();
        self.send(0x82, &body);
    }

    fn publish(&mut self, qos: u8, topic: &str, payload: &str) {
        let id: &[u8] = if qos > 0 { &[0, 9] } else { &[] };
        let body = [&text(topic)[..], id, payload.as_bytes()].concat();
        self.send(0x30 | qos << 1, &body);
    }
}

/// A message of another node, with payload `m`.
fn message_to(topic: &str, qos: u8) -> Outbound<'_> {
    let parts = Parts {
        topic,
        properties: crate::core::Properties::Written(&[]),
        payload: b"m",
        qos,
        retain: false,
        expiry: None,
        received: 0,
        publisher: 0,
    };
    Outbound {
        parts,
        receiver: None,
        is_own: false,
        will: None,
        id: 0,
        chosen: Chosen::default(),
        is_again: false,
    }
}

const PUBACK: [u8; 4] = [0x40, 2, 0, 9];

#[test]
fn connect_waits_until_the_client_is_claimed() {
    let world = World::new();
    let mut device = world.connecting(CLIENT);
    assert_eq!(device.connection.stage(), Stage::Claiming);
    device.publish(1, "t/a", "early");
    assert!(device.received().is_empty() && world.core.sessions.get(CLIENT).is_none());
    assert!(world.others.decide(Decision::Granted(5)));
    assert_eq!(device.received(), [CONNACK, PUBACK].concat());
    assert_eq!(device.connection.stage(), Stage::Open);
}

#[test]
fn a_client_that_cannot_be_claimed_is_told_that_the_server_is_unavailable() {
    let world = World::new();
    let mut device = world.connecting(CLIENT);
    world.others.decide(Decision::Unavailable);
    assert_eq!(device.received(), [0x20, 2, 0, 3]);
    assert_eq!(device.connection.stage(), Stage::Closing);
}

#[test]
fn a_claim_that_nobody_uses_is_given_back() {
    let world = World::new();
    drop(world.connecting(CLIENT));
    assert!(!world.others.decide(Decision::Granted(5)));
    let gone = world.connecting(CLIENT);
    assert!(world.others.decide(Decision::Granted(6)));
    gone.connection.lost();
    assert_eq!(world.others.asked(), ["abandon GID_test@@@1 6"]);
}

#[test]
fn a_client_that_another_node_claims_meanwhile_is_not_admitted() {
    let world = World::new();
    let mut device = world.connecting(CLIENT);
    world.others.decide(Decision::Granted(5));
    world.others.taken.store(6, Ordering::Relaxed);
    assert_eq!(device.received(), [0x20, 2, 0, 3]);
    assert!(world.core.sessions.get(CLIENT).is_none());
}

#[test]
fn a_client_is_given_back_when_its_connection_ends_or_is_taken_over() {
    let world = World::new();
    let first = world.connected(CLIENT, 5);
    let second = world.connected(CLIENT, 6);
    assert_eq!(world.others.asked(), ["release GID_test@@@1 5"]);
    first.connection.lost();
    second.connection.lost();
    assert_eq!(world.others.asked(), ["release GID_test@@@1 6"]);
}

/// Flags of a will of QoS 1.
const WILL: u8 = 0b0000_1100;
const CLEAN: u8 = 0b0000_0010;

#[test]
fn a_claim_has_the_will_of_a_client_whose_session_is_not_kept() {
    let world = World::new();
    let will = ["t/w", "gone"];
    for (flags, expected) in [(WILL, Some("gone")), (WILL | CLEAN, None), (0, None)] {
        let will = if flags & WILL == 0 { &[][..] } else { &will };
        let _device = world.connecting_with(CLIENT, flags, will);
        let claim = world.others.claims.lock().remove(0);
        let will = claim.will.as_ref();
        let payload = will.map(|will| String::from_utf8_lossy(will.payload()).into_owned());
        assert_eq!(payload.as_deref(), expected);
    }
}

#[test]
fn a_client_is_given_back_after_its_will_was_sent_to_other_nodes() {
    let world = World::new();
    let connect = |claim| {
        let mut device = world.connecting_with(CLIENT, WILL, &["t/w", "gone"]);
        world.others.decide(Decision::Granted(claim));
        assert_eq!(device.received(), CONNACK);
        device
    };
    let expect = |claim: Claim| {
        let logged = format!("log t/w gone 1 None false will {claim}");
        let released = format!("release {CLIENT} {claim} after its will");
        assert_eq!(world.others.asked(), [logged, released]);
    };
    let now = world.core.instance.clock.now();
    let _first = connect(5);
    let second = connect(6);
    expect(5);
    second.connection.lost();
    expect(6);
    let _third = connect(7);
    world.core.surrender(CLIENT, (8, false), now);
    expect(7);
    let mut last = connect(9);
    last.send(0xe0, &[]);
    assert_eq!(world.others.asked(), [format!("release {CLIENT} 9")]);
}

#[test]
fn another_node_takes_a_client_over_unless_it_came_back_since() {
    let world = World::new();
    let mut device = world.connected(CLIENT, 5);
    let now = world.core.instance.clock.now();
    world.core.surrender(CLIENT, (4, false), now);
    assert_eq!(device.connection.stage(), Stage::Open);
    world.core.surrender(CLIENT, (6, false), now);
    device.received();
    assert_eq!(device.connection.stage(), Stage::Closing);
    assert!(world.core.sessions.get(CLIENT).is_none());
    assert!(
        world.core.sessions.census().take_departed().is_empty(),
        "it is online elsewhere"
    );
}

#[test]
fn the_first_and_the_last_holder_of_a_filter_change_what_is_asked_for() {
    let world = World::new();
    world.others.known.store(u64::MAX, Ordering::Relaxed);
    let mut one = world.connected(CLIENT, 5);
    let mut other = world.connected("GID_test@@@2", 6);
    one.subscribe(1, "t/a");
    one.subscribe(2, "t/a");
    other.subscribe(3, "t/a");
    other.subscribe(4, "t/+");
    assert_eq!(world.others.asked(), ["hold t/a", "hold t/+"]);
    one.connection.lost();
    assert_eq!(world.others.asked(), ["release GID_test@@@1 5"]);
    other.send(0xa2, &[&[0, 5][..], &text("t/a")].concat());
    assert_eq!(world.others.asked(), ["let go t/a"]);
    other.connection.lost();
    assert_eq!(
        world.others.asked(),
        ["let go t/+", "release GID_test@@@2 6"]
    );
}

#[test]
fn suback_waits_until_all_nodes_know_and_what_comes_later_waits_behind_it() {
    let world = World::new();
    let mut device = world.connected(CLIENT, 5);
    device.subscribe(1, "t/a");
    device.publish(1, "t/x", "m");
    assert!(device.received().is_empty());
    let asked = world.others.interest();
    world.others.known.store(asked, Ordering::Relaxed);
    world.others.wake();
    assert_eq!(
        device.received(),
        [&[0x90, 3, 0, 1, 1][..], &PUBACK].concat()
    );
}

#[test]
fn retained_messages_come_once_those_of_other_nodes_are_known() {
    let world = World::new();
    let parts = |payload| Parts {
        topic: "t/a",
        properties: crate::core::Properties::Written(&[]),
        payload,
        qos: 0,
        retain: true,
        expiry: None,
        received: 0,
        publisher: 0,
    };
    let now = world.core.instance.clock.now();
    assert!(world.core.publish(parts(b"here"), None, false, now).is_ok());
    let message = Outbound {
        parts: parts(b"there"),
        receiver: None,
        is_own: false,
        will: None,
        id: 0,
        chosen: Chosen::default(),
        is_again: false,
    };
    world.core.receive(message, now);
    // It is the stream that says what is retained.
    assert!(
        world
            .core
            .retained
            .matching("t/a", None, 1, 0)
            .messages
            .is_empty()
    );
    let mut device = world.connected(CLIENT, 5);
    device.subscribe(1, "t/a");
    assert!(device.received().is_empty());
    let message = crate::core::message::Message::new(parts(b"m"), 0, None);
    world.core.retained.insert(Arc::new(message));
    world.others.known.store(u64::MAX, Ordering::Relaxed);
    world.others.wake();
    let expected = [&[0x90, 3, 0, 1, 1][..], b"\x31\x06\x00\x03t/am"].concat();
    assert_eq!(device.received(), expected);
    assert!(device.received().is_empty());
}

#[test]
fn all_nodes_hear_of_members_of_shares_and_choose_one() {
    const FILTER: &str = "$share/s/t/shared";
    let world = World::new();
    world.others.known.store(u64::MAX, Ordering::Relaxed);
    let mut device = world.connected(CLIENT, 5);
    device.subscribe(1, FILTER);
    assert_eq!(device.received(), [0x90, 3, 0, 1, 1]);
    device.publish(0, "t/shared", "m");
    let share = |membership: Membership| format!("share {FILTER} {CLIENT} {membership:?}");
    let logged = "log t/shared m 0 None false".to_owned();
    let online = share(Membership::Online { is_kept: false });
    let expected = ["hold t/shared".to_owned(), online, logged];
    assert_eq!(world.others.asked(), expected);
    let message = message_to("t/shared", 0);
    let now = world.core.instance.clock.now();
    assert!(
        !world.core.receive_for(message, 1, |_| true, now),
        "another member is chosen"
    );
    let mut chosen = Vec::new();
    push_chosen(&mut chosen, FILTER, CLIENT);
    let chosen = Chosen(&chosen);
    assert!(
        world
            .core
            .receive_for(Outbound { chosen, ..message }, 1, |_| true, now)
    );
    assert_eq!(device.received(), b"\x30\x0b\x00\x08t/sharedm");
    device.connection.lost();
    let asked = world.others.asked();
    assert_eq!(
        asked[..2],
        [share(Membership::Gone), "let go t/shared".to_owned()]
    );
}

#[test]
fn what_is_published_here_is_sent_to_other_nodes_unless_its_only_receiver_is_here() {
    let world = World::new();
    let mut device = world.connected(CLIENT, 5);
    device.publish(1, "t/a", "all");
    device.publish(0, "t/p2p/GID_test@@@1", "me");
    device.publish(0, "t/p2p/GID_test@@@2", "you");
    let now = world.core.instance.clock.now();
    assert!(world.core.publish_own("events", b"own", now).is_ok());
    assert_eq!(
        world.others.asked(),
        [
            "log t/a all 1 None false",
            "forward t/p2p/GID_test@@@2 you 0 Some(\"GID_test@@@2\") false",
            "log events own 1 None true"
        ]
    );
}

#[test]
fn what_another_node_published_is_delivered_here_and_not_sent_again() {
    let world = World::new();
    world.others.known.store(u64::MAX, Ordering::Relaxed);
    let mut device = world.connected(CLIENT, 5);
    device.subscribe(1, "t/a");
    device.received();
    world.others.asked();
    let message = message_to("t/a", 0);
    let now = world.core.instance.clock.now();
    assert!(world.core.receive(message, now));
    assert_eq!(device.received(), b"\x30\x06\x00\x03t/am");
    assert!(world.others.asked().is_empty());
}

#[test]
fn a_message_of_the_log_reaches_sessions_that_want_it_and_is_not_logged_again() {
    let world = World::new();
    world.others.known.store(u64::MAX, Ordering::Relaxed);
    let mut device = world.connected(CLIENT, 5);
    device.subscribe(1, "t/a");
    device.publish(1, "t/a", "m");
    let acknowledged = [&[0x90, 3, 0, 1, 1][..], &PUBACK].concat();
    assert_eq!(device.received(), acknowledged, "it comes with the log");
    world.others.asked();
    let message = message_to("t/a", 1);
    let now = world.core.instance.clock.now();
    assert!(!world.core.receive_for(message, 1, |_| false, now));
    assert!(device.received().is_empty());
    assert!(world.core.receive_for(message, 1, |_| true, now));
    assert_eq!(device.received(), b"\x32\x08\x00\x03t/a\x00\x01m");
    assert!(world.others.asked().is_empty());
}
