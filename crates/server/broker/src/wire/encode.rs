//! Packets that the server sends. Each function appends one packet.

use super::header::{
    CONNACK, DISCONNECT, PINGRESP, PUBACK, PUBCOMP, PUBLISH, PUBREC, PUBREL, SUBACK, UNSUBACK,
};
use super::packet::{Acknowledgement, AcknowledgementKind};
use super::primitive::{VARIABLE_MAXIMUM, put_string, put_variable, variable_length};
use super::properties::{
    MAXIMUM_PACKET_SIZE, MESSAGE_EXPIRY, REASON_STRING, SESSION_EXPIRY, SUBSCRIPTION_ID,
    TOPIC_ALIAS_MAXIMUM,
};
use super::reason::Reason;
use super::version::Version;

/// Largest number of bytes of a reason string; what is longer is cut.
const REASON_STRING_LIMIT: usize = 256;

/// CONNACK.
pub(crate) struct Connack<'a> {
    pub(crate) version: Version,
    /// Left out if the reason is an error.
    pub(crate) session_present: bool,
    pub(crate) reason: Reason,
    /// The remaining fields are for MQTT 5 only. Seconds, if it differs from what the client asked for.
    pub(crate) session_expiry: Option<u32>,
    /// In bytes.
    pub(crate) maximum_packet_size: Option<u32>,
    pub(crate) topic_alias_maximum: u16,
    pub(crate) reason_string: Option<&'a str>,
}

/// A PUBLISH to a client. What is for MQTT 5 is left out with MQTT 3.1.1.
pub(crate) struct Publication<'a> {
    pub(crate) version: Version,
    pub(crate) dup: bool,
    pub(crate) qos: u8,
    pub(crate) retain: bool,
    pub(crate) topic: &'a str,
    /// 0 with QoS 0.
    pub(crate) id: u16,
    /// Seconds that remain.
    pub(crate) message_expiry: Option<u32>,
    pub(crate) subscription_ids: &'a [u32],
    /// As [`ForwardedProperties::write`](super::properties::ForwardedProperties::write) made them.
    pub(crate) properties: &'a [u8],
    pub(crate) payload: &'a [u8],
}

pub(crate) fn connack(out: &mut Vec<u8>, connack: &Connack<'_>) {
    let session_present = u8::from(connack.session_present && !connack.reason.is_error());
    match connack.version {
        Version::V311 => {
            let code = connack.reason.return_code();
            out.extend_from_slice(&[CONNACK << 4, 2, session_present, code]);
        }
        Version::V5 => {
            let properties = connack_properties(connack);
            start(out, CONNACK << 4, 2 + with_length(properties));
            out.extend_from_slice(&[session_present, connack.reason.0]);
            put_length(out, properties);
            put_connack_properties(out, connack);
        }
    }
}

fn connack_properties(connack: &Connack<'_>) -> usize {
    5 * usize::from(connack.session_expiry.is_some())
        + 5 * usize::from(connack.maximum_packet_size.is_some())
        + 3 * usize::from(connack.topic_alias_maximum > 0)
        + reason_string_length(connack.reason_string)
}

fn put_connack_properties(out: &mut Vec<u8>, connack: &Connack<'_>) {
    put_four_bytes(out, SESSION_EXPIRY, connack.session_expiry);
    put_four_bytes(out, MAXIMUM_PACKET_SIZE, connack.maximum_packet_size);
    if connack.topic_alias_maximum > 0 {
        out.push(TOPIC_ALIAS_MAXIMUM);
        out.extend_from_slice(&connack.topic_alias_maximum.to_be_bytes());
    }
    put_reason_string(out, connack.reason_string);
}

/// Appends a PUBLISH. Its topic has at most 65 535 bytes, as every decoded one has.
#[inline]
pub(crate) fn publish(out: &mut Vec<u8>, publication: &Publication<'_>) {
    let properties = publication_properties(publication);
    let above_0 = publication.qos > 0;
    let flags = u8::from(publication.dup && above_0) << 3
        | (publication.qos & 0b11) << 1
        | u8::from(publication.retain);
    start(
        out,
        PUBLISH << 4 | flags,
        after_header(publication, properties),
    );
    put_string(out, publication.topic);
    if above_0 {
        out.extend_from_slice(&publication.id.to_be_bytes());
    }
    if publication.version == Version::V5 {
        put_length(out, properties);
        put_four_bytes(out, MESSAGE_EXPIRY, publication.message_expiry);
        for &id in publication.subscription_ids {
            out.push(SUBSCRIPTION_ID);
            put_variable(out, id);
        }
        out.extend_from_slice(publication.properties);
    }
    out.extend_from_slice(publication.payload);
}

/// Returns the number of bytes of the whole packet that [`publish`] appends.
///
/// A packet of more than 268 435 460 bytes cannot be sent. The caller, who knows what the client takes, checks that.
#[inline]
pub(crate) fn publication_length(publication: &Publication<'_>) -> usize {
    1 + with_length(after_header(
        publication,
        publication_properties(publication),
    ))
}

