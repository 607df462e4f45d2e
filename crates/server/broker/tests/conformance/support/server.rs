//! One broker for all cases, with an instance of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, LazyLock};

use ons_mqtt_broker::{Broker, Config, Directory, Disk, Limits, MemoryDisk, SecretString};
use tokio::runtime::Runtime;

use super::credentials::{ACCESS_KEY, INSTANCE, SECRET};

/// A broker and the runtime that it runs on; cases themselves block.
pub(crate) struct Server {
    runtime: Runtime,
    broker: Broker,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with_disk(Arc::new(MemoryDisk::default()))
    }

    pub(crate) fn with_disk(disk: Arc<dyn Disk>) -> Self {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let config = Config {
            instance_id: INSTANCE.to_owned(),
            listen,
            tls: None,
            websocket: Some(listen),
            disk,
            limits: Limits::default(),
        };
        let runtime = Runtime::new().unwrap();
        let broker = runtime
            .block_on(Broker::start(config, Arc::new(Instance)))
            .unwrap();
        Self { runtime, broker }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.broker.local_addr()
    }

    pub(crate) fn websocket_address(&self) -> SocketAddr {
        self.broker.websocket_addr().unwrap()
    }

    pub(crate) fn stop(&self) {
        self.runtime.block_on(self.broker.stop());
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
