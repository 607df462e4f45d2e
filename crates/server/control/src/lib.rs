//! Service that answers the control API of Message Queue for MQTT.
//!
//! | topic | item |
//! |---|---|
//! | starting, running and stopping the service | [`Server`] |
//! | changing the configuration of a running service | [`Reloader`] |
//! | reading the configuration, and reporting its mistakes | [`config`] |
//! | time, which tests move | [`gateway::Clock`] |
//! | copying all data | [`back_up`] |
//! | nodes of a cluster, and sending devices away | [`cluster_status`], [`drain`] |
//! | turning a request into an answer | [`gateway`] |
//!
//! The gateway works with any [`Service`](ons_mqtt_service::Service). Behind it, `service` answers
//! the actions from three sources: the brokers know who is online, the store holds the counts that
//! `stats` writes, and `directory` knows instances, topics and groups. `notify` tells receivers which
//! devices come and go.

mod backup;
mod brokers;
mod charts;
mod clock;
mod cluster_metrics;
mod cluster_status;
pub mod config;
mod database;
mod directory;
mod expiry;
mod health;
mod history;
mod kept;
mod listeners;
mod membership;
mod metrics;
mod nodes;
mod notify;
mod numbers;
mod period;
mod question;
mod reload;
mod retention;
mod server;
mod service;
mod shared;
mod socket;
mod start_error;
mod stats;
mod status;
mod suggest;
#[cfg(feature = "cluster")]
mod table;
mod topic;
mod trend;
mod watch;

pub use backup::{BackupError, BackupReport};
pub use cluster_status::{ClusterStatus, NodeStatus};
pub use pop_explorer::{HOME as CONSOLE, path_of_page};
pub use pop_gateway::{self as gateway, ExposeSecret, SecretString};
pub use reload::{ReloadError, Reloader};
pub use server::{Server, StopError};
pub use socket::{AskError, back_up, cluster_status, drain};
pub use start_error::StartError;
