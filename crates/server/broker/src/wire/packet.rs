//! Packets of clients, borrowed from the bytes that they sent.

use super::properties::ForwardedProperties;
use super::reason::Reason;
use super::version::Version;

/// A packet after CONNECT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packet<'a> {
    Publish(Publish<'a>),
    Acknowledgement(Acknowledgement),
    Subscribe(Subscribe<'a>),
    Unsubscribe(Unsubscribe<'a>),
    Pingreq,
    Disconnect(Disconnect),
    /// Of MQTT 5. Its content is checked and left out: this server offers no authentication method.
    Auth,
    /// A second CONNECT, which is a protocol error. Its content is not read.
    Connect,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Connect<'a> {
    pub(crate) version: Version,
    pub(crate) client_id: &'a str,
    /// Clean Start of MQTT 5, Clean Session of MQTT 3.1.1.
    pub(crate) clean_start: bool,
    /// Seconds; 0 is none.
    pub(crate) keep_alive: u16,
    pub(crate) user_name: Option<&'a str>,
    pub(crate) password: Option<&'a [u8]>,
    pub(crate) will: Option<Will<'a>>,
    /// Seconds. MQTT 3.1.1: 0 with Clean Session, otherwise `u32::MAX`.
    pub(crate) session_expiry: u32,
    /// Largest number of messages above QoS 0 in flight to the client; never 0.
    pub(crate) receive_maximum: u16,
    /// Largest packet that the client takes, in bytes; never 0. `u32::MAX` if it does not say.
    pub(crate) maximum_packet_size: u32,
    /// False if reason strings may be sent only with CONNACK, PUBLISH and DISCONNECT.
    pub(crate) request_problem_information: bool,
    pub(crate) authentication_method: Option<&'a str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Will<'a> {
    pub(crate) topic: &'a str,
    pub(crate) payload: &'a [u8],
    pub(crate) qos: u8,
    pub(crate) retain: bool,
    /// Seconds.
    pub(crate) delay: u32,
    /// Seconds.
    pub(crate) message_expiry: Option<u32>,
    pub(crate) properties: ForwardedProperties<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Publish<'a> {
    pub(crate) dup: bool,
    pub(crate) qos: u8,
    pub(crate) retain: bool,
    /// Empty only if there is a topic alias.
    pub(crate) topic: &'a str,
    /// 0 with QoS 0, otherwise never 0.
    pub(crate) id: u16,
    /// Never 0.
    pub(crate) topic_alias: Option<u16>,
    /// Seconds.
    pub(crate) message_expiry: Option<u32>,
    pub(crate) properties: ForwardedProperties<'a>,
    pub(crate) payload: &'a [u8],
}

/// PUBACK, PUBREC, PUBREL or PUBCOMP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Acknowledgement {
    pub(crate) kind: AcknowledgementKind,
    /// Never 0.
    pub(crate) id: u16,
    /// [`Reason::SUCCESS`] with MQTT 3.1.1.
    pub(crate) reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AcknowledgementKind {
    Puback,
    Pubrec,
    Pubrel,
    Pubcomp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Subscribe<'a> {
    /// Never 0.
    pub(crate) id: u16,
    /// Never 0.
    pub(crate) subscription_id: Option<u32>,
    /// Filters with their options, checked; [`Self::filters`] reads them.
    pub(super) entries: &'a [u8],
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SubscriptionOptions {
    pub(crate) qos: u8,
    pub(crate) no_local: bool,
    pub(crate) retain_as_published: bool,
    /// 0: retained messages are sent; 1: only if the subscription is new; 2: they are not sent.
    pub(crate) retain_handling: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unsubscribe<'a> {
    /// Never 0.
    pub(crate) id: u16,
    /// Filters, checked; [`Self::filters`] reads them.
    pub(super) entries: &'a [u8],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Disconnect {
    /// [`Reason::SUCCESS`] with MQTT 3.1.1.
    pub(crate) reason: Reason,
    /// Seconds, if the client changes the expiry of its session.
    pub(crate) session_expiry: Option<u32>,
}
