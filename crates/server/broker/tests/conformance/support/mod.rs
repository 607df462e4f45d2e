//! One broker for all cases, and names that no two cases share.

pub(crate) mod packet;
pub(crate) mod peer;
pub(crate) mod received;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use ons_mqtt_broker::{Broker, Config, Directory, SecretString};
use sha1::Sha1;
use tokio::runtime::Runtime;

const INSTANCE: &str = "post-cn-test";
const ACCESS_KEY: &str = "testid";
const SECRET: &str = "testsecret";

pub(crate) use packet::Version::{self, V5, V311};

/// Both versions that the broker speaks.
pub(crate) const VERSIONS: [Version; 2] = [V311, V5];

/// A broker and the runtime that it runs on; cases themselves block.
pub(crate) struct Server {
    runtime: Runtime,
    broker: Broker,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let config = Config {
            instance_id: INSTANCE.to_owned(),
            listen,
            tls: None,
            websocket: Some(listen),
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

pub(crate) fn user_name() -> String {
    format!("Signature|{ACCESS_KEY}|{INSTANCE}")
}

/// Returns the password that belongs to a client id.
pub(crate) fn password(client_id: &[u8]) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(client_id);
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

fn number() -> u32 {
    static LAST: AtomicU32 = AtomicU32::new(0);
    LAST.fetch_add(1, Ordering::Relaxed)
}

/// Returns a client id that no other case has.
pub(crate) fn client_id() -> String {
    format!("GID_test@@@c{}", number())
}

/// Returns a topic of two levels that no other case has.
pub(crate) fn topic() -> String {
    format!("lamps/t{}", number())
}
