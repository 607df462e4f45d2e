//! The broker of one instance.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::task::JoinHandle;

#[cfg(feature = "cluster")]
use crate::cluster::{Asked, Cluster, Member};
use crate::core::{
    ClientQuery, Clock, Core, Departed, Instance, ListedClient, Loss, PresenceEvent,
    WaitingMessages,
};
use crate::keep::Keep;
use crate::listener::{
    Addresses, Config, ConnectionLimits, Endpoints, Error, Listeners, Rejection, Serving,
};
use crate::metering::MessageCount;
use crate::traffic::{Taken, Traffic};
use crate::wire::Reason;
use crate::{Directory, Limits, Refusal, RefusedDevice};

/// Pause between two looks for what has expired.
const TICK: Duration = Duration::from_millis(100);

/// Pause between two groups of clients that are disconnected by a drain.
const DRAIN_STEP: Duration = Duration::from_millis(100);

/// The MQTT broker of one instance, with listeners and sessions of its own.
///
/// Runs on the tokio runtime that it was started on. Dropped, it stops accepting connections, and the open ones stay
/// until they end; so call [`stop`](Self::stop).
pub struct Broker {
    core: Arc<Core>,
    /// Address of MQTT over TCP at the start.
    address: SocketAddr,
    serving: Serving,
    /// Locked while counts are handed out, so that a sum counts each message once.
    taken: Mutex<Taken>,
    ticking: JoinHandle<()>,
    writing: Mutex<Option<thread::JoinHandle<()>>>,
    /// Present in a cluster.
    #[cfg(feature = "cluster")]
    member: Option<Arc<Member>>,
}

/// A client that has a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// `true` while it is connected; otherwise its session waits for it.
    pub is_online: bool,
    /// Address that it is connected from, or was; `None` if it has not been connected since the broker started.
    pub address: Option<SocketAddr>,
    /// Time of its last packet, Unix time in ms.
    pub last_seen: i64,
    /// Begin of its last connection, Unix time in ms.
    pub connected_since: i64,
    /// Sorted by filter.
    pub subscriptions: Vec<Subscription>,
    /// Messages on their way to it.
    pub waiting: WaitingMessages,
}

/// A subscription of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// As subscribed, a shared one with its `$share/group/`.
    pub filter: String,
    /// 0 to 2, as granted.
    pub qos: u8,
}

/// Counts and departures that a broker had not handed out when it stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remainder {
    /// As of [`Broker::take_counts`].
    pub counts: Vec<MessageCount>,
    /// As of [`Broker::take_departed`]: all that were online, too.
    pub departed: Vec<Departed>,
}

impl Broker {
    /// Binds the addresses, brings back what was kept on disk, then begins to accept devices.
    ///
    /// # Errors
    ///
    /// If an address cannot be bound, there is no TLS with the files that are given, or the disk cannot be read.
    pub async fn start(config: Config, directory: Arc<dyn Directory>) -> Result<Self, Error> {
        let listeners = Self::bind(&config.endpoints())?;
        Self::start_on(listeners, config, directory).await
    }

    /// Binds the addresses of a broker that is to be started with [`start_on`](Self::start_on). Must be called on a tokio
    /// runtime.
    ///
    /// # Errors
    ///
    /// If an address cannot be bound, or there is no TLS with the files that are given.
    pub fn bind(endpoints: &Endpoints) -> Result<Listeners, Error> {
        Listeners::bind(endpoints)
    }

    /// Brings back what was kept on disk, then begins to accept devices.
    ///
    /// # Errors
    ///
    /// If the disk cannot be read.
    pub async fn start_on(
        listeners: Listeners,
        config: Config,
        directory: Arc<dyn Directory>,
    ) -> Result<Self, Error> {
        let (instance, keep) = instance(config, directory);
        let core = Arc::new(Core::new(instance));
        core.restore().map_err(Error::Disk)?;
        Self::serve(listeners, core, keep)
    }

