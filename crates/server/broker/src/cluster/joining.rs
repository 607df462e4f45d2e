//! Joins a cluster as a node, and leaves it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio_util::task::AbortOnDropHandle;

use super::config::{ClusterConfig, ClusterError};
use super::forgetting;
use super::lease::Entry;
use super::node::{Lag, Node, live};

/// This process as a node of a cluster. One serves the brokers of all instances.
#[derive(Clone)]
pub struct Cluster {
    node: Arc<Node>,
    tasks: Arc<[AbortOnDropHandle<()>; 2]>,
}

/// A node that is alive, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownNode {
    /// Its name.
    pub name: String,
    /// `live`, `left` if it stopped in order, or `expired`.
    pub state: &'static str,
    /// Unix time in ms of its last sign of life, by its own clock.
    pub seen: i64,
}

impl Cluster {
    /// Connects to NATS and takes the lease of a node. If another process had it and was killed, waits until that is over.
    ///
    /// # Errors
    ///
    /// If the configuration is invalid, NATS cannot be reached, or another process is this node.
    pub async fn join(config: &ClusterConfig) -> Result<Self, ClusterError> {
        let node = Arc::new(Node::connect(config).await?);
        node.acquire().await?;
        let tasks = [
            tokio::spawn(live(Arc::clone(&node))),
            tokio::spawn(forgetting::forget(Arc::clone(&node))),
        ];
        let tasks = tasks.map(AbortOnDropHandle::new);
        Ok(Self {
            node,
            tasks: Arc::new(tasks),
        })
    }

    /// Returns whether this node may serve devices.
    pub fn is_alive(&self) -> bool {
        self.node.epoch().is_some()
    }

    /// Returns the number of this node's life while its lease lasts: greater than in each earlier life.
    pub fn epoch(&self) -> Option<u64> {
        self.node.epoch()
    }

    /// Returns whether a life of a node is over. `None` if this node has not heard of that one.
    pub fn is_over(&self, node: &str, epoch: u64) -> Option<bool> {
        let record = self.node.record.read();
        record.seen(node)?;
        Some(record.is_over(node, epoch))
    }

    /// Returns the names of all nodes that are alive.
    pub fn nodes(&self) -> Vec<String> {
        self.node.record.read().live().map(str::to_owned).collect()
    }

    /// Returns all nodes by name: those that are alive, and those that were within a week or have something left.
    pub fn all_nodes(&self) -> Vec<KnownNode> {
        let record = self.node.record.read();
        let status = |(name, entry): (&str, Entry)| KnownNode {
            name: name.to_owned(),
            state: entry.state.text(),
            seen: entry.seen,
        };
        record.all().map(status).collect()
    }

    /// Returns how many messages of other nodes were dropped: this node was too slow, or could not read them.
    ///
    /// If very many are dropped at once, NATS does not report all of them.
    pub fn dropped(&self) -> u64 {
        self.node.dropped.load(Ordering::Relaxed)
    }

    /// Returns what this node still has to deliver of the log of all instances.
    pub fn lag(&self) -> Lag {
        self.node.lag()
    }

    /// Gives the lease back, so that the next process of this name need not wait. The brokers have to be stopped first.
    pub async fn leave(&self) {
        for task in &*self.tasks {
            task.abort();
        }
        if !self.node.leave().await {
            tracing::warn!("the lease of the node was not given back; it will run out");
        }
    }

    pub(super) fn node(&self) -> &Arc<Node> {
        &self.node
    }
}
