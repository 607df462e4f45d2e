//! Runs `serve` as a user does.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ons_mqtt_broker::device_password;
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use serde_json::Value;
use support::finish;
use support::service::{DATA_DIR, Service, serve};

/// Time limit that a working program never reaches.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends a message of QoS 1 and waits for its acknowledgement.
async fn publish(service: &Service, client_id: &str) {
    let (host, port) = service.after("MQTT").split_once(':').expect("an address");
    let mut options = MqttOptions::new(client_id, host, port.parse().expect("a port"));
    let user_name = format!("Signature|{}|post-cn-local", service.key_id);
    let password = device_password(&service.secret.as_str().into(), client_id);
    options.set_credentials(user_name, password);
    let (client, mut connection) = AsyncClient::new(options, 10);
    let sent = client.publish("test/a", QoS::AtLeastOnce, false, "x").await;
    sent.expect("the message is queued");
    loop {
        let event = connection.poll().await.expect("a connection");
        if matches!(event, Event::Incoming(Packet::PubAck(_))) {
            return;
        }
    }
}

#[test]
fn the_printed_commands_work_in_a_shell_in_another_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let service = Service::start(folder.path());
    let key_file = folder.path().join(DATA_DIR).join("access_key.toml");
    let mode = key_file.metadata().expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let (_, lines) = service.printed.split_once("shell:\n").expect("a heading");
    let lines = lines.lines().take_while(|line| !line.is_empty());
    // A device needs mosquitto_pub, with which `cargo xtask interop` tests these lines.
    let typed = lines.take_while(|line| !line.contains("mosquitto"));
    let mut typed: Vec<String> = typed.map(str::to_owned).collect();
    let create = typed.last().expect("a command");
    typed.push(create.replace("create GID_test", "list"));
    let mut shell = Command::new("sh")
        .current_dir("/")
        .env_remove("ONS_MQTT_ENDPOINT")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut input = shell.stdin.take().expect("a pipe");
    input
        .write_all(typed.join("\n").as_bytes())
        .expect("the shell reads its input");
    drop(input);
    let output = shell.wait_with_output().expect("the shell ends");
    assert!(output.status.success(), "{output:?}\n{typed:?}");

    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("GID_test"), "{printed}");
    assert_eq!(service.stop().code, Some(0));
}

#[test]
fn the_banner_names_instance_topics_listeners_and_store() {
    let folder = tempfile::tempdir().expect("a folder");
    let listen = [
        ("ONS_MQTT_INSTANCE_WEBSOCKET_LISTEN", "127.0.0.1:0"),
        ("ONS_MQTT_INSTANCE_TOPICS", "test,home"),
    ];
    let service = Service::start_with(folder.path(), &listen);
    for expected in [
        "API   http://127.0.0.1:",
        "\nMQTT  127.0.0.1:",
        "  instance post-cn-local, topics: test, home\n",
        "\nWS    127.0.0.1:",
        "\nStore SQLite, in the data directory\nData  /",
        "it's data\n",
        "export ONS_MQTT_DEFAULT_INSTANCE=post-cn-local\n",
        "mosquitto_pub -h 127.0.0.1 -p ",
        "Charts begin with the first finished interval, after 1s.",
    ] {
        assert!(
            service.printed.contains(expected),
            "{expected}: {}",
            service.printed
        );
    }
    assert_eq!(service.stop().code, Some(0));
}

#[test]
fn the_banner_does_not_read_the_secret_of_another_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let service = Service::start(folder.path());
    assert!(service.printed.contains("$(sed "), "{}", service.printed);
    assert_eq!(service.stop().code, Some(0));
    let key = [
        ("ONS_MQTT_ACCESS_KEY_ID", "another"),
        ("ONS_MQTT_ACCESS_KEY_SECRET", "secret-of-another"),
    ];
    let service = Service::start_with(folder.path(), &key);
    let printed = &service.printed;
    let hint = "…  # the secret of another";
    assert!(
        printed.contains(hint) && !printed.contains("$(sed "),
        "{printed}"
    );
    assert_eq!(service.stop().code, Some(0));
}

