//! The MQTT broker of one instance.
//!
//! | what | where |
//! |---|---|
//! | start, stop and questions | [`Broker`], [`Remainder`] |
//! | keys, groups and topics, which the broker asks for | [`Directory`] |
//! | addresses, and reasons why starting failed | [`Config`], [`Endpoints`], [`Tls`], [`Listeners`], [`Error`] |
//! | how much is held at most | [`Limits`] |
//! | where sessions and messages are kept | [`Disk`], [`MemoryDisk`] |
//! | who is connected, and who is not any more | [`Client`], [`Subscription`], [`WaitingMessages`], [`Departed`], [`ClientQuery`], [`ListedClient`] |
//! | connections that began and ended | [`PresenceEvent`], [`PresenceKind`] |
//! | number of messages | [`MessageCount`], [`MessageKind`], [`Direction`], [`Traffic`] |
//! | who was refused, and which messages were not delivered | [`Refusal`], [`RefusedDevice`], [`Rejection`], [`Loss`] |
//! | what devices have to send | [`check_client_id`], [`UserName`], [`device_password`] |
//!
//! Devices speak MQTT 3.1.1 or 5. A client ID is `GID@@@DeviceId`; the user name is `Signature|AccessKeyId|InstanceId`; the
//! password is base64 of HMAC-SHA1, with the secret as key, over the client ID. Topics begin with a topic of the instance.
//! A message to `topic/p2p/<client ID>` goes to that client, whether it subscribed or not, and to nobody else.
//!
//! `wire` reads and writes packets, `core` decides what they mean and does no I/O, `keep` brings to disk what outlives a
//! connection, and `listener` moves bytes between sockets and the core. Imports point that way round: `listener` → `core` →
//! `keep`, `wire`.

mod authentication;
mod broker;
mod client_id;
#[cfg(any(feature = "cluster", test))]
#[cfg_attr(
    not(feature = "cluster"),
    allow(dead_code, reason = "only tests use it")
)]
mod cluster;
mod core;
mod directory;
mod excerpt;
#[cfg(test)]
mod fuzz;
mod keep;
#[cfg(test)]
mod laws;
mod limits;
mod listener;
mod metering;
mod refusal;
mod topic;
mod traffic;
mod user_name;
mod wire;

pub use authentication::device_password;
pub use broker::{Broker, Client, Remainder, Subscription};
pub use client_id::{ClientIdError, check_client_id, check_group};
#[cfg(feature = "cluster")]
pub use cluster::{
    Answering, Cluster, ClusterConfig, ClusterError, KnownNode, Lag, SharedTable, SharedValue,
    Unanswered, Unavailable,
};
pub use core::{
    ClientQuery, Departed, ListedClient, Loss, PresenceEvent, PresenceKind, WaitingMessages,
};
pub use directory::Directory;
pub use keep::{Change, Disk, DiskError, Entry, MemoryDisk, Table};
pub use limits::Limits;
pub use listener::{Config, Endpoints, Error, Listeners, Rejection, Tls, reserved_descriptors};
pub use metering::{Direction, MessageCount, MessageKind};
pub use refusal::{Refusal, RefusedDevice};
pub use secrecy::SecretString;
pub use traffic::Traffic;
pub use user_name::{UserName, UserNameError};
