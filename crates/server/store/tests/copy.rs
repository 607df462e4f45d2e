//! Copies of an SQLite database that is in use.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ons_mqtt_store::Store;
use support::{Database, NOON, interval, messages, points, published};

/// Enough rows that a copy takes some thousand questions.
const ROWS: u64 = 20_000;

#[tokio::test]
async fn a_copy_ends_at_the_question_that_is_answered_no() {
    let database = Database::file();
    let store = database.open().await;
    let names: Vec<String> = (0..ROWS).map(|number| format!("t{number}")).collect();
    let counts = names.iter().map(|name| messages(name, None, 1)).collect();
    store.flush(&interval(NOON, counts)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let ask = |no_at: usize| {
        asked.store(0, Ordering::Relaxed);
        let asked = Arc::clone(&asked);
        move || asked.fetch_add(1, Ordering::Relaxed) + 1 < no_at
    };

    let whole = folder.path().join("whole.sqlite");
    assert!(store.copy_to(&whole, ask(usize::MAX)).await.unwrap());
    let questions = asked.load(Ordering::Relaxed);
    assert!(questions > 10, "{questions} questions");
    let copy = Store::open(whole.to_str().unwrap()).await.unwrap();
    let found = copy.messages(&published("t7", None)).await.unwrap();
    assert_eq!(found, points(&[(NOON, 1)]));
    copy.close().await;

    let part = folder.path().join("part.sqlite");
    let error = store.copy_to(&part, ask(5)).await.unwrap_err();
    assert!(error.to_string().contains("interrupted"), "{error}");
    assert_eq!(asked.load(Ordering::Relaxed), 5);
    let found = store.messages(&published("t7", None)).await.unwrap();
    assert_eq!(found, points(&[(NOON, 1)]), "the store goes on");
}
