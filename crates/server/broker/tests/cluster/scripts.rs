//! Random scripts: devices come to random nodes, go, subscribe and publish. A plain model says what each of them gets.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use futures::future::join_all;
use tokio::time::timeout;

use crate::messages::id;
use crate::nats::Nats;
use crate::node::Node;
use crate::support::device::{Device, Message, Version, options, persistent};
use crate::support::until;

/// Environment variables with the seed of the first script, and the number of scripts.
const SEED: &str = "ONS_MQTT_TEST_SEED";
const SCRIPTS: &str = "ONS_MQTT_TEST_SCRIPTS";
const STEPS: usize = 60;
const CLIENTS: usize = 4;
/// Time in which a message comes.
const WAIT: Duration = Duration::from_secs(8);
/// Levels of filters below the topic of the script.
const FILTERS: [&str; 3] = ["+", "#", "a"];

/// Returns whether one of the filters is that of a topic.
fn matches(filter: &str, topic: &str) -> bool {
    filter != "a" || topic == "a"
}

/// A client as it should be.
#[derive(Default)]
struct Client {
    name: String,
    device: Option<Device>,
    node: usize,
    is_kept: bool,
    filters: BTreeSet<&'static str>,
    is_member: bool,
    /// Numbers of messages that it still has to get, in their order.
    expected: VecDeque<u64>,
    /// Messages that were published before it subscribed. It may get them if its node has not read them by then.
    early: BTreeSet<u64>,
    /// What it has got, and what of that since it connected.
    got: BTreeSet<u64>,
    got_here: BTreeSet<u64>,
}

impl Client {
    fn has_session(&self) -> bool {
        self.device.is_some() || self.is_kept
    }

    fn end_session(&mut self) {
        *self = Self {
            name: std::mem::take(&mut self.name),
            ..Self::default()
        };
    }
}

/// Nodes, with the devices of one script.
struct Script<'a> {
    nodes: &'a [Node; 3],
    random: fastrand::Rng,
    /// Part of its names, so that scripts do not meet.
    number: u64,
    clients: Vec<Client>,
    /// One on each node.
    publishers: Vec<Device>,
    /// Number of the last message.
    last: u64,
    published: Vec<(&'static str, u64)>,
    retained: BTreeMap<&'static str, u64>,
    /// Messages that one member of the share still has to get, each with those that may, and `true` if none of them has left.
    shared: BTreeMap<u64, (BTreeSet<usize>, bool)>,
    log: Vec<String>,
}

impl<'a> Script<'a> {
    async fn begin(nodes: &'a [Node; 3], number: u64) -> Self {
        let client = |one| Client {
            name: id(&format!("{number}-{one}")),
            ..Client::default()
        };
        let publisher = |at: usize| {
            let options = options(Version::V5, &id(&format!("{number}-p{at}")));
            Device::connect(&nodes[at].broker, options)
        };
        Self {
            nodes,
            random: fastrand::Rng::with_seed(number),
            number,
            clients: (0..CLIENTS).map(client).collect(),
            publishers: join_all((0..nodes.len()).map(publisher)).await,
            last: 0,
            published: Vec::new(),
            retained: BTreeMap::new(),
            shared: BTreeMap::new(),
            log: Vec::new(),
        }
    }

    /// Fails with all that was done.
    fn check(&self, holds: bool, what: &str) {
        let (number, log) = (self.number, self.log.join("\n"));
        assert!(holds, "{SEED}={number} {SCRIPTS}=1: {what}, after\n{log}");
    }

    fn topic(&self, level: &str) -> String {
        format!("lamps/{}/{level}", self.number)
    }

    fn share(&self) -> String {
        format!("$share/s/doors/{}/+", self.number)
    }

    async fn step(&mut self) {
        let one = self.random.usize(..CLIENTS);
        match self.random.u8(..20) {
            0..4 => self.connect(one).await,
            4 => self.disconnect(one).await,
            5 => self.lose(one).await,
            6..9 => self.subscribe(one).await,
            9 => self.unsubscribe(one).await,
            10 => self.join_or_leave(one).await,
            11..14 => self.publish_to_share().await,
            _ => self.publish().await,
        }
    }

