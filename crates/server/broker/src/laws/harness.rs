//! The simulated world: clients, network, disk and clock around a core, all under one script.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Waker};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use parking_lot::Mutex;
use secrecy::SecretString;
use sha1::Sha1;

use super::client::{
    Answer, Client, Identity, Published, Sent, WillText, connect, read_all, write,
};
use super::model::{Counted, Message, Model, View, client_id};
use super::script::{
    CLIENTS, FILTERS, GROUPS, LARGE_PAYLOAD, Options, Payload, Publication, Step, TOPICS,
};
use crate::core::{Clock, Connection, Core, Instance, State};
use crate::keep::{Batch, Change, Disk, DiskError, Entry, Keep, MemoryDisk, Table};
use crate::metering::Direction;
use crate::wire::Reason;
use crate::{Directory, Limits, Loss};

/// Rounds in which everything has to become quiet.
const ROUNDS: usize = 200;

/// A client whose session is kept.
pub(super) const KEPT: Options = Options {
    v5: true,
    clean: false,
    expiry: 10_000,
    receive_maximum: 0,
    takes_small_packets: false,
    keep_alive: 0,
    will: None,
};

/// Milliseconds until CONNECT has to be there.
const HANDSHAKE: i64 = 10_000;
/// Milliseconds that a publisher of MQTT 3.1.1 waits for a disk that is full.
pub(super) const FULL_DISK: i64 = 10_000;

/// A law that was broken, or none.
pub(super) type Law = Result<(), String>;

/// Runs a script from an empty broker to an empty broker.
pub(super) fn run(steps: &[Step]) -> Law {
    fastrand::seed(1);
    let mut world = World::new();
    for (number, step) in steps.iter().enumerate() {
        let checked = world.step(step).and_then(|()| world.check_presence());
        checked.map_err(|law| format!("step {number}: {law}"))?;
    }
    world
        .come_back()
        .map_err(|law| format!("when all came back: {law}"))?;
    world
        .go_away()
        .map_err(|law| format!("when all went away: {law}"))
}

/// A disk that can be full.
#[derive(Debug, Default)]
pub(super) struct TestDisk {
    rows: MemoryDisk,
    pub(super) is_full: AtomicBool,
}

impl Disk for TestDisk {
    fn commit(&self, changes: &[Change]) -> Result<(), DiskError> {
        if self.is_full.load(Ordering::Relaxed) {
            return Err(DiskError::Full);
        }
        self.rows.commit(changes)
    }

    fn read(
        &self,
        table: Table,
        prefix: &[u8],
        after: Option<&[u8]>,
        entries: usize,
        bytes: usize,
    ) -> Result<Vec<Entry>, DiskError> {
        self.rows.read(table, prefix, after, entries, bytes)
    }

    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Box<[u8]>>, DiskError> {
        self.rows.get(table, key)
    }
}

#[derive(Default)]
pub(super) struct Names {
    deleted: Mutex<Option<&'static str>>,
}

impl Directory for Names {
    fn secret(&self, _: &str) -> Option<SecretString> {
        Some(SecretString::from("secret"))
    }

    fn has_group(&self, group: &str) -> bool {
        GROUPS.contains(&group) && *self.deleted.lock() != Some(group)
    }

    fn has_topic(&self, parent: &str) -> bool {
        ["t", "u"].contains(&parent)
    }
}

/// A connection, and what is on its way.
struct Link {
    connection: Connection,
    view: View,
    /// Written by the client, not yet carried.
    to_broker: Vec<u8>,
    /// Carried, not yet used.
    unused: Vec<u8>,
    /// Packets in `to_broker` and `unused`, each with its length.
    sent: VecDeque<(Sent, usize)>,
    to_client: VecDeque<(Answer, Option<u64>)>,
    fetch: Option<Box<dyn FnOnce()>>,
    opened: i64,
    /// Whether its task would run now.
    is_awake: bool,
}

struct World {
    core: Arc<Core>,
    disk: Arc<TestDisk>,
    names: Arc<Names>,
    batch: Batch,
    time: i64,
    links: Vec<Link>,
    clients: Vec<Client>,
    /// Serial number of the connection that each client uses.
    current: [Option<u64>; CLIENTS],
    /// How each client connects by itself.
    usual: [Options; CLIENTS],
    next_serial: u64,
    model: Model,
    /// How often each delivery has arrived.
    arrived: HashMap<u64, u32>,
    /// Bytes and packets that were carried.
    progress: usize,
}

