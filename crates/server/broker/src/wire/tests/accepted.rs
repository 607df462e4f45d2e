//! Packets after CONNECT that are taken.

use super::super::{
    Acknowledgement, AcknowledgementKind, Disconnect, ForwardedProperties, Packet, Publish, Reason,
    SubscriptionOptions, Version, is_valid_filter,
};
use super::{accepted, framed};

const BOTH: [Version; 2] = [Version::V311, Version::V5];

const PUBLISH: Publish<'_> = Publish {
    dup: false,
    qos: 0,
    retain: false,
    topic: "a/b",
    id: 0,
    topic_alias: None,
    message_expiry: None,
    properties: ForwardedProperties { all: b"" },
    payload: b"xy",
};

#[test]
fn publish_of_version_3() {
    let read = |bytes| accepted(Version::V311, bytes);
    assert_eq!(read(b"\x30\x07\0\x03a/bxy"), Packet::Publish(PUBLISH));
    let exactly_once = Publish {
        dup: true,
        qos: 2,
        retain: true,
        id: 0x0102,
        payload: b"",
        ..PUBLISH
    };
    let bytes = b"\x3d\x07\0\x03a/b\x01\x02";
    assert_eq!(read(bytes), Packet::Publish(exactly_once));
}

#[test]
fn publish_of_version_5() {
    let read = |bytes| accepted(Version::V5, bytes);
    assert_eq!(read(b"\x30\x08\0\x03a/b\0xy"), Packet::Publish(PUBLISH));
    let with_alias = Publish {
        qos: 1,
        topic: "",
        id: 9,
        topic_alias: Some(5),
        message_expiry: Some(0x100),
        properties: ForwardedProperties {
            all: b"\x23\0\x05\x02\0\0\x01\0",
        },
        ..PUBLISH
    };
    let bytes = b"\x32\x0f\0\0\0\x09\x08\x23\0\x05\x02\0\0\x01\0xy";
    assert_eq!(read(bytes), Packet::Publish(with_alias));
}

#[test]
fn only_forwarded_properties_are_written_in_their_order() {
    let forwarded: [&[u8]; 6] = [
        b"\x26\0\x01b\0\x01c",
        b"\x01\x01",
        b"\x03\0\x01t",
        b"\x08\0\x01r",
        b"\x09\0\x02\0\xff",
        b"\x26\0\x01a\0\0",
    ];
    let left_out: [&[u8]; 2] = [b"\x02\0\0\0\x01", b"\x23\0\x01"];
    let [first, middle @ .., last] = &forwarded;
    let middle = middle.concat();
    let all = [left_out[0], first, left_out[1], &middle, last].concat();
    let length = u8::try_from(all.len()).unwrap();
    let bytes = framed(0x30, &[b"\0\x01a", &[length][..], &all].concat());
    let Packet::Publish(publish) = accepted(Version::V5, &bytes) else {
        panic!("not a PUBLISH");
    };
    let mut written = Vec::new();
    publish.properties.write(&mut written);
    assert_eq!(written, forwarded.concat());
    assert_eq!(publish.properties.length(), written.len());
}

#[test]
fn acknowledgements() {
    for (first, kind, error) in [
        (0x40, AcknowledgementKind::Puback, 0x87),
        (0x50, AcknowledgementKind::Pubrec, 0x99),
        (0x62, AcknowledgementKind::Pubrel, 0x92),
        (0x70, AcknowledgementKind::Pubcomp, 0x92),
    ] {
        let expected = |reason| {
            let id = 0x0100;
            Packet::Acknowledgement(Acknowledgement { kind, id, reason })
        };
        for version in BOTH {
            let bytes = [first, 2, 1, 0];
            assert_eq!(accepted(version, &bytes), expected(Reason::SUCCESS));
        }
        for body in [
            &b""[..],
            b"\0",
            b"\x07\x26\0\x01k\0\x01v",
            b"\x04\x1f\0\x01r",
        ] {
            let bytes = framed(first, &[&[1, 0, error], body].concat());
            assert_eq!(accepted(Version::V5, &bytes), expected(Reason(error)));
        }
    }
}

#[test]
fn subscribe_of_version_3() {
    let bytes = b"\x82\x0a\0\x07\0\x01a\0\0\x01#\x02";
    let Packet::Subscribe(subscribe) = accepted(Version::V311, bytes) else {
        panic!("not a SUBSCRIBE");
    };
    assert_eq!((subscribe.id, subscribe.subscription_id), (7, None));
    let at = |qos| SubscriptionOptions {
        qos,
        ..SubscriptionOptions::default()
    };
    let filters: Vec<_> = subscribe.filters().collect();
    assert_eq!(filters, [("a", at(0)), ("#", at(2))]);
}

