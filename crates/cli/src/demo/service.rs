//! Service of the demo: in a temporary directory, on free ports, with a new access key.

use std::time::Duration;

use ons_mqtt_client::{Client, Credentials};
use ons_mqtt_server::config::Config;
use ons_mqtt_server::{ExposeSecret, Server, StopError};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::devices::Account;
use super::error::DemoError;
use super::fleet::TOPIC;
use crate::failure::Failure;

/// Interval of the statistics.
const INTERVAL: Duration = Duration::from_secs(1);

/// Running service and a client for it.
pub(super) struct Service {
    pub(super) client: Client,
    pub(super) account: Account,
    directory: TempDir,
    stop: CancellationToken,
    task: JoinHandle<Result<(), StopError>>,
}

impl Service {
    /// Starts the service.
    pub(super) async fn start() -> Result<Self, Failure> {
        let directory = tempfile::Builder::new()
            .prefix("ons-mqtt-demo-")
            .tempdir()
            .map_err(DemoError::Directory)?;
        let interval = format!("{}s", INTERVAL.as_secs());
        // The environment is not read, so that the demo is the same for everyone.
        let config = Config::load(None, |name| match name {
            "ONS_MQTT_DATA_DIR" => Some(directory.path().into()),
            "ONS_MQTT_API_LISTEN" | "ONS_MQTT_INSTANCE_MQTT_LISTEN" => Some("127.0.0.1:0".into()),
            "ONS_MQTT_STATS_INTERVAL" => Some((&interval).into()),
            "ONS_MQTT_LIMITS_QUERIES_PER_MINUTE" => Some("0".into()),
            "ONS_MQTT_INSTANCE_INDEPENDENT_NAMING" => Some("false".into()),
            "ONS_MQTT_INSTANCE_TOPICS" => Some(TOPIC.into()),
            _ => None,
        })?;
        let key = config.access_keys.first().ok_or(DemoError::Config)?;
        let server = Server::start(&config).await?;
        let mut addresses = server.mqtt_addresses().into_iter();
        let (instance_id, broker) = addresses.next().ok_or(DemoError::Config)?;
        let client = Client::builder()
            .endpoint(format!("http://{}", server.api_address()))
            .credentials(Credentials::new(&key.id, key.secret.expose_secret()))
            .build()?;
        let stop = CancellationToken::new();
        Ok(Self {
            client,
            account: Account {
                broker,
                instance_id,
                access_key_id: key.id.clone(),
                secret: key.secret.clone(),
            },
            directory,
            task: tokio::spawn(server.run(stop.clone())),
            stop,
        })
    }

    /// Stops the service cleanly and removes all files.
    pub(super) async fn stop(self) -> Result<(), DemoError> {
        self.stop.cancel();
        let ended = self.task.await;
        self.directory.close().map_err(DemoError::Directory)?;
        match ended {
            Ok(Ok(())) => Ok(()),
            _ => Err(DemoError::Service),
        }
    }
}
