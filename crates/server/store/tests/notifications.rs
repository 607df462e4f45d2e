//! Receivers, connections and notifications, on SQLite or PostgreSQL.

#![allow(clippy::unwrap_used)]

mod support;

use std::time::{Duration, Instant};

use ons_mqtt_store::{
    Dropped, Error, MAX_WAITING, Notification, NotificationKind, Report, StatusEvent, Store,
    WantedReceiver,
};
use sqlx::{Connection, Executor, PgConnection};
use support::{Database, NOON, server};
use tokio::time::timeout;

const INSTANCE: &str = "mqtt-cn-1";
/// Life of the process.
const LIFE: i64 = 7;
use NotificationKind::{Connect, Disconnect, TcpClean};

fn groups(groups: &[&str]) -> Vec<String> {
    groups.iter().map(|group| (*group).to_owned()).collect()
}

fn event(group_id: &str, number: i64, kind: NotificationKind) -> StatusEvent {
    StatusEvent {
        instance_id: INSTANCE.into(),
        group_id: group_id.into(),
        notification: Notification {
            client_id: format!("{group_id}@@@{number}"),
            kind,
            time: NOON + number,
            channel_id: format!("{number:06}"),
            address: "127.0.0.1:1".into(),
        },
    }
}

/// Returns `connect` of some connections of a group.
fn begun(group_id: &str, numbers: std::ops::Range<i64>) -> Vec<StatusEvent> {
    numbers
        .map(|number| event(group_id, number, Connect))
        .collect()
}

/// Opens a database and begins a life.
async fn open(database: &Database) -> Store {
    let store = database.open().await;
    store.begin_life(LIFE).await.unwrap();
    store
}

async fn report(store: &Store, number: i64, events: Vec<StatusEvent>) -> Vec<Dropped> {
    let report = Report { number, events };
    store.report(LIFE, &report).await.unwrap()
}

async fn put(store: &Store, receiver: &str, list: &[&str]) {
    let put = store.put_receiver(receiver, INSTANCE, &groups(list)).await;
    assert_eq!(put.unwrap(), None);
}

async fn numbers(store: &Store, receiver: &str) -> Vec<i64> {
    let waiting = store.waiting(receiver, 0, 1_000).await.unwrap();
    waiting.into_iter().map(|(number, _)| number).collect()
}

/// Returns what waits for a receiver: number, kind, and number of the connection.
async fn told(store: &Store, receiver: &str) -> Vec<(i64, NotificationKind, String)> {
    let waiting = store.waiting(receiver, 0, 1_000).await.unwrap();
    let told = waiting
        .into_iter()
        .map(|(number, it)| (number, it.kind, it.channel_id));
    told.collect()
}

/// Returns the open connections of a group: those that a new receiver is told about.
async fn open_connections(store: &Store, group_id: &str) -> Vec<i64> {
    put(store, "new", &[group_id]).await;
    let told = store.waiting("new", 0, 1_000).await.unwrap();
    store.remove_receiver("new").await.unwrap();
    told.iter()
        .map(|(_, it)| it.channel_id.parse().unwrap())
        .collect()
}

#[tokio::test]
async fn notifications_wait_in_order_until_they_are_delivered() {
    let database = Database::fresh().await;
    let store = open(&database).await;
    put(&store, "a", &["GID_a"]).await;
    for _ in 0..2 {
        assert_eq!(report(&store, 1, begun("GID_a", 1..121)).await, []);
    }
    store.close().await;

    let store = database.open().await;
    let receivers = store.receivers().await.unwrap();
    assert_eq!((receivers[0].number, receivers[0].delivered), (120, 0));
    let first = store.waiting("a", 0, 2).await.unwrap();
    let expected = [1, 2].map(|number| (number, event("GID_a", number, Connect).notification));
    assert_eq!(first, expected);
    store.delivered("a", 118).await.unwrap();
    assert_eq!(numbers(&store, "a").await, [119, 120]);
    assert_eq!(store.receivers().await.unwrap()[0].delivered, 118);
    store.delivered("a", 120).await.unwrap();
    let receivers = store.receivers().await.unwrap();
    assert_eq!((receivers[0].number, receivers[0].delivered), (120, 120));
}

