//! Memory and disk for messages that wait for those who do not read.

use std::sync::Arc;
use std::time::Duration;

use ons_mqtt_broker::{Limits, Loss, MemoryDisk, Refusal};

use crate::support::V5;
use crate::support::packet::{DISCONNECT, PUBACK, Publish, acknowledgement, user_property};
use crate::support::peer::{Peer, client_id};
use crate::support::process::{Memory, alone, figure};
use crate::support::server::Server;

/// Sends messages of 60 000 bytes to five readers that stall, each on a topic of its own.
fn flood_stalled_readers(qos: u8, message: impl Fn(String) -> Publish, what: &str) {
    let server = Server::start();
    let mut stalled = Vec::new();
    for device in 0..5 {
        let mut peer = Peer::new(&server, V5, &format!("stalled{device}"));
        peer.subscribe(&format!("lamps/own{device}"), qos);
        stalled.push(peer);
    }
    let mut sender = Peer::new(&server, V5, "sender");
    let before = Memory::now();
    for round in 0..400 {
        for device in 0..5 {
            let publish = message(format!("lamps/own{device}")).qos(qos, 1 + round);
            sender.send(&publish.bytes());
        }
        sender.settle();
    }
    before.expect_at_most(96 << 10, what);
}

#[test]
fn stalled_readers_of_large_messages_are_cut_off() {
    alone(
        "queues::stalled_readers_of_large_messages_are_cut_off",
        || {
            flood_stalled_readers(
                1,
                |topic| Publish::new(V5, topic, vec![b'x'; 60_000]),
                "5 stalled readers of 400 messages of 60 000 bytes each, QoS 1",
            );
        },
    );
}

#[test]
fn stalled_readers_of_large_properties_lose_messages_of_qos_0() {
    alone(
        "queues::stalled_readers_of_large_properties_lose_messages_of_qos_0",
        || {
            let property = user_property("k", &"v".repeat(60_000));
            flood_stalled_readers(
                0,
                |topic| Publish::new(V5, topic, "x").property(&property),
                "5 stalled readers of 400 messages with properties of 60 000 bytes each, QoS 0",
            );
        },
    );
}

#[test]
fn many_stalled_readers_of_small_messages_take_what_an_instance_has() {
    alone(
        "queues::many_stalled_readers_of_small_messages_take_what_an_instance_has",
        || {
            let limits = Limits {
                message_memory: 3 << 20,
                retained_bytes: 1 << 20,
                ..Limits::default()
            };
            let server = Server::with_limits(limits);
            let mut healthy = Peer::new(&server, V5, "healthy");
            healthy.subscribe("lamps/other", 1);
            let mut stalled = Vec::new();
            for device in 0..150 {
                let mut peer = Peer::new(&server, V5, &format!("stalled{device}"));
                peer.subscribe("lamps/x", 1);
                stalled.push(peer);
            }
            let mut sender = Peer::new(&server, V5, "sender");
            let before = Memory::now();
            for number in 0..4_000_u16 {
                sender.send(&Publish::new(V5, "lamps/x", "x").qos(1, 1 + number).bytes());
                if number % 50 == 49 {
                    sender.settle();
                }
            }
            before.expect_at_most(
                24 << 10,
                "150 stalled readers of 4 000 small messages, for which 4 MiB are allowed",
            );
            server.until("there is memory again", |broker| {
                let refused = broker.refused();
                let slow = refused.iter().find(|(of, _)| *of == Refusal::SlowReader);
                slow.unwrap().1 > 0
            });
            // Whoever reads is served.
            sender.send(&Publish::new(V5, "lamps/other", "for you").qos(0, 0).bytes());
            sender.settle();
            assert!(healthy.packet().unwrap().ends_with(b"for you"));
        },
    );
}

