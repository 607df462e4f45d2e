//! Limits of the broker, stated in CONNACK or in its documents.

use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::disk::{Forgetful, Trouble};
use crate::support::packet::{Connect, PUBACK, Publish, property, subscribe, user_property};
use crate::support::peer::Peer;
use crate::support::received::Connack;
use crate::support::{SERVER, Server, V5, V311, VERSIONS, client_id, topic};

/// 64 KiB of payload, and 4 KiB for topic and properties.
const MAX_PACKET: usize = 68 << 10;

#[test]
fn the_largest_packet_passes_and_a_larger_one_closes() {
    for version in VERSIONS {
        let topic = topic();
        let mut peer = Peer::new(version);
        peer.subscribe(&topic, 0);
        let empty = Publish::new(version, &topic, "").bytes().len();
        // The length needs two more bytes than with an empty payload.
        let fits = MAX_PACKET - empty - 2;
        let packet = |length| Publish::new(version, &topic, "x".repeat(length)).bytes();
        assert_eq!(packet(fits).len(), MAX_PACKET);
        let mut publisher = Peer::new(version);
        publisher.send(&packet(fits));
        assert_eq!(peer.packet().len(), MAX_PACKET);
        publisher.try_send(&packet(fits + 1)[..MAX_PACKET]);
        publisher.disconnected(&[0x95]);
    }
}

#[test]
fn a_packet_that_is_too_large_is_refused_by_its_head() {
    for version in VERSIONS {
        let mut peer = Peer::new(version);
        // 256 MiB, of which nothing has to come.
        peer.send(&[0x30, 0xff, 0xff, 0xff, 0x7f]);
        peer.disconnected(&[0x95]);
    }
}

#[test]
fn the_maximum_is_announced() {
    let connect = Connect::new(V5, client_id());
    let (_, connack) = Peer::connect_at(SERVER.address(), &connect);
    let expected = u32::try_from(MAX_PACKET).unwrap().to_be_bytes();
    let announced = connack.property(property::MAXIMUM_PACKET_SIZE);
    assert_eq!(announced, Some(&expected[..]));
}

#[test]
fn a_connect_has_at_most_8_kib() {
    let with = |length: usize| {
        let connect = Connect::new(V5, client_id());
        connect.property(&user_property("a", &"x".repeat(length)))
    };
    Peer::connect(&with(7000)).silent();
    let mut peer = Peer::open(V5);
    peer.send(&with(8200).bytes());
    if let Some(packet) = peer.next() {
        assert_eq!(Connack::parse(&packet).reason, 0x95);
        peer.closed();
    }
    // The head is enough.
    let mut peer = Peer::open(V311);
    peer.send(&[0x10, 0x81, 0x40]);
    peer.closed();
}

#[test]
fn a_connection_without_connect_is_closed_after_10_seconds() {
    let began = Instant::now();
    let mut silent = Peer::open(V311);
    let mut slow = Peer::open(V5);
    let mut browser = Peer::open_at(SERVER.websocket_address(), V311);
    let connect = Connect::new(V5, client_id()).bytes();
    for byte in &connect[..10] {
        slow.send(&[*byte]);
        sleep(Duration::from_millis(500));
    }
    for peer in [&mut silent, &mut slow, &mut browser] {
        peer.closed();
        assert!(began.elapsed() < Duration::from_secs(13));
    }
    assert!(began.elapsed() > Duration::from_secs(5));
}

#[test]
fn a_publisher_of_3_1_1_is_closed_if_the_disk_is_full_for_10_seconds() {
    let disk = Arc::new(Forgetful::default());
    let server = Server::with_disk(Arc::clone(&disk) as _);
    let connect = Connect::new(V311, client_id());
    let (mut peer, _) = Peer::connect_at(server.address(), &connect);
    disk.set(Trouble::Full);
    let began = Instant::now();
    let publish = |id| Publish::new(V311, topic(), "x").retain().qos(1, id).bytes();
    peer.send(&[publish(1), publish(2)].concat());
    peer.closed();
    let waited = began.elapsed();
    assert!(waited >= Duration::from_secs(10), "{waited:?}");
    assert!(waited < Duration::from_secs(13), "{waited:?}");
}

#[test]
fn a_client_has_at_most_30_subscriptions() {
    for version in VERSIONS {
        let filters: Vec<String> = (0..30).map(|n| format!("lamps/{n}")).collect();
        let entries: Vec<(&str, u8)> = filters.iter().map(|filter| (&**filter, 0)).collect();
        let mut peer = Peer::new(version);
        peer.send(&subscribe(version, 1, &entries));
        assert_eq!(peer.suback(1), [0; 30]);
        peer.send(&subscribe(version, 2, &[("lamps/more", 0)]));
        let refused = if version.is_5() { 0x97 } else { 0x80 };
        assert_eq!(peer.suback(2), [refused]);
        // One that it has may be replaced.
        peer.subscribe("lamps/7", 1);
    }
}

#[test]
fn a_subscribe_has_at_most_30_filters() {
    for version in VERSIONS {
        let mut peer = Peer::new(version);
        // Equal filters are one subscription, but each of them is work.
        peer.send(&subscribe(version, 1, &vec![("lamps/x", 0); 1000]));
        match peer.next() {
            Some(packet) if packet[0] == 0x90 => {
                let codes = &packet[packet.len() - 1000..];
                assert!(codes[30..].iter().all(|code| *code >= 0x80), "{codes:02x?}");
                peer.silent();
            }
            Some(packet) => {
                assert!(version.is_5() && packet[0] == 0xe0, "{packet:02x?}");
                peer.closed();
            }
            None => assert!(!version.is_5()),
        }
    }
}

#[test]
fn a_full_queue_of_qos_0_costs_nobody_else_anything() {
    // The peer reads nothing; the publisher and another subscriber go on.
    let topic = topic();
    let mut stalled = Peer::new(V311);
    stalled.subscribe(&topic, 0);
    let mut other = Peer::new(V311);
    other.subscribe(&topic, 1);
    let mut publisher = Peer::new(V311);
    let payload = "x".repeat(60_000);
    for id in 1..=300 {
        publisher.send(&Publish::new(V311, &topic, &payload).qos(1, id).bytes());
        assert_eq!(publisher.acknowledged(PUBACK, id), 0);
        assert_eq!(other.receive().payload.len(), payload.len());
    }
}