#[test]
fn a_chart_says_that_it_begins_with_the_first_finished_interval() {
    let folder = tempfile::tempdir().expect("a folder");
    let interval = [("ONS_MQTT_STATS_INTERVAL", "60s")];
    let service = Service::start_with(folder.path(), &interval);
    let run = service.call(&[
        "message", "trend", "-1m", "now", "test", "SUM", "PUB", "--output", "table",
    ]);
    let note = "No values yet: a chart begins with the first finished interval.";
    assert!(run.stdout.contains(note), "{run:?}");
    assert_eq!(service.stop().code, Some(0));
}

#[tokio::test]
async fn after_sigterm_the_next_start_has_the_last_counts_and_the_same_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let begin = since.expect("after 1970").as_millis().to_string();
    let service = Service::start(folder.path());
    assert_eq!(service.call(&["group", "create", "GID_test"]).code, Some(0));
    publish(&service, "GID_test@@@1").await;
    let key_id = service.key_id.clone();
    let run = service.stop();
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("stopped"), "{run:?}");

    let service = Service::start(folder.path());
    assert_eq!(service.key_id, key_id);
    let deadline = Instant::now() + PATIENCE;
    loop {
        let trend = ["message", "trend", &begin, "+1m", "test", "SUM", "PUB"];
        let run = service.call(&trend);
        let response: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let records = response["Data"]["Records"]["StatsDataDo"].as_array();
        let counts = records
            .into_iter()
            .flatten()
            .filter_map(|r| r["Y"].as_f64());
        if counts.sum::<f64>() == 1.0 {
            break;
        }
        assert!(Instant::now() < deadline, "{run:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(service.stop().code, Some(0));
}

#[test]
fn a_mistake_in_the_configuration_is_reported_with_its_place_and_a_hint() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ons-mqtt.toml");
    std::fs::write(&file, "[api]\nlissen = \"127.0.0.1:0\"\n").expect("a file");
    let mut command = serve(folder.path(), &[]);
    let run = finish(command.args(["--config", "ons-mqtt.toml"]));
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.starts_with("error: unknown key `lissen`\n"),
        "{run:?}"
    );
    assert!(run.stderr.contains("ons-mqtt.toml:2:1"), "{run:?}");
    assert!(run.stderr.contains("did you mean `listen`?"), "{run:?}");
}

#[test]
fn a_missing_configuration_file_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = finish(serve(folder.path(), &[]).args(["--config", "nowhere.toml"]));
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("nowhere.toml"), "{run:?}");
    assert!(run.stderr.contains("help: without --config"), "{run:?}");
}

#[test]
fn an_address_in_use_is_named_with_the_variable_that_changes_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    for variable in ["ONS_MQTT_API_LISTEN", "ONS_MQTT_INSTANCE_MQTT_LISTEN"] {
        let run = finish(&mut serve(folder.path(), &[(variable, &address)]));
        assert_eq!(run.code, Some(1));
        let error = format!("error: cannot listen on {address}");
        assert!(run.stderr.starts_with(&error), "{run:?}");
        assert!(run.stderr.contains(variable), "{run:?}");
    }
}

#[test]
fn a_second_server_in_the_same_directory_does_not_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let service = Service::start(folder.path());
    let run = finish(&mut serve(folder.path(), &[]));
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("in use by another server"), "{run:?}");
    assert_eq!(service.stop().code, Some(0));
}

#[test]
fn a_data_directory_that_is_not_utf_8_is_refused_and_no_other_one_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let odd = folder.path().join(OsStr::from_bytes(b"odd\xff"));
    std::fs::create_dir(&odd).expect("a folder");
    // A program that does start ends at once.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = taken.local_addr().expect("an address").to_string();
    let file = odd.join("ons-mqtt.toml");
    let config = format!(
        "[api]\nlisten = \"{taken}\"\n[[access_key]]\nid = \"a\"\nsecret = \"b\"\n\
         [[instance]]\nid = \"post-cn-a\"\nregion = \"cn-hangzhou\"\nmqtt_listen = \"127.0.0.1:0\"\n"
    );
    std::fs::write(&file, config).expect("a file");
    for (option, value) in [("--data-dir", &odd), ("--config", &file)] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ons-mqtt"));
        command.current_dir(folder.path()).env_clear();
        command.env("ONS_MQTT_API_LISTEN", &taken);
        let run = finish(command.arg("serve").arg(option).arg(value));
        assert!(run.stderr.contains("UTF-8"), "{run:?}");
    }
    let names = std::fs::read_dir(folder.path()).expect("a folder");
    assert_eq!(
        names.count(),
        1,
        "only the folder with the odd name is there"
    );
}
