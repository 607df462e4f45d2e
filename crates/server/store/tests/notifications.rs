//! Receivers, connections and notifications, on SQLite or PostgreSQL.

#![allow(clippy::unwrap_used)]

mod support;

use ons_mqtt_store::{
    Channel, Delivery, Dropped, MAX_WAITING, Notification, NotificationKind, Report, Store,
};
use support::{Database, NOON};

const INSTANCE: &str = "mqtt-cn-1";

fn groups(groups: &[&str]) -> Vec<String> {
    groups.iter().map(|group| (*group).to_owned()).collect()
}

fn channel(group_id: &str, number: i64) -> Channel {
    Channel {
        instance_id: INSTANCE.into(),
        group_id: group_id.into(),
        channel_id: format!("{number:04}"),
        client_id: format!("{group_id}@@@{number}"),
        time: NOON + number,
        address: "127.0.0.1:1".into(),
    }
}

fn notification(channel: &Channel, kind: NotificationKind) -> Notification {
    Notification {
        client_id: channel.client_id.clone(),
        kind,
        time: channel.time,
        channel_id: channel.channel_id.clone(),
        address: channel.address.clone(),
    }
}

fn delivery(receiver: &str, number: i64) -> Delivery {
    Delivery {
        receiver: receiver.into(),
        number,
        notification: notification(&channel("GID_a", number), NotificationKind::Disconnect),
    }
}

async fn numbers(store: &Store, receiver: &str) -> Vec<i64> {
    let waiting = store.waiting(receiver, 0, 1_000).await.unwrap();
    waiting.into_iter().map(|(number, _)| number).collect()
}

/// Adds receivers `a` and `b` of the group `GID_a`.
async fn put_receivers(store: &Store) {
    for receiver in ["a", "b"] {
        let groups = groups(&["GID_a"]);
        let put = store.put_receiver(receiver, INSTANCE, &groups);
        put.await.unwrap();
    }
}

#[tokio::test]
async fn notifications_wait_in_order_until_they_are_delivered() {
    let database = Database::fresh().await;
    let store = database.open().await;
    store
        .put_receiver("a", INSTANCE, &groups(&["GID_a"]))
        .await
        .unwrap();
    let report = Report {
        deliveries: (1..=120).map(|number| delivery("a", number)).collect(),
        ..Report::default()
    };
    for _ in 0..2 {
        assert_eq!(store.report(&report).await.unwrap(), []);
    }
    store.close().await;

    let store = database.open().await;
    let receivers = store.receivers().await.unwrap();
    assert_eq!((receivers[0].number, receivers[0].delivered), (120, 0));
    let first = store.waiting("a", 0, 2).await.unwrap();
    let expected = [1, 2].map(|number| (number, delivery("a", number).notification));
    assert_eq!(first, expected);
    store.delivered("a", 118).await.unwrap();
    assert_eq!(numbers(&store, "a").await, [119, 120]);
    assert_eq!(store.receivers().await.unwrap()[0].delivered, 118);
    store.delivered("a", 120).await.unwrap();
    let receivers = store.receivers().await.unwrap();
    assert_eq!((receivers[0].number, receivers[0].delivered), (120, 120));
}

#[tokio::test]
async fn open_connections_are_noted_until_they_end() {
    let database = Database::fresh().await;
    let store = database.open().await;
    let open: Vec<_> = (0..130).map(|number| channel("GID_a", number)).collect();
    let mut report = Report {
        opened: open.clone(),
        ..Report::default()
    };
    store.report(&report).await.unwrap();
    assert_eq!(store.channels(130).await.unwrap(), open);
    report = Report {
        opened: vec![channel("GID_a", 200), channel("GID_b", 201)],
        closed: [&open[..128], &[channel("GID_a", 200)]].concat(),
        ..Report::default()
    };
    store.report(&report).await.unwrap();
    let left = [&open[128..], &[channel("GID_b", 201)]].concat();
    assert_eq!(store.channels(10).await.unwrap(), left);
    store.forget_channels(INSTANCE, "GID_a").await.unwrap();
    assert_eq!(store.channels(10).await.unwrap(), [channel("GID_b", 201)]);
}

