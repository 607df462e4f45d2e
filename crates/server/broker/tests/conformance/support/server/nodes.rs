//! The second mode: three nodes, and each client connects to a random one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ons_mqtt_broker::{Broker, Cluster, ClusterConfig, MemoryDisk};
use tokio::runtime::Runtime;

use super::nats::Nats;
use super::{Instance, Server, config};

/// Names of the nodes.
const NODES: [&str; 3] = ["a", "b", "c"];
/// Longest wait until all nodes know each other.
const PATIENCE: Duration = Duration::from_secs(20);

/// Servers of NATS and leases, held while the nodes run.
pub(super) struct Machine {
    _nats: Nats,
    _clusters: Vec<Cluster>,
}

/// Returns whether the cases are to run on several nodes.
pub(super) fn are_wanted() -> bool {
    std::env::var_os(super::nats::VARIABLE).is_some()
}

pub(super) fn start() -> Server {
    let runtime = Runtime::new().unwrap();
    let nats = Nats::start(1);
    let (clusters, brokers) = runtime.block_on(start_nodes(&nats.urls()));
    Server {
        runtime,
        brokers,
        _cluster: Some(Machine {
            _nats: nats,
            _clusters: clusters,
        }),
    }
}

async fn start_nodes(urls: &[String]) -> (Vec<Cluster>, Vec<Broker>) {
    let (mut clusters, mut brokers) = (Vec::new(), Vec::new());
    for node in NODES {
        let cluster = ClusterConfig {
            node: node.to_owned(),
            servers: urls.to_vec(),
            certificates: None,
            replicas: 1,
            kept_bytes: 1 << 30,
            log_kept: ClusterConfig::LOG_KEPT,
        };
        let cluster = Cluster::join(&cluster).await.unwrap();
        let config = config(Arc::new(MemoryDisk::default()));
        let listeners = Broker::bind(&config.endpoints()).unwrap();
        let broker = Broker::start_in_cluster(listeners, config, Arc::new(Instance), &cluster);
        brokers.push(broker.await.unwrap());
        clusters.push(cluster);
    }
    let begin = Instant::now();
    while clusters.iter().any(|node| node.nodes().len() < NODES.len()) {
        assert!(begin.elapsed() < PATIENCE, "nodes do not know each other");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    (clusters, brokers)
}
