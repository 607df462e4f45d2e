//! Message counts, on SQLite or PostgreSQL.

#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;

use ons_mqtt_store::{
    Direction, MessageCount, MessageKind, MessageQuery, PartOfSlice, Point, Slice, Split, Store,
};
use support::{DAY, Database, HOUR, MINUTE, NOON, interval, messages, points, published};

#[tokio::test]
async fn a_parent_topic_counts_itself_its_sub_topics_and_messages_without_a_sub_topic() {
    let database = Database::fresh().await;
    let store = database.open().await;
    let counts = vec![
        messages("t", Some("a"), 1),
        messages("t", Some("a/b"), 20),
        messages("t", Some(""), 300),
        messages("t", None, 4000),
        messages("u", Some("a"), 50_000),
    ];
    store.flush(&interval(NOON, counts)).await.unwrap();
    for (sub_topic, expected) in [
        (None, 4321),
        (Some("a"), 1),
        (Some("a/b"), 20),
        (Some(""), 300),
    ] {
        let found = store.messages(&published("t", sub_topic)).await.unwrap();
        assert_eq!(found, points(&[(NOON, expected)]), "{sub_topic:?}");
    }
    assert_eq!(
        store.messages(&published("t", Some("b"))).await.unwrap(),
        []
    );
    assert_eq!(store.messages(&published("t/a", None)).await.unwrap(), []);
}

#[tokio::test]
async fn counts_of_an_interval_add_up_over_flushes_and_a_restart() {
    let database = Database::fresh().await;
    let store = database.open().await;
    let twice = vec![messages("t", Some("a"), 1), messages("t", Some("a"), 2)];
    store.flush(&interval(NOON, twice)).await.unwrap();
    store
        .flush(&interval(NOON, vec![messages("t", Some("a"), 4)]))
        .await
        .unwrap();
    store.close().await;
    let store = database.open().await;
    store
        .flush(&interval(NOON, vec![messages("t", Some("a"), 8)]))
        .await
        .unwrap();
    for sub_topic in [None, Some("a")] {
        let found = store.messages(&published("t", sub_topic)).await.unwrap();
        assert_eq!(found, points(&[(NOON, 15)]));
    }
}

#[tokio::test]
async fn kind_direction_and_qos_are_counted_separately() {
    let database = Database::fresh().await;
    let store = database.open().await;
    let message = |kind, direction, qos, count| MessageCount {
        kind,
        direction,
        qos,
        ..messages("t", Some("a"), count)
    };
    let counts = vec![
        message(MessageKind::Sub, Direction::Pub, 0, 1),
        message(MessageKind::Sub, Direction::Pub, 2, 20),
        message(MessageKind::P2p, Direction::Pub, 0, 300),
        message(MessageKind::Sub, Direction::Sub, 0, 4000),
    ];
    store.flush(&interval(NOON, counts)).await.unwrap();
    let expectations = [
        (None, Direction::Pub, None, 321),
        (None, Direction::Pub, Some(0), 301),
        (Some(MessageKind::Sub), Direction::Pub, None, 21),
        (Some(MessageKind::Sub), Direction::Pub, Some(2), 20),
        (Some(MessageKind::P2p), Direction::Pub, Some(0), 300),
        (None, Direction::Sub, None, 4000),
    ];
    for sub_topic in [None, Some("a")] {
        for (kind, direction, qos, expected) in expectations {
            let query = MessageQuery {
                kind,
                direction,
                qos,
                ..published("t", sub_topic)
            };
            let found = store.messages(&query).await.unwrap();
            assert_eq!(found, points(&[(NOON, expected)]), "{query:?}");
        }
    }
    let none = MessageQuery {
        kind: Some(MessageKind::P2p),
        qos: Some(1),
        ..published("t", None)
    };
    assert_eq!(store.messages(&none).await.unwrap(), []);
}

#[tokio::test]
async fn a_range_includes_its_begin_but_not_its_end_and_is_sorted_by_time() {
    let database = Database::fresh().await;
    let store = database.open().await;
    let starts = [
        NOON + HOUR,
        NOON - MINUTE,
        NOON,
        NOON + DAY,
        NOON - 30 * DAY,
        -MINUTE,
    ];
    for start in starts {
        store
            .flush(&interval(start, vec![messages("t", Some("a"), 1)]))
            .await
            .unwrap();
    }
    const NONE: [i64; 0] = [];
    let range = async |begin, end| {
        let query = MessageQuery {
            begin,
            end,
            ..published("t", Some("a"))
        };
        let found = store.messages(&query).await.unwrap();
        found.iter().map(|point| point.time).collect::<Vec<_>>()
    };
    assert_eq!(
        range(NOON - MINUTE, NOON + HOUR).await,
        [NOON - MINUTE, NOON]
    );
    assert_eq!(range(NOON, NOON + HOUR + 1).await, [NOON, NOON + HOUR]);
    assert_eq!(range(NOON + 1, NOON + HOUR).await, NONE);
    assert_eq!(range(NOON, NOON).await, NONE);
    assert_eq!(range(NOON, NOON - DAY).await, NONE);
    let mut all = starts;
    all.sort_unstable();
    assert_eq!(range(i64::MIN, i64::MAX).await, all);
}

#[tokio::test]
async fn instances_are_counted_separately() {
    let database = Database::fresh().await;
    let store = database.open().await;
    let other = MessageCount {
        instance_id: "mqtt-cn-2".into(),
        ..messages("t", Some("a"), 5)
    };
    store
        .flush(&interval(NOON, vec![messages("t", Some("a"), 1), other]))
        .await
        .unwrap();
    let other = MessageQuery {
        instance_id: "mqtt-cn-2".into(),
        ..published("t", None)
    };
    assert_eq!(store.messages(&other).await.unwrap(), points(&[(NOON, 5)]));
    assert_eq!(
        store.messages(&published("t", None)).await.unwrap(),
        points(&[(NOON, 1)])
    );
}

