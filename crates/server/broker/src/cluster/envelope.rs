//! Form of a message between nodes.
//!
//! It has everything that receivers need: topic, QoS, retain flag, forwarded properties and payload, and how long it is still
//! valid, so that clocks of nodes may differ. Integers are big-endian.

use std::sync::Arc;

use super::arrivals::Sender;
use crate::core::{Chosen, Now, Outbound, Parts, Properties};

const VERSION: u8 = 2;
const RETAIN: u8 = 0x04;
const OWN: u8 = 0x08;
const DIRECT: u8 = 0x10;
const WILL: u8 = 0x20;
const SHARED: u8 = 0x40;
const AGAIN: u8 = 0x80;
/// Expiry of a message that has none.
const FOREVER: i64 = i64::MAX;

/// Writes a message, with the sender's number of it.
pub(crate) fn write(message: &Outbound<'_>, sender: &Sender, number: u64, now: Now) -> Vec<u8> {
    let parts = &message.parts;
    let properties = match parts.properties {
        Properties::Sent(sent) => sent.length(),
        Properties::Written(written) => written.len(),
    };
    let length = sender.node.len() + parts.topic.len() + properties + parts.payload.len();
    let mut out = Vec::with_capacity(length + 64);
    let flags = parts.qos
        | if parts.retain { RETAIN } else { 0 }
        | if message.is_own { OWN } else { 0 }
        | if sender.is_direct { DIRECT } else { 0 }
        | if message.will.is_some() { WILL } else { 0 }
        | if message.chosen.0.is_empty() {
            0
        } else {
            SHARED
        }
        | if message.is_again { AGAIN } else { 0 };
    out.extend_from_slice(&[VERSION, flags]);
    put_text(&mut out, &sender.node);
    out.extend_from_slice(&sender.epoch.to_be_bytes());
    out.extend_from_slice(&number.to_be_bytes());
    let remaining = parts.expiry.map_or(FOREVER, |expiry| expiry - now.time);
    out.extend_from_slice(&remaining.to_be_bytes());
    out.extend_from_slice(&parts.publisher.to_be_bytes());
    out.extend_from_slice(&message.id.to_be_bytes());
    if let Some(claim) = message.will {
        out.extend_from_slice(&claim.to_be_bytes());
    }
    if !message.chosen.0.is_empty() {
        put_long(&mut out, message.chosen.0);
    }
    put_text(&mut out, parts.topic);
    let properties = u32::try_from(properties).unwrap_or(u32::MAX);
    out.extend_from_slice(&properties.to_be_bytes());
    match parts.properties {
        Properties::Sent(sent) => sent.write(&mut out),
        Properties::Written(written) => out.extend_from_slice(written),
    }
    out.extend_from_slice(parts.payload);
    out
}

/// Reads who sent a message, and which of theirs it is.
pub(crate) fn read_sender(bytes: &[u8]) -> Option<(Sender, u64)> {
    let mut reader = Reader(bytes);
    let [version, flags] = reader.array()?;
    if version != VERSION {
        return None;
    }
    let sender = Sender {
        node: Arc::from(reader.text()?),
        epoch: reader.u64()?,
        is_direct: flags & DIRECT != 0,
    };
    Some((sender, reader.u64()?))
}

/// Reads a message. For one to a single client, the receiver is not set.
pub(crate) fn read(bytes: &[u8], now: Now) -> Option<Outbound<'_>> {
    let mut reader = Reader(bytes);
    let [version, flags] = reader.array()?;
    if version != VERSION {
        return None;
    }
    reader.text()?;
    reader.u64()?;
    reader.u64()?;
    let remaining = i64::from_be_bytes(reader.array()?);
    let publisher = reader.u64()?;
    let id = u16::from_be_bytes(reader.array()?);
    let will = if flags & WILL == 0 {
        None
    } else {
        Some(reader.u64()?)
    };
    let chosen = if flags & SHARED == 0 {
        &[]
    } else {
        reader.long()?
    };
    let topic = reader.text()?;
    let properties = reader.long()?;
    let expiry = (remaining != FOREVER).then(|| now.time.saturating_add(remaining));
    Some(Outbound {
        parts: Parts {
            topic,
            properties: Properties::Written(properties),
            payload: reader.0,
            qos: flags & 0x03,
            retain: flags & RETAIN != 0,
            expiry,
            received: now.time,
            publisher,
        },
        receiver: None,
        is_own: flags & OWN != 0,
        will,
        id,
        chosen: Chosen(chosen),
        is_again: flags & AGAIN != 0,
    })
}

fn put_long(out: &mut Vec<u8>, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    // Topics have at most 512 bytes, names of nodes 64.
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&text.as_bytes()[..usize::from(length)]);
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    fn long(&mut self) -> Option<&'a [u8]> {
        let length = u32::from_be_bytes(self.array()?);
        self.take(usize::try_from(length).ok()?)
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = u16::from_be_bytes(self.array()?);
        std::str::from_utf8(self.take(usize::from(length))?).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now(time: i64) -> Now {
        Now {
            time,
            unix: 1_700_000_000_000 + time,
        }
    }

    proptest! {
        #[test]
        fn a_message_is_read_as_it_was_written(
            topic in "[a-z灯/ ]{1,20}",
            (properties, payload) in (prop::collection::vec(any::<u8>(), 0..20), prop::collection::vec(any::<u8>(), 0..50)),
            (qos, retain, is_own, is_direct) in (0..3_u8, any::<bool>(), any::<bool>(), any::<bool>()),
            (remaining, is_again) in (prop::option::of(0..1_000_000_i64), any::<bool>()),
            chosen in prop::collection::vec(any::<u8>(), 0..9),
            (epoch, number, will, id) in (any::<u64>(), any::<u64>(), prop::option::of(any::<u64>()), any::<u16>()),
            cut in any::<prop::sample::Index>(),
        ) {
            let parts = Parts {
                topic: &topic,
                properties: Properties::Written(&properties),
                payload: &payload,
                qos,
                retain,
                expiry: remaining.map(|remaining| 500 + remaining),
                received: 500,
                publisher: 7,
            };
            let sender = Sender { node: "node-1".into(), epoch, is_direct };
            let message = Outbound { parts, receiver: None, is_own, will, id, chosen: Chosen(&chosen), is_again };
            let bytes = write(&message, &sender, number, now(500));
            prop_assert_eq!(read_sender(&bytes), Some((sender, number)));
            // The clock of the receiver began at another time.
            let read = read(&bytes, now(90_000)).unwrap();
            prop_assert_eq!((read.parts.topic, read.parts.payload), (&*topic, &*payload));
            prop_assert!(matches!(read.parts.properties, Properties::Written(found) if found == properties));
            prop_assert_eq!((read.parts.qos, read.parts.retain, read.is_own), (qos, retain, is_own));
            prop_assert_eq!((read.will, read.id, read.chosen, read.is_again), (will, id, Chosen(&chosen), is_again));
            prop_assert_eq!(read.parts.expiry, remaining.map(|remaining| 90_000 + remaining));
            prop_assert_eq!((read.parts.publisher, read.parts.received), (7, 90_000));
            // Whatever is cut off, nothing panics.
            let short = &bytes[..cut.index(bytes.len())];
            let _ = (read_sender(short), super::read(short, now(0)));
        }
    }
}
