//! Packets made by hand, well-formed unless a case asks for something else.

use super::credentials::{password, user_name};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V311,
    V5,
}

/// Both versions that the broker speaks.
pub(crate) const VERSIONS: [Version; 2] = [Version::V311, Version::V5];

impl Version {
    pub(crate) fn is_5(self) -> bool {
        self == Self::V5
    }
}

/// Identifiers of properties.
pub(crate) mod property {
    pub(crate) const PAYLOAD_FORMAT: u8 = 0x01;
    pub(crate) const MESSAGE_EXPIRY: u8 = 0x02;
    pub(crate) const CONTENT_TYPE: u8 = 0x03;
    pub(crate) const RESPONSE_TOPIC: u8 = 0x08;
    pub(crate) const CORRELATION_DATA: u8 = 0x09;
    pub(crate) const SUBSCRIPTION_ID: u8 = 0x0b;
    pub(crate) const SESSION_EXPIRY: u8 = 0x11;
    pub(crate) const ASSIGNED_CLIENT_ID: u8 = 0x12;
    pub(crate) const SERVER_KEEP_ALIVE: u8 = 0x13;
    pub(crate) const AUTHENTICATION_METHOD: u8 = 0x15;
    pub(crate) const AUTHENTICATION_DATA: u8 = 0x16;
    pub(crate) const REQUEST_PROBLEM_INFORMATION: u8 = 0x17;
    pub(crate) const WILL_DELAY: u8 = 0x18;
    pub(crate) const REQUEST_RESPONSE_INFORMATION: u8 = 0x19;
    pub(crate) const RESPONSE_INFORMATION: u8 = 0x1a;
    pub(crate) const RECEIVE_MAXIMUM: u8 = 0x21;
    pub(crate) const TOPIC_ALIAS_MAXIMUM: u8 = 0x22;
    pub(crate) const TOPIC_ALIAS: u8 = 0x23;
    pub(crate) const MAXIMUM_QOS: u8 = 0x24;
    pub(crate) const RETAIN_AVAILABLE: u8 = 0x25;
    pub(crate) const USER_PROPERTY: u8 = 0x26;
    pub(crate) const MAXIMUM_PACKET_SIZE: u8 = 0x27;
}

/// Strings that are none: one with a NUL, one that is not UTF-8, one with a surrogate.
pub(crate) const BAD_STRINGS: [&[u8]; 3] = [b"lamps/\0", b"lamps/\xff", b"lamps/\xed\xa0\x80"];

/// Returns a fixed header and the body after it.
pub(crate) fn frame(first: u8, body: &[u8]) -> Vec<u8> {
    [&[first], &*variable(body.len()), body].concat()
}

/// Returns a Variable Byte Integer.
pub(crate) fn variable(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let rest = value / 128;
        bytes.push((value % 128) as u8 | if rest > 0 { 0x80 } else { 0 });
        value = rest;
        if value == 0 {
            return bytes;
        }
    }
}

/// Returns a string or binary data with its length before it.
pub(crate) fn text(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let bytes = bytes.as_ref();
    [&(bytes.len() as u16).to_be_bytes(), bytes].concat()
}

/// Returns a property whose value is one byte.
pub(crate) fn byte(id: u8, value: u8) -> Vec<u8> {
    vec![id, value]
}

/// Returns a property whose value has two bytes.
pub(crate) fn short(id: u8, value: u16) -> Vec<u8> {
    [&[id][..], &value.to_be_bytes()].concat()
}

/// Returns a property whose value has four bytes.
pub(crate) fn long(id: u8, value: u32) -> Vec<u8> {
    [&[id][..], &value.to_be_bytes()].concat()
}

/// Returns a property whose value is a string or binary data.
pub(crate) fn string(id: u8, value: impl AsRef<[u8]>) -> Vec<u8> {
    [&[id][..], &text(value)].concat()
}

pub(crate) fn user_property(name: &str, value: &str) -> Vec<u8> {
    [&[property::USER_PROPERTY][..], &text(name), &text(value)].concat()
}

