//! Starts, runs and stops the service.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use ons_mqtt_service::Api;
use ons_mqtt_store::Store;
use pop_explorer::{Explorer, Site};
use pop_gateway::{Clock, Gateway, Pages, Timeouts, serve};
use prometheus_client::registry::Registry;
use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::backup::Backup;
use crate::brokers::Brokers;
use crate::clock::milliseconds;
use crate::cluster_metrics::ClusterMetrics;
use crate::config::{Config, Console};
use crate::database;
use crate::directory::Directory;
use crate::health::{Health, healthy};
use crate::history::HistoryBudget;
use crate::listeners::Listeners;
use crate::membership::{Answering, Membership};
use crate::metrics::Metrics;
use crate::nodes::AllNodes;
use crate::notify::{Board, Reporter};
use crate::numbers::Numbers;
use crate::reload::{Parts, Reloader, access_keys};
use crate::retention::Retention;
use crate::service::ControlApi;
use crate::shared::Shared;
use crate::socket::Socket;
use crate::start_error::StartError;
use crate::stats::Stats;
use crate::status::ServiceStatus;
use crate::suggest::suggest;
use crate::watch::{Changes, Watch};

/// Longest time that stopping takes, half of what container engines wait before they kill.
const STOP_TIME: Duration = Duration::from_secs(5);

/// Longest time for which stopping waits for requests; what remains is for closing the database.
const REQUESTS_TIME: Duration = Duration::from_millis(4500);

/// Error while stopping the service.
#[derive(Debug, thiserror::Error)]
#[error(
    "stopped, but the last counts are lost: {reason}; repair the database before the next start"
)]
pub struct StopError {
    /// Error of the store.
    pub reason: String,
}

/// A started service: its addresses are bound, and devices can connect.
pub struct Server {
    listeners: Listeners,
    console: Option<Explorer>,
    reloader: Reloader,
    brokers: Arc<Brokers>,
    node: Arc<Membership>,
    stats: Stats,
    retention: Retention,
    reporter: Reporter,
    store: Arc<Store>,
    watch: Watch,
    socket: Option<Socket>,
    _answering: Option<AbortOnDropHandle<()>>,
}

impl Server {
    /// Joins the cluster, if there is one, opens the store and binds the addresses.
    ///
    /// # Errors
    ///
    /// [`StartError`]. Nothing is left running.
    pub async fn start(config: &Config) -> Result<Self, StartError> {
        Self::start_with_clock(config, Clock::system()).await
    }

    /// Starts as [`start`](Self::start) does, with a clock that a test moves.
    ///
    /// # Errors
    ///
    /// As of [`start`](Self::start).
    pub async fn start_with_clock(config: &Config, clock: Clock) -> Result<Self, StartError> {
        std::fs::create_dir_all(&config.data_dir).map_err(|source| StartError::DataDir {
            path: config.data_dir.clone(),
            source,
        })?;
        let node = Membership::join(config).await?;
        let started = Self::start_as(&node, config, clock).await;
        if started.is_err() {
            node.leave().await;
        }
        started
    }

