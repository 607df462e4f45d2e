//! Nodes of a cluster that share a PostgreSQL database. Without one, only the refusal of files is tested.

#![allow(clippy::unwrap_used)]

mod support;

use ons_mqtt_store::{Error, Flush, FlushNumber, OnlineQuery, OnlineSample, Store};
use support::{Database, HOUR, NOON, group, interval, messages, points, published, server};

async fn node(database: &Database, name: &str, epoch: u64) -> Store {
    Store::open_as_node(&database.location, name, epoch)
        .await
        .unwrap()
}

/// Returns a database that nodes can share, if there is one.
async fn shared() -> Option<Database> {
    server()?;
    Some(Database::fresh().await)
}

#[tokio::test]
async fn nodes_cannot_share_a_file() {
    let database = Database::file();
    let refused = Store::open_as_node(&database.location, "a", 1).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("use a PostgreSQL database"), "{refused}");
}

#[tokio::test]
async fn a_server_alone_and_nodes_refuse_each_other() {
    let Some(database) = shared().await else {
        return;
    };
    let first = node(&database, "a", 1).await;
    let second = node(&database, "b", 1).await;
    let refused = Store::open(&database.location).await.unwrap_err();
    assert!(matches!(refused, Error::InUse { .. }), "{refused}");
    first.close().await;
    second.close().await;
    let alone = database.open().await;
    let refused = Store::open_as_node(&database.location, "a", 2).await;
    assert!(matches!(refused.unwrap_err(), Error::InUse { .. }));
    alone.close().await;
    node(&database, "a", 2).await.ping().await.unwrap();
}

#[tokio::test]
async fn an_earlier_life_of_a_node_writes_nothing_once_a_later_one_has_begun() {
    let Some(database) = shared().await else {
        return;
    };
    let earlier = node(&database, "a", 5).await;
    let other = node(&database, "b", 5).await;
    let later = node(&database, "a", 6).await;
    let flush = interval(NOON, vec![messages("t", None, 1)]);
    for error in [
        earlier
            .create_group(&group("common", "GID_a"))
            .await
            .unwrap_err(),
        earlier.flush(&flush).await.unwrap_err(),
        earlier.expire(NOON).await.unwrap_err(),
    ] {
        assert!(matches!(error, Error::NodeReplaced { .. }), "{error}");
    }
    for store in [&other, &later] {
        store.flush(&flush).await.unwrap();
    }
    let refused = Store::open_as_node(&database.location, "a", 5).await;
    assert!(matches!(refused.unwrap_err(), Error::NodeReplaced { .. }));
    let counts = later.messages(&published("t", None)).await.unwrap();
    assert_eq!(counts, points(&[(NOON, 2)]));
}

#[tokio::test]
async fn counts_and_samples_of_nodes_add_up() {
    let Some(database) = shared().await else {
        return;
    };
    let flush = |count: u32| Flush {
        number: Some(FlushNumber { run: 1, number: 1 }),
        start: NOON,
        messages: vec![messages("t", Some("/a"), count.into())],
        sampled: NOON,
        online: vec![OnlineSample {
            instance_id: "mqtt-cn-1".into(),
            group_id: "GID_a".into(),
            count,
        }],
        clients: Vec::new(),
    };
    let nodes = [
        node(&database, "a", 1).await,
        node(&database, "b", 1).await,
        node(&database, "c", 1).await,
    ];
    let (first, second, third) = (flush(1), flush(20), flush(300));
    let (one, two, three) = tokio::join!(
        nodes[0].flush(&first),
        nodes[1].flush(&second),
        nodes[2].flush(&third)
    );
    for written in [one, two, three] {
        written.unwrap();
    }
    // Repeated, as after a commit whose answer was lost.
    nodes[2].flush(&third).await.unwrap();
    let online = OnlineQuery {
        instance_id: "mqtt-cn-1".into(),
        group_id: "GID_a".into(),
        begin: NOON,
        end: NOON + HOUR,
    };
    for store in &nodes {
        let counts = store.messages(&published("t", None)).await.unwrap();
        assert_eq!(counts, points(&[(NOON, 321)]));
        assert_eq!(store.online(&online).await.unwrap(), points(&[(NOON, 321)]));
    }
}

#[tokio::test]
async fn a_node_sees_that_another_one_has_changed_a_group() {
    let Some(database) = shared().await else {
        return;
    };
    let (first, second) = (node(&database, "a", 1).await, node(&database, "b", 1).await);
    let before = second.group_changes().await.unwrap();
    first.create_group(&group("common", "GID_a")).await.unwrap();
    let created = second.group_changes().await.unwrap();
    assert_ne!(created, before);
    let again = second.create_group(&group("common", "GID_a")).await;
    assert!(matches!(again.unwrap_err(), Error::GroupExists { .. }));
    assert_eq!(first.group_changes().await.unwrap(), created);
    assert!(second.delete_group("common", "GID_a").await.unwrap());
    assert_ne!(first.group_changes().await.unwrap(), created);
    assert!(first.groups().await.unwrap().is_empty());
}
