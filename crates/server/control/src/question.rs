//! Questions that nodes ask each other, so that each of them answers for all.

use std::cmp::Reverse;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// Groups that a node tells of in its numbers: at most 620 KiB.
const GROUPS: usize = 8192;

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
    /// Number of messages that wait for the slowest reader of a topic of the service: `usize`.
    Backlog { instance_id: String, topic: String },
    /// State of the node: `Load`.
    Load,
    /// Numbers that change all the time, of all instances: `KnownNumbers`.
    Numbers,
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
    /// Number of its sessions that came from other nodes and are still being brought up.
    #[serde(default)]
    pub(crate) arriving: u64,
    /// Number of messages of other nodes that it dropped since its start.
    pub(crate) dropped: u64,
    /// End of the last interval that it wrote, in milliseconds since 1970.
    pub(crate) written: i64,
}

/// Numbers of a node that change all the time.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct KnownNumbers {
    pub(crate) node: String,
    pub(crate) instances: Vec<InstanceNumbers>,
    /// `true` if groups with few clients online were left out.
    pub(crate) has_more_groups: bool,
}

impl KnownNumbers {
    /// Leaves out groups with few clients online, so that the answer fits into a message of NATS.
    pub(crate) fn bounded(mut self) -> Self {
        let groups = self.instances.iter().flat_map(|one| &one.groups);
        let mut counts: Vec<u64> = groups.map(|(_, online)| *online).collect();
        counts.sort_unstable_by_key(|online| Reverse(*online));
        let Some(&too_few) = counts.get(GROUPS) else {
            return self;
        };
        for one in &mut self.instances {
            one.groups.retain(|(_, online)| *online > too_few);
        }
        self.has_more_groups = true;
        self
    }
}

/// Numbers of an instance on a node.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct InstanceNumbers {
    pub(crate) instance_id: String,
    pub(crate) online: u64,
    /// Number of refusals since the node started.
    pub(crate) refused: u64,
    /// Numbers of messages received from and pushed to devices since the node started.
    pub(crate) messages: [u64; 2],
    /// Messages per second lately, received and pushed.
    pub(crate) per_second: [f64; 2],
    /// Groups with clients online, each with the number of these clients.
    pub(crate) groups: Vec<(String, u64)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(groups: usize, with_two: usize) -> KnownNumbers {
        let group = |at| (format!("GID_{at}"), if at < with_two { 2 } else { 1 });
        KnownNumbers {
            node: "a".to_owned(),
            instances: vec![InstanceNumbers {
                instance_id: "post-cn-test".to_owned(),
                online: 0,
                refused: 0,
                messages: [0; 2],
                per_second: [0.0; 2],
                groups: (0..groups).map(group).collect(),
            }],
            has_more_groups: false,
        }
    }

    #[test]
    fn a_node_tells_of_the_groups_with_most_clients() {
        for (groups, with_two, told) in [
            (GROUPS, 3, GROUPS),
            (GROUPS + 1, 3, 3),
            (GROUPS + 1, GROUPS, GROUPS),
            (GROUPS + 1, GROUPS + 1, 0),
        ] {
            let bounded = numbers(groups, with_two).bounded();
            assert_eq!(bounded.instances[0].groups.len(), told);
            assert_eq!(bounded.has_more_groups, told < groups);
        }
    }
}
