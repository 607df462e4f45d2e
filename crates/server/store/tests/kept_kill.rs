//! A killed process loses no commit that it acknowledged.

#![allow(clippy::unwrap_used)]

use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ons_mqtt_store::{Change, KeptStore, Table};

/// Variable that makes the test the process to be killed; its value is the folder.
const CHILD: &str = "ONS_MQTT_TEST_KILLED_KEPT";
const TEST: &str = "acknowledged_commits_survive_a_kill";
const ROUNDS: u64 = 5;
/// Entries per commit. Their values fill a table in memory within some 150 commits.
const ENTRIES: u64 = 100;

fn nanoseconds() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::from(now.subsec_nanos())
}

fn key(commit: u64, entry: u64) -> [u8; 16] {
    (u128::from(commit) << 64 | u128::from(entry)).to_be_bytes()
}

/// Commits batches until it is killed, and prints each number after its commit.
fn child(folder: &Path, first: u64) {
    let kept = KeptStore::open(folder).unwrap();
    for commit in first.. {
        let keys: Vec<_> = (0..ENTRIES).map(|entry| key(commit, entry)).collect();
        let value = [commit as u8; 1000];
        let put = |key| Change::Put {
            table: Table::Queues,
            key,
            value: &value,
        };
        let mut changes: Vec<_> = keys.iter().map(|key| put(key)).collect();
        // Every other commit is acknowledged by a device, one commit later.
        let prefix = (commit - 1).to_be_bytes();
        if commit % 2 == 0 {
            changes.push(Change::DeletePrefix {
                table: Table::Queues,
                prefix: &prefix,
            });
        }
        kept.commit(&changes).unwrap();
        println!("committed {commit}");
    }
}

/// Runs a child and kills it at a random moment. Returns the last number that it printed.
fn kill(folder: &Path, first: u64) -> u64 {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", TEST, "--nocapture"])
        .env(CHILD, format!("{first} {}", folder.display()))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap)
        .filter_map(|line| line.strip_prefix("committed ")?.parse().ok());
    let first = lines.next();
    let killer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_micros(nanoseconds() % 1_500_000));
        child.kill().unwrap();
        child.wait().unwrap();
    });
    let last = first.into_iter().chain(lines).last();
    killer.join().unwrap();
    last.unwrap()
}

#[test]
fn acknowledged_commits_survive_a_kill() {
    if let Ok(child_of) = env::var(CHILD) {
        let (first, folder) = child_of.split_once(' ').unwrap();
        return child(Path::new(folder), first.parse().unwrap());
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept");
    let mut next = 1;
    for round in 0..ROUNDS {
        let last = kill(&path, next);
        let kept = KeptStore::open(&path).unwrap();
        for commit in 1..=last {
            let prefix = commit.to_be_bytes();
            let entries = kept
                .read(Table::Queues, &prefix, None, usize::MAX, usize::MAX)
                .unwrap();
            let whole = entries.len() as u64 == ENTRIES;
            let right = entries
                .iter()
                .all(|(_, value)| value.iter().all(|byte| *byte == commit as u8));
            let deleted = commit % 2 == 1 && (commit < last || entries.is_empty());
            assert!(
                if deleted {
                    entries.is_empty()
                } else {
                    whole && right
                },
                "round {round}: commit {commit} of {last} has {} entries",
                entries.len()
            );
        }
        // The commit that was under way may be there, but only as a whole.
        let under_way = (last + 1).to_be_bytes();
        let found = kept
            .read(Table::Queues, &under_way, None, usize::MAX, usize::MAX)
            .unwrap()
            .len() as u64;
        assert!(found == 0 || found == ENTRIES, "round {round}: {found}");
        next = last + 1;
    }
    assert!(next > 50, "only {next} commits");
}
