//! Runs `serve` as a user does.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ons_mqtt_broker::device_password;
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use serde_json::Value;
use support::{Run, command, finish};

/// Time limit that a working program never reaches.
const PATIENCE: Duration = Duration::from_secs(20);

/// Name of data directories; a shell needs quotes for it.
const DATA_DIR: &str = "it's data";

/// Returns `serve` with an empty environment.
fn serve(folder: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = command(&["serve", "--data-dir", DATA_DIR]);
    command.env_clear().current_dir(folder);
    command
        .env("ONS_MQTT_API_LISTEN", "127.0.0.1:0")
        .env("ONS_MQTT_INSTANCE_MQTT_LISTEN", "127.0.0.1:0")
        .env("ONS_MQTT_STATS_INTERVAL", "1s")
        .env("ONS_MQTT_LIMITS_QUERIES_PER_MINUTE", "0")
        .envs(variables.iter().copied());
    command
}

/// Running service.
struct Service {
    process: Child,
    /// Output after the start.
    printed: String,
    key_id: String,
    secret: String,
}

impl Service {
    fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    fn start_with(folder: &Path, variables: &[(&str, &str)]) -> Self {
        let mut process = serve(folder, variables)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut output = BufReader::new(process.stdout.as_mut().expect("a pipe"));
        let mut printed = String::new();
        while !printed.contains("Charts begin") {
            let read = output.read_line(&mut printed).expect("a line");
            assert!(read > 0, "the service must start: {printed}");
        }
        let key = std::fs::read_to_string(folder.join(DATA_DIR).join("access_key.toml"));
        let key = key.expect("a file with the key");
        let value = |name: &str| {
            let line = key.lines().find(|line| line.starts_with(name));
            let value = line.and_then(|line| line.split('"').nth(1));
            value.expect("a value").to_owned()
        };
        Self {
            process,
            printed,
            key_id: value("id"),
            secret: value("secret"),
        }
    }

    /// Returns the printed word after `word`.
    fn after(&self, word: &str) -> &str {
        let mut words = self.printed.split_whitespace();
        words
            .find(|other| *other == word)
            .expect("the word is printed");
        words.next().expect("another word follows")
    }

    /// Calls the service with its access key.
    fn call(&self, arguments: &[&str]) -> Run {
        let mut command = command(arguments);
        command
            .args(["--instance-id", "post-cn-local"])
            .args(["--endpoint", self.after("API")])
            .env("ALIBABA_CLOUD_ACCESS_KEY_ID", &self.key_id)
            .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", &self.secret);
        finish(&mut command)
    }

    /// Stops the service and returns its output.
    fn stop(mut self) -> Run {
        let id = self.process.id().to_string();
        let killed = Command::new("kill").args(["-TERM", &id]).status();
        assert!(killed.expect("kill runs").success());
        let (mut stdout, mut stderr) = (self.printed, String::new());
        let pipe = self.process.stdout.as_mut().expect("a pipe");
        pipe.read_to_string(&mut stdout).expect("text");
        let pipe = self.process.stderr.as_mut().expect("a pipe");
        pipe.read_to_string(&mut stderr).expect("text");
        let code = self.process.wait().expect("the service ends").code();
        assert!(!(stdout.clone() + &stderr).contains(&self.secret));
        Run {
            code,
            stdout,
            stderr,
        }
    }
}

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

/// Fetches a page with curl, which keeps cookies in a file of `folder`.
fn fetch(folder: &Path, url: &str, fields: &[(&str, &str)]) -> String {
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--location"])
        .args(["--cookie", "cookies", "--cookie-jar", "cookies"])
        .current_dir(folder);
    for (name, value) in fields {
        curl.args(["--data-urlencode", &format!("{name}={value}")]);
    }
    let output = curl.arg(url).output().expect("curl runs");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let escapes = [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#38;", "&"),
    ];
    let unescape = |text: String, (escape, c): (&str, &str)| text.replace(escape, c);
    escapes.into_iter().fold(text, unescape)
}

/// Returns what is between two texts.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(begin).expect(begin);
    rest.split_once(end).expect(end).0
}

/// An action with values for its form and a text in its answer.
type Example<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

#[test]
fn the_code_that_the_explorer_shows_runs_in_a_shell() {
    let folder = tempfile::tempdir().expect("a folder");
    let service = Service::start(folder.path());
    let api = service.after("API");
    fetch(folder.path(), service.after("Web"), &[]);
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let end = since.expect("after 1970").as_millis();
    let (begin, end) = ((end - 60_000).to_string(), end.to_string());
    let times = [("BeginTime", &*begin), ("EndTime", &*end)];
    let [begin, end] = times;
    let actions: &[Example<'_>] = &[
        (
            "OnsMqttGroupIdCreate",
            &[("GroupId", "GID_shell")],
            "RequestId",
        ),
        ("OnsMqttGroupIdList", &[], "GID_shell"),
        (
            "OnsMqttQueryHistoryOnline",
            &[("GroupId", "GID_shell"), begin, end],
            "Title",
        ),
        (
            "OnsMqttQueryClientByTopic",
            &[("ParentTopic", "test"), ("SubTopic", "/it's & 100 €")],
            "OnlineCount",
        ),
        (
            "OnsMqttQueryClientByGroupId",
            &[("GroupId", "GID_shell")],
            "OnlineCount",
        ),
        (
            "OnsMqttQueryClientByClientId",
            &[("ClientId", "GID_shell@@@a")],
            "Online",
        ),
        (
            "OnsMqttQueryMsgTransTrend",
            &[
                begin,
                end,
                ("ParentTopic", "test"),
                ("TpsType", "SUM"),
                ("TransType", "PUB"),
                ("Qos", "0"),
            ],
            "Title",
        ),
        (
            "OnsMqttGroupIdDelete",
            &[("GroupId", "GID_shell")],
            "RequestId",
        ),
    ];
    let program = Path::new(env!("CARGO_BIN_EXE_ons-mqtt"));
    let path = std::env::join_paths(program.parent().map(Path::to_owned).into_iter().chain(
        std::env::split_paths(&std::env::var_os("PATH").expect("a path")),
    ));
    let path = path.expect("a path");
    for title in ["curl", "ons-mqtt"] {
        for (action, fields, member) in actions {
            let url = format!("{api}/console/explorer/{action}");
            let form = fetch(folder.path(), &url, &[]);
            let token = between(&form, "name=\"-token\" value=\"", "\"");
            let mut fields = fields.to_vec();
            fields.extend([("InstanceId", "post-cn-local"), ("-token", token)]);
            fields.extend([("-format", "JSON"), ("-show", "1")]);
            let page = fetch(folder.path(), &url, &fields);
            let code = between(&page, &format!("<summary>{title}</summary>"), "</code>");
            let (_, code) = code.split_once("<code>").expect("code");
            let output = Command::new("bash")
                .args(["-euo", "pipefail", "-c", code])
                .env("PATH", &path)
                .env("ALIBABA_CLOUD_ACCESS_KEY_ID", &service.key_id)
                .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", &service.secret)
                .output()
                .expect("bash runs");
            let answer = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{code}\n{output:?}");
            assert!(answer.contains(member), "{code}\n{output:?}");
            assert!(!answer.contains("\"Code\""), "{code}\n{answer}");
        }
    }
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
