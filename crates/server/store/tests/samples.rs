//! Online samples, clients and expiry, on SQLite or PostgreSQL.

#![allow(clippy::unwrap_used)]

mod support;

use ons_mqtt_store::{Flush, FlushNumber, OnlineQuery, OnlineSample, Point, SeenClient, Store};
use support::{DAY, Database, HOUR, MINUTE, NOON, group, interval, messages, points, published};

fn sample(group_id: &str, count: u32) -> OnlineSample {
    OnlineSample {
        instance_id: "mqtt-cn-1".into(),
        group_id: group_id.into(),
        count,
    }
}

fn sampled(time: i64, online: Vec<OnlineSample>) -> Flush {
    Flush {
        sampled: time,
        online,
        ..Flush::default()
    }
}

async fn online(store: &Store, group_id: &str, begin: i64, end: i64) -> Vec<Point> {
    let (instance_id, group_id) = ("mqtt-cn-1".into(), group_id.into());
    store
        .online(&OnlineQuery {
            instance_id,
            group_id,
            begin,
            end,
        })
        .await
        .unwrap()
}

fn seen(client_id: &str, address: &str, last_seen: i64) -> SeenClient {
    let (instance_id, client_id) = ("mqtt-cn-1".into(), client_id.into());
    SeenClient {
        instance_id,
        client_id,
        address: address.into(),
        last_seen,
    }
}

fn sightings(clients: Vec<SeenClient>) -> Flush {
    Flush {
        clients,
        ..Flush::default()
    }
}

#[tokio::test]
async fn samples_of_a_group_are_read_in_order_including_zeros() {
    let database = Database::fresh().await;
    let store = database.open().await;
    for (time, count) in [
        (NOON + HOUR, 3),
        (NOON, 0),
        (NOON - MINUTE, 5),
        (NOON + DAY, 9),
    ] {
        let samples = vec![sample("GID_a", count), sample("GID_b", 77)];
        store.flush(&sampled(time, samples)).await.unwrap();
    }
    let found = online(&store, "GID_a", NOON - MINUTE, NOON + DAY).await;
    assert_eq!(
        found,
        points(&[(NOON - MINUTE, 5), (NOON, 0), (NOON + HOUR, 3)])
    );
    assert_eq!(online(&store, "GID_a", NOON, NOON).await, []);
    assert_eq!(online(&store, "GID_c", i64::MIN, i64::MAX).await, []);
}

#[tokio::test]
async fn a_later_sample_of_the_same_time_replaces_the_earlier_one() {
    let database = Database::fresh().await;
    let store = database.open().await;
    let twice = vec![sample("GID_a", 1), sample("GID_a", 2)];
    store.flush(&sampled(NOON, twice)).await.unwrap();
    assert_eq!(
        online(&store, "GID_a", NOON, NOON + 1).await,
        points(&[(NOON, 2)])
    );
    store
        .flush(&sampled(NOON, vec![sample("GID_a", 3)]))
        .await
        .unwrap();
    assert_eq!(
        online(&store, "GID_a", NOON, NOON + 1).await,
        points(&[(NOON, 3)])
    );
}

#[tokio::test]
async fn the_latest_sighting_of_a_client_is_kept() {
    let database = Database::fresh().await;
    let store = database.open().await;
    let one = vec![
        seen("c", "10.0.0.2:2", 2),
        seen("c", "10.0.0.1:1", 1),
        seen("d", "x", 9),
    ];
    store.flush(&sightings(one)).await.unwrap();
    store
        .flush(&sightings(vec![seen("c", "10.0.0.0:0", 0)]))
        .await
        .unwrap();
    let found = store.client("mqtt-cn-1", "c").await.unwrap();
    assert_eq!(found, Some(seen("c", "10.0.0.2:2", 2)));
    store
        .flush(&sightings(vec![seen("c", "10.0.0.3:3", 3)]))
        .await
        .unwrap();
    let found = store.client("mqtt-cn-1", "c").await.unwrap();
    assert_eq!(found, Some(seen("c", "10.0.0.3:3", 3)));
    assert_eq!(store.client("mqtt-cn-2", "c").await.unwrap(), None);
    assert_eq!(store.client("mqtt-cn-1", "e").await.unwrap(), None);
}

