//! Packets of the server, byte for byte.

use super::super::{
    Acknowledgement, AcknowledgementKind, Connack, Publication, Reason, Version, acknowledge,
    connack, disconnect, pingresp, publication_length, publish, suback, unsuback,
};

const BOTH: [Version; 2] = [Version::V311, Version::V5];

/// Returns what is appended, and checks that what was there before is kept.
fn appended(append: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = b"before".to_vec();
    append(&mut out);
    assert!(out.starts_with(b"before"));
    out.split_off(6)
}

const CONNACK: Connack<'_> = Connack {
    version: Version::V5,
    session_present: false,
    reason: Reason::SUCCESS,
    session_expiry: None,
    maximum_packet_size: None,
    topic_alias_maximum: 0,
    reason_string: None,
};

fn connack_bytes(packet: &Connack<'_>) -> Vec<u8> {
    appended(|out| connack(out, packet))
}

#[test]
fn connack_of_version_3() {
    for (reason, code) in [
        (Reason::SUCCESS, 0),
        (Reason::UNSUPPORTED_PROTOCOL_VERSION, 1),
        (Reason::CLIENT_IDENTIFIER_NOT_VALID, 2),
        (Reason::SERVER_UNAVAILABLE, 3),
        (Reason::SERVER_SHUTTING_DOWN, 3),
        (Reason::QUOTA_EXCEEDED, 3),
        (Reason::UNSPECIFIED_ERROR, 3),
        (Reason::BAD_USER_NAME_OR_PASSWORD, 4),
        (Reason::NOT_AUTHORIZED, 5),
        (Reason::TOPIC_NAME_INVALID, 5),
    ] {
        let packet = Connack {
            version: Version::V311,
            session_present: true,
            reason,
            session_expiry: Some(1),
            reason_string: Some("left out"),
            ..CONNACK
        };
        let present = u8::from(code == 0);
        assert_eq!(connack_bytes(&packet), [0x20, 2, present, code]);
    }
}

#[test]
fn connack_of_version_5() {
    assert_eq!(connack_bytes(&CONNACK), b"\x20\x03\0\0\0");
    let refusal = Connack {
        session_present: true,
        reason: Reason::NOT_AUTHORIZED,
        ..CONNACK
    };
    assert_eq!(connack_bytes(&refusal), b"\x20\x03\0\x87\0");
    let with_all = Connack {
        session_present: true,
        session_expiry: Some(0x0102),
        maximum_packet_size: Some(0x0304),
        topic_alias_maximum: 1,
        reason_string: Some("r"),
        ..CONNACK
    };
    let expected = b"\x20\x14\x01\0\x11\x11\0\0\x01\x02\x27\0\0\x03\x04\x22\0\x01\x1f\0\x01r";
    assert_eq!(connack_bytes(&with_all), expected);
}

#[test]
fn long_reason_strings_are_cut_between_characters() {
    let long = "ü".repeat(200);
    let even = appended(|out| disconnect(out, Reason::UNSPECIFIED_ERROR, Some(&long)));
    assert_eq!(even[..9], *b"\xe0\x86\x02\x80\x83\x02\x1f\x01\x00");
    assert_eq!(even[9..], long.as_bytes()[..256]);
    let long = format!("a{long}");
    let odd = appended(|out| disconnect(out, Reason::UNSPECIFIED_ERROR, Some(&long)));
    assert_eq!(odd[..9], *b"\xe0\x85\x02\x80\x82\x02\x1f\x00\xff");
    assert_eq!(odd[9..], long.as_bytes()[..255]);
}

const PUBLICATION: Publication<'_> = Publication {
    version: Version::V311,
    dup: false,
    qos: 0,
    retain: false,
    topic: "a/b",
    id: 0,
    message_expiry: Some(0x0102),
    subscription_ids: &[1, 300],
    properties: b"\x01\x01",
    payload: b"xy",
};

