//! Form of sessions and messages on disk.
//!
//! Integers are big-endian, so that keys are in the order of their numbers. Keys of the table of sessions are the number of
//! the session, followed by a packet identifier where a QoS 2 message of that identifier was received and not yet released.

use std::sync::Arc;

use super::clock::Now;
use super::message::{Budget, Message, Parts, Properties};
use super::will::Will;
use crate::keep::{Change, Table};
use crate::wire::{SubscriptionOptions, Version};

/// A session as it is on disk.
#[derive(Debug)]
pub(crate) struct SessionRecord {
    pub(crate) client_id: Box<str>,
    pub(crate) version: Version,
    /// Seconds.
    pub(crate) expiry: u32,
    /// Unix time in ms at which the client went offline; 0 if it was online.
    pub(crate) offline_since: i64,
    /// Next sequence number of a message for the session.
    pub(crate) next_sequence: u64,
    /// Messages below this sequence number were sent once already.
    pub(crate) sent_below: u64,
    pub(crate) subscriptions: Vec<SubscriptionRecord>,
    pub(crate) will: Option<Will>,
}

/// A subscription of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SubscriptionRecord {
    /// As subscribed, a shared one with its `$share/name/`.
    pub(crate) filter: Box<str>,
    pub(crate) options: SubscriptionOptions,
    /// Subscription identifier, 0 if there is none.
    pub(crate) id: u32,
}

/// A message that waits for a session, as it is on disk.
#[derive(Debug)]
pub(crate) struct QueuedRecord {
    pub(crate) qos: u8,
    pub(crate) retain: bool,
    pub(crate) ids: Box<[u32]>,
    /// Number of its entry in the log of all nodes, or 0.
    pub(crate) entry: u64,
    pub(crate) body: Body,
}

/// Place of the message itself.
#[derive(Debug)]
pub(crate) enum Body {
    Inline(Message),
    /// In the table of messages.
    Stored {
        key: u64,
        /// Memory that the message takes.
        size: u32,
    },
    /// The client has received it; only its release is due.
    Released,
}

const RETAIN: u8 = 0x04;
const STORED: u8 = 0x08;
const RELEASED: u8 = 0x10;
const LOGGED: u8 = 0x20;

pub(crate) fn session_key(session: u64) -> [u8; 8] {
    session.to_be_bytes()
}

pub(crate) fn queue_key(session: u64, sequence: u64) -> [u8; 16] {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&session.to_be_bytes());
    key[8..].copy_from_slice(&sequence.to_be_bytes());
    key
}

/// Reads a key that [`queue_key`] wrote: session and sequence number.
pub(crate) fn read_queue_key(key: &[u8]) -> Option<(u64, u64)> {
    let mut reader = Reader(key);
    let parts = (reader.u64()?, reader.u64()?);
    reader.0.is_empty().then_some(parts)
}

pub(crate) fn received_key(session: u64, id: u16) -> [u8; 10] {
    let mut key = [0; 10];
    key[..8].copy_from_slice(&session.to_be_bytes());
    key[8..].copy_from_slice(&id.to_be_bytes());
    key
}

/// Returns the change that writes a session.
pub(crate) fn put_session(session: u64, record: &SessionRecord, now: Now) -> Change {
    let mut value = Vec::with_capacity(128);
    put_text(&mut value, &record.client_id);
    value.push(match record.version {
        Version::V311 => 4,
        Version::V5 => 5,
    });
    value.extend_from_slice(&record.expiry.to_be_bytes());
    value.extend_from_slice(&record.offline_since.to_be_bytes());
    value.extend_from_slice(&record.next_sequence.to_be_bytes());
    value.extend_from_slice(&record.sent_below.to_be_bytes());
    value.push(u8::try_from(record.subscriptions.len()).unwrap_or(u8::MAX));
    for subscription in &record.subscriptions {
        put_text(&mut value, &subscription.filter);
        value.push(options_byte(subscription.options));
        value.extend_from_slice(&subscription.id.to_be_bytes());
    }
    if let Some(will) = &record.will {
        value.extend_from_slice(&will.delay.to_be_bytes());
        put_message(&mut value, &will.message, now);
    }
    put(Table::Sessions, session_key(session), value)
}

