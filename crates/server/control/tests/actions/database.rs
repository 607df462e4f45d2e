//! Behavior of the service while its database fails.

use ons_mqtt_client::ErrorCode;
use sqlx::{AssertSqlSafe, Connection, Executor, SqliteConnection};

use crate::support::{GROUP, INSTANCE, Service, code, middle_of_interval, now, sum, until};

const TABLES: [&str; 4] = ["groups", "clients", "messages", "online"];

/// Connects to the database of a running service.
pub(crate) async fn connect(service: &Service) -> SqliteConnection {
    let path = service.folder.path().join("data/ons-mqtt.db");
    let url = format!("sqlite://{}", path.display());
    SqliteConnection::connect(&url).await.unwrap()
}

/// Hides the tables from a service, or restores them.
async fn rename_tables(service: &Service, from: &str, to: &str) {
    let mut connection = connect(service).await;
    for table in TABLES {
        let rename = format!("ALTER TABLE {from}{table} RENAME TO {to}{table}");
        connection.execute(AssertSqlSafe(rename)).await.unwrap();
    }
    connection.close().await.unwrap();
}

async fn break_database(service: &Service) {
    rename_tables(service, "", "hidden_").await;
}

async fn repair_database(service: &Service) {
    rename_tables(service, "hidden_", "").await;
}

pub(crate) async fn code_with_a_broken_database() -> ErrorCode {
    let service = Service::start().await;
    break_database(&service).await;
    let create = service.client().group_id_create("GID_new");
    code(create.instance_id(INSTANCE).send().await)
}

#[tokio::test]
async fn answers_from_memory_succeed_and_all_others_are_system_errors() {
    let service = Service::start().await;
    let mut device = service.device("GID_test@@@a").await;
    device.subscribe("test", 1).await;
    break_database(&service).await;
    let client = service.client();

    assert_eq!(service.online_in_group(GROUP).await, 1);
    let topic = client.query_client_by_topic("test").instance_id(INSTANCE);
    assert_eq!(topic.send().await.unwrap().mqtt_client_set.online_count, 1);
    let info = client
        .query_client_by_client_id("GID_test@@@a")
        .instance_id(INSTANCE);
    assert!(info.send().await.unwrap().mqtt_client_info.online);

    let failed = ErrorCode::OnsSystemError;
    let begin = now() - 60_000;
    let history = client
        .query_history_online(begin, now(), GROUP)
        .instance_id(INSTANCE);
    assert_eq!(code(history.send().await), failed);
    let trend = client.query_msg_trans_trend(begin, now(), "test", "SUM".into(), "PUB".into());
    assert_eq!(code(trend.instance_id(INSTANCE).send().await), failed);
    let unknown = client
        .query_client_by_client_id("GID_test@@@b")
        .instance_id(INSTANCE);
    assert_eq!(code(unknown.send().await), failed);

    // A change that could not be written did not happen.
    let create = client.group_id_create("GID_new").instance_id(INSTANCE);
    assert_eq!(code(create.send().await), failed);
    let delete = client.group_id_delete(GROUP).instance_id(INSTANCE);
    assert_eq!(code(delete.send().await), failed);
    let list = client
        .group_id_list()
        .instance_id(INSTANCE)
        .send()
        .await
        .unwrap();
    assert_eq!((list.data.len(), &*list.data[0].group_id), (1, GROUP));
    device.publish("test/b", 1).await;
    until("it is not ready", async || {
        service.get("/readyz").await.0 == 503
    })
    .await;

    repair_database(&service).await;
    until("it is ready", async || {
        service.get("/readyz").await.0 == 200
    })
    .await;
    let create = client.group_id_create("GID_new").instance_id(INSTANCE);
    create.send().await.unwrap();
    let delete = client.group_id_delete(GROUP).instance_id(INSTANCE);
    delete.send().await.unwrap();
    device.closed().await;
}

