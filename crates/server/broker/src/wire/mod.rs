//! The bytes of MQTT 3.1.1 and MQTT 5, as a server reads and writes them.
//!
//! Decoding is strict: a packet that breaks a rule of its own version is an error with the reason that MQTT 5 gives it.
//! Nothing here knows of connections or sessions, so rules that span packets are not checked.

mod decode;
mod encode;
mod packet;
mod primitive;
mod properties;
mod reason;

pub(crate) use decode::{Decoded, connect as decode_connect, packet as decode_packet};
pub(crate) use encode::{
    Connack, Publication, acknowledge, connack, disconnect, pingresp, publication_length, publish,
    suback, unsuback,
};
pub(crate) use packet::{
    Acknowledgement, AcknowledgementKind, Connect, Disconnect, Packet, Publish, Subscribe,
    SubscriptionOptions, Unsubscribe, Version, Will,
};
pub(crate) use properties::ForwardedProperties;
pub(crate) use reason::{DecodeError, Reason};
