//! The bytes of MQTT 3.1.1 and MQTT 5, as a server reads and writes them.
//!
//! Decoding is strict: a packet that breaks a rule of its own version is an error with the reason that MQTT 5 gives it.
//! Nothing here knows of connections or sessions, so rules that span packets are not checked.

mod connect;
mod decode;
mod encode;
mod filters;
mod header;
mod packet;
mod primitive;
mod properties;
mod reason;
#[cfg(test)]
mod tests;
mod version;

pub(crate) use connect::connect as decode_connect;
pub(crate) use decode::packet as decode_packet;
pub(crate) use encode::{
    Connack, Publication, acknowledge, connack, disconnect, pingresp, publication_length, publish,
    suback, unsuback,
};
pub(crate) use filters::is_valid_filter;
pub(crate) use header::Decoded;
pub(crate) use packet::{
    Acknowledgement, AcknowledgementKind, Connect, Disconnect, Packet, Publish, Subscribe,
    SubscriptionOptions, Unsubscribe,
};
pub(crate) use properties::ForwardedProperties;
pub(crate) use reason::Reason;
pub(crate) use version::Version;
