//! The service under test, and its own command line.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tempfile::TempDir;

use super::error::{Error, contains, same};
use super::program::{Program, finish};

/// Access key of the service.
pub(super) const KEY_ID: &str = "testid";
pub(super) const SECRET: &str = "testsecret";

/// Its instance.
pub(super) const INSTANCE: &str = "post-cn-test";

/// `ons-mqtt serve` with a configuration of its own, on free ports of 127.0.0.1.
pub(super) struct Service {
    binary: PathBuf,
    program: Program,
    pub(super) api: String,
    pub(super) mqtt: String,
    _folder: TempDir,
}

/// What configurations differ in.
#[derive(Default)]
pub(super) struct Settings<'a> {
    /// URL of the database; SQLite without one.
    pub(super) store: Option<&'a str>,
    /// Requests a minute for each action that has a limit; 0 for any number.
    pub(super) queries_per_minute: u32,
}

impl Service {
    pub(super) fn start(binary: &Path, settings: &Settings<'_>) -> Result<Self, Error> {
        let folder = tempfile::tempdir().map_err(Error::io("a folder for the service"))?;
        let file = folder.path().join("ons-mqtt.toml");
        fs::write(&file, configuration(settings)).map_err(Error::io("its configuration"))?;
        let mut program =
            Program::start(Command::new(binary).arg("serve").arg("--config").arg(&file))?;
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
            program,
            _folder: folder,
        })
    }

    /// Calls the API by the command line.
    pub(super) fn call(&self, arguments: &[&str]) -> Result<Value, Error> {
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

    /// How many messages were counted in the last ten minutes; `options` narrow them down.
    pub(super) fn messages(&self, direction: &str, options: &[&str]) -> Result<u64, Error> {
        let (begin, end) = last_minutes(10);
        let mut arguments = vec!["message", "trend", &begin, &end, "test", "SUM", direction];
        arguments.extend(options);
        let answer = self.call(&arguments)?;
        let records = answer["Data"]["Records"]["StatsDataDo"].as_array();
        let counts = records.into_iter().flatten().map(|point| &point["Y"]);
        Ok(counts.filter_map(Value::as_f64).sum::<f64>() as u64)
    }

    /// Stops the service as a system does, which it has to survive in good order.
    pub(super) fn stop(mut self) -> Result<(), Error> {
        let succeeded = self.program.stop("TERM")?;
        let output = self.program.output();
        contains("what the service says at its end", &output, "stopped: ")?;
        for line in output.lines() {
            same("an error in the log", line.contains(" ERROR "), false)?;
        }
        same("success of the service", succeeded, true)
    }
}

fn configuration(settings: &Settings<'_>) -> String {
    let store = settings.store.map(|url| format!("store = \"{url}\"\n"));
    format!(
        r#"data_dir = "data"
{store}
[api]
listen = "127.0.0.1:0"

[stats]
interval = "1s"
retention = "30d"

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
"#,
        store = store.unwrap_or_default(),
        limit = settings.queries_per_minute,
    )
}

/// Begin and end of a time up to now, in milliseconds.
///
/// The range begins on the day of its end, or the service would cut it off at midnight in UTC+8.
pub(super) fn last_minutes(minutes: u64) -> (String, String) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |time| time.as_secs());
    let midnight = (now + 8 * 3600) / 86_400 * 86_400 - 8 * 3600;
    let begin = (now - minutes * 60).max(midnight);
    (format!("{begin}000"), format!("{now}999"))
}
