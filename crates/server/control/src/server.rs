//! Starts, runs and stops the service.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use ons_mqtt_service::Api;
use ons_mqtt_store::Store;
use pop_gateway::{Clock, ExposeSecret, Gateway, Timeouts, serve};
use prometheus_client::registry::Registry;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::brokers::Brokers;
use crate::clock::milliseconds;
use crate::config::Config;
use crate::directory::Directory;
use crate::health::{Health, healthy};
use crate::history::HistoryBudget;
use crate::listeners::Listeners;
use crate::metrics::Metrics;
use crate::service::ControlApi;
use crate::start_error::StartError;
use crate::stats::Stats;

/// Name of the SQLite file in the data directory.
const DATABASE: &str = "ons-mqtt.db";

/// Time between two checks of the store.
const PING_INTERVAL: Duration = Duration::from_secs(5);

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
    gateway: Arc<Gateway<Api<ControlApi>>>,
    brokers: Arc<Brokers>,
    stats: Stats,
    store: Arc<Store>,
    health: Health,
}

impl Server {
    /// Opens the store and binds the addresses.
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
        let store = Arc::new(open(config).await?);
        let directory = Arc::new(Directory::new(config, store.groups().await?));
        let listeners = Listeners::bind(config)?;
        let brokers = Arc::new(Brokers::start(&directory, &config.data_dir, config.limits).await?);

        let metrics = Metrics::default();
        let mut registry = Registry::with_prefix("ons_mqtt");
        metrics.register(&mut registry, &brokers);
        let interval = milliseconds(config.stats.interval);
        let finished = Arc::new(AtomicI64::new(0));
        let stats = Stats {
            brokers: Arc::clone(&brokers),
            store: Arc::clone(&store),
            metrics,
            clock: clock.clone(),
            interval,
            retention: milliseconds(config.stats.retention),
            finished: Arc::clone(&finished),
            health: healthy(),
            history: HistoryBudget::new(config.history_rows),
        };
        let service = ControlApi {
            directory,
            brokers: Arc::clone(&brokers),
            store: Arc::clone(&store),
            interval,
            finished,
            clock: clock.clone(),
            changes: Mutex::new(()),
            groups: config.groups,
        };
        let health = healthy();
        let (store_health, stats_health) = (Arc::clone(&health), Arc::clone(&stats.health));
        let keys = config.access_keys.iter();
        let keys = keys.map(|key| (key.id.clone(), key.secret.clone()));
        let mut gateway = Gateway::new(Api(service), keys)
            .clock(clock)
            .metrics(registry)
            .timeouts(Timeouts {
                stop: REQUESTS_TIME,
                ..Timeouts::default()
            })
            .ready(move || store_health.read().clone().and(stats_health.read().clone()));
        if let Some(queries) = config.queries_per_minute {
            gateway = gateway.queries_per_minute(queries);
        }
        Ok(Self {
            listeners,
            gateway: Arc::new(gateway),
            brokers,
            stats,
            store,
            health,
        })
    }

    /// Returns the address of the API.
    pub fn api_address(&self) -> SocketAddr {
        self.listeners.api_address
    }

    /// Returns the address of probes and metrics, if they have one of their own.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        let admin = self.listeners.admin.as_ref();
        admin.map(|(_, address)| *address)
    }

    /// Returns the address for MQTT over TCP of each instance, with the instance ID.
    pub fn mqtt_addresses(&self) -> Vec<(String, SocketAddr)> {
        let brokers = self.brokers.iter();
        brokers
            .map(|(id, broker)| (id.to_owned(), broker.local_addr()))
            .collect()
    }

    /// Answers requests until `stop` is cancelled.
    ///
    /// Then it refuses new requests, writes the counts, disconnects the devices and answers the
    /// requests under way, all within five seconds. A request that takes longer is cut off.
    ///
    /// # Errors
    ///
    /// [`StopError`] if the last counts could not be written.
    pub async fn run(self, stop: CancellationToken) -> Result<(), StopError> {
        let pinging = tokio::spawn(ping(Arc::clone(&self.store), self.health));
        let mut stats = tokio::spawn(self.stats.run(stop.clone()));
        let admin = self.listeners.admin.map(|(admin, _)| {
            let gateway = Arc::clone(&self.gateway);
            tokio::spawn(serve(admin, gateway, stop.clone()))
        });
        let serving = tokio::spawn(serve(self.listeners.api, self.gateway, stop.clone()));
        stop.cancelled().await;
        let deadline = Instant::now() + STOP_TIME;
        let written = match timeout_at(deadline, &mut stats).await {
            Ok(written) => written.unwrap_or_else(|error| Err(error.to_string())),
            Err(_) => Err(format!("they were not written within {STOP_TIME:?}")),
        };
        let closed = timeout_at(deadline, async {
            let _ = serving.await;
            if let Some(admin) = admin {
                let _ = admin.await;
            }
            pinging.abort();
            self.store.close().await;
        });
        if closed.await.is_err() {
            tracing::warn!("the database did not finish its work in time");
        }
        written.map_err(|reason| StopError { reason })
    }
}

async fn open(config: &Config) -> Result<Store, StartError> {
    if let Some(url) = &config.store {
        return Ok(Store::open(url.expose_secret()).await?);
    }
    let path = &config.data_dir;
    Ok(Store::open(&path.join(DATABASE).to_string_lossy()).await?)
}

/// Checks the store every [`PING_INTERVAL`] and records the result in `health`.
async fn ping(store: Arc<Store>, health: Health) {
    loop {
        let answer = store.ping().await.map_err(|error| error.to_string());
        *health.write() = answer;
        tokio::time::sleep(PING_INTERVAL).await;
    }
}