fn properties(version: Version, bytes: &[u8]) -> Vec<u8> {
    if version.is_5() {
        [&variable(bytes.len()), bytes].concat()
    } else {
        assert!(bytes.is_empty(), "MQTT 3.1.1 has no properties");
        Vec::new()
    }
}

/// A CONNECT: clean, without keep-alive, with the credentials that belong to its client id.
#[derive(Clone)]
pub(crate) struct Connect {
    pub(crate) version: Version,
    pub(crate) first: u8,
    pub(crate) name: Vec<u8>,
    pub(crate) level: u8,
    /// User name, password and Clean Start; [`Self::will`] adds those of the will.
    pub(crate) flags: u8,
    pub(crate) keep_alive: u16,
    pub(crate) properties: Vec<u8>,
    pub(crate) client_id: Vec<u8>,
    pub(crate) will: Option<Will>,
    pub(crate) user_name: Option<Vec<u8>>,
    pub(crate) password: Option<Vec<u8>>,
    /// Bytes after the last field.
    pub(crate) rest: Vec<u8>,
}

#[derive(Clone, Default)]
pub(crate) struct Will {
    pub(crate) properties: Vec<u8>,
    pub(crate) topic: Vec<u8>,
    pub(crate) payload: Vec<u8>,
}

pub(crate) const CLEAN: u8 = 0x02;
pub(crate) const WILL: u8 = 0x04;
pub(crate) const WILL_RETAIN: u8 = 0x20;

impl Connect {
    pub(crate) fn new(version: Version, client_id: impl AsRef<[u8]>) -> Self {
        let client_id = client_id.as_ref();
        Self {
            version,
            first: 0x10,
            name: b"MQTT".to_vec(),
            level: if version.is_5() { 5 } else { 4 },
            flags: 0xc0 | CLEAN,
            keep_alive: 0,
            properties: Vec::new(),
            client_id: client_id.to_vec(),
            will: None,
            user_name: Some(user_name().into_bytes()),
            password: Some(password(client_id).into_bytes()),
            rest: Vec::new(),
        }
    }

    /// Resumes a session if there is one, and leaves one behind.
    pub(crate) fn kept(mut self) -> Self {
        self.flags &= !CLEAN;
        if self.version.is_5() {
            self = self.property(&long(property::SESSION_EXPIRY, 300));
        }
        self
    }

    pub(crate) fn keep_alive(mut self, seconds: u16) -> Self {
        self.keep_alive = seconds;
        self
    }

    pub(crate) fn property(mut self, property: &[u8]) -> Self {
        self.properties.extend_from_slice(property);
        self
    }

    pub(crate) fn will(mut self, topic: impl AsRef<[u8]>, payload: &str, qos: u8) -> Self {
        self.flags |= WILL | qos << 3;
        self.will = Some(Will {
            properties: Vec::new(),
            topic: topic.as_ref().to_vec(),
            payload: payload.as_bytes().to_vec(),
        });
        self
    }

    pub(crate) fn will_property(mut self, property: &[u8]) -> Self {
        let will = self.will.as_mut().unwrap();
        will.properties.extend_from_slice(property);
        self
    }

    /// Sets flags that are not set yet.
    pub(crate) fn flags(mut self, flags: u8) -> Self {
        self.flags |= flags;
        self
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut body = text(&self.name);
        body.push(self.level);
        body.push(self.flags);
        body.extend_from_slice(&self.keep_alive.to_be_bytes());
        body.extend(properties(self.version, &self.properties));
        body.extend(text(&self.client_id));
        if let Some(will) = &self.will {
            body.extend(properties(self.version, &will.properties));
            body.extend(text(&will.topic));
            body.extend(text(&will.payload));
        }
        for field in [&self.user_name, &self.password].into_iter().flatten() {
            body.extend(text(field));
        }
        body.extend_from_slice(&self.rest);
        frame(self.first, &body)
    }
}

/// A PUBLISH: QoS 0, no flags.
#[derive(Clone)]
pub(crate) struct Publish {
    pub(crate) version: Version,
    flags: u8,
    pub(crate) topic: Vec<u8>,
    id: Option<u16>,
    properties: Vec<u8>,
    pub(crate) payload: Vec<u8>,
}

