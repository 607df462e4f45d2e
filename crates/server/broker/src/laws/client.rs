//! A client: writes packets by hand, reads those of the broker, and keeps its own part of a session.

use std::collections::{HashMap, HashSet, VecDeque};

use super::script::{Options, SMALL_PACKETS, Subscription};

/// A packet as the model sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    Connect(Options),
    Publish(Published),
    Subscribe(u16, Subscription),
    Unsubscribe(u16, usize),
    Acknowledge(Kind, u16),
    Ping,
    Disconnect(bool),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Published {
    /// Number of the message.
    pub(super) message: usize,
    pub(super) topic: String,
    pub(super) payload: Vec<u8>,
    pub(super) qos: u8,
    pub(super) id: u16,
    pub(super) retain: bool,
    pub(super) dup: bool,
    pub(super) expiry: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Puback = 4,
    Pubrec = 5,
    Pubrel = 6,
    Pubcomp = 7,
}

/// A packet of the broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Connack { present: bool, code: u8 },
    Publish(Delivered),
    Acknowledge { kind: Kind, id: u16, code: u8 },
    Suback { id: u16, code: u8 },
    Unsuback { id: u16, code: u8 },
    Pong,
    Disconnect(u8),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Delivered {
    pub(super) topic: String,
    pub(super) payload: Vec<u8>,
    pub(super) qos: u8,
    pub(super) id: u16,
    pub(super) retain: bool,
    pub(super) dup: bool,
    /// Seconds that remain.
    pub(super) expiry: Option<u32>,
    /// Subscription identifiers, sorted.
    pub(super) ids: Vec<u32>,
}

/// A message that the client has sent and that is not done with.
#[derive(Clone, Debug)]
struct Unacknowledged {
    message: Published,
    is_received: bool,
    link: u64,
}

/// Memory of a client beyond its connections.
#[derive(Debug, Default)]
pub(super) struct Client {
    next_id: u16,
    unacknowledged: VecDeque<Unacknowledged>,
    /// Topic and payload by identifier of QoS 2 messages that are not released.
    received: HashMap<u16, (String, Vec<u8>)>,
    /// Deliveries that have arrived since the client began anew.
    arrived: HashSet<u64>,
    pub(super) acknowledges_at_once: bool,
    held: VecDeque<Sent>,
    /// True once CONNACK was read on the connection that there is.
    pub(super) is_welcomed: bool,
    /// Number of the session that this belongs to.
    epoch: u64,
}

impl Client {
    pub(super) fn new() -> Self {
        Self {
            acknowledges_at_once: true,
            ..Self::default()
        }
    }

    pub(super) fn take_id(&mut self) -> u16 {
        self.next_id += 1;
        self.next_id
    }

    /// Begins with a connection. If it is clean, the client forgets what it has, even if the broker does not hear of that before it
    /// crashes.
    pub(super) fn connects(&mut self, is_clean: bool) {
        self.is_welcomed = false;
        self.held.clear();
        if is_clean {
            self.arrived.clear();
        }
    }

    /// Returns whether the client may send new messages: what it sends again comes first.
    pub(super) fn may_publish(&self) -> bool {
        self.is_welcomed || self.unacknowledged.is_empty()
    }

    pub(super) fn is_idle(&self) -> bool {
        self.unacknowledged.is_empty() && self.held.is_empty()
    }

    pub(super) fn publishes(&mut self, message: &Published, link: u64) {
        if message.qos > 0 {
            self.unacknowledged.push_back(Unacknowledged {
                message: message.clone(),
                is_received: false,
                link,
            });
        }
    }

    /// Returns acknowledgements that were held back.
    pub(super) fn release_held(&mut self) -> Vec<Sent> {
        self.held.drain(..).collect()
    }

    /// Reads a packet, a PUBLISH with the number of its delivery. Appends what is sent because of it.
    /// `epoch` and `link` are the numbers of its session and its connection.
    /// Returns what the broker did wrong.
    pub(super) fn read(
        &mut self,
        answer: &Answer,
        delivery: Option<u64>,
        (epoch, link): (u64, u64),
        out: &mut Vec<Sent>,
    ) -> Result<(), String> {
        match answer {
            Answer::Connack { present, code: 0 } => {
                // If CONNACK of a new session was lost, the client learns nowhere that its own part is of an earlier one.
                self.resume(*present && self.epoch == epoch, link, out);
                self.epoch = epoch;
            }
            Answer::Publish(publish) => return self.take(publish, delivery, out),
            Answer::Acknowledge { kind, id, code } => self.acknowledged(*kind, *id, *code, out),
            _ => {}
        }
        Ok(())
    }

    fn take(
        &mut self,
        publish: &Delivered,
        delivery: Option<u64>,
        out: &mut Vec<Sent>,
    ) -> Result<(), String> {
        if publish.qos == 1 {
            self.acknowledge(Kind::Puback, publish.id, out);
        }
        if publish.qos == 2 {
            self.acknowledge(Kind::Pubrec, publish.id, out);
            let message = (publish.topic.clone(), publish.payload.clone());
            if let Some(earlier) = self.received.insert(publish.id, message.clone()) {
                return if earlier == message {
                    Ok(())
                } else {
                    Err(format!("identifier {} is in use", publish.id))
                };
            }
        }
        let is_new = delivery.is_none_or(|delivery| self.arrived.insert(delivery));
        if is_new || publish.qos == 1 {
            Ok(())
        } else {
            Err(format!("{publish:?} has arrived twice"))
        }
    }

