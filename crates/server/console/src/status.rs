//! State of the service that the console shows beside the answers of actions.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::pin::Pin;

use ons_mqtt_models::{QueryHistoryOnlineRequest, QueryMsgTransTrendRequest};

/// A value that is there later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// State of the service, as far as an access key owns it. Of the instances of others, it says
/// the same as of instances that do not exist.
pub trait Status: Send + Sync + 'static {
    /// Returns the instances of an access key, in the order of the configuration.
    fn instances(&self, access_key_id: &str) -> Vec<InstanceStatus>;

    /// Returns the numbers of the instances of an access key that change all the time, by instance ID. May be asked
    /// often: many who ask at once get one answer.
    fn live<'a>(
        &'a self,
        access_key_id: &'a str,
    ) -> Later<'a, Result<HashMap<String, LiveStatus>, NoAnswer>>;

    /// Returns the groups of an instance with most devices online, then by ID; at most `most`. May be asked often, too.
    fn groups<'a>(
        &'a self,
        access_key_id: &'a str,
        instance_id: &'a str,
        most: usize,
    ) -> Later<'a, Vec<GroupStatus>>;

    /// Returns a group of an instance.
    fn group<'a>(
        &'a self,
        access_key_id: &'a str,
        instance_id: &'a str,
        group_id: &'a str,
    ) -> Later<'a, Option<GroupStatus>>;

    /// Returns clients of a group, in the order of their IDs.
    fn clients<'a>(
        &'a self,
        access_key_id: &'a str,
        instance_id: &'a str,
        query: ClientQuery,
    ) -> Later<'a, Result<Vec<ClientStatus>, Unread>>;

    /// Returns the length of an interval of charts in milliseconds.
    fn interval(&self) -> i64;

    /// Returns the messages that an action would count, over a range that may be longer than a day; at most `most` points. The
    /// parameters have been checked by the action. A topic that the access key does not own has no messages.
    fn messages<'a>(
        &'a self,
        access_key_id: &'a str,
        request: &'a QueryMsgTransTrendRequest,
        split: Split,
        most: usize,
    ) -> Later<'a, Result<Trend, Unread>>;

    /// Returns the devices online that an action would show, in the same way.
    fn online<'a>(
        &'a self,
        access_key_id: &'a str,
        request: &'a QueryHistoryOnlineRequest,
        most: usize,
    ) -> Later<'a, Result<Trend, Unread>>;

    /// Returns what waits for a client that is online, or that left a session behind.
    fn waiting<'a>(
        &'a self,
        access_key_id: &'a str,
        instance_id: &'a str,
        client_id: &'a str,
    ) -> Later<'a, Option<WaitingStatus>>;

    /// Returns the devices that an instance of the access key refused lately, the newest first;
    /// with a client ID, only that one.
    fn refusals<'a>(
        &'a self,
        access_key_id: &'a str,
        instance_id: &'a str,
        client_id: Option<&'a str>,
    ) -> Later<'a, Result<Vec<RefusedDevice>, NoAnswer>>;

    /// Returns the nodes of the cluster. `None` if the process is not a node, or the access key owns no instance.
    fn nodes<'a>(&'a self, access_key_id: &'a str) -> Later<'a, Option<NodesStatus>>;

    /// Returns the state of the database.
    fn store<'a>(&'a self, access_key_id: &'a str) -> Later<'a, StoreStatus>;
}

/// A node of the cluster does not answer, so what all nodes know together is unknown.
#[derive(Clone, Debug)]
pub struct NoAnswer {
    /// Its name; empty if that is unknown, too.
    pub node: String,
}

/// Something cannot be read.
#[derive(Clone, Debug)]
pub enum Unread {
    /// The database does not answer.
    Database,
    /// A node does not answer.
    Node(NoAnswer),
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
    /// Addresses for devices, of this process.
    pub listeners: Vec<ListenerStatus>,
    /// Name of this process among the nodes of a cluster; empty if it is alone.
    pub node: String,
    /// Parent topics.
    pub topics: Vec<String>,
    /// Number of groups.
    pub groups: usize,
}

/// Numbers of an instance that change all the time, over all nodes.
#[derive(Clone, Copy, Debug, Default)]
pub struct LiveStatus {
    /// Number of devices online.
    pub online: u64,
    /// Number of refusals since the start.
    pub refused: u64,
    /// Messages received from devices per second lately.
    pub received_per_second: f64,
    /// Messages pushed to devices per second lately.
    pub pushed_per_second: f64,
}

