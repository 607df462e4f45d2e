//! Runs `ons-mqtt serve` and calls it through its own command line.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha1::Sha1;
use tempfile::TempDir;

use crate::certificate::Certificate;
use crate::error::{Error, contains, same};
use crate::program::{Program, finish, until};

/// ID of the service's access key.
pub(crate) const KEY_ID: &str = "testid";
/// Secret of the access key.
pub(crate) const SECRET: &str = "testsecret";

/// The service's only instance.
pub(crate) const INSTANCE: &str = "post-cn-test";

/// A running `ons-mqtt serve` with a temporary configuration, on free ports of 127.0.0.1.
pub(crate) struct Service {
    binary: PathBuf,
    program: Program,
    /// Address of the API, host and port.
    pub(crate) api: String,
    /// Address of the broker, host and port.
    pub(crate) mqtt: String,
    /// Link to the web pages that signs in once.
    pub(crate) link: String,
    _folder: TempDir,
}

/// The settings that differ between services.
#[derive(Clone, Copy)]
pub(crate) struct Settings<'a> {
    /// URL of the database; `None` for SQLite.
    pub(crate) store: Option<&'a str>,
    /// Data directory; `None` for one in a temporary folder.
    pub(crate) data_dir: Option<&'a Path>,
    /// Length of an interval of the charts.
    pub(crate) interval: &'a str,
    /// Command that starts the service, such as `taskset`; may be empty.
    pub(crate) launcher: &'a [&'a str],
    /// Requests per minute for each action that has a limit; 0 for no limit.
    pub(crate) queries_per_minute: u32,
    /// Port for MQTT over WebSocket, if wanted.
    pub(crate) websocket: Option<u16>,
    /// Listeners with TLS, if wanted.
    pub(crate) tls: Option<Tls<'a>>,
    /// The cluster that the service is a node of, if any.
    pub(crate) node: Option<Node<'a>>,
}

/// A node of a cluster.
#[derive(Clone, Copy)]
pub(crate) struct Node<'a> {
    pub(crate) name: &'a str,
    /// URLs of the servers of NATS, each of which keeps a copy.
    pub(crate) nats: &'a [String],
}

/// Listeners with TLS.
#[derive(Clone, Copy)]
pub(crate) struct Tls<'a> {
    /// Port for MQTT over TLS.
    pub(crate) port: u16,
    /// Port for MQTT over WebSocket over TLS, if wanted.
    pub(crate) websocket: Option<u16>,
    pub(crate) certificate: &'a Certificate,
}

impl Default for Settings<'_> {
    fn default() -> Self {
        Self {
            store: None,
            data_dir: None,
            interval: "1s",
            launcher: &[],
            queries_per_minute: 0,
            websocket: None,
            tls: None,
            node: None,
        }
    }
}

impl Service {
    /// Starts a service and waits until it is ready.
    pub(crate) fn start(binary: &Path, settings: &Settings<'_>) -> Result<Self, Error> {
        let folder = tempfile::tempdir().map_err(Error::io("a folder for the service"))?;
        let file = folder.path().join("ons-mqtt.toml");
        fs::write(&file, configuration(settings)).map_err(Error::io("its configuration"))?;
        let mut command = launched(settings.launcher, binary);
        let mut program = Program::start(command.arg("serve").arg("--config").arg(&file))?;
        let screen = program.wait_for("To call it")?;
        let address = |label: &str| {
            let line = screen.lines().find_map(|line| line.strip_prefix(label));
            let word = line.and_then(|line| line.split_whitespace().next());
            word.unwrap_or_default().to_owned()
        };
        Ok(Self {
            binary: binary.to_owned(),
            api: address("API   http://"),
            mqtt: address("MQTT  "),
            link: address("Web   "),
            program,
            _folder: folder,
        })
    }

    /// Starts nodes of a cluster with the same settings.
    pub(crate) fn start_nodes<'a>(
        binary: &Path,
        names: &[&'a str],
        nats: &'a [String],
        settings: &Settings<'a>,
    ) -> Result<Vec<Self>, Error> {
        let start = |name| {
            let node = Some(Node { name, nats });
            Self::start(binary, &Settings { node, ..*settings })
        };
        names.iter().copied().map(start).collect()
    }

    /// Kills the service, which writes nothing any more.
    pub(crate) fn kill(mut self) -> Result<(), Error> {
        self.program.stop("KILL").map(drop)
    }

    /// Returns the ID of its process.
    pub(crate) fn process(&self) -> u32 {
        self.program.process()
    }

