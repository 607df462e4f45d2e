//! PINGREQ, DISCONNECT, and how connections end.

use crate::support::packet::{
    Connect, DISCONNECT, PINGREQ, PINGRESP, Publish, disconnect_with, subscribe,
};
use crate::support::peer::Peer;
use crate::support::{SERVER, Server, V5, VERSIONS, client_id, topic};

#[test]
fn pingreq_is_answered_by_pingresp() {
    for version in VERSIONS {
        let mut peer = Peer::new(version);
        for _ in 0..3 {
            peer.send(&PINGREQ);
            peer.expect(&PINGRESP);
        }
        peer.send(&PINGREQ.repeat(3));
        for _ in 0..3 {
            peer.expect(&PINGRESP);
        }
    }
}

#[test]
fn disconnect_closes_without_an_answer() {
    for version in VERSIONS {
        let mut peer = Peer::new(version);
        peer.send(&DISCONNECT);
        peer.closed();
    }
    for packet in [
        disconnect_with(0, &[]),
        vec![0xe0, 1, 0],
        disconnect_with(4, &[]),
    ] {
        let mut peer = Peer::new(V5);
        peer.send(&packet);
        peer.closed();
    }
}

#[test]
fn nothing_is_done_after_disconnect() {
    for version in VERSIONS {
        let (topic, mut watcher) = (topic(), Peer::new(version));
        watcher.subscribe(&topic, 0);
        let mut peer = Peer::new(version);
        let publish = |payload| Publish::new(version, &topic, payload).bytes();
        let packets = [publish("before"), DISCONNECT.to_vec(), publish("after")];
        peer.send(&packets.concat());
        peer.closed();
        watcher.receives(&["before"]);
        Peer::new(version).publish(&topic, "fence", 0);
        watcher.receives(&["fence"]);
    }
}

#[test]
fn nothing_follows_the_brokers_disconnect() {
    let (topic, mut peer) = (topic(), Peer::new(V5));
    peer.subscribe(&topic, 0);
    let packets = [
        vec![0x36, 3, 0, 0, 0],
        subscribe(V5, 1, &[("lamps/x", 0)]),
        PINGREQ.to_vec(),
    ];
    peer.send(&packets.concat());
    Peer::new(V5).publish(&topic, "late", 1);
    // One message may have been on its way before.
    let mut packet = peer.packet();
    if packet[0] == 0x30 {
        packet = peer.packet();
    }
    assert_eq!((packet[0], packet[2]), (0xe0, 0x81));
    peer.closed();
}

#[test]
fn no_disconnect_comes_before_connack() {
    let mut peer = Peer::open(V5);
    peer.send(&disconnect_with(0, &[]));
    peer.closed();
    let mut connect = Connect::new(V5, client_id());
    connect.flags |= 1;
    let mut peer = Peer::open(V5);
    peer.send(&connect.bytes());
    while let Some(packet) = peer.next() {
        assert_eq!(packet[0], 0x20);
    }
}

#[test]
fn a_stopping_server_says_so() {
    let server = Server::start();
    let mut peers = VERSIONS
        .map(|version| Peer::connect_at(server.address(), &Connect::new(version, client_id())).0);
    server.stop();
    for peer in &mut peers {
        peer.disconnected(&[0x8b]);
    }
    assert!(std::net::TcpStream::connect(server.address()).is_err());
    assert!(std::net::TcpStream::connect(SERVER.address()).is_ok());
}
