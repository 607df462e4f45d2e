//! Checks that a kill at any moment loses no acknowledged message, retained message or subscription.

mod filters;
mod publisher;
mod subscriber;

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::program::{INSTANCE, Program, times};
use crate::wire::{Packet, Peer, Version};
use filters::Filters;
use publisher::Publisher;
use subscriber::Subscriber;

/// Variable that overrides the number of kills.
const ROUNDS: &str = "ONS_MQTT_TEST_KILLS";

const KINDS: [(Version, u8); 4] = [
    (Version::V311, 1),
    (Version::V311, 2),
    (Version::V5, 1),
    (Version::V5, 2),
];

/// The moment of a kill, before which no connection may end.
#[derive(Clone, Default)]
pub(crate) struct Moment(Arc<AtomicBool>);

impl Moment {
    pub(crate) fn is_over(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Checks that an error is due to the kill.
    pub(crate) fn expected(&self, client_id: &str, error: &io::Error) {
        assert!(self.is_over(), "{client_id}: {error}");
    }
}

/// All clients, with what they know.
struct Clients {
    publishers: Vec<Publisher>,
    subscribers: Vec<Subscriber>,
    filters: Filters,
}

impl Clients {
    fn new() -> Self {
        let name = |role: &str, (version, qos): (Version, u8)| format!("{role}_{version:?}_{qos}");
        Self {
            publishers: KINDS
                .map(|kind| Publisher::new(&name("from", kind), kind.0, kind.1))
                .into(),
            subscribers: KINDS
                .map(|kind| Subscriber::new(&name("to", kind), kind.0, kind.1))
                .into(),
            filters: Filters::default(),
        }
    }

    /// Keeps the program busy and kills it.
    async fn run_and_kill(mut self, mut program: Program) -> Self {
        let address = program.mqtt;
        let moment = Moment::default();
        for subscriber in &mut self.subscribers {
            let peer = subscriber.connect(address).await.unwrap();
            peer.disconnect().await.unwrap();
        }
        let publishers = self.publishers.into_iter().map(|mut publisher| {
            let moment = moment.clone();
            tokio::spawn(async move {
                publisher.load(address, &moment).await;
                publisher
            })
        });
        let publishers: Vec<_> = publishers.collect();
        let subscribers = self.subscribers.into_iter().map(|mut subscriber| {
            let moment = moment.clone();
            tokio::spawn(async move {
                subscriber.load(address, &moment).await;
                subscriber
            })
        });
        let subscribers: Vec<_> = subscribers.collect();
        let filters = tokio::spawn({
            let moment = moment.clone();
            async move {
                self.filters.load(address, &moment).await;
                self.filters
            }
        });
        let time = Duration::from_millis(fastrand::u64(300..2_500));
        tokio::time::sleep(time).await;
        moment.0.store(true, Ordering::SeqCst);
        program.kill();
        Self {
            publishers: joined(publishers).await,
            subscribers: joined(subscribers).await,
            filters: filters.await.unwrap(),
        }
    }

    /// Checks what only the disk knows, before anything is sent again.
    async fn check_restored(&mut self, program: &Program) {
        self.filters.check(&program.client()).await;
        let found = retained(program.mqtt, self.publishers.len()).await;
        for publisher in &self.publishers {
            let topic = publisher.retained();
            let found = found.get(&topic.topic).copied().unwrap_or_default();
            let (name, acknowledged, sent) = (&topic.topic, topic.acknowledged, topic.sent);
            assert!(
                (acknowledged..=sent).contains(&found),
                "{name}: {found} is retained, {acknowledged} of {sent} were acknowledged"
            );
        }
    }

    /// Checks that each subscriber gets everything.
    async fn catch_up(&mut self, address: SocketAddr) {
        let mut numbers = BTreeMap::new();
        for publisher in &mut self.publishers {
            publisher.finish(address).await;
            for topic in &publisher.topics {
                if topic.sent > 0 {
                    numbers.insert(topic.topic.clone(), topic.sent);
                }
            }
        }
        for subscriber in &mut self.subscribers {
            subscriber.catch_up(address, &numbers).await;
        }
        for publisher in &mut self.publishers {
            publisher.caught_up();
        }
    }
}

async fn joined<T>(tasks: Vec<tokio::task::JoinHandle<T>>) -> Vec<T> {
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

/// Returns the number in each retained message, as soon as there are so many.
async fn retained(address: SocketAddr, topics: usize) -> BTreeMap<String, u64> {
    let id = "GID_load@@@retained";
    let (mut peer, _) = Peer::connect(address, id, Version::V311, false)
        .await
        .unwrap();
    peer.subscribe("test/state/#", 0).await.unwrap();
    let mut found = BTreeMap::new();
    let patience = Duration::from_secs(2);
    while found.len() < topics
        && let Ok(packet) = tokio::time::timeout(patience, peer.read()).await
    {
        let Packet::Publish(publish) = packet.unwrap() else {
            panic!("a retained message");
        };
        assert!(publish.retain);
        let number = String::from_utf8(publish.payload).unwrap().parse().unwrap();
        found.insert(publish.topic, number);
    }
    found
}

async fn start(folder: &Path) -> Program {
    let program = Program::start(folder);
    let create = program.client().group_id_create("GID_load");
    let _ = create.instance_id(INSTANCE).send().await;
    program
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_it_keeps_messages_and_sessions() {
    let folder = tempfile::tempdir().unwrap();
    let mut clients = Clients::new();
    let rounds = times(ROUNDS, 3);
    for round in 1..=rounds {
        let program = start(folder.path()).await;
        clients = clients.run_and_kill(program).await;
        let program = start(folder.path()).await;
        clients.check_restored(&program).await;
        // Otherwise what waits has to survive further kills.
        if round == rounds || fastrand::bool() {
            clients.catch_up(program.mqtt).await;
        }
    }
    let topics = clients.publishers.iter().flat_map(|from| &from.topics);
    let sent: u64 = topics.map(|topic| topic.sent).sum();
    let received: Vec<_> = clients
        .subscribers
        .iter()
        .map(Subscriber::received)
        .collect();
    assert_eq!(received, [sent; KINDS.len()]);
    println!(
        "{rounds} kills, {sent} messages to each of {} subscribers",
        KINDS.len()
    );
    assert!(sent > 100 * rounds as u64, "{sent} messages are no load");
}
