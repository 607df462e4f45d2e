//! This process as a node: its connection to NATS, and its lease.

use std::fmt::Display;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::kv::{self, Store};
use async_nats::jetstream::stream::{self, StorageType, Stream};
use async_nats::{Client, ConnectOptions, Event, ServerAddr};
use parking_lot::{Mutex, RwLock};
use tokio::time::{sleep, timeout};

use super::config::{ClusterConfig, ClusterError};
use super::lease::{LEASE, Lease, Roster, Step, Time};
use super::log::{self, Log};
use super::rows::{self, Rows};
use crate::core::Clock;

/// Pause between two signs of life.
const BEAT: Duration = Duration::from_secs(1);
/// Time for an attempt to renew the lease. What is sent while NATS chooses another leader is lost, so it is tried again well before
/// the lease ends.
const ATTEMPT: Duration = Duration::from_secs(2);
/// Pause before a write that another node was faster with.
const RETRY: Duration = Duration::from_millis(50);
/// Attempts at each request to NATS that a starting node needs.
const ATTEMPTS: usize = 15;
/// Pause between two of them.
const START_RETRY: Duration = Duration::from_secs(1);
/// Key of the record of all nodes.
const RECORD: &str = "nodes";
/// Table of the record of all nodes.
const NODES: &str = "ons_nodes";
/// Table of the clients and the nodes that serve them.
const CLIENTS: &str = "ons_clients";
/// Time after which NATS forgets that a client was deleted.
pub(super) const DELETION: Duration = Duration::from_secs(60);
/// Messages that wait in this process for one subscription. Further ones are dropped. Their bytes have no bound of their own.
pub(super) const SUBSCRIPTION_MESSAGES: usize = 16_384;

/// A broker of a node, which hears of its lease.
pub(super) trait Served: Send + Sync {
    /// The node has a lease.
    fn begin(&self, epoch: u64);

    /// The lease is over: ends all sessions, without wills.
    fn end(&self);

    /// Another node is over: looks for its clients.
    fn clean_up(&self);

    /// Returns what is still to be delivered of the log.
    fn lag(&self) -> Lag;
}

/// Part of the log that a node still has to deliver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lag {
    /// Number of chunks, each with what a node has published in one commit, that it had not delivered when it last looked, which
    /// it does each second.
    pub chunks: u64,
    /// Number of sessions that came from other nodes and are still being brought up to where the rest is.
    pub arriving: usize,
}

/// State that the brokers of a node share.
pub(super) struct Node {
    pub(super) name: Arc<str>,
    pub(super) nats: Client,
    pub(super) clock: Clock,
    jetstream: Context,
    /// Copies that NATS keeps of a table.
    replicas: usize,
    /// Time for which the log is kept beyond the last node that needs it.
    pub(super) log_kept: Duration,
    nodes: Store,
    pub(super) clients: Store,
    /// Sessions and messages that outlive their node.
    pub(super) kept: Stream,
    log: Stream,
    pub(super) lease: Mutex<Lease>,
    /// The record of all nodes, as it was read or written last.
    pub(super) record: RwLock<Roster>,
    members: Mutex<Vec<Weak<dyn Served>>>,
    /// Messages of other nodes that were dropped.
    pub(super) dropped: Arc<AtomicU64>,
}

/// Repeats a request to NATS until it succeeds, for a while. Servers that have just started, or are choosing a leader, refuse it for
/// some seconds.
pub(super) async fn insist<T, E: Display, F>(attempt: impl Fn() -> F) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
{
    for _ in 1..ATTEMPTS {
        match attempt().await {
            Ok(done) => return Ok(done),
            Err(error) => tracing::warn!(%error, "NATS is not ready; trying again"),
        }
        sleep(START_RETRY).await;
    }
    attempt().await
}

/// Creates a table unless it is there.
async fn create(jetstream: &Context, config: kv::Config) -> Result<Store, ClusterError> {
    let created = insist(|| jetstream.create_key_value(config.clone())).await;
    created.map_err(nats)
}

/// Creates a stream unless it is there.
async fn create_stream(
    jetstream: &Context,
    config: stream::Config,
) -> Result<Stream, ClusterError> {
    let created = insist(|| jetstream.get_or_create_stream(config.clone())).await;
    created.map_err(nats)
}

/// Creates the stream of kept rows unless it is there, with the bound of the configuration.
async fn create_kept(jetstream: &Context, config: &ClusterConfig) -> Result<Stream, ClusterError> {
    let wanted = rows::config(config.replicas, config.kept_bytes);
    let bytes = wanted.max_bytes;
    let kept = create_stream(jetstream, wanted).await?;
    let mut present = kept.cached_info().config.clone();
    if present.max_bytes != bytes {
        present.max_bytes = bytes;
        let updated = insist(|| jetstream.update_stream(&present)).await;
        updated.map_err(nats)?;
    }
    Ok(kept)
}