#[test]
fn subscribe_of_version_5() {
    let body = b"\0\x07\x05\x0b\xff\xff\xff\x7f\0\x02a#\x2d\0\x0a$share/s/a\x1a";
    let bytes = framed(0x82, body);
    let Packet::Subscribe(subscribe) = accepted(Version::V5, &bytes) else {
        panic!("not a SUBSCRIBE");
    };
    assert_eq!(subscribe.subscription_id, Some(268_435_455));
    let malformed_but_text = SubscriptionOptions {
        qos: 1,
        no_local: true,
        retain_as_published: true,
        retain_handling: 2,
    };
    let shared = SubscriptionOptions {
        qos: 2,
        no_local: false,
        retain_as_published: true,
        retain_handling: 1,
    };
    let filters: Vec<_> = subscribe.filters().collect();
    assert_eq!(
        filters,
        [("a#", malformed_but_text), ("$share/s/a", shared)]
    );
}

#[test]
fn each_subscription_option_is_read_by_itself() {
    let none = SubscriptionOptions::default();
    for (byte, expected) in [
        (0, none),
        (1, SubscriptionOptions { qos: 1, ..none }),
        (2, SubscriptionOptions { qos: 2, ..none }),
        (
            4,
            SubscriptionOptions {
                no_local: true,
                ..none
            },
        ),
        (
            8,
            SubscriptionOptions {
                retain_as_published: true,
                ..none
            },
        ),
        (
            0x10,
            SubscriptionOptions {
                retain_handling: 1,
                ..none
            },
        ),
        (
            0x20,
            SubscriptionOptions {
                retain_handling: 2,
                ..none
            },
        ),
    ] {
        let bytes = framed(0x82, &[0, 1, 0, 0, 1, b'a', byte]);
        let Packet::Subscribe(subscribe) = accepted(Version::V5, &bytes) else {
            panic!("not a SUBSCRIBE");
        };
        assert_eq!(subscribe.filters().collect::<Vec<_>>(), [("a", expected)]);
    }
}

#[test]
fn unsubscribe() {
    for (version, body) in [
        (Version::V311, &b"\0\x07\0\x01a\0\x03b/#"[..]),
        (Version::V5, b"\0\x07\0\0\x01a\0\x03b/#"),
        (Version::V5, b"\0\x07\x05\x26\0\0\0\0\0\x01a\0\x03b/#"),
    ] {
        let bytes = framed(0xa2, body);
        let Packet::Unsubscribe(unsubscribe) = accepted(version, &bytes) else {
            panic!("not an UNSUBSCRIBE");
        };
        assert_eq!(unsubscribe.id, 7);
        assert_eq!(unsubscribe.filters().collect::<Vec<_>>(), ["a", "b/#"]);
    }
}

#[test]
fn disconnect() {
    for (version, bytes, reason, session_expiry) in [
        (Version::V311, &b"\xe0\0"[..], 0, None),
        (Version::V5, b"\xe0\0", 0, None),
        (Version::V5, b"\xe0\x01\x04", 4, None),
        (Version::V5, b"\xe0\x02\x80\0", 0x80, None),
        (Version::V5, b"\xe0\x07\0\x05\x11\0\0\0\x09", 0, Some(9)),
    ] {
        let reason = Reason(reason);
        let expected = Packet::Disconnect(Disconnect {
            reason,
            session_expiry,
        });
        assert_eq!(accepted(version, bytes), expected, "{bytes:02x?}");
    }
}

#[test]
fn packets_without_content() {
    for version in BOTH {
        assert_eq!(accepted(version, b"\xc0\0"), Packet::Pingreq);
        assert_eq!(accepted(version, b"\x10\x03???"), Packet::Connect);
    }
    let auth = b"\xf0\x0a\x19\x08\x15\0\x01m\x16\0\x01d";
    assert_eq!(accepted(Version::V5, auth), Packet::Auth);
}

#[test]
fn well_formed_filters() {
    for filter in [
        "a",
        "/",
        "//",
        "+",
        "#",
        "/#",
        "a/#",
        "+/+",
        "a/+/b",
        "/+",
        "a b",
        "$SYS/#",
        "$share",
        "ü/+",
        "$share/s/a",
        "$share/s//",
        "$share/s/#",
        "$share/s/+/b",
        "$shared/+",
    ] {
        assert!(is_valid_filter(filter), "{filter}");
    }
    for filter in [
        "",
        "a#",
        "#a",
        "#/",
        "#/a",
        "a/#/b",
        "##",
        "a+",
        "+a",
        "a/b+",
        "++",
        "+#",
        "$share/",
        "$share//a",
        "$share/s",
        "$share/s/",
        "$share/+/a",
        "$share/#/a",
        "$share/s+/a",
        "$share/s/a#",
        "$share/s/#/b",
    ] {
        assert!(!is_valid_filter(filter), "{filter}");
    }
}
