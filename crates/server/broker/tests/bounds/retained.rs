//! Memory for retained messages, and for those who ask for all of them.

use ons_mqtt_broker::{Limits, Refusal};

use crate::support::V5;
use crate::support::packet::{Publish, subscribe, user_property};
use crate::support::peer::Peer;
use crate::support::process::{Memory, alone};
use crate::support::server::Server;

fn not_retained(server: &Server) -> u64 {
    let refused = server.broker.refused();
    let retained = refused.iter().find(|(of, _)| *of == Refusal::Retained);
    retained.unwrap().1
}

#[test]
fn user_properties_count_as_retained_bytes() {
    alone("retained::user_properties_count_as_retained_bytes", || {
        let server = Server::start();
        let mut peer = Peer::new(&server, V5, "a");
        let before = Memory::now();
        let property = user_property("k", &"v".repeat(60_000));
        for number in 0..3_000 {
            let publish = Publish::new(V5, format!("lamps/{number}"), "x").retain();
            peer.send(&publish.property(&property).bytes());
            if number % 100 == 99 {
                peer.settle();
            }
        }
        assert!((1_800..2_000).contains(&not_retained(&server)));
        before.expect_at_most(
            128 << 10,
            "3 000 retained messages with properties of 60 000 bytes",
        );
        let publish = Publish::new(V5, "lamps/more", "x").retain().qos(1, 1);
        peer.send(&publish.property(&property).bytes());
        assert_eq!(peer.packet().unwrap()[4], 0x97);
    });
}

#[test]
fn deep_topics_count_as_retained_bytes() {
    alone("retained::deep_topics_count_as_retained_bytes", || {
        let server = Server::start();
        let mut peer = Peer::new(&server, V5, "a");
        let before = Memory::now();
        for number in 0..120_000 {
            let topic = format!("lamps/{number:06}{}", "/x".repeat(30));
            peer.send(&Publish::new(V5, topic, "x").retain().bytes());
            if number % 1_000 == 999 {
                peer.settle();
            }
        }
        assert_eq!(not_retained(&server), 20_000);
        before.expect_at_most(
            96 << 10,
            "120 000 retained messages of 32 levels and one byte",
        );
    });
}

#[test]
fn all_retained_messages_again_and_again_are_sent_as_the_client_reads() {
    alone(
        "retained::all_retained_messages_again_and_again_are_sent_as_the_client_reads",
        || {
            let limits = Limits {
                retained_messages: 20_000,
                ..Limits::default()
            };
            let server = Server::with_limits(limits);
            let mut peer = Peer::new(&server, V5, "a");
            for number in 0..20_000 {
                peer.send(
                    &Publish::new(V5, format!("lamps/{number}"), "x")
                        .retain()
                        .bytes(),
                );
                if number % 1_000 == 999 {
                    peer.settle();
                }
            }
            let before = Memory::now();
            let mut asking = Vec::new();
            for device in 0..5 {
                let mut peer = Peer::new(&server, V5, &format!("d{device}"));
                // One filter 6 500 times, and 30 filters that match everything; nothing is read.
                peer.send(&subscribe(V5, 1, &vec![("lamps/#", 0); 6_500]));
                let filters: Vec<_> = (1..=30)
                    .map(|shares| format!("lamps{}", "/+".repeat(shares)))
                    .collect();
                let filters: Vec<_> = filters.iter().map(|filter| (&**filter, 1)).collect();
                peer.send(&subscribe(V5, 2, &filters));
                asking.push(peer);
            }
            peer.settle();
            before.expect_at_most(
                16 << 10,
                "5 clients that ask for 20 000 retained messages 6 530 times and read nothing",
            );
            // They come, once for each of the 30 filters at most.
            for mut peer in asking {
                for _ in 0..100 {
                    peer.packet().unwrap();
                }
            }
        },
    );
}
