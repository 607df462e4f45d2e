//! Reads and checks the packets that clients send after CONNECT.

use super::filters::{check_filters, check_subscriptions};
use super::header::{
    AUTH, CONNACK, CONNECT, DISCONNECT, Decoded, First, Lengths, PINGREQ, PINGRESP, PUBACK,
    PUBCOMP, PUBLISH, PUBREC, PUBREL, SUBACK, SUBSCRIBE, UNSUBACK, UNSUBSCRIBE,
};
use super::packet::{
    Acknowledgement, AcknowledgementKind, Disconnect, Packet, Publish, Subscribe, Unsubscribe,
};
use super::primitive::Reader;
use super::properties::{ForwardedProperties, Place, Properties};
use super::reason::{DecodeError, Reason};
use super::version::Version;

/// Reads a packet of at most `limit` bytes altogether. A longer one is an error as soon as its length is known.
#[inline]
pub(crate) fn packet(
    version: Version,
    bytes: &[u8],
    limit: usize,
) -> Result<Decoded<Packet<'_>>, DecodeError> {
    let Some(first) = First::of(bytes) else {
        return Ok(Decoded::Incomplete);
    };
    first.check_flags()?;
    check_kind(version, first.kind())?;
    let Some(lengths) = Lengths::of(bytes)? else {
        return Ok(Decoded::Incomplete);
    };
    lengths.check(limit)?;
    check_length(version, first, lengths.remaining)?;
    let Some(body) = lengths.body(bytes) else {
        return Ok(Decoded::Incomplete);
    };
    let packet = read(version, first, Reader::new(body))?;
    Ok(Decoded::Packet(packet, lengths.total))
}

/// Checks that a client of this version may send packets of a type.
#[inline]
fn check_kind(version: Version, kind: u8) -> Result<(), DecodeError> {
    match (kind, version) {
        (0, _) | (AUTH, Version::V311) => Err(DecodeError::malformed("reserved packet type")),
        (CONNACK | SUBACK | UNSUBACK | PINGRESP, _) => {
            Err(DecodeError::protocol("packet that only a server sends"))
        }
        _ => Ok(()),
    }
}

/// Checks the length of what follows the fixed header, before it is there.
#[inline]
fn check_length(version: Version, first: First, length: usize) -> Result<(), DecodeError> {
    let v5 = version == Version::V5;
    let (least, most) = match first.kind() {
        PUBLISH => (2 + 2 * usize::from(first.qos() > 0), usize::MAX),
        PUBACK | PUBREC | PUBREL | PUBCOMP if v5 => (2, usize::MAX),
        PUBACK | PUBREC | PUBREL | PUBCOMP => (2, 2),
        SUBSCRIBE | UNSUBSCRIBE => (2, usize::MAX),
        PINGREQ => (0, 0),
        DISCONNECT if !v5 => (0, 0),
        _ => (0, usize::MAX),
    };
    if length < least {
        Err(DecodeError::malformed("packet shorter than its type needs"))
    } else if length > most {
        Err(DecodeError::malformed("packet longer than its type allows"))
    } else {
        Ok(())
    }
}

#[inline]
fn read(version: Version, first: First, body: Reader<'_>) -> Result<Packet<'_>, DecodeError> {
    match first.kind() {
        PUBLISH => publish(version, first, body).map(Packet::Publish),
        PUBACK => acknowledgement(AcknowledgementKind::Puback, body),
        PUBREC => acknowledgement(AcknowledgementKind::Pubrec, body),
        PUBREL => acknowledgement(AcknowledgementKind::Pubrel, body),
        PUBCOMP => acknowledgement(AcknowledgementKind::Pubcomp, body),
        SUBSCRIBE => subscribe(version, body).map(Packet::Subscribe),
        UNSUBSCRIBE => unsubscribe(version, body).map(Packet::Unsubscribe),
        PINGREQ => Ok(Packet::Pingreq),
        DISCONNECT => disconnect(body).map(Packet::Disconnect),
        CONNECT => Ok(Packet::Connect),
        _ => auth(body).map(|()| Packet::Auth),
    }
}

#[inline]
fn publish<'a>(
    version: Version,
    first: First,
    mut body: Reader<'a>,
) -> Result<Publish<'a>, DecodeError> {
    let topic = body.topic()?;
    let id = if first.qos() > 0 { body.id()? } else { 0 };
    let properties = Properties::read_if_v5(version, &mut body, Place::Publish)?;
    if topic.is_empty() && properties.topic_alias.is_none() {
        return Err(DecodeError::protocol("neither topic nor topic alias"));
    }
    Ok(Publish {
        dup: first.dup(),
        qos: first.qos(),
        retain: first.retain(),
        topic,
        id,
        topic_alias: properties.topic_alias,
        message_expiry: properties.message_expiry,
        properties: ForwardedProperties {
            all: properties.all,
        },
        payload: body.rest(),
    })
}

