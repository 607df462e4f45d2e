//! Requests and events of either version of MQTT.

use crate::fleet::Outcome;

/// An event of either version of MQTT.
#[derive(Debug)]
pub(crate) enum Event {
    Connected {
        session_present: bool,
    },
    Subscribed,
    /// A message of QoS 0 was sent, or one of QoS 1 or 2 acknowledged.
    Published,
    Message(Message),
    /// DISCONNECT was sent.
    Left,
    WrongPassword,
    Failed(String),
}

/// A message: topic, QoS, retained or not, payload.
pub(crate) type Message = (String, u8, bool, String);

/// Requests to a client of either version.
pub(crate) trait Client {
    fn subscribe(&self, filter: &str) -> Outcome;
    fn publish(&self, topic: &str, qos: u8, retain: bool, payload: &str) -> Outcome;
    fn disconnect(&self) -> Outcome;
}
