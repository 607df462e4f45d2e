//! The process as a node of a cluster, or alone. Alone, nothing here costs anything.

use std::sync::Arc;

use ons_mqtt_broker::{self as broker, Broker, Listeners};
#[cfg(feature = "cluster")]
use ons_mqtt_broker::{Cluster, ClusterConfig};
#[cfg(feature = "cluster")]
use pop_gateway::ExposeSecret;

use crate::config::Config;
use crate::start_error::StartError;

/// The process as a node of a cluster, or alone.
#[derive(Default)]
pub(crate) struct Node {
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

#[cfg(feature = "cluster")]
impl Node {
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
        }))
    }

    /// Gives the lease of the node back. The brokers have to be stopped first.
    pub(crate) async fn leave(&self) {
        if let Some(joined) = &self.cluster {
            joined.cluster.leave().await;
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

    /// Starts a broker.
    pub(crate) async fn start_broker(
        &self,
        listeners: Listeners,
        config: broker::Config,
        directory: Arc<dyn broker::Directory>,
    ) -> Result<Broker, broker::Error> {
        match &self.cluster {
            None => Broker::start_on(listeners, config, directory).await,
            Some(joined) => {
                Broker::start_in_cluster(listeners, config, directory, &joined.cluster).await
            }
        }
    }
}

#[cfg(not(feature = "cluster"))]
#[allow(
    clippy::unused_self,
    clippy::unused_async,
    clippy::unnecessary_wraps,
    reason = "with the feature `cluster`, they do something"
)]
impl Node {
    pub(crate) async fn join(_config: &Config) -> Result<Arc<Self>, StartError> {
        Ok(Arc::default())
    }

    pub(crate) async fn leave(&self) {}

    pub(crate) fn identity(&self) -> Option<Identity<'_>> {
        None
    }

    pub(crate) fn health(&self) -> Result<(), String> {
        Ok(())
    }

    pub(crate) fn leads(&self) -> bool {
        true
    }

    pub(crate) async fn start_broker(
        &self,
        listeners: Listeners,
        config: broker::Config,
        directory: Arc<dyn broker::Directory>,
    ) -> Result<Broker, broker::Error> {
        Broker::start_on(listeners, config, directory).await
    }
}