impl World {
    fn new() -> Self {
        let (disk, names) = (Arc::default(), Arc::default());
        Self {
            core: start(&disk, &names, 0),
            disk,
            names,
            batch: Batch::default(),
            time: 0,
            links: Vec::new(),
            clients: (0..CLIENTS).map(|_| Client::new()).collect(),
            current: [None; CLIENTS],
            usual: [KEPT; CLIENTS],
            next_serial: 1,
            model: Model::default(),
            arrived: HashMap::new(),
            progress: 0,
        }
    }

    fn step(&mut self, step: &Step) -> Law {
        match step {
            Step::Connect(client, options) => self.connect(*client, *options),
            Step::Subscribe(client, subscription) => {
                self.appear(*client);
                let id = self.clients[*client].take_id();
                self.write(*client, Sent::Subscribe(id, *subscription));
            }
            Step::Unsubscribe(client, filter) => {
                let id = self.clients[*client].take_id();
                self.write(*client, Sent::Unsubscribe(id, *filter));
            }
            Step::Publish(client, publication) => self.publish(*client, publication),
            Step::Ping(client) => self.write(*client, Sent::Ping),
            Step::Send(client, bytes) => {
                if let Some(link) = self.link_of(*client) {
                    return self.carry_to_broker(link, *bytes);
                }
            }
            Step::Read(client, bytes, packets) => {
                if let Some(link) = self.link_of(*client) {
                    self.carry_to_client(link, *bytes, *packets)?;
                    return self.close_links();
                }
            }
            Step::AcknowledgeAtOnce(client, at_once) => {
                self.clients[*client].acknowledges_at_once = *at_once;
                if *at_once {
                    self.acknowledge(*client);
                }
            }
            Step::Acknowledge(client) => self.acknowledge(*client),
            Step::Lose(client) => self.lose(*client),
            Step::Disconnect(client, with_will) => {
                self.write(*client, Sent::Disconnect(*with_will));
            }
            Step::Carry => return self.carry(),
            Step::Commit => self.commit(),
            Step::Settle => return self.settle(),
            Step::Advance(seconds) => return self.advance(*seconds),
            Step::Crash => return self.crash(),
            Step::Delete(group) => self.delete(GROUPS[*group]),
            Step::Full(is_full) => self.disk.is_full.store(*is_full, Ordering::Relaxed),
        }
        Ok(())
    }

    fn link_of(&self, client: usize) -> Option<usize> {
        let serial = self.current[client]?;
        self.links
            .iter()
            .position(|link| link.view.serial == serial)
    }

    /// Connects a client that has no connection.
    fn appear(&mut self, client: usize) {
        if self.link_of(client).is_none() {
            self.connect(client, self.usual[client]);
        }
    }

    fn connect(&mut self, client: usize, options: Options) {
        self.usual[client] = Options {
            clean: false,
            ..options
        };
        let serial = self.next_serial;
        self.next_serial += 1;
        let will = options.will.map(|will| {
            self.new_message(Publication {
                to: will.topic,
                qos: will.qos,
                retain: will.retain,
                ..Publication::default()
            })
        });
        let message = will.map(|will| &self.model.messages[will]);
        let text = message.map(|message| WillText {
            topic: &message.topic,
            payload: &message.payload,
        });
        let packet = connect(&options, &identity(client), text);
        let address = SocketAddr::from(([192, 0, 2, 1], 1883));
        self.links.push(Link {
            connection: Connection::new(Arc::clone(&self.core), address),
            view: View::new(serial, client, options, will),
            sent: VecDeque::from([(Sent::Connect(options), packet.len())]),
            to_broker: packet,
            unused: Vec::new(),
            to_client: VecDeque::new(),
            fetch: None,
            opened: self.time,
            is_awake: true,
        });
        self.current[client] = Some(serial);
        self.clients[client].connects();
    }

    fn new_message(&mut self, publication: Publication) -> usize {
        let number = self.model.messages.len();
        let (topic, receiver) = Model::address(publication.to);
        let mut payload = format!("{number}").into_bytes();
        match publication.payload {
            Payload::Small => {}
            Payload::Empty => payload.clear(),
            Payload::Large => payload.resize(LARGE_PAYLOAD, b' '),
        }
        self.model.messages.push(Message {
            topic,
            payload,
            qos: publication.qos,
            retain: publication.retain,
            receiver,
        });
        number
    }

