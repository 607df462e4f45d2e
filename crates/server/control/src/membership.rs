//! The process as a node of a cluster, or alone. Alone, nothing here costs anything.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ons_mqtt_broker::{self as broker, Broker, Listeners};
#[cfg(feature = "cluster")]
use ons_mqtt_broker::{Cluster, ClusterConfig};
#[cfg(feature = "cluster")]
use pop_gateway::ExposeSecret;
use pop_gateway::SharedValues;
use serde::de::DeserializeOwned;
use tokio_util::task::AbortOnDropHandle;

use crate::config::Config;
use crate::question::Question;
use crate::start_error::StartError;
#[cfg(feature = "cluster")]
use crate::table::Table;

/// The process as a node of a cluster, or alone.
#[derive(Default)]
pub(crate) struct Membership {
    /// `true` once devices are sent away, before the process stops.
    is_draining: AtomicBool,
    #[cfg(feature = "cluster")]
    cluster: Option<Joined>,
}

/// A node that has joined.
#[cfg(feature = "cluster")]
struct Joined {
    name: String,
    /// Number of the life of the node in which it joined.
    epoch: u64,
    cluster: Cluster,
}

/// Name of a node, and the number of its life, by which the database tells a later process of the same name.
pub(crate) struct Identity<'a> {
    pub(crate) name: &'a str,
    pub(crate) epoch: u64,
}

/// A node did not answer, so the total is unknown.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{reason}")]
pub(crate) struct Unanswered {
    /// Name of the node; empty if it is not known.
    pub(crate) node: String,
    pub(crate) reason: String,
}

/// Time that all nodes have to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// A future answer to another node.
pub(crate) type Answering = Pin<Box<dyn Future<Output = Vec<u8>> + Send>>;

impl Membership {
    /// Starts a broker, as that of a node if the process is one.
    #[cfg_attr(
        not(feature = "cluster"),
        allow(clippy::unused_self, reason = "with the feature, it may be a node")
    )]
    pub(crate) async fn start_broker(
        &self,
        listeners: Listeners,
        config: broker::Config,
        directory: Arc<dyn broker::Directory>,
    ) -> Result<Broker, broker::Error> {
        #[cfg(feature = "cluster")]
        if let Some(joined) = &self.cluster {
            let cluster = &joined.cluster;
            return Broker::start_in_cluster(listeners, config, directory, cluster).await;
        }
        Broker::start_on(listeners, config, directory).await
    }

    /// Declares that no further devices are to come.
    pub(crate) fn begin_drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }

    /// Returns an error with the reason while the load balancer should send nothing.
    pub(crate) fn readiness(&self) -> Result<(), String> {
        if self.is_draining.load(Ordering::Relaxed) {
            return Err("the server sends its devices away and stops".to_owned());
        }
        self.health()
    }

    /// Asks all other nodes, and returns their answers in no order. They have [`PATIENCE`].
    ///
    /// # Errors
    ///
    /// As of [`ask_within`](Self::ask_within).
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        question: &Question,
    ) -> Result<Vec<T>, Unanswered> {
        self.ask_within(question, PATIENCE).await
    }
}

#[cfg(feature = "cluster")]
impl Membership {
    /// Joins the cluster of a configuration, if it has one. Waits until an earlier process of the same name is over.
    ///
    /// # Errors
    ///
    /// [`StartError::Cluster`].
    pub(crate) async fn join(config: &Config) -> Result<Arc<Self>, StartError> {
        let Some(settings) = &config.cluster else {
            return Ok(Arc::default());
        };
        let urls = settings.nats.iter();
        let config = ClusterConfig {
            node: settings.node.clone(),
            servers: urls.map(|url| url.expose_secret().to_owned()).collect(),
            certificates: settings.certificates.clone(),
            replicas: settings.replicas,
            kept_bytes: settings.kept_bytes,
            log_kept: ClusterConfig::LOG_KEPT,
        };
        tracing::info!(node = %settings.node, "joining the cluster");
        let cluster = Cluster::join(&config).await?;
        let joined = Joined {
            name: config.node,
            epoch: cluster.epoch().unwrap_or_default(),
            cluster,
        };
        Ok(Arc::new(Self {
            cluster: Some(joined),
            ..Self::default()
        }))
    }

