//! Tests that need private items: query plans and SQLite settings.

use sqlx::{AssertSqlSafe, Executor, Row};
use tempfile::TempDir;

use crate::groups::Group;
use crate::store::Store;
use crate::{clients, expire, lives, messages, notifications, online, receivers, slices};

async fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ons-mqtt.db").display().to_string();
    (folder, Store::open(&path).await.unwrap())
}

async fn plan(store: &Store, statement: &str) -> Vec<String> {
    let explain = format!("EXPLAIN QUERY PLAN {statement}");
    let rows = store
        .reader
        .fetch_all(AssertSqlSafe(explain))
        .await
        .unwrap();
    rows.iter()
        .map(|row| row.get::<String, _>("detail"))
        .collect()
}

#[tokio::test]
async fn a_range_is_searched_by_the_whole_key() {
    let (_folder, store) = store().await;
    let expectations = [
        (
            messages::RANGE,
            "SEARCH messages USING PRIMARY KEY (hour=? AND instance_id=? AND parent_topic=? AND \
             whole=? AND sub_topic=? AND direction=? AND start>? AND start<?)",
        ),
        (
            online::RANGE,
            "SEARCH online USING PRIMARY KEY (hour=? AND instance_id=? AND group_id=? AND time>? \
             AND time<?)",
        ),
        (
            slices::OF_ALL,
            "SEARCH messages USING PRIMARY KEY (hour=? AND instance_id=? AND parent_topic=? AND \
             whole=? AND sub_topic=? AND direction=? AND start>? AND start<?)",
        ),
        (
            slices::OF_ONLINE,
            "SEARCH online USING PRIMARY KEY (hour=? AND instance_id=? AND group_id=? AND time>? \
             AND time<?)",
        ),
        (
            clients::ONE,
            "SEARCH clients USING PRIMARY KEY (instance_id=? AND client_id=?)",
        ),
        (
            clients::PAGE,
            "SEARCH clients USING PRIMARY KEY (instance_id=? AND client_id>? AND client_id<?)",
        ),
    ];
    for (statement, expected) in expectations {
        let plan = plan(&store, statement).await;
        assert!(plan.iter().any(|step| step == expected), "{plan:#?}");
    }
}

#[tokio::test]
async fn no_statement_scans_a_table() {
    let (_folder, store) = store().await;
    for statement in [
        messages::RANGE,
        online::RANGE,
        slices::OF_ALL,
        slices::BY_QOS,
        slices::BY_KIND,
        slices::OF_ONLINE,
        clients::ONE,
        clients::PAGE,
        expire::MESSAGES,
        expire::ONLINE,
        expire::CLIENTS,
        notifications::WAITING,
        notifications::DELETE,
        receivers::TELL,
        receivers::DROP,
        notifications::OF_LIFE,
        lives::FORGET,
    ] {
        let plan = plan(&store, statement).await;
        // Queries build these tables themselves.
        let built = [
            "hours",
            "(subquery",
            "CONSTANT ROW",
            "offsets",
            "slices",
            "parts",
        ];
        let scan = plan.iter().find(|step| {
            step.starts_with("SCAN") && !built.iter().any(|table| step.contains(table))
        });
        assert_eq!(scan, None, "{plan:#?}");
    }
}

#[tokio::test]
async fn a_commit_waits_for_the_disk() {
    let (_folder, store) = store().await;
    for pool in [&store.writer, &store.reader] {
        let mode = pool.fetch_one("PRAGMA journal_mode").await.unwrap();
        assert_eq!(mode.get::<String, _>(0), "wal");
        let synchronous = pool.fetch_one("PRAGMA synchronous").await.unwrap();
        assert_eq!(synchronous.get::<i64, _>(0), 2, "FULL");
    }
}

#[tokio::test]
async fn writing_works_again_after_a_full_disk_has_space() {
    let (_folder, store) = store().await;
    let limit_pages = async |pages: u32| {
        let limit = format!("PRAGMA max_page_count = {pages}");
        store.writer.execute(AssertSqlSafe(limit)).await.unwrap();
    };
    limit_pages(1).await;
    let create = async |number: u32| {
        let group = Group {
            namespace: "i".into(),
            group_id: format!("GID_test_{number}"),
            instance_id: "i".into(),
            topic: None,
            created: 1,
            updated: 1,
        };
        store.create_group(&group).await
    };
    // Single rows: if such a statement fails, SQLite ends the whole transaction.
    let mut number = 0;
    let error = loop {
        match create(number).await {
            Ok(()) => number += 1,
            Err(error) => break error.to_string(),
        }
    };
    assert!(error.contains("full"), "{error}");
    limit_pages(1_000_000).await;
    create(number).await.unwrap();
}