#[tokio::test]
async fn a_receiver_is_told_about_open_connections_of_groups_that_are_new_to_it() {
    let database = Database::fresh().await;
    let store = database.open().await;
    let open = [
        channel("GID_a", 1),
        channel("GID_a", 2),
        channel("GID_b", 3),
        channel("GID_c", 4),
    ];
    let report = Report {
        opened: open.to_vec(),
        ..Report::default()
    };
    store.report(&report).await.unwrap();
    let put = async |list: &[&str]| {
        let dropped = store.put_receiver("a", INSTANCE, &groups(list)).await;
        assert_eq!(dropped.unwrap(), None);
    };
    put(&["GID_a"]).await;
    put(&["GID_a", "GID_b"]).await;
    put(&["GID_a", "GID_b"]).await;
    let told = store.waiting("a", 0, 10).await.unwrap();
    let expected: Vec<_> = (1..)
        .zip(&open[..3])
        .map(|(number, channel)| (number, notification(channel, NotificationKind::Connect)))
        .collect();
    assert_eq!(told, expected);
    let receivers = store.receivers().await.unwrap();
    assert_eq!((receivers.len(), receivers[0].number), (1, 3));
    assert_eq!(receivers[0].groups, ["GID_a", "GID_b"]);
}

#[tokio::test]
async fn a_receiver_can_take_over_what_waits_for_another_and_be_removed() {
    let database = Database::fresh().await;
    let store = database.open().await;
    put_receivers(&store).await;
    let report = Report {
        deliveries: vec![delivery("a", 1), delivery("a", 2), delivery("b", 1)],
        ..Report::default()
    };
    store.report(&report).await.unwrap();
    store.rename_receiver("a", "c").await.unwrap();
    assert_eq!(numbers(&store, "a").await, [] as [i64; 0]);
    assert_eq!(numbers(&store, "c").await, [1, 2]);
    assert_eq!(store.remove_receiver("c").await.unwrap(), 2);
    let receivers = store.receivers().await.unwrap();
    assert_eq!((receivers.len(), &*receivers[0].id), (1, "b"));
    assert_eq!(numbers(&store, "b").await, [1]);
}

#[tokio::test]
async fn the_oldest_notifications_of_a_receiver_make_room_and_no_other_ones() {
    let database = Database::fresh().await;
    let store = database.open().await;
    put_receivers(&store).await;
    let report = |deliveries| Report {
        deliveries,
        ..Report::default()
    };
    let many = (1..=MAX_WAITING).map(|number| delivery("a", number));
    let one = report(vec![delivery("b", 1)]);
    for part in [report(many.collect()), one] {
        assert_eq!(store.report(&part).await.unwrap(), []);
    }
    let more = (1..=3).map(|number| delivery("a", MAX_WAITING + number));
    let dropped = store.report(&report(more.collect())).await.unwrap();
    let expected = Dropped {
        receiver: "a".into(),
        count: 3,
    };
    assert_eq!(dropped, [expected]);
    assert_eq!(store.waiting("a", 0, 1).await.unwrap()[0].0, 4);
    assert_eq!(numbers(&store, "b").await, [1]);
}

#[tokio::test]
async fn more_than_a_batch_is_removed_and_forgotten() {
    let database = Database::fresh().await;
    let store = database.open().await;
    put_receivers(&store).await;
    let report = Report {
        opened: (1..12_001)
            .map(|number| channel("GID_a", number))
            .chain([channel("GID_b", 1)])
            .collect(),
        closed: Vec::new(),
        deliveries: (1..12_001)
            .map(|number| delivery("a", number))
            .chain([delivery("b", 1)])
            .collect(),
    };
    store.report(&report).await.unwrap();
    assert_eq!(store.remove_receiver("a").await.unwrap(), 12_000);
    assert_eq!(numbers(&store, "a").await, [] as [i64; 0]);
    assert_eq!(numbers(&store, "b").await, [1]);
    store.forget_channels(INSTANCE, "GID_a").await.unwrap();
    let left = store.channels(10).await.unwrap();
    assert_eq!(left, [channel("GID_b", 1)]);
}
