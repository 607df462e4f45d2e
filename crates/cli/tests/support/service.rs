//! `serve`, as a user starts it.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::{Run, command, finish};

/// Name of data directories; a shell needs quotes for it.
pub(crate) const DATA_DIR: &str = "it's data";

/// Returns `serve` with an empty environment.
pub(crate) fn serve(folder: &Path, variables: &[(&str, &str)]) -> Command {
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
pub(crate) struct Service {
    process: Child,
    /// Output after the start.
    pub(crate) printed: String,
    pub(crate) key_id: String,
    pub(crate) secret: String,
}

impl Service {
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    pub(crate) fn start_with(folder: &Path, variables: &[(&str, &str)]) -> Self {
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
    pub(crate) fn after(&self, word: &str) -> &str {
        let mut words = self.printed.split_whitespace();
        words
            .find(|other| *other == word)
            .expect("the word is printed");
        words.next().expect("another word follows")
    }

    /// Calls the service with its access key.
    pub(crate) fn call(&self, arguments: &[&str]) -> Run {
        let mut command = command(arguments);
        command
            .args(["--instance-id", "post-cn-local"])
            .args(["--endpoint", self.after("API")])
            .env("ALIBABA_CLOUD_ACCESS_KEY_ID", &self.key_id)
            .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", &self.secret);
        finish(&mut command)
    }

    /// Stops the service and returns its output.
    pub(crate) fn stop(mut self) -> Run {
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