    /// Begins to accept devices as a node of a cluster. Clients that another node serves are taken over when they come, and
    /// messages are exchanged.
    ///
    /// Sessions that outlive their connections and retained messages are kept in NATS, not on the disk of the configuration.
    ///
    /// # Errors
    ///
    /// If the disk cannot be read or holds anything, or NATS refuses a subscription.
    #[cfg(feature = "cluster")]
    pub async fn start_in_cluster(
        listeners: Listeners,
        mut config: Config,
        directory: Arc<dyn Directory>,
        cluster: &Cluster,
    ) -> Result<Self, Error> {
        if holds_anything(&*config.disk).map_err(Error::Disk)? {
            return Err(Error::Kept);
        }
        let member = Member::new(cluster, &config.instance_id);
        config.disk = Arc::new(member.disk.clone());
        let (mut instance, keep) = instance(config, directory);
        instance.others = Some(Arc::new(Asked(Arc::clone(&member))));
        let core = Arc::new(Core::new(instance));
        Asked(Arc::clone(&member))
            .start(&core)
            .await
            .map_err(Error::Nats)?;
        let mut broker = Self::serve(listeners, core, keep).inspect_err(|_| member.abort())?;
        broker.member = Some(member);
        Ok(broker)
    }

    fn serve(listeners: Listeners, core: Arc<Core>, keep: Arc<Keep>) -> Result<Self, Error> {
        let writing = thread::Builder::new()
            .name("kept messages".to_owned())
            .spawn(move || keep.run())
            .map_err(Error::Thread)?;
        let ticking = tokio::spawn(tick(Arc::clone(&core)));
        let address = listeners.addresses().tcp;
        let serving = listeners.serve(&core, ConnectionLimits::of_process());
        Ok(Self {
            core,
            address,
            serving,
            taken: Mutex::new(Taken::since(Instant::now())),
            ticking,
            writing: Mutex::new(Some(writing)),
            #[cfg(feature = "cluster")]
            member: None,
        })
    }

    /// Returns the address of MQTT over TCP.
    pub fn local_addr(&self) -> SocketAddr {
        self.addresses().tcp
    }

    /// Returns the address of MQTT over TLS.
    pub fn tls_addr(&self) -> Option<SocketAddr> {
        self.addresses().tls
    }

    /// Returns the address of MQTT over WebSocket.
    pub fn websocket_addr(&self) -> Option<SocketAddr> {
        self.addresses().websocket
    }

    /// Returns the address of MQTT over WebSocket over TLS.
    pub fn websocket_tls_addr(&self) -> Option<SocketAddr> {
        self.addresses().websocket_tls
    }

    /// Returns how many chunks of the log of this instance each node that is alive has not delivered, by its name. A node is missing
    /// if it has not said yet how far it is, and all are if NATS does not answer.
    #[cfg(feature = "cluster")]
    pub async fn lags(&self) -> Vec<(String, u64)> {
        let Some(member) = &self.member else {
            return Vec::new();
        };
        let lags = member.lags().await;
        lags.inspect_err(|error| tracing::debug!(%error, "how far nodes are behind is not known"))
            .unwrap_or_default()
    }

    /// Returns the addresses that accept connections, each with the number of its open ones.
    pub fn open_connections(&self) -> Vec<(SocketAddr, usize)> {
        self.serving.open_connections()
    }

    /// Binds the addresses that are not in use yet, and reads certificate and key. Nothing changes until
    /// [`move_to`](Self::move_to).
    ///
    /// # Errors
    ///
    /// As of [`bind`](Self::bind).
    pub fn prepare(&self, endpoints: &Endpoints) -> Result<Listeners, Error> {
        self.serving.prepare(endpoints)
    }

    /// Listens on other addresses, with another certificate. Open connections stay.
    pub async fn move_to(&self, listeners: Listeners) {
        self.serving.replace(listeners).await;
    }

    /// Changes the bounds. What is held beyond them is let go as room is needed.
    pub fn set_limits(&self, limits: Limits) {
        self.core.instance.set_limits(limits);
    }

    /// Disconnects all clients, whose sessions stay. Returns how many were online.
    ///
    /// For access keys that changed: the [`Directory`] has to know the new ones first. Then no client is online
    /// afterwards that showed an old one, not even one that was just connecting.
    pub fn disconnect_all(&self) -> u64 {
        self.core.instance.change_credentials();
        let online = self.connections();
        for session in self.core.sessions.all() {
            self.core.sessions.close(&session, Reason::NOT_AUTHORIZED);
        }
        online
    }

    /// Returns a client that is online, or that left a session behind. No other client is known here.
    pub fn client(&self, client_id: &str) -> Option<Client> {
        let session = self.core.sessions.get(client_id)?;
        let state = session.state.lock();
        let mut subscriptions: Vec<_> = state
            .subscriptions
            .iter()
            .map(|subscription| Subscription {
                filter: subscription.filter.to_string(),
                qos: subscription.options.qos,
            })
            .collect();
        subscriptions.sort_unstable_by(|one, other| one.filter.cmp(&other.filter));
        Some(Client {
            is_online: session.is_online(),
            address: state.address,
            last_seen: session.last_seen(),
            connected_since: state.connected_since,
            subscriptions,
            waiting: state.outgoing.count_waiting(),
        })
    }