/// Returns the number of bytes of the properties of a PUBLISH, without their length in front.
#[inline]
fn publication_properties(publication: &Publication<'_>) -> usize {
    let ids = publication.subscription_ids.iter();
    5 * usize::from(publication.message_expiry.is_some())
        + ids.map(|&id| 1 + variable_length(id)).sum::<usize>()
        + publication.properties.len()
}

/// Returns the number of bytes of a PUBLISH after the fixed header.
#[inline]
fn after_header(publication: &Publication<'_>, properties: usize) -> usize {
    let properties = match publication.version {
        Version::V311 => 0,
        Version::V5 => with_length(properties),
    };
    2 + publication.topic.len()
        + 2 * usize::from(publication.qos > 0)
        + properties
        + publication.payload.len()
}

/// Appends PUBACK, PUBREC, PUBREL or PUBCOMP. A success is left out, and MQTT 3.1.1 has no reasons.
#[inline]
pub(crate) fn acknowledge(out: &mut Vec<u8>, version: Version, acknowledgement: Acknowledgement) {
    let first = match acknowledgement.kind {
        AcknowledgementKind::Puback => PUBACK << 4,
        AcknowledgementKind::Pubrec => PUBREC << 4,
        AcknowledgementKind::Pubrel => PUBREL << 4 | 0b0010,
        AcknowledgementKind::Pubcomp => PUBCOMP << 4,
    };
    let [high, low] = acknowledgement.id.to_be_bytes();
    let reason = acknowledgement.reason;
    if version == Version::V311 || reason == Reason::SUCCESS {
        out.extend_from_slice(&[first, 2, high, low]);
    } else {
        out.extend_from_slice(&[first, 3, high, low, reason.0]);
    }
}

/// Appends a SUBACK with one reason for each filter: the granted QoS or an error, which is 0x80 with MQTT 3.1.1.
pub(crate) fn suback(out: &mut Vec<u8>, version: Version, id: u16, reasons: &[Reason]) {
    let v5 = version == Version::V5;
    start(out, SUBACK << 4, 2 + usize::from(v5) + reasons.len());
    out.extend_from_slice(&id.to_be_bytes());
    if v5 {
        put_length(out, 0);
    }
    out.extend(reasons.iter().map(|reason| match version {
        Version::V311 if reason.is_error() => Reason::UNSPECIFIED_ERROR.0,
        _ => reason.0,
    }));
}

/// Appends an UNSUBACK with one reason for each filter, which MQTT 3.1.1 does not have.
pub(crate) fn unsuback(out: &mut Vec<u8>, version: Version, id: u16, reasons: &[Reason]) {
    let [high, low] = id.to_be_bytes();
    match version {
        Version::V311 => out.extend_from_slice(&[UNSUBACK << 4, 2, high, low]),
        Version::V5 => {
            start(out, UNSUBACK << 4, 3 + reasons.len());
            out.extend_from_slice(&[high, low, 0]);
            out.extend(reasons.iter().map(|reason| reason.0));
        }
    }
}

pub(crate) fn pingresp(out: &mut Vec<u8>) {
    out.extend_from_slice(&[PINGRESP << 4, 0]);
}

/// Appends a DISCONNECT. Only MQTT 5 lets a server send one: the caller closes a connection of MQTT 3.1.1 without it.
pub(crate) fn disconnect(out: &mut Vec<u8>, reason: Reason, reason_string: Option<&str>) {
    let first = DISCONNECT << 4;
    let properties = reason_string_length(reason_string);
    if properties > 0 {
        start(out, first, 1 + with_length(properties));
        out.push(reason.0);
        put_length(out, properties);
        put_reason_string(out, reason_string);
    } else if reason == Reason::SUCCESS {
        out.extend_from_slice(&[first, 0]);
    } else {
        out.extend_from_slice(&[first, 1, reason.0]);
    }
}

/// Appends a fixed header, and makes room for what follows it.
#[inline]
fn start(out: &mut Vec<u8>, first: u8, remaining: usize) {
    out.reserve(1 + with_length(remaining));
    out.push(first);
    put_length(out, remaining);
}

/// Returns the number of bytes of something together with its length in front.
#[inline]
fn with_length(length: usize) -> usize {
    variable_length(clamp(length)) + length
}

#[inline]
fn put_length(out: &mut Vec<u8>, length: usize) {
    put_variable(out, clamp(length));
}

#[inline]
fn clamp(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(VARIABLE_MAXIMUM)
}

#[inline]
fn put_four_bytes(out: &mut Vec<u8>, id: u8, value: Option<u32>) {
    if let Some(value) = value {
        out.push(id);
        out.extend_from_slice(&value.to_be_bytes());
    }
}

fn cut(reason_string: &str) -> &str {
    let (start, _) = reason_string.split_at(reason_string.floor_char_boundary(REASON_STRING_LIMIT));
    start
}

/// Returns the number of bytes of the property; 0 without one.
fn reason_string_length(reason_string: Option<&str>) -> usize {
    reason_string.map_or(0, |string| 3 + cut(string).len())
}

fn put_reason_string(out: &mut Vec<u8>, reason_string: Option<&str>) {
    if let Some(string) = reason_string {
        out.push(REASON_STRING);
        put_string(out, cut(string));
    }
}