    fn acknowledge(&mut self, kind: Kind, id: u16, out: &mut Vec<Sent>) {
        self.held.push_back(Sent::Acknowledge(kind, id));
        if self.acknowledges_at_once {
            out.extend(self.held.drain(..));
        }
    }

    fn resume(&mut self, present: bool, link: u64, out: &mut Vec<Sent>) {
        self.is_welcomed = true;
        if !present {
            self.received.clear();
            self.arrived.clear();
            self.unacknowledged.retain(|sent| sent.link == link);
        }
        for sent in &mut self.unacknowledged {
            if sent.link == link {
                continue;
            }
            sent.link = link;
            out.push(if sent.is_received {
                Sent::Acknowledge(Kind::Pubrel, sent.message.id)
            } else {
                sent.message.dup = true;
                Sent::Publish(sent.message.clone())
            });
        }
    }

    fn acknowledged(&mut self, kind: Kind, id: u16, code: u8, out: &mut Vec<Sent>) {
        if kind == Kind::Pubrel {
            self.received.remove(&id);
            self.acknowledge(Kind::Pubcomp, id, out);
            return;
        }
        let Some(at) = (self.unacknowledged.iter()).position(|sent| sent.message.id == id) else {
            return;
        };
        if kind == Kind::Pubrec && code < 0x80 {
            self.unacknowledged[at].is_received = true;
            out.push(Sent::Acknowledge(Kind::Pubrel, id));
        } else {
            self.unacknowledged.remove(at);
        }
    }
}

/// Credentials of a client.
pub(super) struct Identity {
    pub(super) client_id: String,
    pub(super) user_name: String,
    pub(super) password: String,
}

/// A will as it is sent.
pub(super) struct WillText<'a> {
    pub(super) topic: &'a str,
    pub(super) payload: &'a [u8],
}

pub(super) fn connect(options: &Options, who: &Identity, will: Option<WillText<'_>>) -> Vec<u8> {
    let mut body = b"\0\x04MQTT".to_vec();
    body.push(if options.v5 { 5 } else { 4 });
    let mut flags = 0xc0 | u8::from(options.clean) << 1;
    if let Some(will) = options.will {
        flags |= 0x04 | will.qos << 3 | u8::from(will.retain) << 5;
    }
    body.push(flags);
    body.extend(options.keep_alive.to_be_bytes());
    if options.v5 {
        let mut properties = four(0x11, options.expiry);
        if options.receive_maximum > 0 {
            properties.push(0x21);
            properties.extend(options.receive_maximum.to_be_bytes());
        }
        if options.takes_small_packets {
            properties.extend(four(0x27, SMALL_PACKETS));
        }
        put_properties(&mut body, &properties);
    }
    put_binary(&mut body, who.client_id.as_bytes());
    if let (Some(options_of_will), Some(will)) = (options.will, will) {
        if options.v5 {
            put_properties(&mut body, &four(0x18, options_of_will.delay));
        }
        put_binary(&mut body, will.topic.as_bytes());
        put_binary(&mut body, will.payload);
    }
    put_binary(&mut body, who.user_name.as_bytes());
    put_binary(&mut body, who.password.as_bytes());
    framed(0x10, &body)
}

/// Writes a packet after CONNECT.
pub(super) fn write(v5: bool, packet: &Sent, filters: &[&str]) -> Vec<u8> {
    let mut body = Vec::new();
    match packet {
        Sent::Connect(_) => Vec::new(),
        Sent::Publish(publish) => {
            put_binary(&mut body, publish.topic.as_bytes());
            if publish.qos > 0 {
                body.extend(publish.id.to_be_bytes());
            }
            if v5 {
                let expiry = Some(publish.expiry).filter(|expiry| *expiry > 0);
                let properties = expiry.map(|expiry| four(0x02, expiry)).unwrap_or_default();
                put_properties(&mut body, &properties);
            }
            body.extend(&publish.payload);
            let dup = u8::from(publish.dup) << 3;
            framed(
                0x30 | dup | publish.qos << 1 | u8::from(publish.retain),
                &body,
            )
        }
        Sent::Subscribe(id, subscription) => {
            body.extend(id.to_be_bytes());
            let mut options = subscription.qos;
            if v5 {
                let with_id = [0x0b, u8::try_from(subscription.id).unwrap_or(0)];
                put_properties(&mut body, if subscription.id > 0 { &with_id } else { &[] });
                options |= u8::from(subscription.no_local) << 2
                    | u8::from(subscription.retain_as_published) << 3
                    | subscription.retain_handling << 4;
            }
            put_binary(&mut body, filters[subscription.filter].as_bytes());
            body.push(options);
            framed(0x82, &body)
        }
        Sent::Unsubscribe(id, filter) => {
            body.extend(id.to_be_bytes());
            if v5 {
                put_properties(&mut body, &[]);
            }
            put_binary(&mut body, filters[*filter].as_bytes());
            framed(0xa2, &body)
        }
        Sent::Acknowledge(kind, id) => {
            let flags = if *kind == Kind::Pubrel { 2 } else { 0 };
            framed((*kind as u8) << 4 | flags, &id.to_be_bytes())
        }
        Sent::Ping => framed(0xc0, &[]),
        Sent::Disconnect(true) if v5 => framed(0xe0, &[0x04]),
        Sent::Disconnect(_) => framed(0xe0, &[]),
    }
}