/// Reads the value that [`put_session`] wrote.
pub(crate) fn read_session(value: &[u8], now: Now, memory: &Arc<Budget>) -> Option<SessionRecord> {
    let mut reader = Reader(value);
    let mut record = SessionRecord {
        client_id: reader.text()?.into(),
        version: match reader.u8()? {
            4 => Version::V311,
            5 => Version::V5,
            _ => return None,
        },
        expiry: reader.u32()?,
        offline_since: reader.i64()?,
        next_sequence: reader.u64()?,
        sent_below: reader.u64()?,
        subscriptions: Vec::new(),
        will: None,
    };
    for _ in 0..reader.u8()? {
        record.subscriptions.push(SubscriptionRecord {
            filter: reader.text()?.into(),
            options: read_options(reader.u8()?),
            id: reader.u32()?,
        });
    }
    if !reader.0.is_empty() {
        let delay = reader.u32()?;
        let message = reader.message(now, 0, Some(memory))?;
        record.will = Some(Will {
            delay,
            message: Arc::new(message),
        });
    }
    Some(record)
}

/// Returns the change that writes a message that waits for a session.
pub(crate) fn put_queued(
    session: u64,
    sequence: u64,
    (qos, retain, ids): (u8, bool, &[u32]),
    message: &Message,
    now: Now,
) -> Change {
    let mut value = Vec::with_capacity(message.payload().len() + 64);
    let stored = if message.stored == 0 { 0 } else { STORED };
    let logged = if message.entry == 0 { 0 } else { LOGGED };
    value.push(qos | if retain { RETAIN } else { 0 } | stored | logged);
    value.push(u8::try_from(ids.len()).unwrap_or(u8::MAX));
    for id in ids.iter().take(usize::from(u8::MAX)) {
        value.extend_from_slice(&id.to_be_bytes());
    }
    if message.entry != 0 {
        value.extend_from_slice(&message.entry.to_be_bytes());
    }
    if message.stored == 0 {
        put_message(&mut value, message, now);
    } else {
        value.extend_from_slice(&message.stored.to_be_bytes());
        let size = u32::try_from(message.size()).unwrap_or(u32::MAX);
        value.extend_from_slice(&size.to_be_bytes());
    }
    put(Table::Queues, queue_key(session, sequence), value)
}

/// Returns the change that notes that a client has received a message of QoS 2.
pub(crate) fn put_released(session: u64, sequence: u64) -> Change {
    put(
        Table::Queues,
        queue_key(session, sequence),
        vec![RELEASED, 0],
    )
}

/// Reads the value that [`put_queued`] or [`put_released`] wrote.
pub(crate) fn read_queued(
    value: &[u8],
    now: Now,
    budget: Option<&Arc<Budget>>,
) -> Option<QueuedRecord> {
    let mut reader = Reader(value);
    let flags = reader.u8()?;
    let ids = (0..reader.u8()?)
        .map(|_| reader.u32())
        .collect::<Option<Box<[u32]>>>()?;
    let entry = if flags & LOGGED == 0 {
        0
    } else {
        reader.u64()?
    };
    let body = if flags & RELEASED != 0 {
        Body::Released
    } else if flags & STORED != 0 {
        Body::Stored {
            key: reader.u64()?,
            size: reader.u32()?,
        }
    } else {
        Body::Inline(reader.message(now, 0, budget)?)
    };
    Some(QueuedRecord {
        qos: flags & 0x03,
        retain: flags & RETAIN != 0,
        ids,
        entry,
        body,
    })
}

/// Returns the change that writes a message that several sessions wait for.
pub(crate) fn put_stored(message: &Message, now: Now) -> Change {
    let value = write_message(message, now);
    put(Table::Messages, message.stored.to_be_bytes(), value)
}

pub(crate) fn write_message(message: &Message, now: Now) -> Vec<u8> {
    let mut value = Vec::new();
    put_message(&mut value, message, now);
    value
}

/// Reads the value that [`put_stored`] or [`write_message`] wrote.
pub(crate) fn read_stored(
    stored: u64,
    value: &[u8],
    now: Now,
    budget: Option<&Arc<Budget>>,
) -> Option<Message> {
    Reader(value).message(now, stored, budget)
}

