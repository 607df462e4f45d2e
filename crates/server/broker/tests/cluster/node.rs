//! Nodes: in this process, or in one that can be killed.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use ons_mqtt_broker::{Broker, Cluster, ClusterConfig, ClusterError};

use crate::support::{config, instance, until};

/// Set in the process of a node: its name, then URLs of NATS.
const VARIABLE: &str = "ONS_MQTT_TEST_NODE";
/// Printed with the port of MQTT once a process serves.
const READY: &str = "serves on ";

/// A node in this process.
pub(crate) struct Node {
    pub(crate) cluster: Cluster,
    pub(crate) broker: Broker,
}

pub(crate) fn cluster_config(name: &str, urls: &[String]) -> ClusterConfig {
    ClusterConfig {
        node: name.to_owned(),
        servers: urls.to_vec(),
        certificates: None,
        replicas: urls.len(),
        kept_bytes: 1 << 30,
        log_kept: ClusterConfig::LOG_KEPT,
    }
}

impl Node {
    pub(crate) async fn start(name: &str, urls: &[String]) -> Self {
        Self::try_start(&cluster_config(name, urls)).await.unwrap()
    }

    pub(crate) async fn try_start(cluster: &ClusterConfig) -> Result<Self, ClusterError> {
        Ok(Self::serve(Cluster::join(cluster).await?).await)
    }

    /// Starts the broker of a node that has joined.
    pub(crate) async fn serve(cluster: Cluster) -> Self {
        let listeners = Broker::bind(&config().endpoints()).unwrap();
        let broker = Broker::start_in_cluster(listeners, config(), instance(), &cluster);
        let broker = broker.await.unwrap();
        Self { cluster, broker }
    }

    pub(crate) async fn start_all<const N: usize>(names: [&str; N], urls: &[String]) -> [Self; N] {
        let mut nodes = Vec::new();
        for name in names {
            nodes.push(Self::start(name, urls).await);
        }
        // Each has to know the others, which it hears of with its next sign of life.
        for node in &nodes {
            until("all nodes are known", || node.cluster.nodes().len() == N).await;
        }
        nodes.try_into().unwrap_or_else(|_| unreachable!())
    }

    pub(crate) async fn stop(self) {
        self.broker.stop().await;
        self.cluster.leave().await;
    }
}

/// A node in a process of its own.
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) port: u16,
}

impl Process {
    pub(crate) fn start(name: &str, urls: &[String]) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "node::helper_process_of_other_tests",
                "--exact",
                "--nocapture",
            ])
            .env(VARIABLE, format!("{name} {}", urls.join(" ")))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut lines = lines.map_while(Result::ok);
        let port = lines
            .find_map(|line| line.split_once(READY)?.1.parse().ok())
            .expect("a port");
        // Rust's test harness says so if a test runs for a minute, and ends if nobody listens.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, port }
    }

    /// Stops the process. Returns once none of its threads runs, because the signal reaches them one by one.
    pub(crate) async fn freeze(&self) {
        self.signal("STOP");
        let threads = format!("/proc/{}/task", self.child.id());
        until("all threads are stopped", || {
            let mut threads = std::fs::read_dir(&threads).unwrap();
            threads.all(|thread| {
                let status = thread.unwrap().path().join("status");
                let status = std::fs::read_to_string(status).unwrap();
                status.contains("\nState:\tT")
            })
        })
        .await;
    }

    /// Lets the process run again.
    pub(crate) fn thaw(&self) {
        self.signal("CONT");
    }

    fn signal(&self, signal: &str) {
        let process = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &process]).status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Not a test: the process that [`Process::start`] starts. Run as a test, it has nothing to do and passes.
#[tokio::test]
async fn helper_process_of_other_tests() {
    let Ok(variable) = std::env::var(VARIABLE) else {
        return;
    };
    let mut words = variable.split(' ').map(str::to_owned);
    let name = words.next().unwrap();
    let node = Node::start(&name, &words.collect::<Vec<_>>()).await;
    println!("{READY}{}", node.broker.local_addr().port());
    std::future::pending::<()>().await;
}
