//! Many concurrent tasks, on SQLite or PostgreSQL.

mod support;

use std::sync::Arc;

use ons_mqtt_store::{Error, Store};
use support::{DAY, Database, HOUR, MINUTE, NOON, group, interval, messages, points, published};
use tokio::task::JoinSet;

const TASKS: i64 = 12;
const ROUNDS: i64 = 15;

/// Does a bit of everything, with groups of this task and counts shared by all tasks.
async fn work(store: Arc<Store>, task: i64) -> Result<(), Error> {
    for round in 0..ROUNDS {
        let name = format!("GID_{task}_{round}");
        store.create_group(&group("common", &name)).await?;
        let counts = (0..100)
            .map(|number| messages("t", Some(&number.to_string()), 1))
            .collect();
        store
            .flush(&interval(NOON + round % 3 * MINUTE, counts))
            .await?;
        store
            .flush(&interval(
                NOON - DAY - task * HOUR,
                vec![messages("t", None, 1)],
            ))
            .await?;
        store.messages(&published("t", None)).await?;
        store.expire(NOON - DAY).await?;
        assert!(store.delete_group("common", &name).await?);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_tasks_succeed_and_lose_nothing() {
    let database = Database::fresh().await;
    let store = Arc::new(database.open().await);
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        tasks.spawn(work(store.clone(), task));
    }
    for result in tasks.join_all().await {
        result.unwrap();
    }
    assert_eq!(store.groups().await.unwrap(), []);
    let each = TASKS * ROUNDS / 3;
    let expected = points(&[
        (NOON, each),
        (NOON + MINUTE, each),
        (NOON + 2 * MINUTE, each),
    ]);
    assert_eq!(
        store.messages(&published("t", Some("7"))).await.unwrap(),
        expected
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_concurrent_creations_of_a_group_succeeds() {
    let database = Database::fresh().await;
    let store = Arc::new(database.open().await);
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let store = store.clone();
        tasks.spawn(async move { store.create_group(&group("common", "GID_a")).await });
    }
    let results = tasks.join_all().await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    let refused = |result: &Result<(), Error>| matches!(result, Err(Error::GroupExists { .. }));
    assert_eq!(results.iter().filter(|result| refused(result)).count(), 19);
}