#[test]
fn sessions_that_are_offline_take_what_an_instance_has_on_disk() {
    alone(
        "queues::sessions_that_are_offline_take_what_an_instance_has_on_disk",
        || {
            let limits = Limits {
                session_messages: 5_000,
                kept_messages: 20_000,
                ..Limits::default()
            };
            let server = Server::with_limits(limits);
            for device in 0..10 {
                let mut peer = Peer::kept(&server, V5, &format!("d{device}"));
                peer.send(&DISCONNECT);
                peer.packet();
            }
            let mut sender = Peer::new(&server, V5, "sender");
            let before = Memory::now();
            let mut send = |device: usize, messages: u16| {
                let topic = format!("lamps/p2p/{}", client_id(&format!("d{device}")));
                for id in 1..=messages {
                    sender.send(
                        &Publish::new(V5, &*topic, "x".repeat(500))
                            .qos(1, id)
                            .bytes(),
                    );
                    if id % 100 == 0 {
                        sender.settle();
                    }
                }
            };
            send(9, 1_000);
            for device in 0..9 {
                send(device, 6_000);
            }
            let (session, instance) = (
                server.lost(Loss::SessionBound),
                server.lost(Loss::InstanceBound),
            );
            figure(&format!(
                "of 55 000 messages to 10 sessions, {session} went beyond 5 000 per session, \
                 {instance} beyond 20 000 in all"
            ));
            // A hundredth more is dropped at once, so that not each message looks for room.
            let held = 55_000 - session - instance;
            assert!((19_800..=20_000).contains(&held), "{held} are held");
            before.expect_at_most(16 << 10, "20 000 messages on disk");
        },
    );
}

#[test]
fn a_burst_leaves_no_memory_with_those_who_received_it() {
    alone(
        "queues::a_burst_leaves_no_memory_with_those_who_received_it",
        || {
            let server = Server::start();
            let mut readers = Vec::new();
            for device in 0..100 {
                let mut peer = Peer::new(&server, V5, &format!("d{device}"));
                peer.subscribe("lamps/#", 0);
                readers.push(peer);
            }
            let mut sender = Peer::new(&server, V5, "sender");
            sender.give_up_after(Duration::from_secs(20));
            let before = Memory::now();
            let burst = Publish::new(V5, "lamps/x", "x").bytes().repeat(1_500);
            sender.send(&burst);
            sender.settle();
            for peer in &mut readers {
                for _ in 0..1_500 {
                    peer.packet().unwrap();
                }
                peer.settle();
            }
            let grown = before.grown();
            figure(&format!(
                "100 readers of a burst of 1 500 messages: {grown} KiB more afterwards, {} KiB at the peak",
                before.peak()
            ));
            assert!(grown < 8 << 10, "{grown} KiB");
        },
    );
}

#[test]
fn sessions_that_never_acknowledge_what_is_read_from_disk_take_what_an_instance_has() {
    alone(
        "queues::sessions_that_never_acknowledge_what_is_read_from_disk_take_what_an_instance_has",
        || {
            const MESSAGES: usize = 30;
            let limits = Limits {
                message_memory: 3 << 20,
                retained_bytes: 1 << 20,
                ..Limits::default()
            };
            let server = Server::with_disk(Arc::new(MemoryDisk::default()), limits);
            for device in 0..60 {
                let mut peer = Peer::kept(&server, V5, &format!("d{device}"));
                assert_eq!(peer.subscribe("lamps/x", 1), 1);
                peer.send(&DISCONNECT);
                peer.packet();
            }
            // They are on disk once for all.
            let mut sender = Peer::new(&server, V5, "sender");
            for id in 1..=MESSAGES {
                let publish = Publish::new(V5, "lamps/x", vec![id as u8; 60_000]);
                sender.send(&publish.qos(1, id as u16).bytes());
                assert_eq!(sender.packet().unwrap()[0], PUBACK);
            }
            let before = Memory::now();
            let mut stalled = Vec::new();
            for device in 1..60 {
                stalled.push(Peer::kept(&server, V5, &format!("d{device}")));
            }
            let mut healthy = Peer::kept(&server, V5, "d0");
            for id in 1..=MESSAGES {
                let message = healthy.packet().unwrap();
                assert!(message.ends_with(&[id as u8; 100]), "message {id}");
                // Behind a topic of 7 bytes and its length, and a head of 4 bytes.
                let packet_id = u16::from_be_bytes([message[13], message[14]]);
                healthy.send(&acknowledgement(PUBACK, packet_id));
            }
            before.expect_at_most(
                32 << 10,
                "59 sessions that never acknowledge 30 messages of 60 000 bytes, with 4 MiB for messages",
            );
        },
    );
}
