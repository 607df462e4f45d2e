//! Memory while the disk is stuck or full.

use std::sync::Arc;
use std::time::Duration;

use ons_mqtt_broker::Limits;

use crate::support::disk::{Forgetful, Trouble};
use crate::support::packet::{Connect, Publish, subscribe};
use crate::support::peer::{Peer, client_id};
use crate::support::process::{Memory, alone};
use crate::support::server::Server;
use crate::support::{V5, V311};

/// Subscribes to 30 filters of 500 bytes, so that the session's record has 15 KiB.
fn subscribe_much(peer: &mut Peer) {
    let filters: Vec<_> = (0..30)
        .map(|number| format!("lamps/{number:03}{}", "x".repeat(490)))
        .collect();
    let entries: Vec<_> = filters.iter().map(|filter| (&**filter, 0)).collect();
    peer.send(&subscribe(V5, 1, &entries));
    peer.packet().unwrap();
}

#[test]
fn a_stuck_disk_makes_clients_wait_that_change_their_sessions() {
    alone(
        "slow_disk::a_stuck_disk_makes_clients_wait_that_change_their_sessions",
        || {
            let disk = Arc::new(Forgetful::default());
            let server = Server::with_disk(Arc::clone(&disk) as _, Limits::default());
            let mut peers: Vec<_> = (0..5)
                .map(|device| Peer::kept(&server, V5, &format!("d{device}")))
                .collect();
            peers.iter_mut().for_each(subscribe_much);
            disk.set(Trouble::Stuck);
            let before = Memory::now();
            let filter = format!("lamps/000{}", "x".repeat(490));
            let again = [
                subscribe(V5, 1, &[(&filter, 0)]),
                Publish::new(V5, "lamps/nobody", "")
                    .qos(1, 1)
                    .bytes()
                    .repeat(20),
            ]
            .concat()
            .repeat(50);
            for peer in &mut peers {
                peer.give_up_after(Duration::from_millis(300));
                let mut sent = 0;
                while sent < 20_000 && peer.try_send(&again) {
                    sent += 50;
                }
            }
            before.expect_at_most(
                64 << 10,
                "5 clients that subscribe and publish without end while the disk is stuck",
            );
            // Others are served.
            Peer::new(&server, V311, "clean").settle();
            disk.set(Trouble::None);
        },
    );
}

#[test]
fn clients_that_come_and_go_while_the_disk_is_full_do_not_pile_up_changes() {
    alone(
        "slow_disk::clients_that_come_and_go_while_the_disk_is_full_do_not_pile_up_changes",
        || {
            let disk = Arc::new(Forgetful::default());
            let server = Server::with_disk(Arc::clone(&disk) as _, Limits::default());
            subscribe_much(&mut Peer::kept(&server, V5, "a"));
            disk.set(Trouble::Full);
            let before = Memory::now();
            // Each connection writes the session twice, 30 KiB in all, and has a will of 7 000 bytes for a kept session.
            let connect = Connect::new(V5, client_id("a")).kept();
            let topic = format!("lamps/p2p/{}", client_id("a"));
            let connect = connect.will(topic, &"x".repeat(7_000), 1).bytes();
            for _ in 0..5_000 {
                Peer::open(server.address(), V5).send(&connect);
            }
            server.until("all are gone", |broker| broker.connections() == 0);
            before.expect_at_most(
                160 << 10,
                "5 000 connections of a session with a record of 22 KiB while the disk is full",
            );
            disk.set(Trouble::None);
            Peer::kept(&server, V5, "b").settle();
        },
    );
}