#[tokio::test]
async fn a_flush_that_is_repeated_counts_once() {
    let database = Database::fresh().await;
    let mut expected = 0;
    for run in [7, 3] {
        let store = database.open().await;
        for number in 0..2 {
            let flush = Flush {
                number: Some(FlushNumber { run, number }),
                ..interval(NOON, vec![messages("t", None, 1)])
            };
            expected += 1;
            // As after a commit whose answer was lost.
            for _ in 0..2 {
                store.flush(&flush).await.unwrap();
                let counts = store.messages(&published("t", None)).await.unwrap();
                assert_eq!(counts, points(&[(NOON, expected)]));
            }
        }
        store.close().await;
    }
}

#[tokio::test]
async fn only_old_data_expires() {
    let database = Database::fresh().await;
    let store = database.open().await;
    store.create_group(&group("common", "GID_a")).await.unwrap();
    for (start, client) in [(NOON - MINUTE, "old"), (NOON, "new")] {
        let flush = Flush {
            number: None,
            start,
            messages: vec![messages("t", Some("a"), 1)],
            sampled: start,
            online: vec![sample("GID_a", 1)],
            clients: vec![seen(client, "x", start)],
        };
        store.flush(&flush).await.unwrap();
    }
    assert_eq!(store.expire(NOON).await.unwrap(), 4);
    assert_eq!(store.expire(NOON).await.unwrap(), 0);
    for sub_topic in [None, Some("a")] {
        let left = store.messages(&published("t", sub_topic)).await.unwrap();
        assert_eq!(left, points(&[(NOON, 1)]));
    }
    assert_eq!(
        online(&store, "GID_a", i64::MIN, i64::MAX).await,
        points(&[(NOON, 1)])
    );
    assert_eq!(store.client("mqtt-cn-1", "old").await.unwrap(), None);
    assert!(store.client("mqtt-cn-1", "new").await.unwrap().is_some());
    assert_eq!(store.groups().await.unwrap().len(), 1);
}

#[tokio::test]
async fn each_call_deletes_a_batch_until_nothing_expired_is_left() {
    let database = Database::fresh().await;
    let store = database.open().await;
    let names: Vec<_> = (0..12_000).map(|number| number.to_string()).collect();
    let flush = Flush {
        number: None,
        start: NOON,
        messages: names
            .iter()
            .map(|name| messages("t", Some(name), 1))
            .collect(),
        sampled: NOON,
        online: names.iter().map(|name| sample(name, 1)).collect(),
        clients: names.iter().map(|name| seen(name, "x", NOON)).collect(),
    };
    store.flush(&flush).await.unwrap();
    let mut deleted = Vec::new();
    while deleted.last() != Some(&0) {
        deleted.push(store.expire(NOON + HOUR).await.unwrap());
    }
    assert_eq!(deleted.iter().sum::<u64>(), 36_001);
    assert_eq!(deleted.iter().max(), Some(&15_000), "{deleted:?}");
    assert_eq!(store.messages(&published("t", None)).await.unwrap(), []);
}

#[tokio::test]
async fn a_slice_has_the_largest_of_its_samples() {
    let database = Database::fresh().await;
    let store = database.open().await;
    for (time, count) in [
        (NOON, 0),
        (NOON + MINUTE, 7),
        (NOON + HOUR - MINUTE, 3),
        (NOON + HOUR, 9),
        (NOON + DAY, 5),
    ] {
        let samples = vec![sample("GID_a", count), sample("GID_b", 77)];
        store.flush(&sampled(time, samples)).await.unwrap();
    }
    let query = |begin, end| OnlineQuery {
        instance_id: "mqtt-cn-1".into(),
        group_id: "GID_a".into(),
        begin,
        end,
    };
    let slices = async |begin, end, length| {
        let slices = store.online_in_slices(&query(begin, end), length).await;
        slices.unwrap()
    };
    assert_eq!(
        slices(NOON, NOON + 2 * DAY, HOUR).await,
        points(&[(NOON, 7), (NOON + HOUR, 9), (NOON + DAY, 5)])
    );
    assert_eq!(
        slices(NOON + 2 * MINUTE, NOON + DAY, HOUR / 2).await,
        points(&[(NOON + HOUR / 2, 3), (NOON + HOUR, 9)])
    );
    assert_eq!(slices(NOON, NOON, HOUR).await, []);
}