    fn publish(&mut self, client: usize, publication: &Publication) {
        self.appear(client);
        let Some(link) = self.link_of(client) else {
            return;
        };
        if !self.clients[client].may_publish() {
            return;
        }
        let v5 = self.links[link].view.options.v5;
        let expiry = if v5 { publication.expiry } else { 0 };
        let number = self.new_message(*publication);
        let message = &self.model.messages[number];
        let published = Published {
            message: number,
            topic: message.topic.clone(),
            payload: message.payload.clone(),
            qos: message.qos,
            id: if message.qos > 0 {
                self.clients[client].take_id()
            } else {
                0
            },
            retain: message.retain,
            dup: false,
            expiry,
        };
        self.clients[client].publishes(&published, self.links[link].view.serial);
        self.write(client, Sent::Publish(published));
    }

    fn acknowledge(&mut self, client: usize) {
        for packet in self.clients[client].release_held() {
            self.write(client, packet);
        }
    }

    fn write(&mut self, client: usize, packet: Sent) {
        if let Some(at) = self.link_of(client) {
            let link = &mut self.links[at];
            let bytes = write(link.view.options.v5, &packet, &FILTERS);
            link.to_broker.extend(&bytes);
            link.sent.push_back((packet, bytes.len()));
        }
    }

    fn carry_to_broker(&mut self, at: usize, bytes: usize) -> Law {
        let link = &mut self.links[at];
        let bytes = bytes.min(link.to_broker.len());
        link.unused.extend(link.to_broker.drain(..bytes));
        self.progress += bytes;
        if link.unused.is_empty() {
            return Ok(());
        }
        link.is_awake = true;
        let mut used = link.connection.receive(&link.unused);
        link.unused.drain(..used);
        while used > 0 {
            let is_whole = |sent: &mut (Sent, usize)| sent.1 <= used;
            let Some((packet, length)) = link.sent.pop_front_if(is_whole) else {
                break;
            };
            self.model.receive(&mut link.view, &packet, self.time);
            used -= length;
            self.progress += 1;
        }
        if used > 0 && link.connection.state() != State::Closing {
            return Err("a part of a packet was used".to_owned());
        }
        let expected = match (link.view.is_connected, self.model.is_live(&link.view)) {
            (false, _) => State::Handshake,
            (true, true) => State::Open,
            (true, false) => State::Closing,
        };
        let state = link.connection.state();
        let until = link
            .view
            .paused_until
            .take()
            .unwrap_or(self.time + FULL_DISK);
        if state == State::Paused {
            link.view.paused_until = Some(until);
            link.view.heard = self.time;
        }
        if state == expected || state == State::Paused {
            Ok(())
        } else {
            Err(format!(
                "the connection is {state:?} instead of {expected:?}"
            ))
        }
    }

    fn carry_to_client(&mut self, at: usize, bytes: usize, packets: usize) -> Law {
        let link = &mut self.links[at];
        link.is_awake |= link
            .connection
            .signal()
            .poll(&Context::from_waker(Waker::noop()));
        let before = link.connection.state();
        let mut out = Vec::new();
        link.connection.transmit(&mut out, bytes);
        let was_idle = out.is_empty() && link.connection.state() == before;
        if !link.is_awake && !was_idle {
            return Err("the connection was not woken for what it had to do".to_owned());
        }
        if was_idle && bytes > 1000 {
            link.is_awake = false;
        }
        if let Some(fetch) = link.fetch.take() {
            fetch();
            self.progress += 1;
        }
        if let Some(fetch) = link.connection.fetch() {
            link.fetch = Some(Box::new(move || fetch.run()));
            self.progress += 1;
        }
        self.progress += out.len();
        for (answer, length) in read_all(link.view.options.v5, &out)? {
            let delivery = self
                .model
                .send(&mut link.view, &answer, length, self.time)?;
            link.to_client.push_back((answer, delivery));
        }
        self.read(at, packets)
    }

    /// Makes a client read, unless it has left the connection.
    fn read(&mut self, at: usize, packets: usize) -> Law {
        let link = &mut self.links[at];
        let (client, serial) = (link.view.client, link.view.serial);
        let session = (link.view.epoch, serial);
        if self.current[client] != Some(serial) {
            return Ok(());
        }
        let count = packets.min(link.to_client.len());
        let mut out = Vec::new();
        for (answer, delivery) in link.to_client.drain(..count) {
            self.progress += 1;
            let has_arrived = self.clients[client].read(&answer, delivery, session, &mut out)?;
            if let (Answer::Publish(publish), true, Some(delivery)) =
                (&answer, has_arrived, delivery)
            {
                let times = self.arrived.entry(delivery).or_default();
                *times += 1;
                if *times > 1 && publish.qos != 1 {
                    return Err(format!("{publish:?} has arrived twice"));
                }
            }
        }
        for packet in out {
            self.write(client, packet);
        }
        Ok(())
    }

