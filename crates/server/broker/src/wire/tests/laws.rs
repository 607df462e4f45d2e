//! Laws over random bytes and random packets.

use proptest::prelude::*;

use super::super::{
    Decoded, ForwardedProperties, Packet, Publication, Publish, Version, decode_connect,
    decode_packet, publication_length, publish,
};
use super::LIMIT;

fn version() -> impl Strategy<Value = Version> {
    prop_oneof![Just(Version::V311), Just(Version::V5)]
}

/// Bytes with a fixed header in front whose length is right, so that content is reached.
fn packet() -> impl Strategy<Value = Vec<u8>> {
    let first = prop_oneof![
        any::<u8>(),
        proptest::sample::select(&b"\x10\x30\x32\x34\x40\x62\x82\xa2\xe0\xf0"[..]),
    ];
    let byte = prop_oneof![
        any::<u8>(),
        0_u8..8,
        proptest::sample::select(&b"\x11\x15\x1f\x23\x26a"[..]),
    ];
    let body = proptest::collection::vec(byte, 0..60);
    (first, body).prop_map(|(first, body)| super::framed(first, &body))
}

fn connect() -> impl Strategy<Value = Vec<u8>> {
    (4_u8..6, packet()).prop_map(|(level, rest)| {
        super::framed(0x10, &[b"\0\x04MQTT", &[level][..], &rest].concat())
    })
}

#[derive(Clone, Debug)]
struct Message {
    first: (bool, u8, bool),
    topic: String,
    id: u16,
    message_expiry: Option<u32>,
    properties: Vec<u8>,
    payload: Vec<u8>,
}

fn message() -> impl Strategy<Value = Message> {
    let properties = proptest::sample::subsequence(
        vec![
            &b"\x01\x01"[..],
            b"\x03\0\x01t",
            b"\x08\0\x03r/x",
            b"\x26\0\x01k\0\x02vw",
        ],
        0..=4,
    );
    (
        (any::<bool>(), 0_u8..3, any::<bool>()),
        "[^\0+#]{1,90}",
        1_u16..,
        any::<Option<u32>>(),
        properties.prop_map(|properties| properties.concat()),
        proptest::collection::vec(any::<u8>(), 0..300),
    )
        .prop_map(
            |(first, topic, id, message_expiry, properties, payload)| Message {
                first,
                topic,
                id,
                message_expiry,
                properties,
                payload,
            },
        )
}

impl Message {
    fn publication(&self, version: Version) -> Publication<'_> {
        let (dup, qos, retain) = self.first;
        Publication {
            version,
            dup,
            qos,
            retain,
            topic: &self.topic,
            id: self.id,
            message_expiry: self.message_expiry,
            subscription_ids: &[],
            properties: &self.properties,
            payload: &self.payload,
        }
    }

    /// Returns what a receiver reads; `all` are the properties as they were read.
    fn expected<'a>(&'a self, version: Version, all: ForwardedProperties<'a>) -> Publish<'a> {
        let (dup, qos, retain) = self.first;
        let v5 = version == Version::V5;
        Publish {
            dup: dup && qos > 0,
            qos,
            retain,
            topic: &self.topic,
            id: if qos > 0 { self.id } else { 0 },
            topic_alias: None,
            message_expiry: self.message_expiry.filter(|_| v5),
            properties: all,
            payload: &self.payload,
        }
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_do_not_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..80),
        version in version(),
        limit in 0_usize..100,
    ) {
        let _ = decode_connect(&bytes, limit);
        let _ = decode_packet(version, &bytes, limit);
    }

    #[test]
    fn the_beginning_of_a_packet_is_not_a_packet(bytes in packet(), version in version()) {
        for end in 0..bytes.len() {
            let found = decode_packet(version, &bytes[..end], LIMIT);
            prop_assert!(!matches!(found, Ok(Decoded::Packet(..))), "{found:?}");
        }
        if let Ok(decoded) = decode_packet(version, &bytes, LIMIT) {
            let Decoded::Packet(packet, length) = decoded else {
                return Err(TestCaseError::fail("a whole packet is incomplete"));
            };
            prop_assert_eq!(length, bytes.len());
            let followed = [&bytes[..], b"next"].concat();
            prop_assert_eq!(decode_packet(version, &followed, LIMIT), Ok(Decoded::Packet(packet, length)));
        }
    }

    #[test]
    fn the_beginning_of_a_connect_is_not_a_packet(bytes in connect()) {
        for end in 0..bytes.len() {
            let found = decode_connect(&bytes[..end], LIMIT);
            prop_assert!(matches!(found, Ok(Decoded::Incomplete)));
        }
        prop_assert!(!matches!(decode_connect(&bytes, LIMIT), Ok(Decoded::Incomplete)));
    }

    #[test]
    fn filters_of_a_packet_are_all_read(bytes in packet(), version in version()) {
        match decode_packet(version, &bytes, LIMIT) {
            Ok(Decoded::Packet(Packet::Subscribe(subscribe), _)) => {
                let read: usize = subscribe.filters().map(|(filter, _)| 3 + filter.len()).sum();
                prop_assert_eq!(read, subscribe.entries.len());
            }
            Ok(Decoded::Packet(Packet::Unsubscribe(unsubscribe), _)) => {
                let read: usize = unsubscribe.filters().map(|filter| 2 + filter.len()).sum();
                prop_assert_eq!(read, unsubscribe.entries.len());
            }
            _ => {}
        }
    }

    #[test]
    fn what_is_published_is_what_is_read(message in message(), version in version()) {
        let mut bytes = Vec::new();
        publish(&mut bytes, &message.publication(version));
        prop_assert_eq!(bytes.len(), publication_length(&message.publication(version)));
        let Packet::Publish(read) = super::accepted(version, &bytes) else {
            return Err(TestCaseError::fail("not a PUBLISH"));
        };
        prop_assert_eq!(read, message.expected(version, read.properties));
        let mut properties = Vec::new();
        read.properties.write(&mut properties);
        let forwarded = if version == Version::V5 { &message.properties[..] } else { b"" };
        prop_assert_eq!(properties, forwarded);
    }
}
