//! A clock of the machine that jumps while the service runs.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use ons_mqtt_client::models::TransType;
use ons_mqtt_server::gateway::{Clock, Moment};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::database::connect;
use crate::support::{Device, INSTANCE, Service, now, sum, until};

const SETTINGS: &str = "[stats]\ninterval = \"1s\"\nretention = \"30m\"\n\
    [limits]\nqueries_per_minute = 0\n";
const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// Seconds by which the clocks are ahead of those of the machine.
#[derive(Default)]
struct Ahead {
    wall: AtomicI64,
    monotonic: AtomicI64,
}

impl Ahead {
    fn jump(&self, seconds: i64) {
        self.wall.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Lets time pass.
    fn pass(&self, seconds: i64) {
        self.monotonic.fetch_add(seconds, Ordering::SeqCst);
        self.jump(seconds);
    }

    fn clock(self: &Arc<Self>) -> Clock {
        let (machine, ahead) = (Clock::system(), Arc::clone(self));
        let seconds = |seconds: &AtomicI64| {
            Duration::from_secs(seconds.load(Ordering::SeqCst).unsigned_abs())
        };
        Clock::new(move || Moment {
            wall: SystemTime::now() + seconds(&ahead.wall),
            monotonic: machine.now().monotonic + seconds(&ahead.monotonic),
        })
    }
}

/// Publishes a message and waits until it is counted, twice: the first interval is then over, with
/// all that happens at its end.
async fn two_intervals(service: &Service, device: &mut Device, published: &mut u64) {
    for _ in 0..2 {
        device.publish("test", 1).await;
        *published += 1;
        let name = format!(
            "ons_mqtt_messages_total\
             {{instance=\"{INSTANCE}\",kind=\"sub\",direction=\"received\",qos=\"1\"}}"
        );
        until("the message is counted", async || {
            service.metric(&name).await == *published
        })
        .await;
    }
}

/// Returns the number of rows that a service has in its database.
async fn rows(service: &Service, of: &str) -> i64 {
    rows_of(&service.folder.path().join("data/ons-mqtt.db"), of).await
}

async fn rows_of(database: &Path, of: &str) -> i64 {
    let url = format!("sqlite://{}", database.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let count = AssertSqlSafe(format!("SELECT COUNT(*) FROM {of}"));
    let count = sqlx::query_scalar(count).fetch_one(&mut connection).await;
    connection.close().await.unwrap();
    count.unwrap()
}

async fn counted(service: &Service, begin: i64) -> f64 {
    let client = service.client();
    let query = client.query_msg_trans_trend(begin, now(), "test", "SUM".into(), TransType::Pub);
    sum(&query.instance_id(INSTANCE).send().await.unwrap().data)
}

#[tokio::test]
async fn history_outlives_a_wrong_clock_and_expires_once_the_clock_is_right_for_an_hour() {
    let ahead = Arc::new(Ahead::default());
    let service = Service::with_clock(SETTINGS, ahead.clock()).await;
    let create = service.client().group_id_create("GID_test");
    create.instance_id(INSTANCE).send().await.unwrap();
    let mut device = service.device("GID_test@@@a").await;
    let (begin, mut published) = (now(), 0);
    // Expired data is removed within a second, unless a jump prevents it.
    ahead.pass(2 * HOUR);
    two_intervals(&service, &mut device, &mut published).await;
    ahead.jump(-2 * HOUR);
    two_intervals(&service, &mut device, &mut published).await;

    ahead.jump(40 * DAY);
    two_intervals(&service, &mut device, &mut published).await;
    ahead.jump(-40 * DAY);
    two_intervals(&service, &mut device, &mut published).await;
    until("the messages of today are shown", async || {
        counted(&service, begin).await >= 4.0
    })
    .await;

    ahead.pass(3 * HOUR);
    let of_today = format!("messages WHERE start <= {}", now());
    until("the messages are gone", async || {
        rows(&service, &of_today).await == 0
    })
    .await;
    ahead.jump(-3 * HOUR);
    assert_eq!(counted(&service, begin).await, 0.0);
}

#[tokio::test]
async fn neither_counts_nor_a_stop_wait_until_much_history_has_expired() {
    const ROWS: i64 = 400_000;
    const PARTS: i64 = 8;
    let ahead = Arc::new(Ahead::default());
    let service = Service::with_clock(SETTINGS, ahead.clock()).await;
    let create = service.client().group_id_create("GID_test");
    create.instance_id(INSTANCE).send().await.unwrap();
    let mut device = service.device("GID_test@@@a").await;
    let mut database = connect(&service).await;
    for part in 0..PARTS {
        // Parts, so that the service never waits long for the database.
        let insert = "WITH RECURSIVE numbers (number) AS \
            (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < $1) \
            INSERT INTO online (hour, instance_id, group_id, time, count) \
            SELECT $2, 'gone', 'GID_gone', number, 1 FROM numbers";
        let insert = sqlx::query(insert).bind(ROWS / PARTS).bind(part);
        insert.execute(&mut database).await.unwrap();
    }
    ahead.pass(2 * HOUR);
    until("rows are deleted", async || {
        rows(&service, "online WHERE instance_id = 'gone'").await < ROWS
    })
    .await;
    device.publish("test", 1).await;
    let folder = service.stop().await.0;
    let database = folder.path().join("data/ons-mqtt.db");
    assert!(rows_of(&database, "online WHERE instance_id = 'gone'").await > 0);
    assert!(
        rows_of(&database, "messages").await > 0,
        "the counts are written"
    );
}
