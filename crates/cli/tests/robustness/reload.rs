//! Changes the configuration of the running program with SIGHUP.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::Instant;

use ons_mqtt_client::{Client, Credentials, ErrorCode, Retry};
use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, Packet, QoS};

use crate::program::{
    CONFIG, INSTANCE, PATIENCE, Program, next_interval, now, password, publish, published,
    user_name,
};

/// Ends each reload in the log.
const APPLIED: &str = "configuration read again";
const REFUSED: &str = "stays in force";

/// Writes a configuration, sends SIGHUP, and returns what the log says about it.
fn reload(program: &Program, folder: &Path, config: &str) -> String {
    fs::write(folder.join("ons-mqtt.toml"), config).unwrap();
    hang_up(program)
}

/// Sends SIGHUP, and returns what the log says about it.
fn hang_up(program: &Program) -> String {
    let before = program.log().len();
    program.signal("-HUP");
    let begin = Instant::now();
    loop {
        let log = program.log().split_off(before);
        if log.contains(APPLIED) || log.contains(REFUSED) {
            return log;
        }
        assert!(begin.elapsed() < PATIENCE, "nothing was reloaded: {log}");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// Returns an address that nothing uses.
fn free() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

fn with_instance(address: SocketAddr) -> String {
    format!(
        "{CONFIG}\n[[instance]]\nid = \"post-cn-new\"\nregion = \"cn-hangzhou\"\n\
         mqtt_listen = \"{address}\"\ntopics = [\"test\"]\n"
    )
}

/// Publishes to a topic. Returns `false` if the program ends the connection instead.
async fn publish_to(client: &AsyncClient, events: &mut EventLoop, topic: &str) -> bool {
    let sent = client.publish(topic, QoS::AtLeastOnce, false, "payload");
    sent.await.unwrap();
    loop {
        match events.poll().await {
            Ok(Event::Incoming(Packet::PubAck(_))) => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

async fn create_group(program: &Program, instance: &str) {
    let client = program.client();
    let create = client.group_id_create("GID_test").instance_id(instance);
    create.send().await.unwrap();
}

/// Starts the program with a group and a device that is connected.
async fn started(folder: &Path) -> (Program, AsyncClient, EventLoop) {
    let program = Program::start(folder);
    create_group(&program, INSTANCE).await;
    let (device, mut events) = program.device("GID_test@@@a");
    assert!(publish(&device, &mut events).await);
    (program, device, events)
}

#[tokio::test]
async fn a_new_topic_needs_no_restart_and_devices_stay_connected() {
    let folder = tempfile::tempdir().unwrap();
    let (program, device, mut events) = started(folder.path()).await;
    let more = CONFIG.replace("topics = [\"test\"]", "topics = [\"test\", \"more\"]");
    let log = reload(&program, folder.path(), &more);
    assert!(
        log.contains("topic more of instance post-cn-test added"),
        "{log}"
    );
    assert!(publish_to(&device, &mut events, "more/a").await);
}

#[tokio::test]
async fn a_new_instance_serves_devices_and_a_removed_one_keeps_its_data() {
    let folder = tempfile::tempdir().unwrap();
    let (program, device, mut events) = started(folder.path()).await;
    let address = free();
    let begin = now();
    for _ in 0..2 {
        let log = reload(&program, folder.path(), &with_instance(address));
        assert!(log.contains("instance post-cn-new added"), "{log}");
        let groups = program.client().group_id_list().instance_id("post-cn-new");
        if groups.send().await.unwrap().data.is_empty() {
            create_group(&program, "post-cn-new").await;
        }
        let mut options = MqttOptions::new("GID_test@@@b", "127.0.0.1", address.port());
        let user_name = user_name().replace(INSTANCE, "post-cn-new");
        options.set_credentials(user_name, password("GID_test@@@b"));
        let (other, mut its_events) = AsyncClient::new(options, 10);
        assert!(publish(&other, &mut its_events).await);

        let log = reload(&program, folder.path(), CONFIG);
        let expected = "instance post-cn-new removed; its groups, history and kept messages stay";
        assert!(log.contains(expected), "{log}");
        while its_events.poll().await.is_ok() {}
        let query = program.client().group_id_list().instance_id("post-cn-new");
        let refused = query.send().await.unwrap_err();
        assert_eq!(refused.code(), Some(&ErrorCode::EmpowerOwnerCheckError));
        assert!(publish(&device, &mut events).await, "others stay connected");
    }
    reload(&program, folder.path(), &with_instance(address));
    next_interval().await;
    next_interval().await;
    let client = program.client();
    let query = client.query_msg_trans_trend(begin, now(), "test", "SUM".into(), "PUB".into());
    let chart = query.instance_id("post-cn-new").send().await.unwrap().data;
    assert_eq!(chart.records.iter().map(|point| point.y).sum::<f64>(), 2.0);
}

#[tokio::test]
async fn a_removed_topic_is_refused_and_keeps_its_history() {
    let folder = tempfile::tempdir().unwrap();
    let begin = now();
    let (program, device, mut events) = started(folder.path()).await;
    let other = CONFIG.replace("topics = [\"test\"]", "topics = [\"other\"]");
    let log = reload(&program, folder.path(), &other);
    let expected = "topic test of instance post-cn-test removed; its history stays";
    assert!(log.contains(expected), "{log}");
    assert!(!publish(&device, &mut events).await);
    reload(&program, folder.path(), CONFIG);
    next_interval().await;
    next_interval().await;
    assert_eq!(published(&program.client(), begin).await, 1.0);
}

#[tokio::test]
async fn a_bad_configuration_changes_nothing_and_all_its_mistakes_are_logged() {
    let folder = tempfile::tempdir().unwrap();
    let (program, device, mut events) = started(folder.path()).await;
    let bad = CONFIG
        .replace("topics = [\"test\"]", "topics = [\"a/b\"]\nregoin = \"x\"")
        .replace("\"1s\"", "\"1 parsec\"");
    let log = reload(&program, folder.path(), &bad);
    for mistake in [
        "`a/b` is not a valid parent topic",
        "unknown key `regoin`",
        "did you mean `region`?",
        "`1 parsec` is not a duration",
    ] {
        assert!(log.contains(mistake), "{mistake}: {log}");
    }
    assert!(publish(&device, &mut events).await);
    fs::remove_file(folder.path().join("ons-mqtt.toml")).unwrap();
    let log = hang_up(&program);
    assert!(log.contains(REFUSED), "{log}");
    assert!(publish(&device, &mut events).await);
}

#[tokio::test]
async fn if_an_address_cannot_be_bound_or_a_certificate_read_nothing_changes() {
    let folder = tempfile::tempdir().unwrap();
    let (program, device, mut events) = started(folder.path()).await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let more = format!("topics = [\"more\"]\nwebsocket_listen = \"{address}\"");
    let both = with_instance(free()).replacen("topics = [\"test\"]", &more, 1);
    let both = format!(
        "{both}\n[instance.tls]\nlisten = \"127.0.0.1:0\"\n\
         certificate = \"missing.pem\"\nkey = \"missing-key.pem\"\n"
    );
    let log = reload(&program, folder.path(), &both);
    assert!(
        log.contains(&format!("cannot listen on {address}")),
        "{log}"
    );
    assert!(log.contains("missing.pem"), "all reasons are logged: {log}");
    assert!(log.contains(REFUSED) && !log.contains(APPLIED), "{log}");
    assert!(
        publish(&device, &mut events).await,
        "the topic is still there"
    );
    let query = program.client().group_id_list().instance_id("post-cn-new");
    assert!(query.send().await.is_err());
}

#[tokio::test]
async fn a_removed_access_key_is_refused_and_its_devices_are_disconnected() {
    let folder = tempfile::tempdir().unwrap();
    let (program, device, mut events) = started(folder.path()).await;
    let other = CONFIG.replace("\"testid\"", "\"otherid\"");
    let log = reload(&program, folder.path(), &other);
    for change in [
        "access key otherid added",
        "access key testid removed",
        "post-cn-test: owner changed",
        "post-cn-test: 1 devices disconnected",
    ] {
        assert!(log.contains(change), "{change}: {log}");
    }
    assert!(!publish(&device, &mut events).await);
    let (device, mut events) = program.device("GID_test@@@a");
    assert!(!publish(&device, &mut events).await, "nor can it connect");
    let refused = program.client().group_id_list().instance_id(INSTANCE);
    assert!(refused.send().await.is_err());
    let client = Client::builder()
        .endpoint(format!("http://{}", program.api))
        .credentials(Credentials::new("otherid", "testsecret"))
        .retry(Retry::NEVER)
        .build()
        .unwrap();
    let groups = client.group_id_list().instance_id(INSTANCE);
    assert_eq!(groups.send().await.unwrap().data.len(), 1);
}

#[tokio::test]
async fn another_secret_disconnects_devices_and_is_needed_from_then_on() {
    let folder = tempfile::tempdir().unwrap();
    let (program, device, mut events) = started(folder.path()).await;
    let other = CONFIG.replace("\"testsecret\"", "\"othersecret\"");
    let log = reload(&program, folder.path(), &other);
    assert!(
        log.contains("access key testid has another secret"),
        "{log}"
    );
    assert!(!log.contains("othersecret"), "{log}");
    assert!(!publish(&device, &mut events).await);
    let list = program.client().group_id_list().instance_id(INSTANCE);
    assert!(list.send().await.is_err());
}

#[tokio::test]
async fn what_cannot_change_while_it_runs_is_reported_and_the_rest_changes() {
    let folder = tempfile::tempdir().unwrap();
    let (program, device, mut events) = started(folder.path()).await;
    let changed = CONFIG
        .replace("\"1s\"", "\"2s\"")
        .replace("topics = [\"test\"]", "topics = [\"test\", \"more\"]");
    let log = reload(
        &program,
        folder.path(),
        &format!("data_dir = \"other\"\n{changed}"),
    );
    for key in ["`stats`", "`data_dir`"] {
        let expected = format!("{key} cannot change while the server runs: restart it");
        assert!(log.contains(&expected), "{log}");
    }
    assert!(publish_to(&device, &mut events, "more").await);
}

#[tokio::test]
async fn the_level_of_the_log_and_the_limits_change() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path());
    create_group(&program, INSTANCE).await;
    assert!(program.log().contains("OnsMqttGroupIdCreate"));
    let quiet = format!("[log]\nlevel = \"warn\"\n{CONFIG}").replace(
        "queries_per_minute = 0",
        "queries_per_minute = 1\nsessions = 1",
    );
    fs::write(folder.path().join("ons-mqtt.toml"), &quiet).unwrap();
    program.signal("-HUP");
    // The program says nothing at this level, so the new limit shows that it is done.
    let query = async || {
        let query = program.client().query_client_by_group_id("GID_test");
        query.instance_id(INSTANCE).send().await
    };
    while query().await.is_ok() {}
    let length = program.log().len();
    assert!(query().await.unwrap_err().is_throttled());
    assert_eq!(program.log().len(), length);
    let (device, mut events) = program.device("GID_test@@@a");
    assert!(publish(&device, &mut events).await);
    let (second, mut its_events) = program.device("GID_test@@@b");
    assert!(
        !publish(&second, &mut its_events).await,
        "beyond the limit of sessions"
    );
}

#[tokio::test]
async fn sighup_of_a_closed_terminal_is_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start_unread(folder.path());
    create_group(&program, INSTANCE).await;
    let (device, mut events) = program.device("GID_test@@@a");
    for _ in 0..3 {
        program.signal("-HUP");
        assert!(publish(&device, &mut events).await);
    }
    assert!(program.terminate().success());
}