    /// Connects a client to any node, also if it is connected.
    async fn connect(&mut self, one: usize) {
        let (node, is_kept) = (self.random.usize(..self.nodes.len()), self.random.bool());
        let client = &self.clients[one];
        let is_resumed = client.is_kept && is_kept;
        let options = if is_kept {
            persistent(Version::V5, &client.name)
        } else {
            options(Version::V5, &client.name)
        };
        self.log.push(format!(
            "{one} connects to {node}, kept {is_kept}, resumed {is_resumed}"
        ));
        let device = Device::connect(&self.nodes[node].broker, options).await;
        let is_right = device.session_present == is_resumed;
        self.check(is_right, "session present");
        if let Some(mut earlier) = self.clients[one].device.take() {
            earlier.closed().await;
            self.take_rest(one, earlier).await;
        }
        if !is_resumed {
            self.end_session(one);
        }
        let client = &mut self.clients[one];
        client.device = Some(device);
        (client.node, client.is_kept) = (node, is_kept);
        client.got_here.clear();
    }

    /// The session of a client has ended, with what it had not received.
    fn end_session(&mut self, one: usize) {
        self.clients[one].end_session();
        for (members, is_sure) in self.shared.values_mut() {
            *is_sure &= !members.contains(&one);
        }
    }

    async fn disconnect(&mut self, one: usize) {
        self.log.push(format!("{one} disconnects"));
        self.receive_all(one).await;
        if let Some(mut device) = self.clients[one].device.take() {
            device.leave().await;
            self.take_rest(one, device).await;
            self.went(one).await;
        }
    }

    /// Loses the connection of a client, whatever is on its way.
    async fn lose(&mut self, one: usize) {
        self.log.push(format!("{one} is lost"));
        if let Some(device) = self.clients[one].device.take() {
            self.take_rest(one, device).await;
            self.went(one).await;
        }
    }

    /// Waits until the node knows that a client has gone.
    async fn went(&mut self, one: usize) {
        let client = &self.clients[one];
        let broker = &self.nodes[client.node].broker;
        until("the client is offline", || {
            (broker.client(&client.name)).is_none_or(|client| !client.is_online)
        })
        .await;
        if !client.is_kept {
            self.end_session(one);
        }
    }

    async fn subscribe(&mut self, one: usize) {
        let filter = FILTERS[self.random.usize(..FILTERS.len())];
        self.log.push(format!("{one} subscribes to {filter}"));
        self.receive_all(one).await;
        let topic = self.topic(filter);
        let Some(mut device) = self.clients[one].device.take() else {
            return;
        };
        // With QoS 2, the client library would have to remember identifiers when it connects again.
        let is_granted = device.subscribe(&topic, 1).await;
        self.check(is_granted, "not subscribed");
        let client = &mut self.clients[one];
        client.filters.insert(filter);
        let published = self.published.iter();
        let early = published.filter(|(level, _)| matches(filter, level));
        client.early.extend(early.map(|(_, number)| *number));
        // The retained messages come first, whatever comes meanwhile.
        let mut retained: BTreeSet<_> = (self.retained.iter())
            .filter(|(topic, _)| matches(filter, topic))
            .map(|(_, number)| *number)
            .collect();
        while !retained.is_empty() {
            let message = self
                .next(&mut device, &format!("retained {retained:?} to {one}"))
                .await;
            if message.retain {
                // One of an earlier subscription may come again.
                retained.remove(&message.payload.parse().unwrap());
            } else {
                self.note(one, &message);
            }
        }
        self.clients[one].device = Some(device);
    }

    async fn unsubscribe(&mut self, one: usize) {
        let filter = FILTERS[self.random.usize(..FILTERS.len())];
        self.log.push(format!("{one} unsubscribes from {filter}"));
        self.receive_all(one).await;
        let topic = self.topic(filter);
        let client = &mut self.clients[one];
        if let Some(device) = client
            .device
            .as_mut()
            .filter(|_| client.filters.remove(filter))
        {
            device.unsubscribe(&topic).await;
        }
    }

    async fn join_or_leave(&mut self, one: usize) {
        self.log.push(format!("{one} joins or leaves the share"));
        let filter = self.share();
        let client = &mut self.clients[one];
        let Some(device) = &mut client.device else {
            return;
        };
        if client.is_member {
            device.unsubscribe(&filter).await;
        } else {
            device.subscribe(&filter, 1).await;
        }
        client.is_member = !client.is_member;
    }

    async fn publish(&mut self) {
        let level = ["a", "b"][self.random.usize(..2)];
        let is_retained = self.random.u8(..4) == 0;
        self.last += 1;
        self.published.push((level, self.last));
        for client in &mut self.clients {
            let mut filters = client.filters.iter();
            if client.has_session() && filters.any(|filter| matches(filter, level)) {
                client.expected.push_back(self.last);
            }
        }
        let at = self.random.usize(..self.publishers.len());
        self.log.push(format!(
            "{} is published to {level} on {at}, retained {is_retained}",
            self.last
        ));
        let (topic, text) = (self.topic(level), self.last.to_string());
        let (publisher, qos) = (&mut self.publishers[at], self.random.u8(1..=2));
        if is_retained {
            self.retained.insert(level, self.last);
            publisher.publish_retained(&topic, &text, qos).await;
        } else {
            publisher.publish(&topic, &text, qos).await;
        }
    }

