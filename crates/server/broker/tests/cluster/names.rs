//! Names of nodes that are over.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::jetstream::table;
use crate::nats::Nats;
use crate::node::Node;
use crate::support::within;
use crate::wills::LEASE;

/// Longer than nodes that are over are remembered.
const LONG: Duration = Duration::from_secs(8 * 24 * 3_600);

fn names(node: &Node) -> Vec<String> {
    let nodes = node.cluster.all_nodes().into_iter();
    nodes.map(|node| node.name).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_is_forgotten_after_a_week_unless_a_client_is_left() {
    let nats = Nats::start(1);
    Node::start("a", &nats.urls()).await.stop().await;
    let seen = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() - LONG;
    let seen = seen.as_millis();
    let record = format!("gone 7 1 left {seen}\nused 7 1 expired {seen}\n");
    let nodes = table(&nats, "ons_nodes").await;
    nodes.put("nodes", record.into()).await.unwrap();
    // Of an instance that no node serves.
    let clients = table(&nats, "ons_clients").await;
    let entry = "used 7 0 - - -\n";
    clients.put("other.client", entry.into()).await.unwrap();
    let node = Node::start("b", &nats.urls()).await;
    within(LEASE, "one is forgotten", || names(&node) == ["b", "used"]).await;
    node.stop().await;
    clients.purge("other.client").await.unwrap();
    let node = Node::start("c", &nats.urls()).await;
    within(LEASE, "both are forgotten", || names(&node) == ["b", "c"]).await;
}
