//! CONNECT packets that are taken.

use super::super::packet::Will;
use super::super::{Connect, Decoded, ForwardedProperties, Version, decode_connect};
use super::{LIMIT, framed};

fn assert_connect(body: &[u8], expected: &Connect<'_>) {
    let bytes = framed(0x10, body);
    for end in 0..bytes.len() {
        let found = decode_connect(&bytes[..end], LIMIT);
        assert!(matches!(found, Ok(Decoded::Incomplete)), "{end}");
    }
    let Ok(Decoded::Packet(connect, length)) = decode_connect(&bytes, bytes.len()) else {
        panic!("{bytes:02x?}");
    };
    assert!(connect == *expected, "{bytes:02x?}");
    assert_eq!(length, bytes.len());
}

const PLAIN: Connect<'_> = Connect {
    version: Version::V311,
    client_id: "c",
    clean_start: true,
    keep_alive: 60,
    user_name: None,
    password: None,
    will: None,
    session_expiry: 0,
    receive_maximum: u16::MAX,
    maximum_packet_size: u32::MAX,
    request_problem_information: true,
    authentication_method: None,
};

const WILL: Will<'_> = Will {
    topic: "w",
    payload: b"\0\xff",
    qos: 2,
    retain: true,
    delay: 0,
    message_expiry: None,
    properties: ForwardedProperties { all: b"" },
};

#[test]
fn connect_of_version_3() {
    assert_connect(b"\0\x04MQTT\x04\x02\0\x3c\0\x01c", &PLAIN);
    let kept = Connect {
        clean_start: false,
        session_expiry: u32::MAX,
        ..PLAIN
    };
    assert_connect(b"\0\x04MQTT\x04\0\0\x3c\0\x01c", &kept);
    let nameless = Connect {
        client_id: "",
        ..PLAIN
    };
    assert_connect(b"\0\x04MQTT\x04\x02\0\x3c\0\0", &nameless);
    let with_all = Connect {
        user_name: Some("ü"),
        password: Some(b"\0p"),
        will: Some(WILL),
        ..PLAIN
    };
    let body = b"\0\x04MQTT\x04\xf6\0\x3c\0\x01c\0\x01w\0\x02\0\xff\0\x02\xc3\xbc\0\x02\0p";
    assert_connect(body, &with_all);
}

#[test]
fn connect_of_version_5() {
    let plain = Connect {
        version: Version::V5,
        ..PLAIN
    };
    assert_connect(b"\0\x04MQTT\x05\x02\0\x3c\0\0\x01c", &plain);
    let with_password = Connect {
        password: Some(b"p"),
        client_id: "",
        clean_start: false,
        ..plain
    };
    assert_connect(b"\0\x04MQTT\x05\x40\0\x3c\0\0\0\0\x01p", &with_password);
}

#[test]
fn connect_of_version_5_with_properties() {
    let expected = Connect {
        version: Version::V5,
        session_expiry: 0x0102_0304,
        receive_maximum: 7,
        maximum_packet_size: 0x100,
        request_problem_information: false,
        authentication_method: Some("m"),
        will: Some(Will {
            delay: 5,
            message_expiry: Some(6),
            properties: ForwardedProperties {
                all: b"\x18\0\0\0\x05\x01\x01\x02\0\0\0\x06",
            },
            ..WILL
        }),
        ..PLAIN
    };
    let body = [
        &b"\0\x04MQTT\x05\x36\0\x3c"[..],
        b"\x28\x11\x01\x02\x03\x04\x21\0\x07\x27\0\0\x01\0\x17\0\x19\x01\x22\0\x09",
        b"\x15\0\x01m\x16\0\x01d\x26\0\x01k\0\x01v\x26\0\0\0\0\0\x01c",
        b"\x0c\x18\0\0\0\x05\x01\x01\x02\0\0\0\x06\0\x01w\0\x02\0\xff",
    ];
    assert_connect(&body.concat(), &expected);
}
