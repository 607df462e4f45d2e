//! Servers of NATS, a database, and nodes that use them.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use ons_mqtt_client::Error;
use rumqttc::{AsyncClient, Event, EventLoop, Packet, QoS};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::nats::Nats;
use crate::program::{CONFIG, INSTANCE, PATIENCE, Program};

/// Environment variable with the URL of a PostgreSQL server.
const STORE: &str = "ONS_MQTT_TEST_STORE";

/// Servers of NATS, an empty database, and folders for nodes.
pub(crate) struct Machine {
    pub(crate) nats: Nats,
    pub(crate) store: String,
    folder: TempDir,
}

impl Machine {
    pub(crate) async fn start() -> Self {
        let server = std::env::var(STORE).unwrap_or_else(|_| {
            panic!("set {STORE} to the URL of a PostgreSQL server, as `cargo xtask interop cluster` does")
        });
        Self {
            nats: Nats::start(1),
            store: fresh_schema(&server).await,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Returns the folder of a node, or of a server that is none.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// Returns the configuration of a node.
    pub(crate) fn config(&self, node: &str) -> String {
        let cluster = format!(
            "[cluster]\nnode = {node:?}\nnats = {:?}\nreplicas = 1\n",
            self.nats.urls()
        );
        self.config_alone() + &cluster
    }

    /// Returns the configuration of a server that is not a node.
    pub(crate) fn config_alone(&self) -> String {
        format!("data_dir = \"data\"\nstore = {:?}\n{CONFIG}", self.store)
    }

    /// Runs the command line with the configuration of a node; returns success, output and errors.
    pub(crate) fn run(&self, node: &str, arguments: &[&str]) -> (bool, String, String) {
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_ons-mqtt"))
            .args(arguments)
            .args(["--config", "ons-mqtt.toml"])
            .current_dir(self.folder(node))
            .env_clear()
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (run.status.success(), text(run.stdout), text(run.stderr))
    }

    /// Starts nodes, and waits until each has heard of all.
    pub(crate) async fn nodes<const N: usize>(&self, names: [&str; N]) -> [Program; N] {
        let nodes = names.map(|name| self.node(name));
        let live = format!("ons_mqtt_cluster_nodes{{state=\"live\"}} {N}\n");
        for node in &nodes {
            until("the nodes know each other", async || {
                probe(node, "/metrics").await.1.contains(&live)
            })
            .await;
        }
        nodes
    }

    pub(crate) fn node(&self, name: &str) -> Program {
        Program::start_configured(&self.folder(name), &self.config(name))
    }
}

/// Creates an empty schema, named after the running test, and returns its URL.
async fn fresh_schema(server: &str) -> String {
    let mut hasher = DefaultHasher::new();
    thread::current().name().hash(&mut hasher);
    let schema = format!("ons_mqtt_test_nodes_{:016x}", hasher.finish());
    let mut connection = PgConnection::connect(server).await.unwrap();
    let again = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
    connection.execute(AssertSqlSafe(again)).await.unwrap();
    connection.close().await.unwrap();
    format!("{server}?options[search_path]={schema}")
}

/// Waits for a condition, and panics if it does not come true.
pub(crate) async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let begin = Instant::now();
    while !condition().await {
        assert!(begin.elapsed() < PATIENCE, "never: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Returns the status of a probe.
pub(crate) async fn probe(node: &Program, path: &str) -> (u16, String) {
    let (status, _, body) = send(node, "GET", path, "", "").await;
    (status, body)
}

/// Sends a request; returns status, head and body of the answer.
pub(crate) async fn send(
    node: &Program,
    method: &str,
    path: &str,
    header: &str,
    body: &str,
) -> (u16, String, String) {
    let host = node.api;
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{header}content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (status, head.to_owned(), body.to_owned())
}

pub(crate) async fn create_group(node: &Program, group: &str) -> Result<(), Error> {
    let call = node.client().group_id_create(group);
    call.instance_id(INSTANCE).send().await.map(drop)
}

pub(crate) async fn delete_group(node: &Program, group: &str) -> Result<(), Error> {
    let call = node.client().group_id_delete(group);
    call.instance_id(INSTANCE).send().await.map(drop)
}

/// Returns a device on a node that gets all messages of the topic; its group is created.
pub(crate) async fn receiver(node: &Program) -> Device {
    create_group(node, "GID_test").await.unwrap();
    let receiver = Device::connect(node, "GID_test@@@receiver").await;
    let mut receiver = receiver.unwrap();
    receiver.subscribe("test/#").await;
    receiver
}

/// Returns the groups that a node knows, sorted.
pub(crate) async fn groups(node: &Program) -> Vec<String> {
    let call = node.client().group_id_list().instance_id(INSTANCE);
    let answer = call.send().await.unwrap();
    answer
        .data
        .into_iter()
        .map(|group| group.group_id)
        .collect()
}

/// A device that is connected, with its events.
pub(crate) struct Device {
    pub(crate) client: AsyncClient,
    pub(crate) events: EventLoop,
}

impl Device {
    /// Connects to a node. Returns `None` if it refuses.
    pub(crate) async fn connect(node: &Program, client_id: &str) -> Option<Self> {
        let (client, mut events) = node.device(client_id);
        loop {
            match events.poll().await {
                Ok(Event::Incoming(Packet::ConnAck(_))) => return Some(Self { client, events }),
                Ok(_) => {}
                Err(_) => return None,
            }
        }
    }

    /// Leaves the rest to a task, and returns what publishes.
    pub(crate) fn into_publisher(self) -> AsyncClient {
        let Self { client, mut events } = self;
        tokio::spawn(async move { while events.poll().await.is_ok() {} });
        client
    }

    pub(crate) async fn subscribe(&mut self, filter: &str) {
        let subscribed = self.client.subscribe(filter, QoS::AtLeastOnce).await;
        subscribed.unwrap();
        loop {
            if let Event::Incoming(Packet::SubAck(_)) = self.events.poll().await.unwrap() {
                return;
            }
        }
    }

    /// Returns once the connection has ended.
    pub(crate) async fn ended(&mut self) {
        let end = async { while self.events.poll().await.is_ok() {} };
        tokio::time::timeout(PATIENCE, end).await.unwrap();
    }

    /// Receives messages until there are as many; returns how often each payload came.
    pub(crate) async fn receive(&mut self, messages: usize) -> HashMap<String, usize> {
        let mut received = HashMap::new();
        while received.values().sum::<usize>() < messages {
            let event = tokio::time::timeout(PATIENCE, self.events.poll()).await;
            if let Event::Incoming(Packet::Publish(publish)) = event.unwrap().unwrap() {
                let payload = String::from_utf8(publish.payload.to_vec()).unwrap();
                *received.entry(payload).or_default() += 1;
            }
        }
        received
    }
}