    /// Gives the lease of the node back. The brokers have to be stopped first.
    pub(crate) async fn leave(&self) {
        if let Some(joined) = &self.cluster {
            joined.cluster.leave().await;
        }
    }

    /// Returns the number of the node's life while its lease lasts.
    pub(crate) fn epoch(&self) -> Option<u64> {
        self.cluster.as_ref()?.cluster.epoch()
    }

    /// Returns whether a life of another node is over. `None` if this node has not heard of that one.
    pub(crate) fn is_over(&self, node: &str, epoch: u64) -> Option<bool> {
        match &self.cluster {
            Some(joined) => joined.cluster.is_over(node, epoch),
            None => Some(true),
        }
    }

    /// Returns name and life of the node, if the process is one.
    pub(crate) fn identity(&self) -> Option<Identity<'_>> {
        let joined = self.cluster.as_ref()?;
        Some(Identity {
            name: &joined.name,
            epoch: joined.epoch,
        })
    }

    /// Returns why the node may not serve at the moment, if it may not.
    pub(crate) fn health(&self) -> Result<(), String> {
        match &self.cluster {
            Some(joined) if !joined.cluster.is_alive() => Err(format!(
                "node {} has no lease, because NATS does not answer it; its devices have to use other nodes",
                joined.name
            )),
            _ => Ok(()),
        }
    }

    /// Returns `true` if the process does what only one of the nodes has to do, such as removing expired data.
    pub(crate) fn leads(&self) -> bool {
        let Some(joined) = &self.cluster else {
            return true;
        };
        let nodes = joined.cluster.nodes();
        joined.cluster.is_alive() && nodes.iter().min() == Some(&joined.name)
    }

    /// Returns the name of the node; empty without a cluster.
    pub(crate) fn name(&self) -> &str {
        self.cluster.as_ref().map_or("", |joined| &joined.name)
    }

    /// Returns name, state and last sign of life of all nodes that are not forgotten yet.
    pub(crate) fn all_nodes(&self) -> Vec<(String, &'static str, i64)> {
        let cluster = self.cluster.iter();
        let nodes = cluster.flat_map(|joined| joined.cluster.all_nodes());
        nodes
            .map(|node| (node.name, node.state, node.seen))
            .collect()
    }

    /// Returns how many messages of other nodes were dropped.
    pub(crate) fn dropped(&self) -> u64 {
        let cluster = self.cluster.as_ref();
        cluster.map_or(0, |joined| joined.cluster.dropped())
    }

    /// Returns how many chunks of the log this node has not delivered, and how many sessions are still being brought up.
    pub(crate) fn lag(&self) -> [u64; 2] {
        let cluster = self.cluster.as_ref();
        let lag = cluster
            .map(|joined| joined.cluster.lag())
            .unwrap_or_default();
        [lag.chunks, u64::try_from(lag.arriving).unwrap_or(u64::MAX)]
    }

    /// Returns how many chunks of the logs of all instances each node has not delivered, if that is known.
    pub(crate) async fn lags(&self, brokers: &[Arc<Broker>]) -> HashMap<String, u64> {
        let mut lags = HashMap::new();
        for broker in brokers {
            for (node, lag) in broker.lags().await {
                *lags.entry(node).or_default() += lag;
            }
        }
        lags
    }

    /// Answers questions of other nodes until what is returned is dropped.
    ///
    /// # Errors
    ///
    /// [`StartError::Cluster`].
    pub(crate) async fn answer(
        &self,
        answer: impl Fn(Vec<u8>) -> Answering + Send + Sync + 'static,
    ) -> Result<Option<AbortOnDropHandle<()>>, StartError> {
        match &self.cluster {
            None => Ok(None),
            Some(joined) => Ok(Some(joined.cluster.answer(answer).await?)),
        }
    }

    /// Asks all other nodes, and returns their answers in no order. They have this time to answer.
    ///
    /// # Errors
    ///
    /// [`Unanswered`] if one of them, or this node itself, is cut off.
    pub(crate) async fn ask_within<T: DeserializeOwned>(
        &self,
        question: &Question,
        patience: Duration,
    ) -> Result<Vec<T>, Unanswered> {
        let Some(joined) = &self.cluster else {
            return Ok(Vec::new());
        };
        let unanswered = |reason: &dyn std::fmt::Display| Unanswered {
            node: String::new(),
            reason: reason.to_string(),
        };
        let question = serde_json::to_vec(question).map_err(|error| unanswered(&error))?;
        let answers = joined.cluster.ask(&question, patience).await;
        let answers = answers.map_err(|error| Unanswered {
            reason: error.to_string(),
            node: error.0,
        })?;
        let read = |answer: Vec<u8>| serde_json::from_slice(&answer).map(|[answer]: [T; 1]| answer);
        let answers: Result<Vec<T>, _> = answers.into_iter().map(read).collect();
        answers.map_err(|_| unanswered(&"a node could not answer; see its log"))
    }

    /// Returns a table whose values all nodes see, if the process is a node.
    ///
    /// # Errors
    ///
    /// [`StartError::Cluster`].
    pub(crate) async fn table(
        &self,
        name: &str,
        lifetime: Duration,
        bytes: u32,
    ) -> Result<Option<Arc<dyn SharedValues>>, StartError> {
        let Some(joined) = &self.cluster else {
            return Ok(None);
        };
        let table = joined.cluster.table(name, lifetime, bytes).await?;
        Ok(Some(Arc::new(Table(table))))
    }
}

