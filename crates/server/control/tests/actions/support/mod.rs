//! A running service, clients and devices.

mod browser;
mod credentials;
mod device;
mod hook;
mod raw;
mod wait;

use std::net::SocketAddr;
use std::path::Path;

use ons_mqtt_client::models::StatsChart;
use ons_mqtt_client::{Client, Credentials, Error, ErrorCode, Format, Method, Retry};
use ons_mqtt_server::config::Config;
use ons_mqtt_server::gateway::Clock;
use ons_mqtt_server::{Reloader, Server, StartError, StopError};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) use browser::{Browser, Page, unescaped};
pub(crate) use credentials::{INSTANCE, KEY, Key, OTHER_KEY, password, user_name};
pub(crate) use device::{Device, VERSIONS, Version};
pub(crate) use hook::{Hook, SECRETS};
pub(crate) use raw::{Raw, packet};
pub(crate) use wait::{INTERVAL, interval_of, middle_of_interval, now, until, within};

pub(crate) const GROUP: &str = "GID_test";

const COMMON: &str = r#"
    [api]
    listen = "127.0.0.1:0"

    [[access_key]]
    id = "testid"
    secret = "testsecret"

    [[access_key]]
    id = "otherid"
    secret = "othersecret"

    [[instance]]
    id = "post-cn-own"
    region = "cn-hangzhou"
    mqtt_listen = "127.0.0.1:0"
    topics = ["test", "other"]
"#;

/// Begins the part of a configuration that belongs to [`INSTANCE`].
pub(crate) const IN_INSTANCE: &str = "\n# of the instance\n";
/// Configuration with intervals of one second.
pub(crate) const FAST: &str = "[stats]\ninterval = \"1s\"\n";
/// Configuration with intervals of one second and without request limits.
pub(crate) const FREE: &str = "[stats]\ninterval = \"1s\"\n[limits]\nqueries_per_minute = 0\n";

/// A service that runs in this process until it is dropped.
pub(crate) struct Service {
    pub(crate) folder: TempDir,
    more: String,
    pub(crate) api: SocketAddr,
    pub(crate) admin: Option<SocketAddr>,
    mqtt: Vec<(String, SocketAddr)>,
    client: Client,
    pub(crate) sign_in_link: Option<String>,
    reloader: Reloader,
    pub(crate) stop: CancellationToken,
    pub(crate) running: JoinHandle<Result<(), StopError>>,
}

impl Service {
    /// Starts a service with [`INSTANCE`] and the group [`GROUP`].
    pub(crate) async fn start() -> Self {
        let service = Self::with(FREE).await;
        let create = service.client().group_id_create(GROUP);
        create.instance_id(INSTANCE).send().await.unwrap();
        service
    }

    /// Starts a service with [`INSTANCE`] and more configuration.
    pub(crate) async fn with(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::run(folder, more.to_owned()).await
    }

    /// Starts a service that believes what a proxy says about its clients.
    pub(crate) async fn trusting(proxy: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = configure(folder.path(), "");
        config.trusted_proxies = vec![proxy.parse().unwrap()];
        let server = Server::start(&config).await.unwrap();
        Self::of(server, folder, String::new())
    }

    /// Changes the access keys of the running service.
    pub(crate) async fn with_keys(&self, keys: &[Key]) {
        let mut config = configure(self.folder.path(), &self.more);
        config.access_keys.retain_mut(|key| {
            let other = keys.iter().find(|(id, _)| *id == key.id);
            key.secret = other.map_or("", |(_, secret)| secret).into();
            other.is_some()
        });
        self.reloader.reload(config).await.unwrap();
    }

    /// Starts a service on the files of an earlier one.
    pub(crate) async fn run(folder: TempDir, more: String) -> Self {
        let server = start_server(folder.path(), &more).await.unwrap();
        Self::of(server, folder, more)
    }

