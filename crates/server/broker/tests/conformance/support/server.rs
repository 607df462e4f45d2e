//! One broker for all cases, with an instance of its own; or, in the second mode, one on each node of a cluster.

#[cfg(feature = "cluster")]
#[path = "../../cluster/nats.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod nats;
#[cfg(feature = "cluster")]
mod nodes;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, LazyLock};

use ons_mqtt_broker::{Broker, Config, Directory, Disk, Limits, MemoryDisk, SecretString};
use tokio::runtime::Runtime;

use super::credentials::{ACCESS_KEY, INSTANCE, SECRET};

/// A broker and the runtime that it runs on; cases themselves block.
pub(crate) struct Server {
    runtime: Runtime,
    /// One, or one on each node of a cluster.
    brokers: Vec<Broker>,
    #[cfg(feature = "cluster")]
    _cluster: Option<nodes::Machine>,
}

impl Server {
    /// Starts a broker; in the second mode, one on each of three nodes.
    pub(crate) fn start() -> Self {
        #[cfg(feature = "cluster")]
        if nodes::are_wanted() {
            return nodes::start();
        }
        Self::with_disk(Arc::new(MemoryDisk::default()))
    }

    pub(crate) fn with_disk(disk: Arc<dyn Disk>) -> Self {
        let runtime = Runtime::new().unwrap();
        let broker = Broker::start(config(disk), Arc::new(Instance));
        Self {
            brokers: vec![runtime.block_on(broker).unwrap()],
            runtime,
            #[cfg(feature = "cluster")]
            _cluster: None,
        }
    }

    /// Returns the address of a broker: of several, a random one.
    pub(crate) fn address(&self) -> SocketAddr {
        self.broker().local_addr()
    }

    /// Returns the addresses of all brokers.
    pub(crate) fn addresses(&self) -> Vec<SocketAddr> {
        self.brokers.iter().map(Broker::local_addr).collect()
    }

    pub(crate) fn websocket_address(&self) -> SocketAddr {
        self.broker().websocket_addr().unwrap()
    }

    /// Returns whether devices may meet another node with each connection.
    pub(crate) fn is_cluster(&self) -> bool {
        self.brokers.len() > 1
    }

    fn broker(&self) -> &Broker {
        &self.brokers[fastrand::usize(..self.brokers.len())]
    }

    pub(crate) fn stop(&self) {
        for broker in &self.brokers {
            self.runtime.block_on(broker.stop());
        }
    }
}

fn config(disk: Arc<dyn Disk>) -> Config {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Config {
        instance_id: INSTANCE.to_owned(),
        listen,
        tls: None,
        websocket: Some(listen),
        disk,
        limits: Limits::default(),
    }
}

/// The server that all cases share, unless they stop it.
pub(crate) static SERVER: LazyLock<Server> = LazyLock::new(Server::start);

/// An instance with group `GID_test` and topics `lamps` and `doors`.
struct Instance;

impl Directory for Instance {
    fn secret(&self, access_key_id: &str) -> Option<SecretString> {
        (access_key_id == ACCESS_KEY).then(|| SecretString::from(SECRET))
    }
    fn has_group(&self, group_id: &str) -> bool {
        group_id == "GID_test"
    }
    fn has_topic(&self, parent_topic: &str) -> bool {
        ["lamps", "doors"].contains(&parent_topic)
    }
}