/// Returns the key of a retained message. Where several nodes write it, it says in which life of the node, behind a byte that no
/// topic has.
pub(crate) fn retained_key(topic: &str, life: Option<u64>) -> Vec<u8> {
    let mut key = topic.as_bytes().to_vec();
    if let Some(life) = life {
        key.push(0);
        key.extend_from_slice(&life.to_be_bytes());
    }
    key
}

/// Reads a key with a life that [`retained_key`] wrote.
#[cfg(feature = "cluster")]
pub(crate) fn read_retained_key(key: &[u8]) -> Option<(&str, u64)> {
    let (topic, life) = key.split_last_chunk()?;
    let topic = topic.strip_suffix(&[0])?;
    Some((std::str::from_utf8(topic).ok()?, u64::from_be_bytes(*life)))
}

/// Returns when a message expires that [`write_message`] wrote, Unix time in ms.
#[cfg(feature = "cluster")]
pub(crate) fn read_expiry(value: &[u8]) -> Option<i64> {
    let mut reader = Reader(value);
    reader.u8()?;
    reader.i64()?;
    reader.i64().filter(|expiry| *expiry != 0)
}

pub(crate) fn put_retained(message: &Message, life: Option<u64>, now: Now) -> Change {
    let key = retained_key(message.topic(), life);
    put(Table::Retained, key, write_message(message, now))
}

/// Reads the value that [`put_retained`] wrote.
pub(crate) fn read_retained(value: &[u8], now: Now, budget: &Arc<Budget>) -> Option<Message> {
    Reader(value).message(now, 0, Some(budget))
}

pub(crate) fn put(table: Table, key: impl AsRef<[u8]>, value: Vec<u8>) -> Change {
    Change::Put {
        table,
        key: key.as_ref().into(),
        value: value.into(),
    }
}

pub(crate) fn delete(table: Table, key: impl AsRef<[u8]>) -> Change {
    Change::Delete {
        table,
        key: key.as_ref().into(),
    }
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&text.as_bytes()[..usize::from(length)]);
}

fn put_message(out: &mut Vec<u8>, message: &Message, now: Now) {
    out.push(message.qos | if message.retain { RETAIN } else { 0 });
    out.extend_from_slice(&now.unix_of(message.received).to_be_bytes());
    let expiry = message.expiry.map_or(0, |expiry| now.unix_of(expiry));
    out.extend_from_slice(&expiry.to_be_bytes());
    put_text(out, message.topic());
    let properties = message.properties();
    let length = u32::try_from(properties.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(properties);
    out.extend_from_slice(message.payload());
}

fn options_byte(options: SubscriptionOptions) -> u8 {
    options.qos
        | u8::from(options.no_local) << 2
        | u8::from(options.retain_as_published) << 3
        | options.retain_handling << 4
}

fn read_options(byte: u8) -> SubscriptionOptions {
    SubscriptionOptions {
        qos: byte & 0x03,
        no_local: byte & 0x04 != 0,
        retain_as_published: byte & 0x08 != 0,
        retain_handling: byte >> 4 & 0x03,
    }
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

    fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    fn i64(&mut self) -> Option<i64> {
        self.array().map(i64::from_be_bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = u16::from_be_bytes(self.array()?);
        std::str::from_utf8(self.take(usize::from(length))?).ok()
    }

    /// Reads a message, which is all that is left.
    fn message(&mut self, now: Now, stored: u64, budget: Option<&Arc<Budget>>) -> Option<Message> {
        let flags = self.u8()?;
        let received = now.time_of(self.i64()?);
        let expiry = Some(self.i64()?)
            .filter(|expiry| *expiry != 0)
            .map(|expiry| now.time_of(expiry));
        let topic = self.text()?;
        let length = self.u32()?;
        let parts = Parts {
            topic,
            properties: Properties::Written(self.take(length as usize)?),
            payload: std::mem::take(&mut self.0),
            qos: flags & 0x03,
            retain: flags & RETAIN != 0,
            expiry,
            received,
            publisher: 0,
        };
        Some(Message::new(parts, stored, budget))
    }
}