/// Returns the settings of a table.
fn table(name: &str, replicas: usize) -> kv::Config {
    kv::Config {
        bucket: name.to_owned(),
        history: 1,
        storage: StorageType::File,
        num_replicas: replicas,
        limit_markers: Some(DELETION),
        ..kv::Config::default()
    }
}

pub(super) fn nats(error: impl Display) -> ClusterError {
    ClusterError::Nats(error.to_string())
}

impl Node {
    pub(super) async fn connect(config: &ClusterConfig) -> Result<Self, ClusterError> {
        let servers = config.check()?;
        let dropped = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&dropped);
        let mut options = ConnectOptions::new()
            .name(format!("ons-mqtt {}", config.node))
            // A node delivers its own messages without NATS.
            .no_echo()
            .subscription_capacity(SUBSCRIPTION_MESSAGES)
            .event_callback(move |event| {
                let counter = Arc::clone(&counter);
                async move {
                    if matches!(event, Event::SlowConsumer(_)) {
                        counter.fetch_add(1, Ordering::Relaxed);
                    }
                    tracing::debug!(%event, "NATS");
                }
            });
        // The client does not take them from the URLs.
        if let Some((user, password)) = ClusterConfig::credentials(&servers)? {
            options = options.user_and_password(user, password);
        }
        if let Some(file) = &config.certificates {
            options = options.add_root_certificates(file.clone());
        }
        // Servers of NATS name others, to which the client would send the password without TLS.
        options = if servers.iter().any(ServerAddr::tls_required) {
            options.require_tls(true)
        } else {
            options.ignore_discovered_servers()
        };
        let client = options.connect(servers).await.map_err(nats)?;
        let jetstream = async_nats::jetstream::new(client.clone());
        let nodes = create(&jetstream, table(NODES, config.replicas)).await?;
        let clients = create(&jetstream, table(CLIENTS, config.replicas)).await?;
        let kept = create_kept(&jetstream, config).await?;
        let log = create_stream(&jetstream, log::config(config.replicas)).await?;
        Ok(Self {
            name: config.node.as_str().into(),
            nats: client,
            jetstream,
            replicas: config.replicas,
            log_kept: config.log_kept,
            clock: Clock::system(),
            nodes,
            clients,
            kept,
            log,
            lease: Mutex::new(Lease::new(&config.node)),
            record: RwLock::default(),
            members: Mutex::default(),
            dropped,
        })
    }

    /// Returns the rows of an instance.
    pub(super) fn rows(&self, instance_id: &str) -> Rows {
        Rows::new(self.kept.clone(), self.jetstream.clone(), instance_id)
    }

    /// Returns the log of an instance.
    pub(super) fn log(&self, instance_id: &str) -> Log {
        Log::new(self.log.clone(), self.jetstream.clone(), instance_id)
    }

    /// Creates a table whose values are forgotten after a while, and that has a bound, unless it is there.
    pub(super) async fn create_table(
        &self,
        name: &str,
        lifetime: Duration,
        bytes: u32,
    ) -> Result<Store, ClusterError> {
        let config = kv::Config {
            max_age: lifetime,
            max_bytes: bytes.into(),
            limit_markers: None,
            ..table(name, self.replicas)
        };
        create(&self.jetstream, config).await
    }

    /// Counts a message of another node that cannot be read.
    pub(super) fn count_dropped(&self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the life of this node while its lease lasts.
    pub(super) fn epoch(&self) -> Option<u64> {
        self.lease.lock().epoch(self.clock.now().time)
    }

    /// Returns whether a life of a node is over.
    pub(super) fn is_over(&self, node: &str, epoch: u64) -> bool {
        self.record.read().is_over(node, epoch)
    }

    /// Returns the other nodes that are alive.
    pub(super) fn others(&self) -> Vec<String> {
        let record = self.record.read();
        let others = record.live().filter(|name| **name != *self.name);
        others.map(str::to_owned).collect()
    }

    /// Returns whether this node is the first by name of those that are alive.
    pub(super) fn is_first(&self) -> bool {
        self.record.read().live().min() == Some(&*self.name)
    }

    /// Returns the last sign of life of a node, Unix time in ms.
    pub(super) fn last_seen(&self, node: &str) -> i64 {
        self.record.read().seen(node).unwrap_or_default()
    }

    pub(super) fn add(&self, member: Arc<dyn Served>) {
        self.members.lock().push(Arc::downgrade(&member));
        if let Some(epoch) = self.epoch() {
            member.begin(epoch);
        }
    }

    /// Returns what the brokers of all instances still have to deliver of the log.
    pub(super) fn lag(&self) -> Lag {
        let lags = self.members().into_iter().map(|member| member.lag());
        lags.fold(Lag::default(), |all, one| Lag {
            chunks: all.chunks + one.chunks,
            arriving: all.arriving + one.arriving,
        })
    }

    fn members(&self) -> Vec<Arc<dyn Served>> {
        let mut members = self.members.lock();
        members.retain(|member| member.strong_count() > 0);
        members.iter().filter_map(Weak::upgrade).collect()
    }

    pub(super) async fn acquire(&self) -> Result<(), ClusterError> {
        let begin = self.clock.now().time;
        let mut has_forgotten = false;
        loop {
            match self.beat().await {
                Ok(Step::Full) if has_forgotten => return Err(ClusterError::TooMany),
                Ok(Step::Full) => {
                    has_forgotten = true;
                    self.find_forgettable().await.map_err(nats)?;
                }
                Ok(Step::Write) => return Ok(()),
                Ok(Step::InUse) => return Err(ClusterError::InUse(self.name.to_string())),
                Ok(Step::Wait | Step::Lost) => sleep(BEAT / 2).await,
                Err(error) if self.clock.now().time - begin > 3 * LEASE => {
                    return Err(ClusterError::Nats(error));
                }
                Err(_) => sleep(RETRY).await,
            }
        }
    }

    /// Reads the record of all nodes and writes a sign of life.
    async fn beat(&self) -> Result<Step, String> {
        let begun = self.clock.now().time;
        let entry = self
            .nodes
            .entry(RECORD)
            .await
            .map_err(|error| error.to_string())?;
        let (mut nodes, revision) = match entry {
            None => (Roster::default(), 0),
            Some(entry) => {
                let nodes = Roster::read(&entry.value).ok_or("the record of nodes is damaged")?;
                (nodes, entry.revision)
            }
        };
        let now = self.clock.now();
        let step = self.lease.lock().advance(&mut nodes, now.time, now.unix);
        if step == Step::Write {
            let record = nodes.write().into();
            let written = self.nodes.update(RECORD, record, revision).await;
            written.map_err(|error| error.to_string())?;
            self.lease.lock().written(&nodes, begun);
        }
        self.learn(nodes);
        Ok(step)
    }

    fn learn(&self, nodes: Roster) {
        let has_lost = nodes.has_lost_since(&self.record.read());
        *self.record.write() = nodes;
        if has_lost {
            for member in self.members() {
                member.clean_up();
            }
        }
    }

    pub(super) async fn leave(&self) -> bool {
        let attempt = async {
            loop {
                let Ok(Some(entry)) = self.nodes.entry(RECORD).await else {
                    sleep(RETRY).await;
                    continue;
                };
                let Some(mut nodes) = Roster::read(&entry.value) else {
                    return false;
                };
                if !self.lease.lock().leave(&mut nodes) {
                    return false;
                }
                let record = nodes.write().into();
                if self
                    .nodes
                    .update(RECORD, record, entry.revision)
                    .await
                    .is_ok()
                {
                    self.lease.lock().lose();
                    return true;
                }
                sleep(RETRY).await;
            }
        };
        timeout(BEAT * 3, attempt).await.unwrap_or(false)
    }

    /// Time until the lease ends unless it is renewed.
    fn left(&self) -> Duration {
        let left: Time = self
            .lease
            .lock()
            .until()
            .saturating_sub(self.clock.now().time);
        Duration::from_millis(u64::try_from(left).unwrap_or(0))
    }
}

/// Renews the lease. When it ends, ends all sessions, and takes another one.
pub(super) async fn live(node: Arc<Node>) {
    loop {
        sleep(BEAT.min(node.left())).await;
        let mut step = Err(String::new());
        while node.epoch().is_some() && step.is_err() {
            let attempt = timeout(node.left().min(ATTEMPT), node.beat()).await;
            step = attempt.unwrap_or_else(|_| Err("NATS does not answer".to_owned()));
            if step.is_err() {
                sleep(RETRY.min(node.left())).await;
            }
        }
        if node.epoch().is_some() {
            continue;
        }
        tracing::error!(node = %node.name, "the lease of the node is over; its devices have to connect again");
        node.lease.lock().lose();
        for member in node.members() {
            member.end();
        }
        while let Err(error) = node.acquire().await {
            tracing::error!(node = %node.name, %error, "the node has no lease; devices are refused");
            sleep(BEAT).await;
        }
        if let Some(epoch) = node.epoch() {
            tracing::info!(node = %node.name, "the node has a lease again");
            for member in node.members() {
                member.begin(epoch);
            }
        }
    }
}