    /// Calls the API through the command line.
    pub(crate) fn call(&self, arguments: &[&str]) -> Result<Value, Error> {
        let mut command = Command::new(&self.binary);
        command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY_ID);
        command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET);
        command.args(["--output", "json", "--endpoint"]);
        command.arg(format!("http://{}", self.api));
        command.args(arguments).args(["--instance-id", INSTANCE]);
        let text = finish(&mut command)?;
        serde_json::from_str(&text).map_err(|error| Error::Differs {
            what: format!("the answer to {arguments:?}"),
            expected: "JSON".to_owned(),
            found: format!("{error}: {text:?}"),
        })
    }

    /// Waits until each of some nodes lists exactly these groups, sorted.
    pub(crate) fn wait_for_groups(nodes: &[Self], groups: &[&str]) -> Result<(), Error> {
        let all_know = until(|| Ok(nodes.iter().all(|node| node.has_groups(groups))))?;
        same("all nodes know the groups", all_know, true)
    }

    fn has_groups(&self, groups: &[&str]) -> bool {
        self.call(&["group", "list"]).is_ok_and(|answer| {
            let listed = answer["Data"]["MqttGroupIdDo"].as_array();
            let ids = listed.into_iter().flatten();
            let mut ids: Vec<_> = ids.map(|group| &group["GroupId"]).collect();
            ids.sort_by_key(|id| id.as_str());
            ids == groups
        })
    }

    /// Returns the number of messages counted in the last ten minutes; `options` are filters.
    pub(crate) fn messages(&self, direction: &str, options: &[&str]) -> Result<u64, Error> {
        let (begin, end) = last_minutes(10);
        let mut arguments = vec!["message", "trend", &begin, &end, "test", "SUM", direction];
        arguments.extend(options);
        let answer = self.call(&arguments)?;
        let records = answer["Data"]["Records"]["StatsDataDo"].as_array();
        let counts = records.into_iter().flatten().map(|point| &point["Y"]);
        Ok(counts.filter_map(Value::as_f64).sum::<f64>() as u64)
    }

    /// Stops the service with SIGTERM, and checks that it ends without an error.
    pub(crate) fn stop(mut self) -> Result<(), Error> {
        let succeeded = self.program.stop("TERM")?;
        let output = self.program.output();
        contains("last output of the service", &output, "stopped: ")?;
        let errors = output.lines().filter(|line| line.contains(" ERROR "));
        let none: [&str; 0] = [];
        same("errors in the log", errors.collect::<Vec<_>>(), none)?;
        same("success of the service", succeeded, true)
    }
}

/// Returns the command that starts a program through a launcher such as `taskset`.
pub(crate) fn launched(launcher: &[&str], program: &Path) -> Command {
    match launcher {
        [] => Command::new(program),
        [first, rest @ ..] => {
            let mut command = Command::new(first);
            command.args(rest).arg(program);
            command
        }
    }
}

fn configuration(settings: &Settings<'_>) -> String {
    let store = settings.store.map(|url| format!("store = \"{url}\"\n"));
    let tls = settings.tls.as_ref().map(|tls| {
        format!(
            "[instance.tls]\nlisten = \"127.0.0.1:{}\"\n{}certificate = \"{}\"\nkey = \"{}\"\n",
            tls.port,
            websocket(tls.websocket),
            tls.certificate.file.display(),
            tls.certificate.key.display(),
        )
    });
    let node = settings.node.as_ref().map(|node| {
        format!(
            "[cluster]\nnode = \"{}\"\nnats = {:?}\nreplicas = {}\n",
            node.name,
            node.nats,
            node.nats.len(),
        )
    });
    format!(
        r#"data_dir = "{data_dir}"
{store}
{node}
[api]
listen = "127.0.0.1:0"

[stats]
interval = "{interval}"
retention = "40d"

[limits]
queries_per_minute = {limit}

[[access_key]]
id = "{KEY_ID}"
secret = "{SECRET}"

[[instance]]
id = "{INSTANCE}"
region = "cn-hangzhou"
edition = "platinum"
independent_naming = true
mqtt_listen = "127.0.0.1:0"
topics = ["test"]
owner = "{KEY_ID}"
{websocket}
{tls}"#,
        data_dir = settings.data_dir.unwrap_or("data".as_ref()).display(),
        store = store.unwrap_or_default(),
        node = node.unwrap_or_default(),
        websocket = websocket(settings.websocket),
        tls = tls.unwrap_or_default(),
        interval = settings.interval,
        limit = settings.queries_per_minute,
    )
}

fn websocket(port: Option<u16>) -> String {
    port.map_or_else(String::new, |port| {
        format!("websocket_listen = \"127.0.0.1:{port}\"\n")
    })
}

/// Returns begin and end of the last minutes, in milliseconds.
///
/// Both are on the same day, because the service cuts off ranges at midnight in UTC+8.
pub(crate) fn last_minutes(minutes: u64) -> (String, String) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |time| time.as_secs());
    let midnight = (now + 8 * 3600) / 86_400 * 86_400 - 8 * 3600;
    let begin = (now - minutes * 60).max(midnight);
    (format!("{begin}000"), format!("{now}999"))
}

/// Returns the password of a device of the service's instance.
pub(crate) fn password(client_id: &str) -> String {
    let mut mac = match Hmac::<Sha1>::new_from_slice(SECRET.as_bytes()) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC accepts keys of any length"),
    };
    mac.update(client_id.as_bytes());
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}
