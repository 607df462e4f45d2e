//! Questions that nodes ask each other, so that each of them answers for all.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// A question of one node to the others. Answers are in JSON, too.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) enum Question {
    /// Number of clients of a group that are online: `u64`.
    OnlineInGroup {
        instance_id: String,
        group_id: String,
    },
    /// Number of clients that are online with a subscription: `u64`.
    OnlineOnTopic { instance_id: String, filter: String },
    /// A client: `Option<KnownClient>`.
    Client {
        instance_id: String,
        client_id: String,
    },
    /// Clients of a group: `Vec<KnownClient>`.
    Clients(ClientsQuestion),
    /// Messages that wait for a client: `Option<KnownWaiting>`.
    Waiting {
        instance_id: String,
        client_id: String,
    },
    /// Devices that were refused lately, all or of one client ID: `Vec<KnownRefusal>`.
    Refusals {
        instance_id: String,
        client_id: Option<String>,
    },
    /// A group was created or deleted, which the database says: `()`, once the devices of a deleted one are disconnected.
    GroupChanged {
        instance_id: String,
        namespace: String,
        group_id: String,
    },
    /// State of the node: `Load`.
    Load,
}

/// Clients to be listed, as of [`ons_mqtt_broker::ClientQuery`].
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct ClientsQuestion {
    pub(crate) instance_id: String,
    pub(crate) group_id: String,
    pub(crate) contains: String,
    pub(crate) after: String,
    pub(crate) only_online: bool,
    pub(crate) most: usize,
}

/// A client that a node serves, or that left it lately.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct KnownClient {
    pub(crate) client_id: String,
    pub(crate) is_online: bool,
    /// `true` if it has a session, online or not.
    pub(crate) has_session: bool,
    /// `None` if it has not been connected since the node started.
    pub(crate) address: Option<String>,
    pub(crate) last_seen: i64,
    /// Filters and their QoS, sorted; none in lists.
    pub(crate) subscriptions: Vec<(String, u8)>,
}

impl KnownClient {
    /// Returns the order in which what two nodes know of a client counts: the last one counts most.
    pub(crate) fn rank(&self) -> (bool, bool, i64) {
        (self.is_online, self.has_session, self.last_seen)
    }
}

/// Messages that wait for a client.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(crate) struct KnownWaiting {
    pub(crate) is_online: bool,
    pub(crate) connected_since: i64,
    pub(crate) messages: usize,
    pub(crate) bytes: usize,
    pub(crate) in_flight: usize,
}

/// A device that was refused.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct KnownRefusal {
    pub(crate) time: i64,
    pub(crate) client_id: String,
    pub(crate) address: SocketAddr,
    /// In Chinese and English.
    pub(crate) reason: [String; 2],
    /// In Chinese and English.
    pub(crate) remedy: [String; 2],
}

/// State of a node.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Load {
    pub(crate) node: String,
    /// Number of devices online.
    pub(crate) online: u64,
    /// Number of messages of other nodes that it dropped since its start.
    pub(crate) dropped: u64,
    /// End of the last interval that it wrote, in milliseconds since 1970.
    pub(crate) written: i64,
}
