//! Wills: when they are published, and how.

use std::thread::sleep;
use std::time::Duration;

use crate::support::packet::{
    Connect, DISCONNECT, Version, WILL_RETAIN, byte, disconnect_with, long, property, string,
    user_property,
};
use crate::support::peer::Peer;
use crate::support::watchers::Watchers;
use crate::support::{V5, V311, VERSIONS, client_id, topic};

struct Scene {
    topic: String,
    watcher: Peer,
    id: String,
}

impl Scene {
    fn new(version: Version) -> Self {
        let (topic, mut watcher) = (topic(), Peer::new(version));
        watcher.subscribe(&topic, 2);
        Self {
            topic,
            watcher,
            id: client_id(),
        }
    }

    fn connect(&self, version: Version) -> Connect {
        Connect::new(version, &self.id).will(&self.topic, "will", 1)
    }

    fn will_came(&mut self) {
        self.watcher.receives(&["will"]);
        self.watcher.silent();
    }

    fn will_stayed_away(&mut self) {
        Peer::new(V311).publish(&self.topic, "fence", 1);
        self.watcher.receives(&["fence"]);
        self.watcher.silent();
    }
}

#[test]
fn a_will_is_published_when_the_connection_just_ends() {
    for version in VERSIONS {
        let mut scene = Scene::new(version);
        Peer::connect(&scene.connect(version)).vanish();
        scene.will_came();
        // Once.
        Peer::connect(&Connect::new(version, &scene.id)).vanish();
        scene.will_stayed_away();
    }
}

#[test]
fn a_will_is_published_when_the_client_breaks_the_protocol() {
    for version in VERSIONS {
        let mut scene = Scene::new(version);
        let mut peer = Peer::connect(&scene.connect(version));
        peer.send(&[0x36, 2, 0, 0]);
        peer.disconnected(&[0x81]);
        scene.will_came();
    }
}

#[test]
fn a_will_is_published_when_the_client_is_silent() {
    for version in VERSIONS {
        let mut scene = Scene::new(version);
        let mut peer = Peer::connect(&scene.connect(version).keep_alive(1));
        peer.disconnected(&[0x8d]);
        scene.will_came();
    }
}

#[test]
fn a_will_is_dropped_by_disconnect() {
    for version in VERSIONS {
        let mut scene = Scene::new(version);
        Peer::connect(&scene.connect(version)).disconnect();
        scene.will_stayed_away();
        let mut peer = Peer::connect(&scene.connect(version));
        peer.send(&DISCONNECT);
        drop(peer);
        scene.will_stayed_away();
    }
    let mut scene = Scene::new(V5);
    let mut peer = Peer::connect(&scene.connect(V5));
    peer.send(&disconnect_with(0, &[]));
    peer.closed();
    scene.will_stayed_away();
}

#[test]
fn disconnect_may_ask_for_the_will() {
    for reason in [0x04, 0x80, 0x81, 0x82, 0x83, 0x97, 0x99] {
        let mut scene = Scene::new(V5);
        let mut peer = Peer::connect(&scene.connect(V5));
        peer.send(&disconnect_with(reason, &[]));
        peer.closed();
        scene.will_came();
    }
}

#[test]
fn a_will_is_published_when_the_connection_is_taken_over() {
    for version in VERSIONS {
        for kept in [false, true] {
            let mut scene = Scene::new(version);
            let keep = |connect: Connect| if kept { connect.kept() } else { connect };
            let mut old = Peer::connect(&keep(scene.connect(version)));
            let mut new = Peer::connect(&keep(Connect::new(version, &scene.id)));
            old.disconnected(&[0x8e]);
            scene.will_came();
            new.disconnect();
            scene.will_stayed_away();
        }
    }
}

#[test]
fn a_will_of_a_refused_connection_is_never_published() {
    for version in VERSIONS {
        let mut scene = Scene::new(version);
        let mut connect = scene.connect(version);
        connect.password = Some(b"wrong".to_vec());
        let mut peer = Peer::open(version);
        peer.send(&connect.bytes());
        while peer.next().is_some() {}
        scene.will_stayed_away();
        let foreign = Connect::new(version, &scene.id).will("foreign/x", "will", 0);
        let mut peer = Peer::open(version);
        peer.send(&foreign.bytes());
        let packet = peer.packet();
        assert!(packet[3] > 0, "{packet:02x?}");
        peer.closed();
    }
}

