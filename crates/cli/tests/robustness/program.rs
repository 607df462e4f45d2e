//! Runs the program for a test.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ons_mqtt_broker::device_password;
use ons_mqtt_client::models::TransType;
use ons_mqtt_client::{Client, Credentials, Retry};
use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, Packet, QoS};

pub(crate) const KEY_ID: &str = "testid";
const SECRET: &str = "testsecret";
pub(crate) const INSTANCE: &str = "post-cn-test";
/// Time limit that a working program never reaches.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Configuration of each program.
pub(crate) const CONFIG: &str = r#"
    [api]
    listen = "127.0.0.1:0"

    [stats]
    interval = "1s"

    [limits]
    queries_per_minute = 0

    [[access_key]]
    id = "testid"
    secret = "testsecret"

    [[instance]]
    id = "post-cn-test"
    region = "cn-hangzhou"
    mqtt_listen = "127.0.0.1:0"
    topics = ["test"]
"#;

/// Running program; killed on drop.
pub(crate) struct Program {
    process: Child,
    folder: std::path::PathBuf,
    pub(crate) api: SocketAddr,
    pub(crate) mqtt: SocketAddr,
}

impl Program {
    /// Starts the program on the files in a folder and waits until it listens.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::spawn(folder, &mut command(folder))
    }

    /// Starts the program with environment variables.
    pub(crate) fn start_with(folder: &Path, variables: &[(&str, &str)]) -> Self {
        Self::spawn(folder, command(folder).envs(variables.iter().copied()))
    }

    /// Starts the program with its log closed.
    pub(crate) fn start_unread(folder: &Path) -> Self {
        let mut program = Self::spawn(folder, command(folder).stderr(Stdio::piped()));
        drop(program.process.stderr.take());
        program
    }

    /// Starts the program with a limit of descriptors.
    pub(crate) fn start_with_descriptors(folder: &Path, limit: usize) -> Self {
        let mut shell = Command::new("/bin/sh");
        shell
            .arg("-c")
            .arg(format!("ulimit -n {limit}; exec \"$@\""))
            .arg("sh")
            .arg(env!("CARGO_BIN_EXE_ons-mqtt"));
        Self::spawn(folder, serve(&mut shell, folder))
    }

    /// Starts the program with another configuration.
    pub(crate) fn start_configured(folder: &Path, config: &str) -> Self {
        Self::spawn_configured(folder, &mut command(folder), config)
    }

    /// Starts the program with another configuration and environment variables.
    pub(crate) fn start_configured_with(
        folder: &Path,
        config: &str,
        variables: &[(&str, &str)],
    ) -> Self {
        let mut command = command(folder);
        Self::spawn_configured(folder, command.envs(variables.iter().copied()), config)
    }

    fn spawn(folder: &Path, command: &mut Command) -> Self {
        Self::spawn_configured(folder, command, CONFIG)
    }

    fn spawn_configured(folder: &Path, command: &mut Command, config: &str) -> Self {
        fs::write(folder.join("ons-mqtt.toml"), config).unwrap();
        let mut process = command.spawn().unwrap();
        let begin = Instant::now();
        let text = loop {
            let text = fs::read_to_string(folder.join("stdout")).unwrap();
            if text.contains("To call it") {
                break text;
            }
            let has_ended = process.try_wait().unwrap().is_some();
            if has_ended || begin.elapsed() > PATIENCE {
                let _ = process.kill();
                panic!("it does not start: {}", log(folder));
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let address = |start: &str| {
            let rest = text
                .lines()
                .find_map(|line| line.strip_prefix(start))
                .unwrap();
            rest.split(' ').next().unwrap().parse().unwrap()
        };
        Self {
            process,
            folder: folder.to_owned(),
            api: address("API   http://"),
            mqtt: address("MQTT  "),
        }
    }

    pub(crate) fn client(&self) -> Client {
        Client::builder()
            .endpoint(format!("http://{}", self.api))
            .credentials(Credentials::new(KEY_ID, SECRET))
            .retry(Retry::NEVER)
            .build()
            .unwrap()
    }

    /// Returns a device that is not connected yet.
    pub(crate) fn device(&self, client_id: &str) -> (AsyncClient, EventLoop) {
        let mut options = MqttOptions::new(client_id, self.mqtt.ip().to_string(), self.mqtt.port());
        options.set_credentials(user_name(), password(client_id));
        AsyncClient::new(options, 10)
    }

    /// Sends SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Sends a signal, such as `-STOP`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args([name, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Sends SIGTERM and waits until the program ends.
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        self.signal("-TERM");
        self.end()
    }

    /// Waits until the program ends.
    pub(crate) fn end(&mut self) -> ExitStatus {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status;
            }
            assert!(begin.elapsed() < PATIENCE, "the program does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Returns the resident memory in bytes.
    pub(crate) fn memory(&self) -> usize {
        let statm = fs::read_to_string(format!("/proc/{}/statm", self.process.id())).unwrap();
        statm.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
    }

    /// Returns the number of descriptors in use.
    pub(crate) fn descriptors(&self) -> usize {
        let folder = format!("/proc/{}/fd", self.process.id());
        fs::read_dir(folder).unwrap().count()
    }

    pub(crate) fn log(&self) -> String {
        log(&self.folder)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn log(folder: &Path) -> String {
    fs::read_to_string(folder.join("stderr")).unwrap()
}

/// Returns the program with its output in files of the folder.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ons-mqtt"));
    serve(&mut command, folder);
    command
}

fn serve<'a>(command: &'a mut Command, folder: &Path) -> &'a mut Command {
    command
        .arg("serve")
        .arg("--config")
        .arg(folder.join("ons-mqtt.toml"))
        .env_clear()
        .stdin(Stdio::null())
        .stdout(File::create(folder.join("stdout")).unwrap())
        .stderr(File::create(folder.join("stderr")).unwrap())
}

pub(crate) fn user_name() -> String {
    format!("Signature|{KEY_ID}|{INSTANCE}")
}

pub(crate) fn password(client_id: &str) -> String {
    device_password(&SECRET.into(), client_id)
}

/// Publishes a message and waits for its acknowledgement; returns `false` if the connection ends
/// first.
pub(crate) async fn publish(client: &AsyncClient, events: &mut EventLoop) -> bool {
    if client
        .publish("test/a", QoS::AtLeastOnce, false, "payload")
        .await
        .is_err()
    {
        return false;
    }
    loop {
        match events.poll().await {
            Ok(Event::Incoming(Packet::PubAck(_))) => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

/// Returns the number of messages published since `begin`, as the service counts them.
pub(crate) async fn published(client: &Client, begin: i64) -> f64 {
    let query = client.query_msg_trans_trend(begin, now(), "test", "SUM".into(), TransType::Pub);
    let answer = query.instance_id(INSTANCE).send().await.unwrap();
    answer.data.records.iter().map(|point| point.y).sum()
}

/// Waits until the next second has begun, so that earlier counts are visible.
pub(crate) async fn next_interval() {
    let rest = 1_000 - now() % 1_000;
    tokio::time::sleep(Duration::from_millis(rest.unsigned_abs() + 100)).await;
}

/// Returns milliseconds since 1970.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

/// Returns the number of repetitions of a test: the value of a variable, or the default.
pub(crate) fn times(variable: &str, default: usize) -> usize {
    std::env::var(variable).map_or(default, |text| text.parse().unwrap())
}
