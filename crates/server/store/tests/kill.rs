//! A killed process loses nothing that it acknowledged.

#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ons_mqtt_store::Store;
use support::{Database, MINUTE, NOON, group, interval, messages, published};

/// Variable that makes the test the process to be killed; its value is the database file.
const CHILD: &str = "ONS_MQTT_TEST_KILLED_STORE";
const ROUNDS: usize = 8;
const TASKS: usize = 4;
const SUB_TOPICS: u64 = 150;

fn nanoseconds() -> u64 {
    u64::from(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .subsec_nanos(),
    )
}

/// Creates and deletes groups and writes counts until it is killed. Prints each step before and
/// after it.
async fn child(location: &str) {
    let store = Arc::new(Store::open(location).await.unwrap());
    for task in 0..TASKS {
        tokio::spawn(change_groups(store.clone(), task));
    }
    for minute in 0.. {
        let counts = (0..SUB_TOPICS).map(|number| messages("t", Some(&number.to_string()), 1));
        store
            .flush(&interval(NOON + minute * MINUTE, counts.collect()))
            .await
            .unwrap();
        println!("flushed {minute}");
    }
}

async fn change_groups(store: Arc<Store>, task: usize) {
    let mut there = [false; 5];
    for step in 0.. {
        let number = step % there.len();
        let name = format!("GID_{task}_{number}");
        // The state left by an earlier process is unknown, so each group is first deleted.
        let create = step >= there.len() && !there[number];
        println!("try {name} {create}");
        if create {
            store.create_group(&group("common", &name)).await.unwrap();
        } else {
            store.delete_group("common", &name).await.unwrap();
        }
        println!("done {name} {create}");
        there[number] = create;
    }
}

/// Output of a killed process.
#[derive(Default)]
struct Output {
    /// Acknowledged state of each group: `true` if it exists.
    groups: BTreeMap<String, bool>,
    /// Changes under way: `true` for a creation.
    under_way: BTreeMap<String, bool>,
    /// Number of flushed intervals.
    flushed: usize,
}

/// Runs a child on a file and kills it at a random moment.
fn kill(location: &str) -> Output {
    let mut child = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "acknowledged_changes_survive_a_kill",
            "--nocapture",
        ])
        .env(CHILD, location)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let first = lines.find(|line| line.starts_with("flushed"));
    let killer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_micros(nanoseconds() % 400_000));
        child.kill().unwrap();
        child.wait().unwrap();
    });
    let mut output = Output::default();
    for line in first.into_iter().chain(lines) {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["try", name, create] => {
                output.under_way.insert(name.into(), create == "true");
            }
            ["done", name, create] => {
                output.under_way.remove(name);
                output.groups.insert(name.into(), create == "true");
            }
            ["flushed", _] => output.flushed += 1,
            _ => {}
        }
    }
    killer.join().unwrap();
    output
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_changes_survive_a_kill() {
    if let Ok(location) = env::var(CHILD) {
        return child(&location).await;
    }
    let database = Database::file();
    let mut total: BTreeMap<i64, usize> = BTreeMap::new();
    let (mut created, mut deleted) = (0, 0);
    for round in 0..ROUNDS {
        let output = kill(&database.location);
        assert!(output.flushed > 0, "round {round}");
        let store = database.open().await;
        let groups = store.groups().await.unwrap();
        for (name, there) in &output.groups {
            *(if *there { &mut created } else { &mut deleted }) += 1;
            let found = groups.iter().any(|group| group.group_id == *name);
            let ok = found == *there || output.under_way.get(name) == Some(&found);
            assert!(
                ok,
                "round {round}: {name} found: {found}, acknowledged: {there}"
            );
        }
        let flushed = i64::try_from(output.flushed).unwrap();
        for minute in 0..flushed {
            *total.entry(minute).or_default() += 1;
        }
        let found = store.messages(&published("t", None)).await.unwrap();
        let one = i64::try_from(SUB_TOPICS).unwrap();
        for point in &found {
            assert_eq!(
                point.count % one,
                0,
                "round {round}: {point:?} was only partly written"
            );
        }
        for (minute, acknowledged) in &total {
            let time = NOON + minute * MINUTE;
            let count = found.iter().find(|point| point.time == time).unwrap().count;
            // The flush that was under way in each process may be written too.
            let at_least = one * i64::try_from(*acknowledged).unwrap();
            assert!(
                count >= at_least,
                "round {round}: {count} of {at_least} at minute {minute}"
            );
        }
        store.close().await;
    }
    assert!(
        created > 10 && deleted > 10,
        "only {created} created and {deleted} deleted"
    );
}