/// Reads what may be left out at the end of a packet of MQTT 5: a reason, and properties after it.
#[inline]
fn reason_and_properties<'a>(
    mut body: Reader<'a>,
    place: Place,
) -> Result<(Reason, Properties<'a>), DecodeError> {
    if body.is_empty() {
        return Ok((Reason::SUCCESS, Properties::default()));
    }
    let reason = Reason(body.byte()?);
    if body.is_empty() {
        return Ok((reason, Properties::default()));
    }
    let properties = Properties::read(&mut body, place)?;
    body.end()?;
    Ok((reason, properties))
}

/// Reads an acknowledgement. With MQTT 3.1.1 its length was checked, so only the packet identifier is there.
#[inline]
fn acknowledgement(
    kind: AcknowledgementKind,
    mut body: Reader<'_>,
) -> Result<Packet<'_>, DecodeError> {
    let id = body.id()?;
    let (reason, _) = reason_and_properties(body, Place::Acknowledgement)?;
    let allowed = match kind {
        AcknowledgementKind::Puback | AcknowledgementKind::Pubrec => matches!(
            reason.0,
            0x00 | 0x80 | 0x83 | 0x87 | 0x90 | 0x91 | 0x97 | 0x99
        ),
        AcknowledgementKind::Pubrel | AcknowledgementKind::Pubcomp => {
            matches!(reason.0, 0x00 | 0x92)
        }
    };
    check_reason(allowed)?;
    Ok(Packet::Acknowledgement(Acknowledgement {
        kind,
        id,
        reason,
    }))
}

#[inline]
fn check_reason(allowed: bool) -> Result<(), DecodeError> {
    if allowed {
        Ok(())
    } else {
        let rule = "reason code that a client cannot send with this packet";
        Err(DecodeError::protocol(rule))
    }
}

fn subscribe(version: Version, mut body: Reader<'_>) -> Result<Subscribe<'_>, DecodeError> {
    let id = body.id()?;
    let properties = Properties::read_if_v5(version, &mut body, Place::Subscribe)?;
    let entries = body.rest();
    check_subscriptions(version, entries)?;
    Ok(Subscribe {
        id,
        subscription_id: properties.subscription_id,
        entries,
    })
}

fn unsubscribe(version: Version, mut body: Reader<'_>) -> Result<Unsubscribe<'_>, DecodeError> {
    let id = body.id()?;
    Properties::read_if_v5(version, &mut body, Place::Unsubscribe)?;
    let entries = body.rest();
    check_filters(entries)?;
    Ok(Unsubscribe { id, entries })
}

/// Reads a DISCONNECT. With MQTT 3.1.1 its length was checked, so nothing is there.
fn disconnect(body: Reader<'_>) -> Result<Disconnect, DecodeError> {
    let (reason, properties) = reason_and_properties(body, Place::Disconnect)?;
    let allowed = matches!(
        reason.0,
        0x00 | 0x04 | 0x80..=0x83 | 0x90 | 0x93..=0x99
    );
    check_reason(allowed)?;
    Ok(Disconnect {
        reason,
        session_expiry: properties.session_expiry,
    })
}

fn auth(body: Reader<'_>) -> Result<(), DecodeError> {
    let (reason, properties) = reason_and_properties(body, Place::Auth)?;
    check_reason(matches!(reason.0, 0x18 | 0x19))?;
    if properties.authentication_method.is_none() {
        return Err(DecodeError::protocol("AUTH without authentication method"));
    }
    Ok(())
}