    async fn start_as(
        node: &Arc<Membership>,
        config: &Config,
        clock: Clock,
    ) -> Result<Self, StartError> {
        let store = Arc::new(database::open(config, node.identity()).await?);
        let shared = Shared::open(node).await?;
        // Before the groups are read: what changes in between is read again.
        let group_changes = store.group_changes().await?;
        let directory = Arc::new(Directory::new(config, store.groups().await?));
        let mut listeners = Listeners::bind(config)?;
        let brokers = Arc::new(Brokers::new(config, node));
        let changes = Arc::new(Changes::default());
        let finished = Arc::new(AtomicI64::new(0));
        let nodes = AllNodes {
            node: Arc::clone(node),
            brokers: Arc::clone(&brokers),
            directory: Arc::clone(&directory),
            store: Arc::clone(&store),
            changes: Arc::clone(&changes),
            finished: Arc::clone(&finished),
        };
        // Before devices come: until then, answers of other nodes wait for this one.
        let answering = node.answer(answer_with(nodes.clone())).await?;
        brokers.start(config, &directory).await?;
        let backup = Backup {
            data_dir: config.data_dir.clone(),
            store: Arc::clone(&store),
            brokers: Some(Arc::clone(&brokers)),
            changes: Arc::clone(&changes),
        };
        let socket = Socket::bind(backup, nodes.clone());

        let (metrics, board) = (Metrics::default(), Board::new(&brokers));
        let registry = registry(node, &brokers, &metrics, &board);
        let (notify, notified) = watch::channel(config.instances.clone());
        let reporter = Reporter::new(
            Arc::clone(&brokers),
            Arc::clone(&store),
            Arc::clone(node),
            notified,
            board,
        );
        let interval = milliseconds(config.stats.interval);
        let stats = Stats {
            brokers: Arc::clone(&brokers),
            store: Arc::clone(&store),
            metrics,
            clock: clock.clone(),
            interval,
            finished,
            health: healthy(),
            history: HistoryBudget::new(config.history_rows),
        };
        let health = healthy();
        let watch = Watch {
            store: Arc::clone(&store),
            directory: Arc::clone(&directory),
            brokers: Arc::clone(&brokers),
            changes: Arc::clone(&changes),
            health: Arc::clone(&health),
            group_changes,
        };
        let service = ControlApi {
            directory: Arc::clone(&directory),
            nodes: nodes.clone(),
            store: Arc::clone(&store),
            interval,
            clock: clock.clone(),
            changes,
            groups: config.groups,
        };
        let retention = Retention {
            store: Arc::clone(&store),
            node: Arc::clone(node),
            clock: clock.clone(),
            time: milliseconds(config.stats.retention),
        };
        let health = [health, Arc::clone(&stats.health)];
        let (tables, page_tables) = shared.map(|it| (it.gateway, it.pages)).unzip();
        let gateway = Gateway::new(Api(service), access_keys(config))
            .clock(clock)
            .metrics(registry)
            .timeouts(Timeouts {
                stop: REQUESTS_TIME,
                ..Timeouts::default()
            })
            .ready(readiness(node, &health));
        let gateway = match tables {
            None => gateway,
            Some(tables) => gateway.shared(tables),
        };
        gateway.set_queries_per_minute(config.queries_per_minute);
        let gateway = Arc::new(gateway);
        let console = config.console.enabled.then(|| {
            let site = site(listeners.api_address, &config.console, &directory);
            let gateway = Arc::clone(&gateway);
            match page_tables {
                None => Explorer::new(site, gateway),
                Some(tables) => Explorer::of_several(site, gateway, tables),
            }
        });
        if let Some(console) = &console {
            let status = ServiceStatus {
                directory: Arc::clone(&directory),
                brokers: Arc::clone(&brokers),
                numbers: Numbers::of(nodes.clone()),
                nodes,
                store: Arc::clone(&store),
                interval,
                health,
            };
            listeners = listeners.with_pages(pages(console, status));
        }
        let reloader = Reloader(Arc::new(Parts {
            current: Mutex::new(config.clone()),
            directory,
            brokers: Arc::clone(&brokers),
            gateway,
            notify,
        }));
        Ok(Self {
            listeners,
            console,
            reloader,
            brokers,
            node: Arc::clone(node),
            stats,
            retention,
            reporter,
            store,
            watch,
            socket,
            _answering: answering,
        })
    }

    /// Returns the address of the API.
    pub fn api_address(&self) -> SocketAddr {
        self.listeners.api_address
    }

    /// Returns the path of a link that signs in to the web pages with an access key, once and within
    /// five minutes. `None` if there are no pages.
    pub fn sign_in_link(&self, access_key_id: &str) -> Option<String> {
        self.console.as_ref()?.sign_in_link(access_key_id)
    }