    /// Returns clients that are online, that left a session behind, or that [`departed`](Self::departed) lately.
    ///
    /// Looks at each session, and copies no more of them than are returned.
    pub fn clients(&self, query: ClientQuery<'_>) -> Vec<ListedClient> {
        self.core.sessions.list(query)
    }

    /// Returns how many clients of a group are online. Does not scan.
    pub fn online_in_group(&self, group_id: &str) -> u64 {
        self.core.sessions.census().online_in_group(group_id)
    }

    /// Returns all groups with clients online, and how many each has, in no order.
    pub fn online_groups(&self) -> Vec<(String, u64)> {
        self.core.sessions.census().online_groups()
    }

    /// Returns how many clients that are online have a subscription that matches a topic.
    ///
    /// For a filter with `+` or `#`: how many hold exactly that filter, shared or not. A client counts once.
    /// Slashes at the end make no difference, neither in the question nor in subscriptions.
    /// Takes time by the number of filters that match, not by the number of clients.
    pub fn online_on_topic(&self, topic_or_filter: &str) -> u64 {
        self.core.sessions.online_on_topic(topic_or_filter)
    }

    /// Returns how many clients are online.
    pub fn connections(&self) -> u64 {
        self.core.sessions.census().connections()
    }

    /// Returns the messages since the last call, in no order. Each is counted in exactly one answer.
    ///
    /// Between two calls, at most 10 000 sub topics are counted apart; further ones only for their parent topic.
    pub fn take_counts(&self) -> Vec<MessageCount> {
        let mut taken = self.taken.lock();
        let counts = self.core.instance.metering.take();
        taken.add(&counts, Instant::now());
        counts
    }

    /// Returns how many messages there were, and are per second. Looks at the counter of each topic.
    pub fn traffic(&self) -> Traffic {
        let taken = self.taken.lock();
        let current = self.core.instance.metering.sum();
        taken.traffic(current, Instant::now())
    }

    /// Returns clients that went offline since the last call, in no order: at most 65 536.
    pub fn take_departed(&self) -> Vec<Departed> {
        self.core.sessions.census().take_departed()
    }

    /// Returns when a client went offline last, if that is not older than the last but one call of
    /// [`take_departed`](Self::take_departed): whoever takes has until the next call to write it down.
    pub fn departed(&self, client_id: &str) -> Option<Departed> {
        self.core.sessions.census().departed(client_id)
    }

    /// Publishes messages with QoS 1 to a topic that no device may publish to, for the devices that may read it; see
    /// [`Directory::may_read`]. Returns once they are on disk for each session that is kept.
    ///
    /// Returns `false` if the disk is far behind, or the broker stops. Some were published then; publish all again later.
    pub async fn publish(&self, topic: &str, payloads: &[Vec<u8>]) -> bool {
        let instance = &self.core.instance;
        let mut ticket = 0;
        for payload in payloads {
            if instance.is_stopping() {
                return false;
            }
            match self.core.publish_own(topic, payload, instance.clock.now()) {
                Ok(published) => ticket = ticket.max(published.ticket),
                Err(_) => return false,
            }
        }
        instance.keep.wait_for(ticket).await;
        true
    }

    /// Returns how many messages wait for the slowest device that reads such a topic and is online.
    pub fn backlog(&self, topic: &str) -> usize {
        self.core.backlog(topic)
    }

    /// Reports connections of devices of some groups from now on, and no others. Those that are open are reported as if
    /// they had just begun, unless they were reported before.
    pub fn watch(&self, groups: HashSet<String>) {
        self.core.sessions.watch(groups);
    }

    /// Returns the oldest events of watched groups that were not taken yet, in the order in which they happened: at most
    /// `most`. After [`stop`](Self::stop) there are those of the devices that were online.
    ///
    /// Of more than 65 536 that nobody took, the oldest make room.
    pub fn take_presence(&self, most: usize) -> Vec<PresenceEvent> {
        self.core.sessions.presence().take(most)
    }

    /// Returns how many events made room for others before they were taken, since the start.
    pub fn presence_dropped(&self) -> u64 {
        self.core.sessions.presence().dropped()
    }

    /// Returns how often something was refused since the start, by reason.
    pub fn refused(&self) -> [(Refusal, u64); Refusal::ALL.len()] {
        self.core.instance.refusals.all()
    }