#[tokio::test]
async fn each_receiver_is_told_about_its_groups_and_once_about_each_begin_and_end() {
    let database = Database::fresh().await;
    let store = open(&database).await;
    put(&store, "a", &["GID_a"]).await;
    put(&store, "b", &["GID_a", "GID_b"]).await;
    let elsewhere = groups(&["GID_a"]);
    let other = store.put_receiver("c", "mqtt-cn-2", &elsewhere).await;
    other.unwrap();
    let events = vec![
        event("GID_a", 1, Connect),
        event("GID_b", 2, Connect),
        event("GID_a", 1, Connect),
        event("GID_a", 1, Disconnect),
        event("GID_a", 1, TcpClean),
        // Of a connection that is not known any more.
        event("GID_a", 3, Disconnect),
        event("GID_a", 3, TcpClean),
    ];
    report(&store, 1, events.clone()).await;
    let more = vec![event("GID_b", 2, Connect), event("GID_a", 1, TcpClean)];
    report(&store, 2, more).await;
    // Repeated, as after a commit whose answer was lost.
    report(&store, 1, events).await;
    let one = || "000001".to_owned();
    assert_eq!(
        told(&store, "a").await,
        [
            (1, Connect, one()),
            (2, Disconnect, one()),
            (3, TcpClean, one())
        ]
    );
    assert_eq!(
        told(&store, "b").await,
        [
            (1, Connect, one()),
            (2, Connect, "000002".to_owned()),
            (3, Disconnect, one()),
            (4, TcpClean, one())
        ]
    );
    assert_eq!(told(&store, "c").await, []);
}

#[tokio::test]
async fn open_connections_are_noted_until_they_end_or_are_forgotten() {
    let database = Database::fresh().await;
    let store = open(&database).await;
    report(&store, 1, begun("GID_a", 0..130)).await;
    assert_eq!(
        open_connections(&store, "GID_a").await,
        Vec::from_iter(0..130)
    );
    let ends = (0..128).map(|number| event("GID_a", number, TcpClean));
    let events = begun("GID_a", 200..201).into_iter().chain(ends);
    let events = events.chain([event("GID_a", 200, TcpClean), event("GID_b", 201, Connect)]);
    report(&store, 2, events.collect()).await;
    assert_eq!(open_connections(&store, "GID_a").await, [128, 129]);
    let forget = async |life| store.forget_channels(life, INSTANCE, "GID_a").await;
    forget(LIFE - 1).await.unwrap();
    assert_eq!(open_connections(&store, "GID_a").await, [128, 129]);
    forget(LIFE).await.unwrap();
    assert_eq!(open_connections(&store, "GID_a").await, [] as [i64; 0]);
    assert_eq!(open_connections(&store, "GID_b").await, [201]);
}

#[tokio::test]
async fn the_end_of_a_life_ends_its_connections_and_no_others_and_then_it_reports_nothing() {
    let database = Database::fresh().await;
    let store = open(&database).await;
    store.begin_life(LIFE + 1).await.unwrap();
    put(&store, "a", &["GID_a"]).await;
    report(&store, 1, begun("GID_a", 1..4)).await;
    let later = Report {
        number: 1,
        events: begun("GID_a", 4..5),
    };
    store.report(LIFE + 1, &later).await.unwrap();
    let end = async || store.end_life("", LIFE, NOON, 2).await.unwrap().0;
    assert_eq!(end().await, 2);
    // It may still report, as not all of its connections have ended.
    report(&store, 2, vec![event("GID_a", 3, TcpClean)]).await;
    report(&store, 3, begun("GID_a", 5..6)).await;
    assert_eq!((end().await, end().await), (1, 0));
    let kinds = told(&store, "a").await;
    let ended = kinds.iter().filter(|(_, kind, _)| *kind == TcpClean);
    let mut ended: Vec<&str> = ended.map(|(_, _, channel)| &**channel).collect();
    ended.sort_unstable();
    assert_eq!(ended, ["000001", "000002", "000003", "000005"]);
    let late = Report {
        number: 4,
        events: begun("GID_a", 6..7),
    };
    let refused = store.report(LIFE, &late).await.unwrap_err();
    assert!(matches!(refused, Error::LifeOver), "{refused}");
    let refused = store.want(LIFE, &[]).await.unwrap_err();
    assert!(matches!(refused, Error::LifeOver), "{refused}");
    assert_eq!(open_connections(&store, "GID_a").await, [4]);
}