    async fn publish_to_share(&mut self) {
        let members = self.clients.iter().enumerate();
        let members: BTreeSet<_> = members
            .filter(|(_, client)| client.is_member && client.has_session())
            .map(|(one, _)| one)
            .collect();
        let at = self.random.usize(..self.publishers.len());
        self.last += 1;
        self.log.push(format!(
            "{} is published on {at} to the share of {members:?}",
            self.last
        ));
        if !members.is_empty() {
            self.shared.insert(self.last, (members, true));
        }
        let topic = format!("doors/{}/a", self.number);
        let (publisher, qos) = (&mut self.publishers[at], self.random.u8(1..=2));
        publisher.publish(&topic, &self.last.to_string(), qos).await;
    }

    /// Receives what a connection has got that has ended.
    async fn take_rest(&mut self, one: usize, device: Device) {
        for message in device.rest().await {
            self.note(one, &message);
        }
    }

    async fn next(&self, device: &mut Device, wanted: &str) -> Message {
        let next = timeout(WAIT, device.next()).await.ok();
        self.check(next.is_some(), &format!("nothing brings {wanted}"));
        next.unwrap()
    }

    /// Receives until a client that is online has all that it still has to get.
    async fn receive_all(&mut self, one: usize) {
        let Some(mut device) = self.clients[one].device.take() else {
            return;
        };
        while let Some(wanted) = self.clients[one].expected.front().copied() {
            let message = self.next(&mut device, &format!("{wanted} to {one}")).await;
            self.note(one, &message);
        }
        self.clients[one].device = Some(device);
    }

    /// Checks a message that a client has got.
    fn note(&mut self, one: usize, message: &Message) {
        // One of an earlier subscription may come again with the session.
        if message.retain {
            return;
        }
        let number: u64 = message.payload.parse().unwrap();
        let client = &mut self.clients[one];
        let is_new = client.got.insert(number);
        let is_new_here = client.got_here.insert(number);
        let is_right = if !is_new {
            // What was not acknowledged comes again on the next connection.
            is_new_here
        } else if message.topic.starts_with("doors/") {
            let members = self.shared.remove(&number);
            members.is_some_and(|(members, is_sure)| !is_sure || members.contains(&one))
        } else {
            client
                .expected
                .pop_front_if(|next| *next == number)
                .is_some()
                || client.early.remove(&number)
        };
        self.check(is_right, &format!("{one} got {number}"));
    }

    /// Brings back all clients, and checks that they have got all.
    async fn finish(mut self) {
        for one in 0..CLIENTS {
            if self.clients[one].device.is_none() && self.clients[one].is_kept {
                let options = persistent(Version::V5, &self.clients[one].name);
                let device = Device::connect(&self.nodes[one % 3].broker, options).await;
                self.clients[one].got_here.clear();
                self.clients[one].device = Some(device);
            }
        }
        self.publish().await;
        for one in 0..CLIENTS {
            self.receive_all(one).await;
        }
        let begin = Instant::now();
        while self.shared.values().any(|(_, is_sure)| *is_sure) {
            let is_late = begin.elapsed() > WAIT;
            self.check(!is_late, &format!("nobody gets {:?}", self.shared));
            for one in 0..CLIENTS {
                let Some(mut device) = self.clients[one].device.take() else {
                    continue;
                };
                while let Ok(message) = timeout(Duration::from_millis(5), device.next()).await {
                    self.note(one, &message);
                }
                self.clients[one].device = Some(device);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_client_gets_what_a_plain_model_says_whatever_node_it_is_on() {
    let number = |variable| {
        std::env::var(variable)
            .ok()
            .map(|text| text.parse().unwrap())
    };
    let first = number(SEED).unwrap_or_else(|| fastrand::u64(..1 << 32));
    let scripts = number(SCRIPTS).unwrap_or(16);
    println!("{SEED}={first}");
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b", "c"], &nats.urls()).await;
    // Together, so that there is something else in the log, too.
    let nodes = &nodes;
    let scripts = (first..first + scripts).map(|number| async move {
        let mut script = Script::begin(nodes, number).await;
        for _ in 0..STEPS {
            script.step().await;
        }
        script.finish().await;
    });
    join_all(scripts).await;
}
