//! Measures commits of kept messages that are deleted soon, a backlog of a million, and its drain.

use std::collections::VecDeque;
use std::error::Error;
use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use harness::{Candidate, Goal};
use ons_mqtt_store::{Change, KeptError, KeptStore, Table};

/// Messages per commit as fast as possible, and at a pace.
const COMMIT: u64 = 1000;
const PACED: u64 = 100;
/// Time between two commits at a pace: 50 000 messages per second.
const PACE: Duration = Duration::from_millis(2);
const SESSIONS: u64 = 1000;
const BACKLOG: u64 = 1_000_000;
const ONLINE: Duration = Duration::from_secs(8);
/// Time after which a message that was published to a connected device is acknowledged.
const ACKNOWLEDGED: Duration = Duration::from_millis(50);
const MESSAGE: [u8; 200] = [b'm'; 200];

type Key = [u8; 16];

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("kept");
    let store = KeptStore::open(&path)?;
    println!("{COMMIT} messages of {} bytes per commit", MESSAGE.len());
    online(&store, "online", COMMIT, Duration::ZERO)?;
    online(&store, "online at a pace", PACED, PACE)?;
    fill(&store)?;
    online(&store, "online on the backlog", COMMIT, Duration::ZERO)?;
    online(&store, "at a pace on the backlog", PACED, PACE)?;
    drop(store);
    copy(&path, &folder.path().join("copy"))?;
    let start = Instant::now();
    let store = KeptStore::open(&path)?;
    println!("open: {:.0?}", start.elapsed());
    drain(&store)?;
    read_pages(&folder.path().join("copy"), &store)
}

/// Publishes to connected devices: messages are stored, and deleted 50 ms later.
fn online(store: &KeptStore, name: &str, each: u64, pace: Duration) -> Result<(), KeptError> {
    let mut waiting: VecDeque<(Instant, Vec<Key>)> = VecDeque::new();
    let mut times = Times::default();
    let mut number = 0;
    let mut due = Instant::now();
    while times.start.elapsed() < ONLINE {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        // Messages that come during a long commit wait for it.
        let since = if pace.is_zero() { Instant::now() } else { due };
        due += pace;
        let stored: Vec<Key> = (number..number + each)
            .map(|number| key(SESSIONS + number % SESSIONS, number))
            .collect();
        number += each;
        let deleted = waiting.pop_front_if(|(stored, _)| stored.elapsed() > ACKNOWLEDGED);
        let mut changes: Vec<_> = stored.iter().map(put).collect();
        if let Some((_, keys)) = &deleted {
            changes.extend(keys.iter().map(delete));
        }
        times.time(since, || store.commit(&changes))?;
        waiting.push_back((Instant::now(), stored));
    }
    times.print(name, number);
    for (_, keys) in waiting {
        store.commit(&keys.iter().map(delete).collect::<Vec<_>>())?;
    }
    Ok(())
}

fn fill(store: &KeptStore) -> Result<(), KeptError> {
    let mut times = Times::default();
    for start in (0..BACKLOG).step_by(COMMIT as usize) {
        let keys: Vec<Key> = (start..start + COMMIT)
            .map(|number| key(number % SESSIONS, number))
            .collect();
        let changes: Vec<_> = keys.iter().map(put).collect();
        times.time(Instant::now(), || store.commit(&changes))?;
    }
    times.print("backlog", BACKLOG);
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let to = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &to)?;
        } else {
            fs::copy(&path, to)?;
        }
    }
    Ok(())
}

/// Reads and deletes what waits for each session.
fn drain(store: &KeptStore) -> Result<(), KeptError> {
    let mut times = Times::default();
    let mut drained = 0;
    for session in 0..SESSIONS {
        let prefix = session.to_be_bytes();
        let mut after = None;
        loop {
            let entries = store.read(Table::Queues, &prefix, after.as_deref(), 500, 1 << 20)?;
            let Some((last, _)) = entries.last() else {
                break;
            };
            drained += entries.len() as u64;
            let deletes = entries.iter().map(|(key, _)| Change::Delete {
                table: Table::Queues,
                key,
            });
            let deletes: Vec<_> = deletes.collect();
            times.time(Instant::now(), || store.commit(&deletes))?;
            after = Some(last.clone());
        }
    }
    assert_eq!(drained, BACKLOG);
    times.print("drain", drained);
    Ok(())
}

/// Compares reading after what was read before, with and without deleted messages in between.
fn read_pages(full: &Path, drained: &KeptStore) -> Result<ExitCode, Box<dyn Error>> {
    let full = KeptStore::open(full)?;
    let last = key(7, BACKLOG);
    let read = |store, after: Option<Key>| {
        move || {
            let prefix = 7_u64.to_be_bytes();
            let after = after.as_ref().map(Key::as_slice);
            KeptStore::read(store, Table::Queues, &prefix, after, 100, 1 << 20)
        }
    };
    Ok(harness::compare(
        "Read of at most 100 messages of a session",
        20,
        vec![
            Candidate::new("100 of 1000", None, read(&full, None)),
            Candidate::new(
                "none, after 1000 deleted",
                Some(Goal::AtMost(1.0)),
                read(drained, Some(last)),
            ),
            Candidate::new("none, from the start", None, read(drained, None)),
        ],
    ))
}

fn key(session: u64, number: u64) -> Key {
    (u128::from(session) << 64 | u128::from(number)).to_be_bytes()
}

fn put(key: &Key) -> Change<'_> {
    Change::Put {
        table: Table::Queues,
        key,
        value: &MESSAGE,
    }
}

fn delete(key: &Key) -> Change<'_> {
    Change::Delete {
        table: Table::Queues,
        key,
    }
}

/// Times of commits.
struct Times {
    start: Instant,
    commits: Vec<Duration>,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            commits: Vec::new(),
        }
    }
}

impl Times {
    fn time<T>(&mut self, since: Instant, commit: impl FnOnce() -> T) -> T {
        let result = commit();
        self.commits.push(since.elapsed());
        result
    }

    fn print(mut self, name: &str, messages: u64) {
        let rate = messages as f64 / self.start.elapsed().as_secs_f64();
        self.commits.sort();
        let at = |share: f64| self.commits[((self.commits.len() - 1) as f64 * share) as usize];
        println!(
            "{name}: {rate:.0} messages per second; commit p50 {:.1?}, p99 {:.1?}, longest {:.1?}; \
             {} MiB resident",
            at(0.5),
            at(0.99),
            at(1.0),
            resident()
        );
    }
}

/// Returns the resident memory of the process in MiB, 0 where the system does not tell.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}
