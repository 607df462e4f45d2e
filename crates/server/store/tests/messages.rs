//! Message counts, on SQLite or PostgreSQL.

mod support;

use ons_mqtt_store::{Direction, MessageCount, MessageKind, MessageQuery};
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
