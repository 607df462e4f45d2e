//! Empty databases for tests. They are SQLite files, or schemas of a PostgreSQL server if
//! `ONS_MQTT_TEST_STORE` contains its URL.

// Each test program uses only some of these items.
#![allow(dead_code, clippy::unwrap_used)]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::thread;

use ons_mqtt_store::{
    Direction, Flush, Group, MessageCount, MessageKind, MessageQuery, Point, Store,
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;

/// 2020-09-13 12:00 UTC, the start of an hour.
pub(crate) const NOON: i64 = 1_599_998_400_000;
pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 3_600_000;
pub(crate) const DAY: i64 = 86_400_000;

/// An empty database for one test.
pub(crate) struct Database {
    pub(crate) location: String,
    _folder: Option<TempDir>,
}

impl Database {
    pub(crate) async fn fresh() -> Self {
        match server() {
            Some(server) => Self {
                location: fresh_schema(&server).await,
                _folder: None,
            },
            None => Self::file(),
        }
    }

    /// Returns an SQLite file, even if other tests use PostgreSQL.
    pub(crate) fn file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = folder.path().join("ons-mqtt.db").display().to_string();
        Self {
            location,
            _folder: Some(folder),
        }
    }

    pub(crate) async fn open(&self) -> Store {
        Store::open(&self.location).await.unwrap()
    }
}

/// Returns the URL of the PostgreSQL server for the tests, if there is one.
pub(crate) fn server() -> Option<String> {
    std::env::var("ONS_MQTT_TEST_STORE")
        .ok()
        .filter(|url| url.starts_with("postgres"))
}

/// Creates an empty schema, named after the running test, and returns its URL.
async fn fresh_schema(server: &str) -> String {
    let mut hasher = DefaultHasher::new();
    (env!("CARGO_CRATE_NAME"), thread::current().name()).hash(&mut hasher);
    let schema = format!("ons_mqtt_test_{:016x}", hasher.finish());
    let mut connection = PgConnection::connect(server).await.unwrap();
    let again = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
    connection.execute(AssertSqlSafe(again)).await.unwrap();
    connection.close().await.unwrap();
    let separator = if server.contains('?') { '&' } else { '?' };
    format!("{server}{separator}options[search_path]={schema}")
}

pub(crate) fn group(namespace: &str, group_id: &str) -> Group {
    Group {
        namespace: namespace.into(),
        group_id: group_id.into(),
        instance_id: "mqtt-cn-1".into(),
        topic: None,
        created: NOON,
        updated: NOON,
    }
}

/// Returns a count of messages published to subscribers with QoS 1.
pub(crate) fn messages(parent_topic: &str, sub_topic: Option<&str>, count: u64) -> MessageCount {
    MessageCount {
        instance_id: "mqtt-cn-1".into(),
        parent_topic: parent_topic.into(),
        sub_topic: sub_topic.map(Into::into),
        kind: MessageKind::Sub,
        direction: Direction::Pub,
        qos: 1,
        count,
    }
}

pub(crate) fn interval(start: i64, messages: Vec<MessageCount>) -> Flush {
    Flush {
        start,
        messages,
        ..Flush::default()
    }
}

/// Returns a query for messages published on the day around noon, of every kind and QoS.
pub(crate) fn published(parent_topic: &str, sub_topic: Option<&str>) -> MessageQuery {
    MessageQuery {
        instance_id: "mqtt-cn-1".into(),
        parent_topic: parent_topic.into(),
        sub_topic: sub_topic.map(Into::into),
        kind: None,
        direction: Direction::Pub,
        qos: None,
        begin: NOON - DAY / 2,
        end: NOON + DAY / 2,
    }
}

pub(crate) fn points(expected: &[(i64, i64)]) -> Vec<Point> {
    expected
        .iter()
        .map(|&(time, count)| Point { time, count })
        .collect()
}
