//! Groups, on SQLite or PostgreSQL.

mod support;

use ons_mqtt_store::{Error, Group};
use support::{Database, group};

#[tokio::test]
async fn a_created_group_survives_closing_and_opening_the_database() {
    let database = Database::fresh().await;
    let created = Group {
        topic: Some("传感器".into()),
        updated: 7,
        ..group("common", "GID_a")
    };
    let store = database.open().await;
    store.create_group(&created).await.unwrap();
    let one = store.group("common", "GID_a").await.unwrap();
    assert_eq!(one.as_ref(), Some(&created));
    assert_eq!(store.group("other", "GID_a").await.unwrap(), None);
    assert_eq!(
        store.groups().await.unwrap(),
        std::slice::from_ref(&created)
    );
    store.close().await;
    assert_eq!(database.open().await.groups().await.unwrap(), [created]);
}

#[tokio::test]
async fn creating_an_existing_group_is_refused_and_changes_nothing() {
    let database = Database::fresh().await;
    let store = database.open().await;
    store.create_group(&group("common", "GID_a")).await.unwrap();
    let again = Group {
        created: 9,
        ..group("common", "GID_a")
    };
    let error = store.create_group(&again).await.unwrap_err();
    assert!(matches!(error, Error::GroupExists { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "group GID_a already exists in namespace common"
    );
    assert_eq!(store.groups().await.unwrap(), [group("common", "GID_a")]);
}

#[tokio::test]
async fn namespaces_may_contain_groups_of_the_same_name_and_all_are_listed_in_order() {
    let database = Database::fresh().await;
    let store = database.open().await;
    for (namespace, group_id) in [("b", "GID_b"), ("b", "GID_B"), ("a", "GID_b")] {
        store
            .create_group(&group(namespace, group_id))
            .await
            .unwrap();
    }
    assert!(store.delete_group("b", "GID_b").await.unwrap());
    store.create_group(&group("b", "GID_a")).await.unwrap();
    let expected = [
        group("a", "GID_b"),
        group("b", "GID_B"),
        group("b", "GID_a"),
    ];
    assert_eq!(store.groups().await.unwrap(), expected);
}

#[tokio::test]
async fn a_deleted_group_can_be_created_again() {
    let database = Database::fresh().await;
    let store = database.open().await;
    store.create_group(&group("common", "GID_a")).await.unwrap();
    assert!(store.delete_group("common", "GID_a").await.unwrap());
    assert_eq!(store.groups().await.unwrap(), []);
    store.create_group(&group("common", "GID_a")).await.unwrap();
    assert_eq!(store.groups().await.unwrap().len(), 1);
}

#[tokio::test]
async fn deleting_a_missing_group_returns_false() {
    let database = Database::fresh().await;
    let store = database.open().await;
    store.create_group(&group("common", "GID_a")).await.unwrap();
    assert!(!store.delete_group("other", "GID_a").await.unwrap());
    assert!(!store.delete_group("common", "GID_b").await.unwrap());
    assert_eq!(store.groups().await.unwrap().len(), 1);
}
