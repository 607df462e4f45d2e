//! State of the service for the console, limited to what the access key of its user owns.

use std::sync::Arc;

use ons_mqtt_broker::Broker;
use ons_mqtt_console::{GroupStatus, InstanceStatus, ListenerStatus, RefusedDevice, Status};

use crate::brokers::Brokers;
use crate::config::{Edition, Instance};
use crate::directory::Directory;

/// What the console shows: the directory, and the brokers that run.
pub(crate) struct ServiceStatus {
    pub(crate) directory: Arc<Directory>,
    pub(crate) brokers: Arc<Brokers>,
}

impl ServiceStatus {
    /// Returns the instances of an access key, each with its broker.
    fn owned(&self, access_key_id: &str) -> impl Iterator<Item = (Arc<Instance>, Arc<Broker>)> {
        let instances = self.directory.instances().into_iter();
        let owned = instances.filter(move |instance| instance.owner == access_key_id);
        owned.filter_map(|instance| {
            let broker = self.brokers.get(&instance.id)?;
            Some((instance, broker))
        })
    }
}

impl Status for ServiceStatus {
    fn instances(&self, access_key_id: &str) -> Vec<InstanceStatus> {
        let status = |(instance, broker): (Arc<Instance>, Arc<Broker>)| {
            let groups = self.directory.groups_of(&instance).into_iter();
            InstanceStatus {
                region: instance.region.id.to_owned(),
                edition: instance.edition.name(),
                can_change_groups: instance.edition == Edition::Platinum,
                listeners: listeners(&broker),
                topics: instance.topics.clone(),
                groups: groups
                    .map(|group| GroupStatus {
                        online: broker.online_in_group(&group.group_id),
                        created: group.created,
                        id: group.group_id,
                    })
                    .collect(),
                online: broker.connections(),
                refused: broker.refused().iter().map(|(_, count)| count).sum(),
                id: instance.id.clone(),
            }
        };
        self.owned(access_key_id).map(status).collect()
    }

    fn refusals(
        &self,
        access_key_id: &str,
        instance_id: &str,
        client_id: Option<&str>,
    ) -> Vec<RefusedDevice> {
        let mut owned = self.owned(access_key_id);
        let found = owned.find(|(instance, _)| instance.id == instance_id);
        let refusals = found.map(|(_, broker)| broker.last_refusals(client_id));
        let refusals = refusals.into_iter().flatten();
        refusals
            .map(|device| RefusedDevice {
                time: device.time,
                client_id: device.client_id,
                address: device.address,
                reason: device.reason.to_string(),
                remedy: device.remedy,
            })
            .collect()
    }
}

fn listeners(broker: &Broker) -> Vec<ListenerStatus> {
    let addresses = [
        ("MQTT", Some(broker.local_addr())),
        ("MQTT + TLS", broker.tls_addr()),
        ("WebSocket", broker.websocket_addr()),
        ("WebSocket + TLS", broker.websocket_tls_addr()),
    ];
    let listener = |(protocol, address)| Some((protocol, address?));
    let listeners = addresses.into_iter().filter_map(listener);
    listeners
        .map(|(protocol, address)| ListenerStatus { protocol, address })
        .collect()
}
