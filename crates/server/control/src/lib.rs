//! The service that answers the control API of Message Queue for MQTT.
//!
//! | question | where |
//! |---|---|
//! | How does the whole start, run and stop? | [`Server`] |
//! | What can be configured, and how are mistakes reported? | [`config`] |
//! | How does a request become an answer? | [`gateway`] |
//!
//! The gateway stands in front of any [`Service`](ons_mqtt_service::Service). Behind it, `service` answers the actions:
//! from the brokers, which know who is online; from the store, which `stats` writes what they counted to; and from
//! `directory`, which knows instances, topics and groups.

mod brokers;
mod charts;
pub mod config;
mod directory;
mod metrics;
mod period;
mod server;
mod service;
mod stats;
mod topic;

pub use pop_gateway::{self as gateway, ExposeSecret, SecretString};
pub use server::{Server, StartError, StopError};
