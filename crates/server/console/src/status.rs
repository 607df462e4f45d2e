//! What the console shows beside the answers of actions.

use std::net::SocketAddr;

/// State of the service, as far as an access key owns it.
pub trait Status: Send + Sync + 'static {
    /// Returns the instances of an access key, in the order of the configuration.
    fn instances(&self, access_key_id: &str) -> Vec<InstanceStatus>;

    /// Returns the devices that an instance of the access key refused lately, the newest first;
    /// with a client ID, only that one. Empty for the instances of others.
    fn refusals(
        &self,
        access_key_id: &str,
        instance_id: &str,
        client_id: Option<&str>,
    ) -> Vec<RefusedDevice>;
}

/// An instance.
#[derive(Clone, Debug)]
pub struct InstanceStatus {
    /// Its ID.
    pub id: String,
    /// ID of its region.
    pub region: String,
    /// Its edition, as in the configuration.
    pub edition: &'static str,
    /// `true` if groups can be created and deleted.
    pub can_change_groups: bool,
    /// Addresses for devices.
    pub listeners: Vec<ListenerStatus>,
    /// Parent topics.
    pub topics: Vec<String>,
    /// Groups, sorted by ID.
    pub groups: Vec<GroupStatus>,
    /// Number of devices online.
    pub online: u64,
    /// Number of refusals since the start.
    pub refused: u64,
}

/// An address for devices.
#[derive(Clone, Debug)]
pub struct ListenerStatus {
    /// Protocol, such as `MQTT` or `WebSocket + TLS`.
    pub protocol: &'static str,
    /// The address.
    pub address: SocketAddr,
}

/// A group.
#[derive(Clone, Debug)]
pub struct GroupStatus {
    /// Its ID.
    pub id: String,
    /// Number of its devices online.
    pub online: u64,
    /// Time of its creation in milliseconds since 1970.
    pub created: i64,
}

/// A device that was refused.
#[derive(Clone, Debug)]
pub struct RefusedDevice {
    /// Time in milliseconds since 1970.
    pub time: i64,
    /// Client ID that it sent: any text.
    pub client_id: String,
    /// Its address.
    pub address: SocketAddr,
    /// Reason in a few words.
    pub reason: String,
    /// Cause and remedy.
    pub remedy: String,
}