#[tokio::test]
async fn changes_that_the_database_makes_too_late_are_system_errors_within_two_seconds() {
    let service = Service::start().await;
    let mut connection = connect(&service).await;
    connection.execute("BEGIN IMMEDIATE").await.unwrap();
    let begin = std::time::Instant::now();
    let client = service.client();
    let [first, second, third] = ["GID_late", "GID_late_2", "GID_late_3"]
        .map(|group| client.group_id_create(group).instance_id(INSTANCE).send());
    let (first, second, third) = tokio::join!(first, second, third);
    for answer in [first, second, third] {
        assert_eq!(code(answer), ErrorCode::OnsSystemError);
    }
    let took = begin.elapsed();
    assert!(took < std::time::Duration::from_secs(2), "{took:?}");
    connection.execute("COMMIT").await.unwrap();

    connection.close().await.unwrap();

    // The list agrees with the database in the end, whether the change was made or not.
    until("list and database agree", async || {
        let mut connection = connect(&service).await;
        let rows = "SELECT COUNT(*) FROM groups WHERE group_id = 'GID_late'";
        let (rows,): (i64,) = sqlx::query_as(rows)
            .fetch_one(&mut connection)
            .await
            .unwrap();
        let list = service.client().group_id_list().instance_id(INSTANCE);
        let groups = list.send().await.unwrap().data;
        let listed = groups.iter().filter(|group| group.group_id == "GID_late");
        let is_ready = service.get("/readyz").await.0 == 200;
        is_ready && i64::try_from(listed.count()).unwrap() == rows
    })
    .await;
}

#[tokio::test]
async fn without_its_files_the_service_is_not_ready_and_changes_nothing() {
    let service = Service::start().await;
    let path = service.folder.path().join("data/ons-mqtt.db");
    let moved = path.with_extension("moved");
    std::fs::rename(&path, &moved).unwrap();
    let create = service.client().group_id_create("GID_lost");
    let failed = code(create.instance_id(INSTANCE).send().await);
    assert_eq!(failed, ErrorCode::OnsSystemError);
    until("it is not ready and says why", async || {
        let (status, text) = service.get("/readyz").await;
        status == 503 && text.contains("ons-mqtt.db was deleted, replaced or overwritten")
    })
    .await;
    std::fs::rename(&moved, &path).unwrap();
    until("it is ready", async || {
        service.get("/readyz").await.0 == 200
    })
    .await;
}

#[tokio::test]
async fn counts_wait_until_the_database_works_again() {
    let service = Service::start().await;
    let mut device = service.device("GID_test@@@a").await;
    break_database(&service).await;
    let first = middle_of_interval().await;
    for _ in 0..3 {
        device.publish("test", 1).await;
        middle_of_interval().await;
    }
    let waiting = async || service.metric("ons_mqtt_flushes_waiting").await;
    assert!(waiting().await >= 2, "{}", waiting().await);
    repair_database(&service).await;
    until("everything is written", async || waiting().await == 0).await;
    let client = service.client();
    let trend = client.query_msg_trans_trend(first, now(), "test", "SUM".into(), "PUB".into());
    let chart = trend.instance_id(INSTANCE).send().await.unwrap().data;
    let counts: Vec<f64> = chart.records.iter().map(|point| point.y).collect();
    assert_eq!(counts[..3], [1.0; 3], "each in its own interval");
    assert_eq!(sum(&chart), 3.0);
}

#[tokio::test]
async fn a_service_that_cannot_write_counts_is_not_ready_and_reports_lost_counts_when_it_stops() {
    let service = Service::start().await;
    let mut device = service.device("GID_test@@@a").await;
    let full = "CREATE TRIGGER full BEFORE INSERT ON messages \
        BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
    let mut connection = connect(&service).await;
    connection.execute(full).await.unwrap();
    device.publish("test", 1).await;
    until("it is not ready", async || {
        service.get("/readyz").await.0 == 503
    })
    .await;
    connection.execute("DROP TRIGGER full").await.unwrap();
    until("it is ready", async || {
        service.get("/readyz").await.0 == 200
    })
    .await;
    connection.execute(full).await.unwrap();
    device.publish("test", 1).await;
    service.stop.cancel();
    let error = service.running.await.unwrap().unwrap_err().to_string();
    assert!(error.contains("the disk is full"), "{error}");
}
