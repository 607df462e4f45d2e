//! Clients that are online.

use std::time::Duration;

use ons_mqtt_broker::{Broker, Subscription};

use crate::support::device::{Device, Options, VERSIONS, Version, options, persistent};
use crate::support::raw::{self, Raw};
use crate::support::{start, until, within};

const CLIENT: &str = "GID_test@@@a";

fn is_online(broker: &Broker) -> bool {
    broker.client(CLIENT).is_some_and(|client| client.is_online)
}

fn departed(broker: &Broker) -> Vec<String> {
    broker
        .take_departed()
        .into_iter()
        .map(|departed| departed.client_id)
        .collect()
}

#[tokio::test]
async fn a_client_is_online_from_connect_to_disconnect() {
    let broker = start().await;
    for version in VERSIONS {
        assert_eq!(broker.client(CLIENT), None);
        let mut device = Device::connect(&broker, options(version, CLIENT)).await;
        assert!(device.subscribe("lamps/#", 1).await);
        let client = broker.client(CLIENT).unwrap();
        assert!(client.is_online && client.address.unwrap().ip().is_loopback());
        assert!(
            client.connected_since > 1_700_000_000_000
                && client.last_seen >= client.connected_since
        );
        assert_eq!(
            client.subscriptions,
            [Subscription {
                filter: "lamps/#".to_owned(),
                qos: 1
            }]
        );
        assert_eq!(
            (broker.connections(), broker.online_in_group("GID_test")),
            (1, 1)
        );
        assert_eq!(broker.online_groups(), [("GID_test".to_owned(), 1)]);

        device.disconnect().await;
        until("it is offline", || broker.connections() == 0).await;
        until("its session is gone", || broker.client(CLIENT).is_none()).await;
        assert_eq!(broker.online_groups(), []);
        let departed = broker.take_departed();
        assert_eq!(departed.len(), 1);
        assert_eq!(
            (&*departed[0].client_id, Some(departed[0].address)),
            (CLIENT, client.address)
        );
        assert!(departed[0].last_seen >= client.last_seen);
        assert!(broker.take_departed().is_empty());
    }
}

#[tokio::test]
async fn whatever_a_client_sends_makes_it_seen() {
    let broker = start().await;
    let mut device = Device::connect(&broker, options(Version::V311, CLIENT)).await;
    for _ in 0..3 {
        let before = broker.client(CLIENT).unwrap().last_seen;
        tokio::time::sleep(Duration::from_millis(2)).await;
        device.publish("lamps", "", 1).await;
        until("it was seen", || {
            broker.client(CLIENT).unwrap().last_seen > before
        })
        .await;
    }
}

#[tokio::test]
async fn a_session_that_is_kept_is_offline_and_counts_again_when_it_is_resumed() {
    let broker = start().await;
    for version in VERSIONS {
        let mut device = Device::connect(&broker, persistent(version, CLIENT)).await;
        assert!(device.subscribe("lamps/+", 1).await);
        assert_eq!(broker.online_on_topic("lamps/x"), 1);
        device.drop_connection().await;
        until("it is offline", || !is_online(&broker)).await;
        assert_eq!(
            (
                broker.connections(),
                broker.online_in_group("GID_test"),
                broker.online_on_topic("lamps/x")
            ),
            (0, 0, 0)
        );
        assert_eq!(broker.client(CLIENT).unwrap().subscriptions.len(), 1);
        assert_eq!(departed(&broker), [CLIENT]);

        let device = Device::connect(&broker, persistent(version, CLIENT)).await;
        assert!(device.session_present);
        assert_eq!(
            (
                broker.connections(),
                broker.online_in_group("GID_test"),
                broker.online_on_topic("lamps/x")
            ),
            (1, 1, 1)
        );
        device.disconnect().await;
        until("it is offline", || !is_online(&broker)).await;
        assert_eq!(departed(&broker), [CLIENT]);

        let device = Device::connect(&broker, options(version, CLIENT)).await;
        assert!(!device.session_present);
        assert!(
            broker.client(CLIENT).unwrap().subscriptions.is_empty(),
            "a clean start forgets"
        );
        assert_eq!(broker.online_on_topic("lamps/x"), 0);
        device.disconnect().await;
        until("it is gone", || broker.client(CLIENT).is_none()).await;
        assert_eq!(departed(&broker), [CLIENT]);
    }
}