#[test]
fn a_will_has_its_quality_and_flag() {
    for version in VERSIONS {
        for qos in 0..=2 {
            for flag in [0, WILL_RETAIN] {
                let mut scene = Scene::new(version);
                let mut watchers = Watchers::of(&scene.topic);
                let connect = Connect::new(version, &scene.id).will(&scene.topic, "will", qos);
                Peer::connect(&connect.flags(flag)).vanish();
                watchers.receive("will");
                let will = scene.watcher.receive();
                assert_eq!((will.text(), will.qos, will.retain), ("will", qos, false));
                let mut late = Peer::new(version);
                late.subscribe(&scene.topic, 2);
                if flag > 0 {
                    let will = late.receive();
                    assert_eq!((will.text(), will.qos, will.retain), ("will", qos, true));
                }
                late.silent();
            }
        }
    }
}

#[test]
fn an_empty_will_is_a_will() {
    for version in VERSIONS {
        let mut scene = Scene::new(version);
        Peer::connect(&Connect::new(version, &scene.id).will(&scene.topic, "", 1)).vanish();
        assert_eq!(scene.watcher.receive().text(), "");
    }
}

#[test]
fn a_will_carries_its_properties() {
    let mut scene = Scene::new(V5);
    let properties = [
        byte(property::PAYLOAD_FORMAT, 1),
        long(property::MESSAGE_EXPIRY, 60),
        string(property::CONTENT_TYPE, "t"),
        string(property::RESPONSE_TOPIC, "doors/x"),
        string(property::CORRELATION_DATA, [9]),
        user_property("b", "1"),
        user_property("a", "2"),
        user_property("b", "1"),
    ];
    let connect = scene.connect(V5).will_property(&properties.concat());
    let connect = connect.will_property(&long(property::WILL_DELAY, 0));
    Peer::connect(&connect).vanish();
    let will = scene.watcher.receive();
    // Without the delay, which is no part of the message.
    assert_eq!(will.properties.len(), properties.len());
    let pairs: Vec<u8> = will
        .properties
        .iter()
        .filter(|(id, _)| *id == property::USER_PROPERTY)
        .flat_map(|(_, pair)| [pair[2], *pair.last().unwrap()])
        .collect();
    assert_eq!(pairs, b"b1a2b1");
    assert_eq!(
        will.property(property::RESPONSE_TOPIC),
        Some(&b"doors/x"[..])
    );
}

fn delayed(scene: &Scene, seconds: u32, session: u32) -> Connect {
    let connect = scene
        .connect(V5)
        .will_property(&long(property::WILL_DELAY, seconds));
    let mut connect = connect.property(&long(property::SESSION_EXPIRY, session));
    connect.flags &= !2;
    connect
}

#[test]
fn a_delayed_will_waits() {
    let mut scene = Scene::new(V5);
    Peer::connect(&delayed(&scene, 1, 60)).vanish();
    scene.will_stayed_away();
    scene.will_came();
}

#[test]
fn a_delayed_will_is_dropped_when_the_client_comes_back() {
    let mut scene = Scene::new(V5);
    let id = scene.id.clone();
    Peer::connect(&delayed(&scene, 1, 60)).vanish();
    let mut peer = Peer::connect(&Connect::new(V5, &id).kept());
    sleep(Duration::from_millis(2200));
    scene.will_stayed_away();
    // A takeover drops it too.
    drop(peer);
    peer = Peer::connect(&delayed(&scene, 1, 60));
    let mut next = Peer::connect(&Connect::new(V5, &id).kept());
    peer.disconnected(&[0x8e]);
    sleep(Duration::from_millis(2200));
    next.silent();
    scene.will_stayed_away();
}

#[test]
fn a_delayed_will_is_published_when_its_session_ends() {
    // By its expiry.
    let mut scene = Scene::new(V5);
    Peer::connect(&delayed(&scene, 600, 1)).vanish();
    scene.will_came();
    let mut scene = Scene::new(V5);
    Peer::connect(&delayed(&scene, 600, 0)).vanish();
    scene.will_came();
    // By a clean start, after the connection and instead of it.
    let mut scene = Scene::new(V5);
    Peer::connect(&delayed(&scene, 600, 600)).vanish();
    Peer::connect(&Connect::new(V5, &scene.id)).silent();
    scene.will_came();
    let mut scene = Scene::new(V5);
    let mut peer = Peer::connect(&delayed(&scene, 600, 600));
    Peer::connect(&Connect::new(V5, &scene.id)).silent();
    peer.disconnected(&[0x8e]);
    scene.will_came();
}
