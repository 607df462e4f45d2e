//! Opening and closing a database, and refusing to open one.

#![allow(clippy::unwrap_used)]

mod support;

use ons_mqtt_store::{Error, Store};
use sqlx::any::install_default_drivers;
use sqlx::{AnyConnection, Connection, Executor};
use support::{Database, group, server};

async fn refused(location: &str) -> String {
    let error = Store::open(location).await.unwrap_err();
    assert!(
        !format!("{error} {error:?}").contains("hunter2"),
        "{error:?}"
    );
    error.to_string()
}

/// Opens a connection that does not belong to the store.
async fn connection(database: &Database) -> AnyConnection {
    install_default_drivers();
    let url = if database.location.contains("://") {
        database.location.clone()
    } else {
        format!("sqlite://{}", database.location)
    };
    AnyConnection::connect(&url).await.unwrap()
}

#[tokio::test]
async fn a_database_in_use_is_refused_until_it_is_closed() {
    let database = Database::fresh().await;
    let store = database.open().await;
    let error = Store::open(&database.location).await.unwrap_err();
    assert!(matches!(error, Error::InUse { .. }), "{error:?}");
    assert!(
        error
            .to_string()
            .contains("is in use by another server; stop that one"),
        "{error}"
    );
    store.ping().await.unwrap();
    store.close().await;
    database.open().await.ping().await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_to_a_file_in_use_is_refused_too() {
    let database = Database::file();
    let link = format!("{}.link", database.location);
    let store = database.open().await;
    std::os::unix::fs::symlink(&database.location, &link).unwrap();
    assert!(refused(&link).await.contains("is in use by another server"));
    drop(store);
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let database = Database::fresh().await;
    database.open().await.close().await;
    let mut connection = connection(&database).await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         SELECT 9999, description, success, checksum, 0 FROM _sqlx_migrations LIMIT 1";
    connection.execute(newer).await.unwrap();
    connection.close().await.unwrap();
    for _ in 0..2 {
        let error = Store::open(&database.location).await.unwrap_err();
        assert!(
            matches!(
                error,
                Error::Newer {
                    migration: 9999,
                    ..
                }
            ),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn after_closing_every_call_reports_that_the_store_is_closed() {
    let database = Database::fresh().await;
    let store = database.open().await;
    store.close().await;
    let errors = [
        store.ping().await.unwrap_err(),
        store.groups().await.unwrap_err(),
        store
            .create_group(&group("common", "GID_a"))
            .await
            .unwrap_err(),
    ];
    for error in errors {
        assert!(
            error.to_string().ends_with("the store is closed"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_file_name_may_contain_special_characters_of_urls() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a b%20?mode=ro#é&.db");
    let store = Store::open(&path.display().to_string()).await.unwrap();
    store.create_group(&group("common", "GID_a")).await.unwrap();
    assert!(path.is_file());
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_named_with_advice() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let missing = refused(&path("none/ons-mqtt.db")).await;
    assert!(missing.contains("none/ons-mqtt.db: folder "), "{missing}");
    assert!(missing.ends_with("; create the folder first"), "{missing}");

    let not_a_file = refused(&path("")).await;
    assert!(
        not_a_file.ends_with("this is a folder; use the path of a file"),
        "{not_a_file}"
    );

    std::fs::write(path("text"), "no database ".repeat(100)).unwrap();
    let text = refused(&path("text")).await;
    let expected = "text: file is not a database; restore a backup, or move the file away to start \
         with an empty database";
    assert!(text.ends_with(expected), "{text}");
}

#[tokio::test]
async fn an_unreachable_server_is_named_with_host_and_port() {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    drop(socket);
    let error = refused(&format!("postgres://user:hunter2@{address}/ons")).await;
    assert!(
        error.starts_with(&format!(
            "cannot open the database PostgreSQL at {address}: "
        )),
        "{error}"
    );
    let expected = format!("; is PostgreSQL running and reachable at {address}?");
    assert!(error.ends_with(&expected), "{error}");
}

#[tokio::test]
async fn a_malformed_location_is_refused_without_showing_its_password() {
    let other = refused("mysql://user:hunter2@localhost/ons").await;
    assert!(
        other.contains("mysql://…: this is neither a file nor the URL"),
        "{other}"
    );
    for url in [
        "postgres://user:#hunter2@localhost/ons",
        "postgres://user:hunter2@localhost:port/ons",
        "postgres://user:hunter2@localhost/ons?sslmode=maybe",
    ] {
        let error = refused(url).await;
        assert!(error.contains("the URL cannot be read: "), "{error}");
    }
}

#[tokio::test]
async fn a_wrong_password_and_a_missing_database_have_different_errors() {
    let Some(server) = server() else { return };
    let (scheme, rest) = server.split_once("://").unwrap();
    let (_, host) = rest.split_once('@').unwrap();
    let wrong = refused(&format!("{scheme}://nobody:hunter2@{host}")).await;
    assert!(
        wrong.ends_with("check user and password, and pg_hba.conf"),
        "{wrong}"
    );
    let (start, _) = server.rsplit_once('/').unwrap();
    let missing = refused(&format!("{start}/ons_mqtt_missing")).await;
    assert!(missing.ends_with("create the database first"), "{missing}");
}