    /// Takes away connections that the broker has closed.
    fn close_links(&mut self) -> Law {
        let mut at = 0;
        while at < self.links.len() {
            if self.links[at].connection.state() == State::Closing {
                let link = self.links.remove(at);
                if self.current[link.view.client] == Some(link.view.serial) {
                    self.current[link.view.client] = None;
                }
                if self.model.is_live(&link.view) {
                    return Err("a connection was closed without a reason".to_owned());
                }
                link.connection.lost();
            } else {
                at += 1;
            }
        }
        Ok(())
    }

    fn carry(&mut self) -> Law {
        for _ in 0..ROUNDS {
            let before = self.progress;
            for at in 0..self.links.len() {
                self.carry_to_broker(at, usize::MAX)?;
            }
            for at in 0..self.links.len() {
                self.carry_to_client(at, 60_000, usize::MAX)?;
            }
            self.close_links()?;
            if self.progress == before {
                return Ok(());
            }
        }
        Err("carrying never ends".to_owned())
    }

    fn commit(&mut self) {
        let keep = &self.core.instance.keep;
        let is_made = keep.commit(&mut self.batch);
        self.model.commit(keep.begun(), is_made, self.time);
    }

    fn settle(&mut self) -> Law {
        self.disk.is_full.store(false, Ordering::Relaxed);
        for _ in 0..ROUNDS {
            let before = self.progress;
            self.carry()?;
            self.commit();
            self.carry()?;
            if self.progress == before {
                let is_waiting = self
                    .clients
                    .iter()
                    .any(|client| !client.acknowledges_at_once);
                return if is_waiting {
                    Ok(())
                } else {
                    self.model.settle(&self.current)
                };
            }
        }
        Err("it never settles".to_owned())
    }

    fn lose(&mut self, client: usize) {
        if let Some(at) = self.link_of(client) {
            let link = self.links.remove(at);
            self.current[client] = None;
            link.connection.lost();
            self.model.lose(&link.view, true, self.time);
        }
    }

    fn advance(&mut self, seconds: i64) -> Law {
        self.time += seconds * 1000;
        self.core.instance.clock.advance(seconds * 1000);
        self.core.tick();
        self.model.tick(self.time);
        for at in 0..self.links.len() {
            let link = &mut self.links[at];
            link.is_awake = true;
            link.connection.expire();
            let is_closing = link.connection.state() == State::Closing;
            let has_given_up = is_closing && self.model.may_give_up(&link.view, self.time);
            if has_given_up || self.model.is_silent(&link.view, self.time) {
                self.model.lose(&link.view, true, self.time);
                if link.connection.state() != State::Closing {
                    return Err("a silent client is still connected".to_owned());
                }
            }
        }
        self.close_late_links()
    }

    /// Takes away connections whose CONNECT did not come in time.
    fn close_late_links(&mut self) -> Law {
        let is_late =
            |link: &Link, time| !link.view.is_connected && link.opened + HANDSHAKE <= time;
        for link in self.links.iter().filter(|link| is_late(link, self.time)) {
            if link.connection.state() != State::Closing {
                return Err("CONNECT may still come".to_owned());
            }
            let current = &mut self.current[link.view.client];
            *current = current.filter(|serial| *serial != link.view.serial);
        }
        self.links.retain(|link| !is_late(link, self.time));
        Ok(())
    }

    fn crash(&mut self) -> Law {
        self.links.clear();
        self.current = [None; CLIENTS];
        self.batch = Batch::default();
        self.disk.is_full.store(false, Ordering::Relaxed);
        self.check_counts()?;
        self.core = start(&self.disk, &self.names, self.time);
        let restored = self.core.restore();
        self.model.crash(self.time);
        restored.map_err(|error| error.to_string())
    }

    /// Deletes a group, whose name is taken again at once.
    fn delete(&mut self, group: &'static str) {
        *self.names.deleted.lock() = Some(group);
        for session in self.core.sessions.all() {
            if crate::client_id::group_of(&session.client_id) == Some(group) {
                self.core
                    .sessions
                    .end(&session, Reason::ADMINISTRATIVE_ACTION);
            }
        }
        *self.names.deleted.lock() = None;
        self.model.delete_group(group);
    }