#[tokio::test]
async fn twenty_thousand_sub_topics_are_written_at_once() {
    let database = Database::fresh().await;
    let store = database.open().await;
    let counts = (0..20_000)
        .map(|number| messages("t", Some(&format!("device/{number}")), 1))
        .collect();
    store.flush(&interval(NOON, counts)).await.unwrap();
    let last = store
        .messages(&published("t", Some("device/19999")))
        .await
        .unwrap();
    assert_eq!(last, points(&[(NOON, 1)]));
    assert_eq!(
        store.messages(&published("t", None)).await.unwrap(),
        points(&[(NOON, 20_000)])
    );
}

#[tokio::test]
async fn a_count_too_large_for_the_database_is_an_error_and_writes_nothing() {
    let database = Database::fresh().await;
    let store = database.open().await;
    store
        .flush(&interval(NOON, vec![messages("t", None, u64::MAX)]))
        .await
        .unwrap();
    let two = vec![messages("a", None, 1), messages("t", None, 1)];
    let error = store.flush(&interval(NOON, two)).await.unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("cannot write counts in the database "),
        "{error}"
    );
    assert_eq!(store.messages(&published("a", None)).await.unwrap(), []);
    let most = store.messages(&published("t", None)).await.unwrap();
    assert_eq!(most, points(&[(NOON, i64::MAX)]));
}

/// Returns the slices of a range as the counts of its intervals say.
async fn summed_up(store: &Store, query: &MessageQuery, split: Split, length: i64) -> Vec<Slice> {
    let part = |kind: Option<MessageKind>, qos: Option<u8>| {
        let is_empty = (query.kind.is_some() && kind.is_some() && query.kind != kind)
            || (query.qos.is_some() && qos.is_some() && query.qos != qos);
        MessageQuery {
            kind: query.kind.or(kind),
            qos: query.qos.or(qos),
            end: if is_empty { query.begin } else { query.end },
            ..query.clone()
        }
    };
    let queries = match split {
        Split::None => vec![part(None, None)],
        Split::Qos => (0..3).map(|qos| part(None, Some(qos))).collect(),
        Split::Kind => [MessageKind::P2p, MessageKind::Sub]
            .map(|kind| part(Some(kind), None))
            .into(),
    };
    let mut slices: BTreeMap<i64, Slice> = BTreeMap::new();
    let mut slice = |point: &Point, number: Option<usize>| {
        let whole = point.time.div_euclid(length) * length;
        let slice = slices.entry(whole).or_insert_with(|| Slice {
            begin: whole.max(query.begin),
            largest: 0,
            parts: vec![PartOfSlice::default(); queries.len()],
        });
        match number {
            None => slice.largest = slice.largest.max(point.count),
            Some(number) => {
                let part = &mut slice.parts[number];
                part.largest = part.largest.max(point.count);
                part.total += point.count;
            }
        }
    };
    for point in store.messages(query).await.unwrap() {
        slice(&point, None);
    }
    for (number, query) in queries.iter().enumerate() {
        for point in store.messages(query).await.unwrap() {
            slice(&point, Some(number));
        }
    }
    slices.into_values().collect()
}

#[tokio::test]
async fn slices_say_the_same_as_the_intervals_in_them() {
    let database = Database::fresh().await;
    let store = database.open().await;
    let mut seed = 7_u64;
    let mut random = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % below
    };
    let minute = |number: u64| NOON + i64::try_from(number).unwrap() * MINUTE;
    for _ in 0..120 {
        let count = MessageCount {
            kind: [MessageKind::P2p, MessageKind::Sub][usize::from(random(2) == 0)],
            direction: [Direction::Pub, Direction::Sub][usize::from(random(4) == 0)],
            qos: u8::try_from(random(3)).unwrap(),
            ..messages(
                ["t", "u"][usize::from(random(5) == 0)],
                Some("a"),
                1 + random(99),
            )
        };
        // Two days, one of them without messages.
        let start = minute(random(600)) + [0, DAY][usize::from(random(2) == 0)];
        store.flush(&interval(start, vec![count])).await.unwrap();
    }
    let all = MessageQuery {
        begin: NOON - DAY,
        end: NOON + 3 * DAY,
        ..published("t", None)
    };
    let queries = [
        all.clone(),
        MessageQuery {
            sub_topic: Some("a".into()),
            direction: Direction::Sub,
            ..all.clone()
        },
        MessageQuery {
            begin: NOON + 7 * MINUTE,
            end: NOON + 5 * HOUR + 1,
            ..all.clone()
        },
        MessageQuery {
            kind: Some(MessageKind::P2p),
            ..all.clone()
        },
        MessageQuery {
            qos: Some(2),
            ..all.clone()
        },
        MessageQuery {
            begin: NOON,
            end: NOON,
            ..all.clone()
        },
        MessageQuery {
            parent_topic: "none".into(),
            ..all
        },
    ];
    for query in &queries {
        for split in [Split::None, Split::Qos, Split::Kind] {
            for length in [MINUTE, 10 * MINUTE, HOUR] {
                let found = store
                    .messages_in_slices(query, split, length)
                    .await
                    .unwrap();
                let expected = summed_up(&store, query, split, length).await;
                assert_eq!(found, expected, "{query:?} {split:?} {length}");
            }
        }
    }
}
