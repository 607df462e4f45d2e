//! A server that may not write any more: its lock or its files are gone, or the database is stuck.

#![allow(clippy::unwrap_used)]

mod support;

use std::time::{Duration, Instant};

use ons_mqtt_store::{Error, Store};
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use support::{Database, NOON, group, interval, messages, server};

/// Ends the session that holds the lock of a store.
const LOSE: &str = "SELECT CAST(COUNT(pg_terminate_backend(pid, 5000)) AS BIGINT) FROM pg_locks \
    WHERE locktype = 'advisory' AND (classid::bigint << 32 | objid::bigint) \
    = hashtextextended('ons-mqtt-store ' || current_schema(), 0)";

async fn lose_lock(database: &Database) {
    let mut connection = PgConnection::connect(&database.location).await.unwrap();
    let (lost,): (i64,) = sqlx::query_as(LOSE)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(lost, 1);
}

/// Returns the errors of each kind of change.
async fn errors(store: &Store) -> [Error; 4] {
    let flush = interval(NOON, vec![messages("t", None, 1)]);
    [
        store
            .create_group(&group("common", "GID_b"))
            .await
            .unwrap_err(),
        store.delete_group("common", "GID_a").await.unwrap_err(),
        store.flush(&flush).await.unwrap_err(),
        store.expire(NOON).await.unwrap_err(),
    ]
}

#[tokio::test]
async fn after_files_are_deleted_or_replaced_nothing_is_written() {
    for suffix in ["", "-wal", "-shm", ".lock"] {
        for replace in [false, true] {
            let database = Database::file();
            let store = database.open().await;
            store.create_group(&group("common", "GID_a")).await.unwrap();
            let path = format!("{}{suffix}", database.location);
            let moved = format!("{path}.moved");
            std::fs::rename(&path, &moved).unwrap();
            if replace {
                std::fs::copy(&moved, &path).unwrap();
            }
            for error in errors(&store)
                .await
                .into_iter()
                .chain([store.ping().await.unwrap_err()])
            {
                assert!(matches!(error, Error::Replaced { .. }), "{suffix}: {error}");
                assert!(error.to_string().contains(&path), "{error}");
            }
            // Connections that begin now must not be used later.
            let _ = tokio::join!(
                store.groups(),
                store.groups(),
                store.groups(),
                store.groups()
            );
            std::fs::rename(&moved, &path).unwrap();
            store.ping().await.unwrap();
            let read = tokio::join!(
                store.groups(),
                store.groups(),
                store.groups(),
                store.groups()
            );
            for groups in [read.0, read.1, read.2, read.3] {
                assert_eq!(groups.unwrap().len(), 1);
            }
            store.create_group(&group("common", "GID_b")).await.unwrap();
        }
    }
}

#[tokio::test]
async fn after_the_database_is_overwritten_nothing_is_written() {
    let other = Database::file();
    other.open().await.close().await;
    let database = Database::file();
    let store = database.open().await;
    let path = &database.location;
    let earlier = std::fs::read(path).unwrap();
    store.create_group(&group("common", "GID_a")).await.unwrap();
    // Writes the changes to the file itself.
    let mut connection = SqliteConnection::connect(path).await.unwrap();
    for id in ["GID_c", "GID_d"] {
        store.create_group(&group("common", id)).await.unwrap();
        connection.execute("PRAGMA wal_checkpoint").await.unwrap();
        store.ping().await.unwrap();
    }
    store.create_group(&group("common", "GID_e")).await.unwrap();
    let copy = format!("{path}.copy");
    store.copy_to(copy.as_ref(), || true).await.unwrap();
    let copy = std::fs::read(copy).unwrap();

    let own = std::fs::read(path).unwrap();
    let other = std::fs::read(&other.location).unwrap();
    for file in [vec![], other, earlier, copy] {
        // This keeps the inode.
        std::fs::write(path, file).unwrap();
        for error in errors(&store)
            .await
            .into_iter()
            .chain([store.ping().await.unwrap_err()])
        {
            assert!(matches!(error, Error::Replaced { .. }), "{error}");
        }
    }
    std::fs::write(path, own).unwrap();
    store.ping().await.unwrap();
    store.delete_group("common", "GID_a").await.unwrap();
    assert_eq!(store.groups().await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_server_whose_lock_another_one_has_writes_nothing_until_that_one_ends() {
    if server().is_none() {
        return;
    }
    let database = Database::fresh().await;
    let first = database.open().await;
    first.create_group(&group("common", "GID_a")).await.unwrap();
    lose_lock(&database).await;
    let second = database.open().await;
    for error in errors(&first)
        .await
        .into_iter()
        .chain([first.ping().await.unwrap_err()])
    {
        assert!(matches!(error, Error::InUse { .. }), "{error}");
    }
    second
        .create_group(&group("common", "GID_b"))
        .await
        .unwrap();
    second.close().await;
    assert_eq!(first.renewals(), 0);
    first.create_group(&group("common", "GID_c")).await.unwrap();
    assert_eq!(first.renewals(), 1, "the caller is told to read again");
    assert_eq!(first.groups().await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_lost_lock_that_is_free_is_taken_again_by_the_next_change() {
    if server().is_none() {
        return;
    }
    let database = Database::fresh().await;
    let store = database.open().await;
    lose_lock(&database).await;
    store.create_group(&group("common", "GID_a")).await.unwrap();
    let error = Store::open(&database.location).await.unwrap_err();
    assert!(matches!(error, Error::InUse { .. }), "{error:?}");
}

#[tokio::test]
async fn a_lock_that_could_not_be_claimed_in_time_is_claimed_by_a_later_change() {
    if server().is_none() {
        return;
    }
    let database = Database::fresh().await;
    let store = database.open().await;
    let mut other = PgConnection::connect(&database.location).await.unwrap();
    other
        .execute("BEGIN; SELECT number FROM holder FOR SHARE")
        .await
        .unwrap();
    lose_lock(&database).await;
    let late = store.create_group(&group("common", "GID_a")).await;
    let late = late.unwrap_err().to_string();
    assert!(late.contains("did not answer within"), "{late}");
    other.execute("ROLLBACK").await.unwrap();
    store.create_group(&group("common", "GID_b")).await.unwrap();
    assert_eq!(store.renewals(), 1);
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_reported_within_two_seconds() {
    let database = Database::fresh().await;
    let store = database.open().await;
    store.create_group(&group("common", "GID_a")).await.unwrap();
    let block = async |url: String| {
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        connection.execute("BEGIN IMMEDIATE").await.unwrap();
        connection
    };
    let block_server = async |url: &str| {
        let mut connection = PgConnection::connect(url).await.unwrap();
        let lock = "BEGIN; LOCK TABLE groups IN ACCESS EXCLUSIVE MODE";
        connection.execute(lock).await.unwrap();
        connection
    };
    let begin = Instant::now();
    let error = if server().is_some() {
        let _blocking = block_server(&database.location).await;
        store
            .create_group(&group("common", "GID_b"))
            .await
            .unwrap_err()
    } else {
        let _blocking = block(format!("sqlite://{}", database.location)).await;
        store
            .create_group(&group("common", "GID_b"))
            .await
            .unwrap_err()
    };
    assert!(
        error.to_string().contains("did not answer within"),
        "{error}"
    );
    assert!(
        begin.elapsed() < Duration::from_secs(2),
        "{:?}",
        begin.elapsed()
    );
}
