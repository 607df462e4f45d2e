//! Packets that the broker sends, taken apart.

use super::packet::{Version, property};

/// Properties in the order of the packet: identifier and value as on the wire.
pub(crate) type Properties = Vec<(u8, Vec<u8>)>;

/// A PUBLISH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) topic: String,
    pub(crate) payload: Vec<u8>,
    pub(crate) qos: u8,
    pub(crate) dup: bool,
    pub(crate) retain: bool,
    /// 0 with QoS 0.
    pub(crate) id: u16,
    pub(crate) properties: Properties,
}

impl Message {
    pub(crate) fn parse(version: Version, packet: &[u8]) -> Self {
        let first = packet[0];
        assert_eq!(first >> 4, 3, "a PUBLISH: {packet:02x?}");
        let mut rest = Reader(body(packet));
        let topic = String::from_utf8(rest.text()).unwrap();
        let qos = first >> 1 & 3;
        let id = if qos > 0 { rest.short() } else { 0 };
        let properties = rest.properties(version);
        Self {
            topic,
            payload: rest.0.to_vec(),
            qos,
            dup: first & 8 != 0,
            retain: first & 1 != 0,
            id,
            properties,
        }
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.payload).unwrap()
    }

    /// Returns the value of a property that may come once.
    pub(crate) fn property(&self, id: u8) -> Option<&[u8]> {
        value(&self.properties, id)
    }

    /// Returns the subscription identifiers, sorted.
    pub(crate) fn subscription_ids(&self) -> Vec<u8> {
        let ids = self.properties.iter();
        let ids = ids.filter(|(id, _)| *id == property::SUBSCRIPTION_ID);
        let mut ids: Vec<u8> = ids.map(|(_, value)| value[0]).collect();
        ids.sort_unstable();
        ids
    }
}

/// A CONNACK.
#[derive(Debug)]
pub(crate) struct Connack {
    /// The first byte after the length, with Session Present in bit 0.
    pub(crate) flags: u8,
    pub(crate) reason: u8,
    pub(crate) properties: Properties,
}

impl Connack {
    pub(crate) fn parse(packet: &[u8]) -> Self {
        assert_eq!(packet[0], 0x20, "a CONNACK: {packet:02x?}");
        let mut rest = Reader(body(packet));
        let (flags, reason) = (rest.byte(), rest.byte());
        // Without a body beyond, it is one of MQTT 3.1.1.
        let version = if rest.0.is_empty() {
            Version::V311
        } else {
            Version::V5
        };
        let properties = rest.properties(version);
        assert!(rest.0.is_empty(), "trailing bytes: {packet:02x?}");
        Self {
            flags,
            reason,
            properties,
        }
    }

    pub(crate) fn property(&self, id: u8) -> Option<&[u8]> {
        value(&self.properties, id)
    }
}

/// A packet that carries one reason code: an acknowledgement (with its identifier) or DISCONNECT.
///
/// MQTT 5 lets a sender leave out a reason of 0 and an empty list of properties.
pub(crate) fn reason(packet: &[u8]) -> (Option<u16>, u8, Properties) {
    let mut rest = Reader(body(packet));
    let id = (packet[0] >> 4 != 14).then(|| rest.short());
    let reason = if rest.0.is_empty() { 0 } else { rest.byte() };
    let properties = if rest.0.is_empty() {
        Vec::new()
    } else {
        rest.properties(Version::V5)
    };
    assert!(rest.0.is_empty(), "trailing bytes: {packet:02x?}");
    (id, reason, properties)
}

/// A SUBACK or UNSUBACK: identifier, reasons, properties.
pub(crate) fn reasons(version: Version, packet: &[u8]) -> (u16, Vec<u8>, Properties) {
    let mut rest = Reader(body(packet));
    let id = rest.short();
    let properties = rest.properties(version);
    (id, rest.0.to_vec(), properties)
}

fn value(properties: &Properties, wanted: u8) -> Option<&[u8]> {
    let mut values = properties.iter().filter(|(id, _)| *id == wanted);
    let value = values.next().map(|(_, value)| &**value);
    assert!(
        values.next().is_none(),
        "property {wanted:#04x} comes twice"
    );
    value
}

fn body(packet: &[u8]) -> &[u8] {
    let mut rest = Reader(&packet[1..]);
    let length = rest.variable();
    assert_eq!(length, rest.0.len());
    rest.0
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take(&mut self, length: usize) -> Vec<u8> {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken.to_vec()
    }

    fn byte(&mut self) -> u8 {
        self.take(1)[0]
    }

    fn short(&mut self) -> u16 {
        u16::from_be_bytes(self.take(2).try_into().unwrap())
    }

    fn text(&mut self) -> Vec<u8> {
        let length = self.short();
        self.take(length.into())
    }

    fn variable(&mut self) -> usize {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            value |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                assert!(shift == 7 || byte > 0, "a length with needless bytes");
                return value;
            }
        }
    }

    fn properties(&mut self, version: Version) -> Properties {
        let mut properties = Vec::new();
        if version == Version::V311 {
            return properties;
        }
        let length = self.variable();
        let mut rest = Reader(&self.0[..length]);
        self.0 = &self.0[length..];
        while !rest.0.is_empty() {
            let id = rest.byte();
            let value = rest.value(id);
            properties.push((id, value));
        }
        properties
    }

    /// The value of a property. Of a string or binary data, without its length; of a pair, with both lengths.
    fn value(&mut self, id: u8) -> Vec<u8> {
        match id {
            0x01 | 0x17 | 0x19 | 0x24 | 0x25 | 0x28 | 0x29 | 0x2a => self.take(1),
            0x13 | 0x21 | 0x22 | 0x23 => self.take(2),
            0x02 | 0x11 | 0x18 | 0x27 => self.take(4),
            0x0b => vec![u8::try_from(self.variable()).unwrap()],
            0x03 | 0x08 | 0x09 | 0x12 | 0x15 | 0x16 | 0x1a | 0x1c | 0x1f => self.text(),
            0x26 => {
                let pair = [self.text(), self.text()];
                pair.iter().flat_map(super::packet::text).collect()
            }
            _ => panic!("unknown property {id:#04x}"),
        }
    }
}
