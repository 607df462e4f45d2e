//! The brokers of all instances.

use std::path::Path;
use std::sync::Arc;

use ons_mqtt_broker::{self as broker, Broker, Limits, Remainder};
use tokio::task::JoinSet;

use crate::config::Instance;
use crate::directory::{Directory, InstanceDirectory};
use crate::kept::Kept;
use crate::start_error::StartError;

/// One broker per instance, in the order of the configuration.
pub(crate) struct Brokers(Vec<(String, Arc<Broker>)>);

impl Brokers {
    /// Starts all brokers.
    ///
    /// # Errors
    ///
    /// The error of the first broker that cannot start. The brokers started before it are stopped.
    pub(crate) async fn start(
        directory: &Arc<Directory>,
        data_dir: &Path,
        limits: Limits,
    ) -> Result<Self, StartError> {
        let mut brokers = Vec::new();
        for instance in directory.instances() {
            let view = InstanceDirectory {
                directory: Arc::clone(directory),
                instance: Arc::clone(instance),
            };
            let kept = Kept::open(data_dir, &instance.id)?;
            let broker = Broker::start(config(instance, kept, limits), Arc::new(view)).await?;
            brokers.push((instance.id.clone(), Arc::new(broker)));
        }
        Ok(Self(brokers))
    }

    pub(crate) fn get(&self, instance_id: &str) -> Option<&Broker> {
        let mut brokers = self.0.iter();
        brokers
            .find(|(id, _)| id == instance_id)
            .map(|(_, broker)| &**broker)
    }

    /// Iterates over the brokers, each with the ID of its instance.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Broker)> {
        self.0.iter().map(|(id, broker)| (id.as_str(), &**broker))
    }

    /// Disconnects all devices, and returns the counts that have not been taken yet.
    pub(crate) async fn stop(&self) -> Vec<(String, Remainder)> {
        let stop = |(id, broker): &(String, Arc<Broker>)| {
            let (id, broker) = (id.clone(), Arc::clone(broker));
            async move { (id, broker.stop().await) }
        };
        let stopping: JoinSet<_> = self.0.iter().map(stop).collect();
        stopping.join_all().await
    }
}

fn config(instance: &Instance, kept: Kept, limits: Limits) -> broker::Config {
    broker::Config {
        instance_id: instance.id.clone(),
        listen: instance.mqtt_listen,
        tls: instance.tls.as_ref().map(|tls| broker::Tls {
            listen: tls.listen,
            websocket: tls.websocket_listen,
            certificate: tls.certificate.clone(),
            key: tls.key.clone(),
        }),
        websocket: instance.websocket_listen,
        disk: Arc::new(kept),
        limits,
    }
}
