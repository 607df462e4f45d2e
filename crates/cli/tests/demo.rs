//! `demo` as someone who tries the program out sees it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use support::{Run, command, examples, run};

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(20);

/// A demo that runs; its output goes into files, since nobody reads it meanwhile.
struct Demo {
    process: Child,
    folder: tempfile::TempDir,
    /// What may be in no output.
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

    /// Waits for the end.
    fn finish(mut self) -> Run {
        let code = self.process.wait().expect("it ends").code();
        let read = |name| fs::read_to_string(self.folder.path().join(name)).expect("text");
        let (stdout, stderr) = (read("stdout"), read("stderr"));
        assert!(!stdout.contains(&self.secret));
        assert!(!stderr.contains(&self.secret));
        let left = fs::read_dir(self.folder.path().join("tmp")).expect("a folder");
        assert_eq!(left.count(), 0, "it has to remove its files");
        Run {
            code,
            stdout,
            stderr,
        }
    }
}

/// The secret that the service made, as soon as there is one.
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
    panic!("no access key");
}

#[test]
fn it_shows_every_action_finds_every_answer_right_and_leaves_nothing() {
    let shown = Demo::start(&["demo"]).finish();
    assert_eq!(shown.code, Some(0), "{}\n{}", shown.stdout, shown.stderr);
    assert_eq!(shown.stderr, "");
    for example in examples() {
        let line = format!("\n$ ons-mqtt {}", example.command.join(" "));
        assert!(shown.stdout.contains(&line), "{line}");
    }
    assert!(!shown.stdout.contains(['✗', '\u{1b}']), "{}", shown.stdout);
    let ends = "All 33 answers match what the devices did.";
    assert!(shown.stdout.contains(ends), "{}", shown.stdout);
    every_line_can_be_typed(&shown.stdout);
}

#[test]
fn ctrl_c_ends_it_early_and_leaves_nothing_and_its_log_has_no_secret() {
    let demo = Demo::start(&["demo", "-vv"]);
    let deadline = Instant::now() + PATIENCE;
    let stdout = demo.folder.path().join("stdout");
    while !fs::read_to_string(&stdout)
        .expect("text")
        .contains("group list")
    {
        assert!(Instant::now() < deadline, "it does not begin");
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

/// Each command line has to be one that the program takes; none is sent.
fn every_line_can_be_typed(stdout: &str) {
    let lines = stdout
        .lines()
        .filter_map(|line| line.strip_prefix("$ ons-mqtt "));
    for line in lines.filter(|line| !line.contains('…')) {
        let mut arguments: Vec<&str> = line.split(' ').collect();
        arguments.extend(["--dry-run", "--endpoint", "http://127.0.0.1:1"]);
        let typed = run(&arguments);
        assert_eq!(typed.code, Some(0), "{line}: {}", typed.stderr);
    }
}
