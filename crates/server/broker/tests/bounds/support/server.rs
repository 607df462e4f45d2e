//! A broker and the runtime that it runs on.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ons_mqtt_broker::{Broker, Config, Directory, Disk, Limits, Loss, SecretString, Tls};
use tokio::runtime::Runtime;

use super::credentials::{ACCESS_KEY, INSTANCE, SECRET};
use super::disk::Forgetful;

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Server {
    pub(crate) runtime: Runtime,
    pub(crate) broker: Broker,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with_limits(Limits::default())
    }

    pub(crate) fn with_limits(limits: Limits) -> Self {
        Self::start_with(config(limits, Arc::new(Forgetful::default())))
    }

    pub(crate) fn with_disk(disk: Arc<dyn Disk>, limits: Limits) -> Self {
        Self::start_with(config(limits, disk))
    }

    /// Starts a broker with TLS, whose certificate is put into a folder.
    pub(crate) fn with_tls(folder: &Path) -> Self {
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let tls = Tls {
            listen: any_port(),
            websocket: Some(any_port()),
            certificate: folder.join("certificate.pem"),
            key: folder.join("key.pem"),
        };
        std::fs::write(&tls.certificate, certified.cert.pem()).unwrap();
        std::fs::write(&tls.key, certified.signing_key.serialize_pem()).unwrap();
        let mut config = config(Limits::default(), Arc::new(Forgetful::default()));
        config.tls = Some(tls);
        Self::start_with(config)
    }

    fn start_with(config: Config) -> Self {
        let runtime = Runtime::new().unwrap();
        let broker = runtime
            .block_on(Broker::start(config, Arc::new(Instance)))
            .unwrap();
        Self { runtime, broker }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.broker.local_addr()
    }

    /// Waits until something holds.
    pub(crate) fn until(&self, what: &str, holds: impl Fn(&Broker) -> bool) {
        let begin = Instant::now();
        while !holds(&self.broker) {
            assert!(begin.elapsed() < PATIENCE, "not in time: {what}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn lost(&self, loss: Loss) -> u64 {
        let all = self.broker.lost();
        all.into_iter().find(|(of, _)| *of == loss).unwrap().1
    }
}

fn any_port() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

fn config(limits: Limits, disk: Arc<dyn Disk>) -> Config {
    Config {
        instance_id: INSTANCE.to_owned(),
        listen: any_port(),
        tls: None,
        websocket: Some(any_port()),
        disk,
        limits,
    }
}

/// An instance with group `GID_test` and topic `lamps`.
struct Instance;

impl Directory for Instance {
    fn secret(&self, access_key_id: &str) -> Option<SecretString> {
        (access_key_id == ACCESS_KEY).then(|| SecretString::from(SECRET))
    }
    fn has_group(&self, group_id: &str) -> bool {
        group_id == "GID_test"
    }
    fn has_topic(&self, parent_topic: &str) -> bool {
        parent_topic == "lamps"
    }
}