    /// Returns the address of probes and metrics, if they have one of their own.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        let admin = self.listeners.admin.as_ref();
        admin.map(|(_, address)| *address)
    }

    /// Returns the address for MQTT over TCP of each instance, with the instance ID.
    pub fn mqtt_addresses(&self) -> Vec<(String, SocketAddr)> {
        let brokers = self.brokers.all().into_iter();
        brokers
            .map(|(id, broker)| (id, broker.local_addr()))
            .collect()
    }

    /// Returns what changes the configuration while the service runs.
    pub fn reloader(&self) -> Reloader {
        self.reloader.clone()
    }

    /// Returns the listeners of the brokers: instance ID, scheme and address.
    pub fn listeners(&self) -> Vec<(String, &'static str, SocketAddr)> {
        let mut listeners = Vec::new();
        for (id, broker) in self.brokers.all() {
            let addresses = [
                ("mqtt", Some(broker.local_addr())),
                ("mqtts", broker.tls_addr()),
                ("ws", broker.websocket_addr()),
                ("wss", broker.websocket_tls_addr()),
            ];
            for (scheme, address) in addresses {
                listeners.extend(address.map(|address| (id.clone(), scheme, address)));
            }
        }
        listeners
    }

    /// Answers requests until `stop` is cancelled.
    ///
    /// Then it refuses new requests, writes the counts, disconnects the devices, answers the
    /// requests under way and leaves the cluster, all within five seconds. A request that takes longer is cut off.
    ///
    /// # Errors
    ///
    /// [`StopError`] if the last counts could not be written.
    pub async fn run(self, stop: CancellationToken) -> Result<(), StopError> {
        let watching = tokio::spawn(self.watch.run());
        let socket = self
            .socket
            .map(|socket| tokio::spawn(socket.run(stop.clone())));
        let gateway = Arc::clone(&self.reloader.0.gateway);
        let mut stats = tokio::spawn(self.stats.run(stop.clone()));
        let expiring = tokio::spawn(self.retention.run(stop.clone()));
        let brokers_stopped = CancellationToken::new();
        let reporting = tokio::spawn(self.reporter.run(brokers_stopped.clone()));
        let admin = self.listeners.admin.map(|(admin, _)| {
            let gateway = Arc::clone(&gateway);
            tokio::spawn(serve(admin, gateway, stop.clone()))
        });
        let serving = tokio::spawn(serve(self.listeners.api, gateway, stop.clone()));
        stop.cancelled().await;
        let deadline = Instant::now() + STOP_TIME;
        let written = match timeout_at(deadline, &mut stats).await {
            Ok(written) => written.unwrap_or_else(|error| Err(error.to_string())),
            Err(_) => Err(format!("they were not written within {STOP_TIME:?}")),
        };
        brokers_stopped.cancel();
        let closed = timeout_at(deadline, async {
            let _ = reporting.await;
            let _ = serving.await;
            if let Some(admin) = admin {
                let _ = admin.await;
            }
            let _ = expiring.await;
            watching.abort();
            if let Some(socket) = socket {
                let _ = socket.await;
            }
            self.node.leave().await;
            self.store.close().await;
        });
        if closed.await.is_err() {
            tracing::warn!("the database or NATS did not finish its work in time");
        }
        written.map_err(|reason| StopError { reason })
    }
}

/// Returns what answers the questions of other nodes.
fn answer_with(nodes: AllNodes) -> impl Fn(Vec<u8>) -> Answering + Send + Sync {
    move |question| {
        let nodes = nodes.clone();
        Box::pin(async move { nodes.answer(&question).await.to_string().into_bytes() })
    }
}

/// Returns the web pages beside the API.
fn site(listen: SocketAddr, console: &Console, directory: &Arc<Directory>) -> Site {
    let (title, reference) = (ons_mqtt_docs::TITLE, ons_mqtt_docs::reference());
    Site {
        further: Some(ons_mqtt_console::PART),
        suggest: suggest(Arc::clone(directory)),
        hosts: console.hosts.clone(),
        ..Site::new(title, reference, ons_mqtt_docs::FORMS, listen)
    }
}

/// Returns the pages of the Explorer and of the console.
fn pages(console: &Explorer, status: ServiceStatus) -> Pages {
    let further = ons_mqtt_console::router(console.clone(), Arc::new(status));
    let mut pages = console.pages();
    pages.router = pages.router.merge(further);
    pages
}

/// Returns all metrics of the service.
fn registry(
    node: &Arc<Membership>,
    brokers: &Arc<Brokers>,
    metrics: &Metrics,
    board: &Board,
) -> Registry {
    let mut registry = Registry::with_prefix("ons_mqtt");
    metrics.register(&mut registry, brokers);
    if node.identity().is_some() {
        registry.register_collector(Box::new(ClusterMetrics(Arc::clone(node))));
    }
    registry.register_collector(Box::new(board.clone()));
    registry
}

/// Returns the check that decides whether the service is ready.
fn readiness(
    node: &Arc<Membership>,
    health: &[Health; 2],
) -> impl Fn() -> Result<(), String> + use<> {
    let (node, health) = (Arc::clone(node), health.clone());
    move || {
        node.readiness()?;
        health.iter().try_for_each(|part| part.read().clone())
    }
}