    /// Returns the last devices that were refused, the newest first: at most 1 000, and 5 per client ID.
    ///
    /// With a client ID, only its own.
    pub fn last_refusals(&self, client_id: Option<&str>) -> Vec<RefusedDevice> {
        self.core.instance.refusals.last(client_id)
    }

    /// Returns how many connections ended before their CONNECT was accepted since the start, by reason.
    ///
    /// A device that is refused because of what its CONNECT says counts in [`refused`](Self::refused).
    pub fn rejected(&self) -> [(Rejection, u64); Rejection::ALL.len()] {
        self.serving.rejected()
    }

    /// Returns how many messages were not delivered since the start, by reason.
    pub fn lost(&self) -> [(Loss, u64); Loss::ALL.len()] {
        self.core.instance.losses.all()
    }

    /// Ends all sessions of a group, and returns how many of its clients were online.
    ///
    /// The [`Directory`] has to say first that there is no such group. Then no client of it is online afterwards,
    /// not even one that was just connecting. Blocks while sessions are busy.
    pub fn disconnect_group(&self, group_id: &str) -> u64 {
        let mut online = 0;
        for session in self.core.sessions.all() {
            if crate::client_id::group_of(&session.client_id) == Some(group_id) {
                let was_online = self
                    .core
                    .sessions
                    .end(&session, Reason::ADMINISTRATIVE_ACTION);
                online += u64::from(was_online);
            }
        }
        online
    }

    /// Stops listening and disconnects all clients one after the other, within some time, so that other nodes get them a few
    /// at a time. Returns how many were online.
    ///
    /// No further client is accepted. The broker still has to be [stopped](Self::stop).
    pub async fn drain(&self, time: Duration) -> u64 {
        self.core.instance.refuse_all();
        self.serving.stop_listening().await;
        let mut sessions = self.core.sessions.all();
        sessions.retain(|session| session.is_online());
        let steps = time.as_millis() / DRAIN_STEP.as_millis() + 1;
        let per_step = sessions.len().div_ceil(usize::try_from(steps).unwrap_or(1));
        for some in sessions.chunks(per_step.max(1)) {
            for session in some {
                self.core
                    .sessions
                    .close(session, Reason::USE_ANOTHER_SERVER);
            }
            tokio::time::sleep(DRAIN_STEP).await;
        }
        sessions.len() as u64
    }

    /// Stops listening, disconnects all clients and writes what is kept. Returns what is left to be taken.
    ///
    /// Afterwards the addresses are free. Sessions that outlive their connections are there again after the next start.
    pub async fn stop(&self) -> Remainder {
        self.core.instance.refuse_all();
        self.serving.stop_listening().await;
        for session in self.core.sessions.all() {
            self.core
                .sessions
                .close(&session, Reason::SERVER_SHUTTING_DOWN);
        }
        self.serving.wait_closed().await;
        #[cfg(feature = "cluster")]
        if let Some(member) = &self.member {
            member.stop().await;
        }
        self.ticking.abort();
        self.stop_writing().await;
        Remainder {
            counts: self.take_counts(),
            departed: self.take_departed(),
        }
    }

    fn addresses(&self) -> Addresses {
        self.serving.addresses(self.address)
    }

    async fn stop_writing(&self) {
        self.core.instance.keep.stop();
        let writing = self.writing.lock().take();
        let joined = tokio::task::spawn_blocking(|| writing.map(thread::JoinHandle::join));
        if !matches!(joined.await, Ok(None | Some(Ok(())))) {
            tracing::error!("the thread that writes kept messages has failed");
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.ticking.abort();
        self.core.instance.keep.stop();
        #[cfg(feature = "cluster")]
        if let Some(member) = &self.member {
            member.abort();
        }
    }
}

fn instance(config: Config, directory: Arc<dyn Directory>) -> (Instance, Arc<Keep>) {
    let keep = Arc::new(Keep::new(config.disk));
    let instance = Instance::new(
        config.instance_id,
        directory,
        Arc::clone(&keep),
        Clock::system(),
        config.limits,
    );
    (instance, keep)
}

/// Returns whether there are sessions or retained messages on a disk.
#[cfg(feature = "cluster")]
fn holds_anything(disk: &dyn crate::keep::Disk) -> Result<bool, crate::keep::DiskError> {
    use crate::keep::Table;
    for table in [Table::Sessions, Table::Retained] {
        if !disk.read(table, &[], None, 1, 1)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn tick(core: Arc<Core>) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        core.tick();
    }
}