impl Publish {
    pub(crate) fn new(
        version: Version,
        topic: impl AsRef<[u8]>,
        payload: impl AsRef<[u8]>,
    ) -> Self {
        Self {
            version,
            flags: 0,
            topic: topic.as_ref().to_vec(),
            id: None,
            properties: Vec::new(),
            payload: payload.as_ref().to_vec(),
        }
    }

    /// With QoS 0, the identifier does not matter.
    pub(crate) fn qos(mut self, qos: u8, id: u16) -> Self {
        self.flags = self.flags & !6 | qos << 1;
        self.id = (qos > 0).then_some(id);
        self
    }

    pub(crate) fn retain(mut self) -> Self {
        self.flags |= 1;
        self
    }

    pub(crate) fn dup(mut self) -> Self {
        self.flags |= 8;
        self
    }

    pub(crate) fn property(mut self, property: &[u8]) -> Self {
        self.properties.extend_from_slice(property);
        self
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut body = text(&self.topic);
        if let Some(id) = self.id {
            body.extend_from_slice(&id.to_be_bytes());
        }
        body.extend(properties(self.version, &self.properties));
        body.extend_from_slice(&self.payload);
        frame(0x30 | self.flags, &body)
    }
}

pub(crate) const PUBACK: u8 = 0x40;
pub(crate) const PUBREC: u8 = 0x50;
pub(crate) const PUBREL: u8 = 0x62;
pub(crate) const PUBCOMP: u8 = 0x70;

/// Returns PUBACK, PUBREC, PUBREL or PUBCOMP without a reason.
pub(crate) fn acknowledgement(first: u8, id: u16) -> Vec<u8> {
    frame(first, &id.to_be_bytes())
}

/// The same with a reason, for MQTT 5.
pub(crate) fn acknowledgement_with(first: u8, id: u16, reason: u8) -> Vec<u8> {
    let [high, low] = id.to_be_bytes();
    frame(first, &[high, low, reason])
}

/// Options of a subscription, beside its QoS.
pub(crate) const NO_LOCAL: u8 = 0x04;
pub(crate) const RETAIN_AS_PUBLISHED: u8 = 0x08;
pub(crate) const RETAIN_IF_NEW: u8 = 0x10;
pub(crate) const RETAIN_NEVER: u8 = 0x20;

pub(crate) fn subscribe(version: Version, id: u16, filters: &[(&str, u8)]) -> Vec<u8> {
    subscribe_with(version, id, &[], filters)
}

pub(crate) fn subscribe_with(
    version: Version,
    id: u16,
    property: &[u8],
    filters: &[(&str, u8)],
) -> Vec<u8> {
    let entries: Vec<u8> = filters
        .iter()
        .flat_map(|(filter, options)| [&*text(filter), &[*options]].concat())
        .collect();
    list(0x82, version, id, property, &entries)
}

pub(crate) fn unsubscribe(version: Version, id: u16, filters: &[&str]) -> Vec<u8> {
    let entries: Vec<u8> = filters.iter().flat_map(text).collect();
    list(0xa2, version, id, &[], &entries)
}

/// Returns a SUBSCRIBE or UNSUBSCRIBE with any entries.
pub(crate) fn list(
    first: u8,
    version: Version,
    id: u16,
    property: &[u8],
    entries: &[u8],
) -> Vec<u8> {
    let body = [
        &id.to_be_bytes()[..],
        &properties(version, property),
        entries,
    ]
    .concat();
    frame(first, &body)
}

pub(crate) const PINGREQ: [u8; 2] = [0xc0, 0];
pub(crate) const PINGRESP: [u8; 2] = [0xd0, 0];
pub(crate) const DISCONNECT: [u8; 2] = [0xe0, 0];

/// Returns a DISCONNECT of MQTT 5.
pub(crate) fn disconnect_with(reason: u8, property: &[u8]) -> Vec<u8> {
    frame(
        0xe0,
        &[&[reason][..], &variable(property.len()), property].concat(),
    )
}