    /// Starts a service with [`INSTANCE`], more configuration, and a clock that the test moves.
    pub(crate) async fn with_clock(more: &str, clock: Clock) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = configure(folder.path(), more);
        let server = Server::start_with_clock(&config, clock).await.unwrap();
        Self::of(server, folder, more.to_owned())
    }

    fn of(server: Server, folder: TempDir, more: String) -> Self {
        let stop = CancellationToken::new();
        let api = server.api_address();
        Self {
            api,
            admin: server.admin_address(),
            sign_in_link: server.sign_in_link(KEY.0),
            client: client(api, KEY, Method::Get, Format::Json),
            mqtt: server.mqtt_addresses(),
            reloader: server.reloader(),
            running: tokio::spawn(server.run(stop.clone())),
            folder,
            more,
            stop,
        }
    }

    /// Stops the service in order, and returns its files.
    pub(crate) async fn stop(self) -> (TempDir, String) {
        self.stop.cancel();
        self.running.await.unwrap().unwrap();
        (self.folder, self.more)
    }

    pub(crate) async fn restart(self) -> Self {
        let (folder, more) = self.stop().await;
        Self::run(folder, more).await
    }

    /// Changes the service to another configuration.
    pub(crate) async fn reload(&self, more: &str) {
        let config = configure(self.folder.path(), more);
        self.reloader.reload(config).await.unwrap();
    }

    /// Returns the MQTT address of an instance.
    pub(crate) fn mqtt(&self, instance_id: &str) -> SocketAddr {
        let mut instances = self.mqtt.iter();
        instances.find(|(id, _)| id == instance_id).unwrap().1
    }

    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }

    pub(crate) fn client_of(&self, key: Key) -> Client {
        client(self.api, key, Method::Get, Format::Json)
    }

    /// Connects a device to [`INSTANCE`] with MQTT 3.1.1.
    pub(crate) async fn device(&self, client_id: &str) -> Device {
        self.device_with(Version::V311, client_id, true).await
    }

    /// Connects a device to [`INSTANCE`]. Its session survives the connection unless it is clean.
    pub(crate) async fn device_with(
        &self,
        version: Version,
        client_id: &str,
        clean: bool,
    ) -> Device {
        let options = device::Options::new(self.mqtt(INSTANCE), version, client_id);
        let options = device::Options { clean, ..options };
        Device::connect(options).await.unwrap()
    }

    /// Tries to connect a device to an instance with a key.
    pub(crate) async fn try_device(
        &self,
        instance_id: &str,
        key: Key,
        client_id: &str,
    ) -> Result<Device, String> {
        let options = device::Options::new(self.mqtt(instance_id), Version::V311, client_id);
        let options = device::Options {
            user_name: user_name(key.0, instance_id),
            password: password(key.1, client_id),
            ..options
        };
        Device::connect(options).await
    }

    /// Connects a device to [`INSTANCE`] that sends raw bytes.
    pub(crate) async fn raw(&self, client_id: &str, keep_alive: u16) -> Raw {
        let mut raw = Raw::open(self.mqtt(INSTANCE)).await;
        raw.connect(client_id, keep_alive).await;
        raw
    }

    /// Sends a plain GET request; returns status and body.
    pub(crate) async fn get(&self, path: &str) -> (u16, String) {
        let response = reqwest::get(format!("http://{}{path}", self.api))
            .await
            .unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// Returns the value of a metric, by its name with all labels.
    pub(crate) async fn metric(&self, name: &str) -> u64 {
        let (_, text) = self.get("/metrics").await;
        let mut lines = text.lines().filter_map(|line| line.rsplit_once(' '));
        let value = lines.find(|(other, _)| *other == name);
        value.map_or(0, |(_, value)| value.parse().unwrap())
    }

    pub(crate) async fn online_in_group(&self, group_id: &str) -> i64 {
        let query = self.client().query_client_by_group_id(group_id);
        let answer = query.instance_id(INSTANCE).send().await.unwrap();
        answer.mqtt_client_set.online_count
    }
}

pub(crate) fn client(api: SocketAddr, key: Key, method: Method, format: Format) -> Client {
    Client::builder()
        .endpoint(format!("http://{api}"))
        .region("cn-hangzhou")
        .credentials(Credentials::new(key.0, key.1))
        .method(method)
        .format(format)
        .retry(Retry::NEVER)
        .build()
        .unwrap()
}

/// Starts a server with its files in a folder.
pub(crate) async fn start_server(folder: &Path, more: &str) -> Result<Server, StartError> {
    Server::start(&configure(folder, more)).await
}

/// Writes a configuration to a folder and reads it.
fn configure(folder: &Path, more: &str) -> Config {
    let path = folder.join("ons-mqtt.toml");
    let (more, in_instance) = more.split_once(IN_INSTANCE).unwrap_or((more, ""));
    std::fs::write(&path, format!("{more}\n{COMMON}\n{in_instance}")).unwrap();
    Config::load(Some(&path), |_| None).unwrap()
}

/// Returns the error code of a failed call.
pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> ErrorCode {
    result.unwrap_err().code().unwrap().clone()
}

/// Returns the points of a chart.
pub(crate) fn points(chart: &StatsChart) -> Vec<(i64, f64)> {
    chart
        .records
        .iter()
        .map(|point| (point.x, point.y))
        .collect()
}

pub(crate) fn sum(chart: &StatsChart) -> f64 {
    chart.records.iter().map(|point| point.y).sum()
}