#[cfg(not(feature = "cluster"))]
#[allow(
    clippy::unused_self,
    clippy::unused_async,
    clippy::unnecessary_wraps,
    reason = "with the feature `cluster`, they do something"
)]
impl Membership {
    pub(crate) async fn join(_config: &Config) -> Result<Arc<Self>, StartError> {
        Ok(Arc::default())
    }

    pub(crate) async fn leave(&self) {}

    pub(crate) fn epoch(&self) -> Option<u64> {
        None
    }

    pub(crate) fn is_over(&self, _node: &str, _epoch: u64) -> Option<bool> {
        Some(true)
    }

    pub(crate) fn identity(&self) -> Option<Identity<'_>> {
        None
    }

    pub(crate) fn health(&self) -> Result<(), String> {
        Ok(())
    }

    pub(crate) fn leads(&self) -> bool {
        true
    }

    pub(crate) fn name(&self) -> &str {
        ""
    }

    pub(crate) fn all_nodes(&self) -> Vec<(String, &'static str, i64)> {
        Vec::new()
    }

    pub(crate) fn dropped(&self) -> u64 {
        0
    }

    pub(crate) fn lag(&self) -> [u64; 2] {
        [0; 2]
    }

    pub(crate) async fn lags(&self, _brokers: &[Arc<Broker>]) -> HashMap<String, u64> {
        HashMap::new()
    }

    pub(crate) async fn answer(
        &self,
        _answer: impl Fn(Vec<u8>) -> Answering + Send + Sync + 'static,
    ) -> Result<Option<AbortOnDropHandle<()>>, StartError> {
        Ok(None)
    }

    pub(crate) async fn table(
        &self,
        _name: &str,
        _lifetime: Duration,
        _bytes: u32,
    ) -> Result<Option<Arc<dyn SharedValues>>, StartError> {
        Ok(None)
    }

    pub(crate) async fn ask_within<T: DeserializeOwned>(
        &self,
        _question: &Question,
        _patience: Duration,
    ) -> Result<Vec<T>, Unanswered> {
        Ok(Vec::new())
    }
}