    fn check_presence(&self) -> Law {
        let sessions = &self.core.sessions;
        let connections = (
            sessions.census().connections(),
            self.model.connections() as u64,
        );
        same("connections", connections)?;
        for group in GROUPS {
            let online = self.model.online_in_group(group) as u64;
            same(group, (sessions.census().online_in_group(group), online))?;
        }
        for topic in TOPICS.iter().chain(&["t/+", "t/#"]) {
            let online = self.model.online_on_topic(topic) as u64;
            same(topic, (sessions.online_on_topic(topic), online))?;
        }
        Ok(())
    }

    fn check_counts(&mut self) -> Law {
        let mut counts: BTreeMap<Counted, u64> = BTreeMap::new();
        for count in self.core.instance.metering.take() {
            let topic = count.parent_topic + &count.sub_topic.unwrap_or_default();
            let is_pushed = count.direction == Direction::Pushed;
            *counts.entry((topic, is_pushed, count.qos)).or_default() += count.count;
        }
        let expected = std::mem::take(&mut self.model.counts);
        if counts == expected {
            Ok(())
        } else {
            Err(format!("counted {counts:?} instead of {expected:?}"))
        }
    }

    /// All clients come back for what waits for them.
    fn come_back(&mut self) -> Law {
        for client in 0..CLIENTS {
            self.clients[client].acknowledges_at_once = true;
            self.lose(client);
            self.connect(client, KEPT);
        }
        self.settle()?;
        self.check_presence()?;
        self.model.check_shares()?;
        if let Some(client) = self.clients.iter().position(|client| !client.is_idle()) {
            return Err(format!("client {client} waits for an acknowledgement"));
        }
        let missing = |(loss, count): &(Loss, u64)| *loss == Loss::Missing && *count > 0;
        if self.core.instance.losses.all().iter().any(missing) {
            return Err("a message was not on disk any more".to_owned());
        }
        self.check_counts()
    }

    /// All clients end their sessions, and retained messages are deleted.
    fn go_away(&mut self) -> Law {
        for client in 0..CLIENTS {
            let options = Options {
                v5: true,
                clean: true,
                ..Options::default()
            };
            self.connect(client, options);
        }
        self.settle()?;
        for to in 0..TOPICS.len() {
            let publication = Publication {
                to,
                qos: 1,
                retain: true,
                payload: Payload::Empty,
                expiry: 0,
            };
            self.publish(0, &publication);
        }
        self.settle()?;
        for client in 0..CLIENTS {
            self.write(client, Sent::Disconnect(false));
        }
        self.settle()?;
        self.check_presence()?;
        self.check_emptiness()
    }

    fn check_emptiness(&self) -> Law {
        same("sessions", (self.core.sessions.all().len() as u64, 0))?;
        same("connections", (self.links.len() as u64, 0))?;
        same("bytes", (self.core.instance.budget.bytes() as u64, 0))?;
        let memory = self.core.instance.session_memory.bytes();
        same("bytes of sessions", (memory as u64, 0))?;
        if !self.core.sessions.is_index_empty() {
            return Err("subscriptions are left".to_owned());
        }
        for table in [
            Table::Sessions,
            Table::Queues,
            Table::Messages,
            Table::Retained,
        ] {
            let rows = self.disk.read(table, &[], None, 10, usize::MAX);
            let rows = rows.map_err(|error| error.to_string())?;
            if !rows.is_empty() {
                return Err(format!("left on disk in {table:?}: {rows:?}"));
            }
        }
        Ok(())
    }
}

/// Starts a core with a simulated clock.
pub(super) fn start(disk: &Arc<TestDisk>, names: &Arc<Names>, time: i64) -> Arc<Core> {
    let clock = Clock::simulated();
    clock.advance(time);
    let disk: Arc<dyn Disk> = Arc::clone(disk) as _;
    let names: Arc<dyn Directory> = Arc::clone(names) as _;
    let keep = Arc::new(Keep::new(disk));
    Arc::new(Core::new(Instance::new(
        "i".to_owned(),
        names,
        keep,
        clock,
        Limits::default(),
    )))
}

pub(super) fn identity(client: usize) -> Identity {
    let client_id = client_id(client);
    let password = Hmac::<Sha1>::new_from_slice(b"secret").map_or_else(
        |_| String::new(),
        |mut mac| {
            mac.update(client_id.as_bytes());
            BASE64_STANDARD.encode(mac.finalize().into_bytes())
        },
    );
    Identity {
        client_id,
        user_name: "Signature|k|i".to_owned(),
        password,
    }
}

fn same(what: &str, (found, expected): (u64, u64)) -> Law {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{what}: {found} instead of {expected}"))
    }
}
