//! A broker to test, and devices that talk to it.

#[path = "../../conformance/support/credentials.rs"]
mod credentials;
pub(crate) mod device;
pub(crate) mod raw;

use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ons_mqtt_broker::{Broker, Config, Directory, Limits, MemoryDisk, Refusal, SecretString};

pub(crate) use self::credentials::{ACCESS_KEY, INSTANCE, SECRET, password, user_name};

/// Longer than anything takes that works.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// An instance with groups `GID_test` and `GID_other`, and topics `lamps` and `doors`.
pub(crate) struct Instance {
    pub(crate) groups: Mutex<HashSet<String>>,
    pub(crate) topics: Mutex<HashSet<String>>,
}

impl Directory for Instance {
    fn secret(&self, access_key_id: &str) -> Option<SecretString> {
        (access_key_id == ACCESS_KEY).then(|| SecretString::from(SECRET))
    }
    fn has_group(&self, group_id: &str) -> bool {
        self.groups.lock().unwrap().contains(group_id)
    }
    fn has_topic(&self, parent_topic: &str) -> bool {
        self.topics.lock().unwrap().contains(parent_topic)
    }
}

pub(crate) fn instance() -> Arc<Instance> {
    let set = |names: [&str; 2]| Mutex::new(names.map(str::to_owned).into());
    Arc::new(Instance {
        groups: set(["GID_test", "GID_other"]),
        topics: set(["lamps", "doors"]),
    })
}

pub(crate) fn config() -> Config {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Config {
        instance_id: INSTANCE.to_owned(),
        listen,
        tls: None,
        websocket: None,
        disk: Arc::new(MemoryDisk::default()),
        limits: Limits::default(),
    }
}

pub(crate) async fn start() -> Broker {
    Broker::start(config(), instance()).await.unwrap()
}

pub(crate) fn refused(broker: &Broker, refusal: Refusal) -> u64 {
    broker
        .refused()
        .into_iter()
        .find(|(reason, _)| *reason == refusal)
        .unwrap()
        .1
}

/// Waits until something holds.
pub(crate) async fn until(what: &str, holds: impl Fn() -> bool) {
    within(PATIENCE, what, holds).await;
}

pub(crate) async fn within(limit: Duration, what: &str, holds: impl Fn() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < limit, "not within {limit:?}: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