#[tokio::test]
async fn lives_and_what_they_want_are_known_until_they_end() {
    let database = Database::fresh().await;
    let store = open(&database).await;
    let wanted = ["a/topic/t", "a/url/1"].map(|id| WantedReceiver {
        id: id.to_owned(),
        groups: groups(&["GID_a", "GID_b"]),
    });
    store.want(LIFE, &wanted).await.unwrap();
    store.begin_life(LIFE).await.unwrap();
    let lives = store.lives().await.unwrap();
    // The first one is that of an earlier version.
    let known: Vec<_> = lives
        .iter()
        .map(|life| (life.epoch, &*life.wanted))
        .collect();
    assert_eq!(known, [(0, &[][..]), (LIFE, &wanted)]);
    store.end_life("", 0, NOON, 1).await.unwrap();
    assert_eq!(store.lives().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_receiver_is_told_about_open_connections_of_groups_that_are_new_to_it() {
    let database = Database::fresh().await;
    let store = open(&database).await;
    let groups = ["GID_a", "GID_a", "GID_b", "GID_c"];
    let open = (1..).zip(groups);
    let open: Vec<_> = open
        .map(|(number, group)| event(group, number, Connect))
        .collect();
    report(&store, 1, open.clone()).await;
    put(&store, "a", &["GID_a"]).await;
    put(&store, "a", &["GID_a", "GID_b"]).await;
    put(&store, "a", &["GID_a", "GID_b"]).await;
    let told = store.waiting("a", 0, 10).await.unwrap();
    let expected: Vec<_> = (1..)
        .zip(&open[..3])
        .map(|(number, event)| (number, event.notification.clone()))
        .collect();
    assert_eq!(told, expected);
    let receivers = store.receivers().await.unwrap();
    assert_eq!((receivers.len(), receivers[0].number), (1, 3));
    assert_eq!(receivers[0].groups, ["GID_a", "GID_b"]);
}

#[tokio::test]
async fn a_receiver_can_take_over_what_waits_for_another_and_be_removed() {
    let database = Database::fresh().await;
    let store = open(&database).await;
    put(&store, "a", &["GID_a"]).await;
    put(&store, "b", &["GID_b"]).await;
    let events = [begun("GID_a", 1..3), begun("GID_b", 3..4)].concat();
    report(&store, 1, events).await;
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
    let store = open(&database).await;
    put(&store, "a", &["GID_a"]).await;
    put(&store, "b", &["GID_b"]).await;
    let many = |numbers: std::ops::Range<i64>| {
        numbers
            .map(|number| event("GID_a", number, Disconnect))
            .collect()
    };
    let all = many(0..MAX_WAITING);
    assert_eq!(report(&store, 1, all).await, []);
    assert_eq!(report(&store, 2, begun("GID_b", 1..2)).await, []);
    let dropped = report(&store, 3, many(0..3)).await;
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
    let store = open(&database).await;
    put(&store, "a", &["GID_a"]).await;
    put(&store, "b", &["GID_b"]).await;
    let events = [begun("GID_a", 1..12_001), begun("GID_b", 20_000..20_001)].concat();
    report(&store, 1, events).await;
    assert_eq!(store.remove_receiver("a").await.unwrap(), 12_000);
    assert_eq!(numbers(&store, "a").await, [] as [i64; 0]);
    assert_eq!(numbers(&store, "b").await, [1]);
    let forget = store.forget_channels(LIFE, INSTANCE, "GID_a").await;
    forget.unwrap();
    assert_eq!(open_connections(&store, "GID_a").await, [] as [i64; 0]);
    assert_eq!(open_connections(&store, "GID_b").await, [20_000]);
}

/// Returns nodes that share a database, each in a life with this number, if there is PostgreSQL.
async fn nodes<const N: usize>(names: [&str; N]) -> Option<(Database, Vec<Store>)> {
    server()?;
    let database = Database::fresh().await;
    let mut nodes = Vec::new();
    for name in names {
        let node = Store::open_as_node(&database.location, name, 7).await;
        let node = node.unwrap();
        node.begin_life(LIFE).await.unwrap();
        nodes.push(node);
    }
    Some((database, nodes))
}

#[tokio::test]
async fn reports_of_nodes_get_numbers_without_gaps_and_new_receivers_miss_nothing() {
    let Some((_database, nodes)) = nodes(["a", "b", "c"]).await else {
        return;
    };
    put(&nodes[0], "r", &["GID_a"]).await;
    let reports = async |at: usize| {
        for number in 1..=20 {
            let first = 1_000 * (at as i64 + 1) + 2 * number;
            report(&nodes[at], number, begun("GID_a", first..first + 2)).await;
        }
    };
    let adding = async {
        for receiver in ["s", "t", "u"] {
            put(&nodes[0], receiver, &["GID_a"]).await;
        }
    };
    tokio::join!(reports(0), reports(1), reports(2), adding);
    for receiver in ["r", "s", "t", "u"] {
        let told = told(&nodes[1], receiver).await;
        let numbers: Vec<_> = told.iter().map(|(number, ..)| *number).collect();
        assert_eq!(numbers, Vec::from_iter(1..=120), "{receiver}");
        let mut channels: Vec<_> = told.into_iter().map(|(.., channel)| channel).collect();
        channels.sort_unstable();
        channels.dedup();
        assert_eq!(channels.len(), 120, "{receiver}");
    }
}

#[tokio::test]
async fn the_life_of_another_node_is_ended_and_its_next_life_keeps_its_connections() {
    let Some((database, nodes)) = nodes(["a", "b"]).await else {
        return;
    };
    put(&nodes[0], "r", &["GID_a"]).await;
    report(&nodes[1], 1, begun("GID_a", 1..2)).await;
    let again = Store::open_as_node(&database.location, "b", 8)
        .await
        .unwrap();
    again.begin_life(8).await.unwrap();
    let next = Report {
        number: 1,
        events: begun("GID_a", 2..3),
    };
    again.report(8, &next).await.unwrap();
    assert_eq!(nodes[0].end_life("b", LIFE, NOON, 10).await.unwrap().0, 1);
    assert_eq!(open_connections(&nodes[0], "GID_a").await, [2]);
    let late = Report {
        number: 2,
        events: begun("GID_a", 3..4),
    };
    let refused = nodes[1].report(LIFE, &late).await.unwrap_err();
    assert!(matches!(refused, Error::NodeReplaced { .. }), "{refused}");
    let life = again.lives().await.unwrap();
    let life: Vec<_> = life.iter().map(|life| (&*life.node, life.epoch)).collect();
    assert_eq!(life, [("", 0), ("a", LIFE), ("b", 8)]);
}

#[tokio::test]
async fn no_node_waits_long_for_one_that_is_frozen_within_a_transaction() {
    let Some((database, nodes)) = nodes(["a", "b"]).await else {
        return;
    };
    let mut other = PgConnection::connect(&database.location).await.unwrap();
    // So that the node waits within the transaction, and is not idle in it.
    let block = "BEGIN; LOCK TABLE channels IN ACCESS EXCLUSIVE MODE";
    other.execute(block).await.unwrap();
    let blocked = report(&nodes[0], 1, begun("GID_a", 1..2));
    // The node that is frozen is not polled any more.
    let mut blocked = std::pin::pin!(blocked);
    let frozen = timeout(Duration::from_millis(300), blocked.as_mut());
    frozen.await.unwrap_err();
    other.execute("ROLLBACK").await.unwrap();
    let begin = Instant::now();
    report(&nodes[1], 1, begun("GID_a", 2..3)).await;
    let waited = begin.elapsed();
    let bounds = Duration::from_secs(3)..Duration::from_secs(30);
    assert!(bounds.contains(&waited), "{waited:?}");
}

#[tokio::test]
async fn one_node_at_a_time_delivers() {
    let Some((database, nodes)) = nodes(["a", "b"]).await else {
        return;
    };
    assert!(nodes[0].delivers(LIFE).await.unwrap());
    assert!(nodes[0].delivers(LIFE).await.unwrap());
    assert!(!nodes[1].delivers(LIFE).await.unwrap());
    // A later life of the node goes on, and the earlier one does not.
    assert!(nodes[0].delivers(LIFE + 1).await.unwrap());
    assert!(!nodes[0].delivers(LIFE).await.unwrap());
    nodes[0].stop_delivering(LIFE).await.unwrap();
    assert!(!nodes[1].delivers(LIFE).await.unwrap());
    nodes[0].stop_delivering(LIFE + 1).await.unwrap();
    assert!(nodes[1].delivers(LIFE).await.unwrap());
    assert!(!nodes[0].delivers(LIFE + 1).await.unwrap());
    // As if it were frozen for long.
    let mut other = PgConnection::connect(&database.location).await.unwrap();
    let expire = "UPDATE deliverer SET until = until - 10000";
    other.execute(expire).await.unwrap();
    assert!(nodes[0].delivers(LIFE + 1).await.unwrap());
    assert!(!nodes[1].delivers(LIFE).await.unwrap());
}
