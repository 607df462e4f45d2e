//! Runs `demo` as a new user does.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use support::{Run, command};

/// Time limit that a working program never reaches.
const PATIENCE: Duration = Duration::from_secs(20);

/// Subcommands in the demo: one per action that the service answers.
const SHOWN: [&str; 8] = [
    "group create",
    "group delete",
    "group list",
    "online history",
    "online topic",
    "online group",
    "client get",
    "message trend",
];

/// Running demo; its output goes to files, because nobody reads it while it runs.
struct Demo {
    process: Child,
    folder: tempfile::TempDir,
    /// Secret that must not be in the output.
    secret: String,
}

impl Demo {
    fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name| File::create(folder.path().join(name)).expect("a file");
        let temporary = folder.path().join("tmp");
        fs::create_dir(&temporary).expect("a folder");
        let process = command(arguments)
            .env("TMPDIR", &temporary)
            .stdout(file("stdout"))
            .stderr(file("stderr"))
            .spawn()
            .expect("the binary runs");
        let secret = secret(&temporary);
        Self {
            process,
            folder,
            secret,
        }
    }

    /// Waits until the demo ends; returns its output.
    fn finish(mut self) -> Run {
        let code = self.process.wait().expect("the demo ends").code();
        let read = |name| fs::read_to_string(self.folder.path().join(name)).expect("text");
        let (stdout, stderr) = (read("stdout"), read("stderr"));
        assert!(!stdout.contains(&self.secret));
        assert!(!stderr.contains(&self.secret));
        let left = fs::read_dir(self.folder.path().join("tmp")).expect("a folder");
        assert_eq!(left.count(), 0, "the demo must remove its files");
        Run {
            code,
            stdout,
            stderr,
        }
    }
}

/// Waits until the service has generated its secret and returns it.
fn secret(temporary: &Path) -> String {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        let folder = fs::read_dir(temporary).expect("a folder").next();
        let file = folder.map(|folder| folder.expect("a folder").path().join("access_key.toml"));
        let text = file.and_then(|file| fs::read_to_string(file).ok());
        let text = text.unwrap_or_default();
        if let Some((_, secret)) = text.split_once("secret = \"") {
            return secret.trim_end().trim_end_matches('"').to_owned();
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("the service did not write an access key");
}

#[test]
fn the_demo_shows_every_action_with_correct_answers_and_removes_its_files() {
    let shown = Demo::start(&["demo"]).finish();
    assert_eq!(shown.code, Some(0), "{}\n{}", shown.stdout, shown.stderr);
    assert_eq!(shown.stderr, "");
    for command in SHOWN {
        let line = format!("\n$ ons-mqtt {command}");
        assert!(shown.stdout.contains(&line), "{line}");
    }
    assert!(!shown.stdout.contains(['✗', '\u{1b}']), "{}", shown.stdout);
    let ends = "All 32 answers match what the devices did.";
    assert!(shown.stdout.contains(ends), "{}", shown.stdout);
    assert!(!shown.stdout.contains("RequestId"), "{}", shown.stdout);
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    assert!(!shown.stdout.contains(is_chinese), "{}", shown.stdout);
    assert_lines_work_against_serve(&shown.stdout);
}

#[test]
fn ctrl_c_ends_the_demo_early_and_its_log_does_not_contain_the_secret() {
    let demo = Demo::start(&["demo", "-vv"]);
    let deadline = Instant::now() + PATIENCE;
    let stdout = demo.folder.path().join("stdout");
    while !fs::read_to_string(&stdout)
        .expect("text")
        .contains("group list")
    {
        assert!(Instant::now() < deadline, "the demo does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    let id = demo.process.id().to_string();
    let killed = Command::new("kill").args(["-INT", &id]).status();
    assert!(killed.expect("kill runs").success());
    let run = demo.finish();
    assert_eq!(run.code, Some(1));
    assert!(
        run.stderr.contains("error: stopped before the end"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("OnsMqttGroupIdList"), "{}", run.stderr);
}

/// Types every command line into a shell that has what `serve` says to export.
fn assert_lines_work_against_serve(stdout: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut service = command(&["serve", "--data-dir", "data"])
        .env("ONS_MQTT_API_LISTEN", "127.0.0.1:0")
        .env("ONS_MQTT_INSTANCE_MQTT_LISTEN", "127.0.0.1:0")
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let output = BufReader::new(service.stdout.take().expect("a pipe"));
    let mut exports = Vec::new();
    for line in output.lines().map_while(Result::ok) {
        exports.extend(line.trim().strip_prefix("export ").map(str::to_owned));
        if line.starts_with("Charts begin") {
            break;
        }
    }
    assert_eq!(exports.len(), 4, "{exports:?}");
    let program = Path::new(env!("CARGO_BIN_EXE_ons-mqtt")).parent();
    let path = format!("{}:/usr/bin:/bin", program.expect("a folder").display());
    let exports: String = exports
        .iter()
        .map(|line| format!("export {line}\n"))
        .collect();
    let mut is_deleted = false;
    for line in stdout.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let typed = Command::new("sh")
            .args(["-c", &format!("{exports}{line}")])
            .env_clear()
            .env("PATH", &path)
            .output()
            .expect("a shell");
        let stderr = String::from_utf8_lossy(&typed.stderr);
        if is_deleted && line.ends_with("online group GID_apps") {
            assert!(stderr.contains("BIZ_SUBSCRIPTION_NOT_FOUND"), "{stderr}");
        } else {
            assert!(typed.status.success(), "{line}: {stderr}");
        }
        is_deleted |= line.contains("group delete");
    }
    assert!(is_deleted);
    service.kill().expect("the service runs");
    service.wait().expect("the service ends");
}