/// Reads packets of the broker, which are all complete, each with its length.
pub(super) fn read_all(v5: bool, mut bytes: &[u8]) -> Result<Vec<(Answer, usize)>, String> {
    let mut answers = Vec::new();
    while let Some(&first) = bytes.first() {
        let (length, begin) = variable(bytes, 1).ok_or("incomplete packet")?;
        let packet = bytes
            .get(begin..begin + length)
            .ok_or("incomplete packet")?;
        let answer =
            read(v5, first, packet).ok_or_else(|| format!("malformed packet {bytes:x?}"))?;
        answers.push((answer, begin + length));
        bytes = &bytes[begin + length..];
    }
    Ok(answers)
}

fn read(v5: bool, first: u8, body: &[u8]) -> Option<Answer> {
    let id = || Some(u16::from_be_bytes(body.get(..2)?.try_into().ok()?));
    let kind = match first {
        0x20 => {
            let [present, code] = body.get(..2)?.try_into().ok()?;
            let present = present == 1;
            return Some(Answer::Connack { present, code });
        }
        0x30..0x40 => return read_publish(v5, first, body).map(Answer::Publish),
        0x40 => Kind::Puback,
        0x50 => Kind::Pubrec,
        0x62 => Kind::Pubrel,
        0x70 => Kind::Pubcomp,
        0x90 => {
            let (id, code) = (id()?, *body.last()?);
            return Some(Answer::Suback { id, code });
        }
        0xb0 => {
            let code = if v5 { *body.last()? } else { 0 };
            return Some(Answer::Unsuback { id: id()?, code });
        }
        0xd0 => return Some(Answer::Pong),
        0xe0 => return Some(Answer::Disconnect(body.first().copied().unwrap_or(0))),
        _ => return None,
    };
    let code = body.get(2).copied().unwrap_or(0);
    Some(Answer::Acknowledge {
        kind,
        id: id()?,
        code,
    })
}

fn read_publish(v5: bool, first: u8, body: &[u8]) -> Option<Delivered> {
    let qos = first >> 1 & 3;
    let length = usize::from(u16::from_be_bytes(body.get(..2)?.try_into().ok()?));
    let topic = String::from_utf8(body.get(2..2 + length)?.to_vec()).ok()?;
    let mut at = 2 + length;
    let mut id = 0;
    if qos > 0 {
        id = u16::from_be_bytes(body.get(at..at + 2)?.try_into().ok()?);
        at += 2;
    }
    let (mut expiry, mut ids) = (None, Vec::new());
    if v5 {
        let (length, begin) = variable(body, at)?;
        at = begin;
        while at < begin + length {
            match body.get(at)? {
                0x02 => {
                    let seconds = body.get(at + 1..at + 5)?.try_into().ok()?;
                    expiry = Some(u32::from_be_bytes(seconds));
                    at += 5;
                }
                0x0b => {
                    let (id, next) = variable(body, at + 1)?;
                    ids.push(u32::try_from(id).ok()?);
                    at = next;
                }
                _ => return None,
            }
        }
    }
    ids.sort_unstable();
    Some(Delivered {
        topic,
        payload: body[at..].to_vec(),
        qos,
        id,
        retain: first & 1 == 1,
        dup: first & 8 == 8,
        expiry,
        ids,
    })
}

/// Reads a variable byte integer. Returns it and where it ends.
fn variable(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let (mut value, mut shift) = (0, 0);
    loop {
        let byte = *bytes.get(at)?;
        value |= usize::from(byte & 0x7f) << shift;
        at += 1;
        shift += 7;
        if byte < 0x80 {
            return Some((value, at));
        }
    }
}

fn put_variable(out: &mut Vec<u8>, mut value: usize) {
    loop {
        let byte = u8::try_from(value & 0x7f).unwrap_or(0);
        value >>= 7;
        if value == 0 {
            return out.push(byte);
        }
        out.push(byte | 0x80);
    }
}

fn put_properties(out: &mut Vec<u8>, properties: &[u8]) {
    put_variable(out, properties.len());
    out.extend(properties);
}

fn put_binary(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend(u16::try_from(bytes.len()).unwrap_or(0).to_be_bytes());
    out.extend(bytes);
}

fn four(id: u8, value: u32) -> Vec<u8> {
    [&[id][..], &value.to_be_bytes()].concat()
}

fn framed(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![first];
    put_variable(&mut packet, body.len());
    packet.extend(body);
    packet
}
