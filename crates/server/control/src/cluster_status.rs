//! State of the nodes of a cluster, for its operator.

use serde::{Deserialize, Serialize};

use crate::membership::Unanswered;
use crate::nodes::AllNodes;

/// State of the nodes of a cluster, as one of them sees it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ClusterStatus {
    /// The node that was asked.
    pub node: String,
    /// All nodes by name: those that are alive, and those that are over and not forgotten yet.
    pub nodes: Vec<NodeStatus>,
    /// Reason why nodes did not say how they are, if they did not.
    pub problem: Option<String>,
}

/// State of a node.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NodeStatus {
    /// Its name.
    pub name: String,
    /// `live`, `left` if it stopped in order, or `expired`.
    pub state: String,
    /// Time of its last sign of life in milliseconds since 1970, by its own clock.
    pub seen: i64,
    /// Number of its devices online, if it said so.
    pub online: Option<u64>,
    /// Number of chunks of the log that it has not delivered, if it ever said how far it is.
    pub lag: Option<u64>,
    /// Number of its sessions that came from other nodes and are still being brought up, if it said so.
    pub arriving: Option<u64>,
    /// Number of messages of other nodes that it dropped since its start.
    pub dropped: Option<u64>,
    /// End of the last interval whose counts it wrote, in milliseconds since 1970.
    pub written: Option<i64>,
}

impl AllNodes {
    /// Returns the state of all nodes; none if the process is not a node.
    pub(crate) async fn status(&self) -> ClusterStatus {
        let brokers = self.brokers.all().into_iter();
        let brokers: Vec<_> = brokers.map(|(_, broker)| broker).collect();
        let (loads, lags) = tokio::join!(self.loads(), self.node.lags(&brokers));
        let (loads, problem) = match loads {
            Ok(loads) => (loads, None),
            Err(Unanswered { reason, .. }) => (vec![self.load()], Some(reason)),
        };
        let nodes = self.node.all_nodes().into_iter();
        let nodes = nodes.map(|(name, state, seen)| {
            let load = loads.iter().find(|load| load.node == name);
            let load = load.filter(|_| state == LIVE);
            NodeStatus {
                state: state.to_owned(),
                seen,
                online: load.map(|load| load.online),
                lag: lags.get(&name).copied().filter(|_| state == LIVE),
                arriving: load.map(|load| load.arriving),
                dropped: load.map(|load| load.dropped),
                written: load.map(|load| load.written),
                name,
            }
        });
        ClusterStatus {
            node: self.node.name().to_owned(),
            nodes: nodes.collect(),
            problem,
        }
    }
}

/// State of a node that is alive.
pub(crate) const LIVE: &str = "live";

/// State of a node that stopped in order.
pub(crate) const LEFT: &str = "left";