#[tokio::test]
async fn a_session_that_expires_is_forgotten() {
    let broker = start().await;
    let expiring = Options {
        session_expiry: 1,
        ..persistent(Version::V5, CLIENT)
    };
    let mut device = Device::connect(&broker, expiring).await;
    assert!(device.subscribe("lamps/+", 1).await);
    device.drop_connection().await;
    until("it is offline", || !is_online(&broker)).await;
    assert!(broker.client(CLIENT).is_some());
    within(Duration::from_secs(3), "its session expires", || {
        broker.client(CLIENT).is_none()
    })
    .await;
    assert_eq!(broker.online_on_topic("lamps/x"), 0);
    assert_eq!(departed(&broker), [CLIENT]);
}

#[tokio::test]
async fn a_client_that_connects_twice_counts_once_and_the_older_connection_is_closed() {
    let broker = start().await;
    for version in VERSIONS {
        for clean in [true, false] {
            let connecting = || Options {
                clean,
                ..persistent(version, CLIENT)
            };
            let mut older = Device::connect(&broker, connecting()).await;
            assert!(older.subscribe("lamps/+", 1).await);
            let newer = Device::connect(&broker, connecting()).await;
            older.closed().await;
            assert_eq!(
                (broker.connections(), broker.online_in_group("GID_test")),
                (1, 1)
            );
            assert_eq!(broker.online_on_topic("lamps/x"), u64::from(!clean));
            assert!(departed(&broker).is_empty(), "it never was offline");
            newer.disconnect().await;
            until("it is offline", || broker.connections() == 0).await;
            assert_eq!(departed(&broker), [CLIENT]);
            Device::connect(&broker, options(version, CLIENT))
                .await
                .disconnect()
                .await;
            until("it is gone", || broker.client(CLIENT).is_none()).await;
            departed(&broker);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_reconnects_at_once_is_let_in() {
    let broker = start().await;
    for _ in 0..300 {
        drop(Raw::connect(&broker, CLIENT, 0, true).await);
        let mut device = Raw::connect(&broker, CLIENT, 0, true).await;
        device.send(&raw::disconnect()).await;
    }
    until("it is gone", || broker.client(CLIENT).is_none()).await;
    assert_eq!(broker.connections(), 0);
}

#[tokio::test]
async fn a_disconnect_counts_even_if_the_socket_stays_open() {
    let broker = start().await;
    let mut device = Raw::connect(&broker, CLIENT, 0, true).await;
    device.send(&raw::disconnect()).await;
    within(Duration::from_secs(2), "it is offline", || {
        broker.connections() == 0
    })
    .await;
    device.closed().await;
}

#[tokio::test]
async fn two_hundred_clients_that_vanish_are_offline_when_their_keepalive_has_ended() {
    let broker = start().await;
    let mut vanished = Vec::new();
    for number in 0..200 {
        vanished.push(Raw::connect(&broker, &format!("GID_test@@@{number}"), 2, true).await);
    }
    assert!(broker.connections() > 0);
    let mut alive = Raw::connect(&broker, "GID_test@@@alive", 0, true).await;
    // One and a half times two seconds, and a second for counting.
    within(
        Duration::from_secs(4),
        "all that are silent are offline",
        || broker.connections() == 1,
    )
    .await;
    assert_eq!(broker.online_in_group("GID_test"), 1);
    assert_eq!(broker.take_departed().len(), 200);
    alive.subscribe("lamps", 0).await;
}

#[tokio::test]
async fn counts_are_exact_after_clients_came_and_went_in_every_way() {
    let broker = start().await;
    let mut staying = Vec::new();
    for number in 0..120_u32 {
        let client_id = format!("GID_test@@@{number}");
        let version = VERSIONS[number as usize % 2];
        let connecting = || {
            if number % 3 == 0 {
                persistent(version, &client_id)
            } else {
                options(version, &client_id)
            }
        };
        let mut device = Device::connect(&broker, connecting()).await;
        assert!(device.subscribe("lamps/+", 0).await);
        match number % 5 {
            0 => device.disconnect().await,
            1 => device.drop_connection().await,
            2 => {
                device.drop_connection().await;
                let mut again = Device::connect(&broker, connecting()).await;
                assert!(again.subscribe("lamps/+", 0).await);
                staying.push(again);
            }
            3 => {
                device.unsubscribe("lamps/+").await;
                assert!(device.subscribe("lamps/#", 0).await);
                staying.push(device);
            }
            _ => staying.push(device),
        }
    }
    let expected = staying.len() as u64;
    until("who left is offline", || broker.connections() == expected).await;
    assert_eq!(broker.online_in_group("GID_test"), expected);
    assert_eq!(broker.online_on_topic("lamps/x"), expected);
    assert_eq!(broker.online_on_topic("lamps/+"), expected * 2 / 3);
    assert_eq!(broker.online_on_topic("lamps/#"), expected / 3);
    broker.stop().await;
}
