//! The service that answers the control API of Message Queue for MQTT.
//!
//! | question | where |
//! |---|---|
//! | What can be configured, and how are mistakes reported? | [`config`] |
//! | How does a request become an answer? | [`gateway`] |
//!
//! The gateway stands in front of any [`Service`](ons_mqtt_service::Service).

pub mod config;
pub mod gateway;
mod secret;

pub use secret::Secret;