#[test]
fn publish_of_both_versions() {
    let at_least_once = Publication {
        dup: true,
        qos: 1,
        retain: true,
        id: 0x0304,
        ..PUBLICATION
    };
    let version_5 = Publication {
        version: Version::V5,
        ..at_least_once
    };
    let plain = Publication {
        version: Version::V5,
        message_expiry: None,
        subscription_ids: &[],
        properties: b"",
        dup: true,
        ..PUBLICATION
    };
    for (publication, expected) in [
        (PUBLICATION, &b"\x30\x07\0\x03a/bxy"[..]),
        (at_least_once, b"\x3b\x09\0\x03a/b\x03\x04xy"),
        (plain, b"\x30\x08\0\x03a/b\0xy"),
        (
            version_5,
            b"\x3b\x16\0\x03a/b\x03\x04\x0c\x02\0\0\x01\x02\x0b\x01\x0b\xac\x02\x01\x01xy",
        ),
    ] {
        assert_eq!(appended(|out| publish(out, &publication)), expected);
        assert_eq!(publication_length(&publication), expected.len());
    }
}

#[test]
fn the_length_of_publish_counts_the_bytes_of_the_remaining_length() {
    let payload = vec![0; 2_097_152];
    for (remaining, header) in [
        (127, &b"\x30\x7f"[..]),
        (128, b"\x30\x80\x01"),
        (16_383, b"\x30\xff\x7f"),
        (16_384, b"\x30\x80\x80\x01"),
        (2_097_151, b"\x30\xff\xff\x7f"),
        (2_097_152, b"\x30\x80\x80\x80\x01"),
    ] {
        let publication = Publication {
            payload: &payload[5..remaining],
            ..PUBLICATION
        };
        let bytes = appended(|out| publish(out, &publication));
        assert_eq!(bytes[..header.len()], *header);
        assert_eq!(bytes.len(), header.len() + remaining);
        assert_eq!(publication_length(&publication), bytes.len());
    }
}

#[test]
fn publish_makes_room_once() {
    let topic = "a".repeat(20_000);
    let publication = Publication {
        topic: &topic,
        ..PUBLICATION
    };
    let mut out = Vec::new();
    publish(&mut out, &publication);
    assert_eq!(out.len(), publication_length(&publication));
    assert_eq!(out.capacity(), out.len());
}

#[test]
fn acknowledgements() {
    for (kind, first) in [
        (AcknowledgementKind::Puback, 0x40),
        (AcknowledgementKind::Pubrec, 0x50),
        (AcknowledgementKind::Pubrel, 0x62),
        (AcknowledgementKind::Pubcomp, 0x70),
    ] {
        let bytes = |version, reason| {
            let id = 0x0102;
            appended(|out| acknowledge(out, version, Acknowledgement { kind, id, reason }))
        };
        for version in BOTH {
            assert_eq!(bytes(version, Reason::SUCCESS), [first, 2, 1, 2]);
        }
        let reason = Reason::PACKET_IDENTIFIER_NOT_FOUND;
        assert_eq!(bytes(Version::V311, reason), [first, 2, 1, 2]);
        assert_eq!(bytes(Version::V5, reason), [first, 3, 1, 2, 0x92]);
    }
}

#[test]
fn suback_and_unsuback() {
    let reasons = [Reason(0), Reason(2), Reason::TOPIC_FILTER_INVALID];
    let suback = |version| appended(|out| suback(out, version, 0x0102, &reasons));
    assert_eq!(suback(Version::V311), b"\x90\x05\x01\x02\0\x02\x80");
    assert_eq!(suback(Version::V5), b"\x90\x06\x01\x02\0\0\x02\x8f");
    let reasons = [Reason::SUCCESS, Reason::NO_SUBSCRIPTION_EXISTED];
    let unsuback = |version| appended(|out| unsuback(out, version, 0x0102, &reasons));
    assert_eq!(unsuback(Version::V311), b"\xb0\x02\x01\x02");
    assert_eq!(unsuback(Version::V5), b"\xb0\x05\x01\x02\0\0\x11");
}

#[test]
fn pingresp_and_disconnect() {
    assert_eq!(appended(pingresp), b"\xd0\0");
    let disconnect = |reason, string| appended(|out| disconnect(out, reason, string));
    assert_eq!(disconnect(Reason::SUCCESS, None), b"\xe0\0");
    let reason = Reason::SESSION_TAKEN_OVER;
    assert_eq!(disconnect(reason, None), b"\xe0\x01\x8e");
    assert_eq!(
        disconnect(reason, Some("r")),
        b"\xe0\x06\x8e\x04\x1f\0\x01r"
    );
}
