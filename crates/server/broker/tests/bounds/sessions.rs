//! Memory for sessions: what one client can pile up, and how many there may be.

use ons_mqtt_broker::{Limits, Refusal};

use crate::support::packet::{
    Connect, DISCONNECT, PUBREL, Publish, acknowledgement, long, property, short, subscribe,
};
use crate::support::peer::{Peer, client_id};
use crate::support::process::{Memory, alone, figure};
use crate::support::server::Server;
use crate::support::{V5, V311};

#[test]
fn an_alias_of_a_topic_that_is_too_long_costs_nothing() {
    alone(
        "sessions::an_alias_of_a_topic_that_is_too_long_costs_nothing",
        || {
            let server = Server::start();
            let before = Memory::now();
            let mut peers = Vec::new();
            for device in 0..50 {
                let mut peer = Peer::new(&server, V5, &format!("d{device}"));
                for alias in 1..=16 {
                    let topic = format!("lamps/{}", "x".repeat(60_000));
                    let publish = Publish::new(V5, topic, "").qos(1, 1);
                    peer.send(
                        &publish
                            .property(&short(property::TOPIC_ALIAS, alias))
                            .bytes(),
                    );
                    let refused = peer.packet().unwrap();
                    assert_eq!((refused[0], refused[4]), (0x40, 0x87));
                }
                peers.push(peer);
            }
            before.expect_at_most(
                8 << 10,
                "50 clients with 16 aliases of topics of 60 000 bytes",
            );
            // The alias is known, as the topic was refused and not the packet.
            let publish = Publish::new(V5, "", "").qos(1, 1);
            let alias = short(property::TOPIC_ALIAS, 16);
            peers[0].send(&publish.property(&alias).bytes());
            assert_eq!(peers[0].packet().unwrap()[4], 0x87);
        },
    );
}

#[test]
fn messages_of_qos_2_that_are_never_released_cost_a_bit_each() {
    alone(
        "sessions::messages_of_qos_2_that_are_never_released_cost_a_bit_each",
        || {
            const CLIENTS: usize = 10;
            let server = Server::start();
            let before = Memory::now();
            let mut peers = Vec::new();
            for device in 0..CLIENTS {
                let mut peer = Peer::kept(&server, V311, &format!("d{device}"));
                for id in 1..=20_000 {
                    peer.send(&Publish::new(V311, "lamps/x", "").qos(2, id).bytes());
                    if id % 500 == 0 {
                        peer.settle();
                    }
                }
                peers.push(peer);
            }
            before.expect_at_most(8 << 10, "10 clients with 20 000 messages each");
            peers[0].send(&acknowledgement(PUBREL, 20_000));
            while peers[0].packet().unwrap()[0] != 0x70 {}
        },
    );
}

#[test]
fn subscriptions_take_what_an_instance_has_for_them() {
    alone(
        "sessions::subscriptions_take_what_an_instance_has_for_them",
        || {
            let limits = Limits {
                session_memory: 16 << 20,
                ..Limits::default()
            };
            let server = Server::with_limits(limits);
            let mut first = Peer::new(&server, V5, "first");
            let before = Memory::now();
            let (mut granted, mut device) = (0, 0);
            loop {
                // 30 filters of 32 levels and 512 bytes, each of which nobody else has.
                let level = |number| format!("{device:06}{number:03}{}", "x".repeat(6));
                let filter = |number| format!("lamps{}", format!("/{}", level(number)).repeat(31));
                let filters: Vec<String> = (0..30).map(filter).collect();
                assert!(filters.iter().all(|filter| filter.len() <= 512));
                let entries: Vec<_> = filters.iter().map(|filter| (&**filter, 0)).collect();
                let connect = Connect::new(V5, client_id(&format!("d{device}"))).kept();
                let (mut peer, code) = Peer::try_connect(&server, &connect);
                device += 1;
                assert!(device < 1_000, "there is no bound");
                if code != 0 {
                    assert_eq!(code, 0x97);
                    break;
                }
                peer.send(&subscribe(V5, 1, &entries));
                let suback = peer.packet().unwrap();
                let codes = &suback[suback.len() - 30..];
                granted += codes.iter().filter(|code| **code == 0).count();
                assert!(codes.iter().all(|code| [0, 0x97].contains(code)));
                peer.send(&DISCONNECT);
                peer.packet();
            }
            figure(&format!(
                "{granted} filters of 32 levels and 512 bytes take 16 MiB"
            ));
            before.expect_at_most(24 << 10, "filters for which 16 MiB are allowed");
            // Those who are there go on.
            first.settle();
            assert_eq!(first.subscribe("lamps/x", 1), 0x97);
            let refused = server.broker.refused();
            let sessions = refused.iter().find(|(of, _)| *of == Refusal::Sessions);
            assert!(sessions.unwrap().1 >= 2);
        },
    );
}

#[test]
fn wills_take_what_an_instance_has_for_sessions() {
    alone(
        "sessions::wills_take_what_an_instance_has_for_sessions",
        || {
            let limits = Limits {
                session_memory: 8 << 20,
                ..Limits::default()
            };
            let server = Server::with_limits(limits);
            let before = Memory::now();
            let mut wills = 0;
            loop {
                let connect = Connect::new(V5, client_id(&format!("d{wills}")));
                let connect = connect.kept().will("lamps/x", &"x".repeat(7_500), 1);
                let connect = connect.will_property(&long(property::WILL_DELAY, 300));
                let (_, code) = Peer::try_connect(&server, &connect);
                if code != 0 {
                    assert_eq!(code, 0x97);
                    break;
                }
                wills += 1;
                assert!(wills < 5_000, "there is no bound");
            }
            figure(&format!("{wills} wills of 7 500 bytes take 8 MiB"));
            before.expect_at_most(16 << 10, "wills for which 8 MiB are allowed");
        },
    );
}

#[test]
fn there_are_as_many_sessions_as_an_instance_may_have() {
    let limits = Limits {
        sessions: 20,
        ..Limits::default()
    };
    let server = Server::with_limits(limits);
    for device in 0..20 {
        let mut peer = Peer::kept(&server, V5, &format!("d{device}"));
        peer.send(&DISCONNECT);
        peer.packet();
    }
    for (version, refused) in [(V311, 3), (V5, 0x97)] {
        let (mut peer, code) =
            Peer::try_connect(&server, &Connect::new(version, client_id("more")));
        assert_eq!(code, refused);
        assert_eq!(peer.packet(), None);
    }
    // Whoever has a session may come back, or end it and so make room.
    Peer::kept(&server, V5, "d7").settle();
    let mut ending = Peer::new(&server, V5, "d8");
    ending.settle();
    ending.send(&DISCONNECT);
    ending.packet();
    server.until("the session has ended", |broker| {
        broker.client(&client_id("d8")).is_none()
    });
    Peer::new(&server, V5, "more").settle();
}

#[test]
fn a_bare_session_takes_what_it_is_charged() {
    alone("sessions::a_bare_session_takes_what_it_is_charged", || {
        const SESSIONS: usize = 2_000;
        let limits = Limits {
            session_memory: 64 << 20,
            ..Limits::default()
        };
        let server = Server::with_limits(limits);
        let before = Memory::now();
        for device in 0..SESSIONS {
            let mut peer = Peer::kept(&server, V311, &format!("d{device}"));
            assert_eq!(peer.subscribe(&format!("lamps/{device}"), 1), 1);
            peer.send(&DISCONNECT);
            peer.packet();
        }
        before.expect_at_most(SESSIONS * 3, "2 000 kept sessions with a subscription each");
    });
}