/// An address for devices.
#[derive(Clone, Debug)]
pub struct ListenerStatus {
    /// Protocol, such as `MQTT` or `WebSocket + TLS`.
    pub protocol: &'static str,
    /// The address.
    pub address: SocketAddr,
    /// Number of its open connections.
    pub connections: usize,
}

/// A group.
#[derive(Clone, Debug)]
pub struct GroupStatus {
    /// Its ID.
    pub id: String,
    /// Number of its devices online. `None` if a node does not answer.
    pub online: Option<u64>,
    /// Time of its creation in milliseconds since 1970.
    pub created: i64,
}

/// Clients to be listed.
#[derive(Clone, Debug)]
pub struct ClientQuery {
    /// Group of the clients.
    pub group_id: String,
    /// Text that their IDs contain.
    pub contains: String,
    /// ID that theirs follow; empty for the first clients.
    pub after: String,
    /// `true` leaves out clients that are offline.
    pub only_online: bool,
    /// Largest number of clients.
    pub most: usize,
}

/// A client of a list.
#[derive(Clone, Debug)]
pub struct ClientStatus {
    /// Its ID.
    pub id: String,
    /// `true` while it is connected.
    pub is_online: bool,
    /// Address that it is connected from, or was.
    pub address: String,
    /// Time of its last packet in milliseconds since 1970.
    pub last_seen: i64,
}

/// Parts into which the messages of a trend are split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// All messages are one part.
    None,
    /// One part for each QoS that the API knows, in its order.
    Qos,
    /// One part for each way of delivery that the API knows, in its order.
    Mode,
}

/// Values over a long range of time, of one or more parts, in few points.
#[derive(Clone, Debug, Default)]
pub struct Trend {
    /// Length of time that a point shows, in milliseconds.
    pub step: i64,
    /// Points in order of time. Days (UTC+8) without a value are left out, as by the action.
    pub points: Vec<TrendPoint>,
    /// Sum of the values of all intervals, for each part.
    pub totals: Vec<f64>,
    /// Largest value of an interval, of all parts together.
    pub largest: f64,
}

/// Values of a few intervals.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendPoint {
    /// Begin of the first interval in milliseconds since 1970.
    pub time: i64,
    /// Largest value of an interval, for each part.
    pub values: Vec<f64>,
}

/// Messages on their way to a client.
#[derive(Clone, Copy, Debug)]
pub struct WaitingStatus {
    /// Begin of its last connection in milliseconds since 1970.
    pub connected_since: i64,
    /// Number of messages that wait.
    pub messages: usize,
    /// Their bytes.
    pub bytes: usize,
    /// Number of messages that were sent, and that the client has not acknowledged.
    pub in_flight: usize,
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
    pub reason: Bilingual,
    /// Cause and remedy.
    pub remedy: Bilingual,
}

/// A text in both languages.
#[derive(Clone, Debug)]
pub struct Bilingual {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// Nodes of the cluster.
#[derive(Clone, Debug)]
pub struct NodesStatus {
    /// All nodes by name: those that are alive, and those that are over and not forgotten yet.
    pub nodes: Vec<NodeStatus>,
    /// `false` if a node that is alive did not say how it is.
    pub is_complete: bool,
}

/// A node. Numbers are unknown if it did not say them, or if they concern others, too.
#[derive(Clone, Debug)]
pub struct NodeStatus {
    /// Its name.
    pub name: String,
    /// State of its lease.
    pub state: LeaseState,
    /// Time at which it last renewed its lease, in milliseconds since 1970, by its own clock.
    pub seen: i64,
    /// Number of its devices online.
    pub online: Option<u64>,
    /// Number of chunks of the log that it has not delivered.
    pub lag: Option<u64>,
    /// Number of its sessions that came from other nodes and are still being brought up.
    pub arriving: Option<u64>,
    /// Number of messages of other nodes that it dropped since its start.
    pub dropped: Option<u64>,
    /// End of the last interval whose counts it wrote, in milliseconds since 1970.
    pub written: Option<i64>,
}

/// State of the lease of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaseState {
    /// The node renews it.
    Live,
    /// The node stopped in order.
    Left,
    /// The node did not renew it in time.
    Expired,
}

/// State of the database.
#[derive(Clone, Debug)]
pub struct StoreStatus {
    /// Name of the kind of database.
    pub kind: &'static str,
    /// Reason why it cannot be used, if there is one.
    pub problem: Option<String>,
    /// Its size in bytes. `None` if that is unknown, or concerns others.
    pub size: Option<u64>,
}
