//! A full disk stops storing, not the process; space that is freed is used again by itself.
//!
//! Each test runs in a process of its own that mounts a small disk in memory. Without the right to
//! mount one, it is skipped.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use ons_mqtt_store::{Change, KeptError, KeptStore, Table};

/// Variable with the folder of the small disk, in the process that has it.
const DISK: &str = "ONS_MQTT_TEST_SMALL_DISK";
const VALUE: [u8; 1000] = [1; 1000];

/// Returns the small disk in the process that has it. Otherwise runs the test in one.
fn disk(test: &str) -> Option<PathBuf> {
    if let Ok(disk) = env::var(DISK) {
        return Some(disk.into());
    }
    if !can_mount() {
        eprintln!("{test}: skipped, because no disk can be mounted");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=400m tmpfs \"$0\" && exec \"$@\"";
    let status = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
        .arg(folder.path())
        .arg(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(DISK, folder.path())
        .status();
    assert!(status.unwrap().success());
    None
}

fn can_mount() -> bool {
    let mount = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c"])
        .arg("mount -t tmpfs tmpfs /mnt")
        .status();
    mount.is_ok_and(|status| status.success())
}

fn key(number: u64) -> [u8; 8] {
    number.to_be_bytes()
}

/// Stores 100 entries from a number on.
fn store(kept: &KeptStore, start: u64) -> Result<(), KeptError> {
    let keys: Vec<_> = (start..start + 100).map(key).collect();
    let put = |key| Change::Put {
        table: Table::Queues,
        key,
        value: &VALUE,
    };
    let changes: Vec<_> = keys.iter().map(|key| put(key)).collect();
    kept.commit(&changes)
}

fn count(kept: &KeptStore) -> u64 {
    let entries = kept.read(Table::Queues, b"", None, usize::MAX, usize::MAX);
    entries.unwrap().len() as u64
}

/// Tries again until it works, for as long as an operator would wait.
fn wait(mut attempt: impl FnMut() -> Result<(), KeptError>) {
    let start = Instant::now();
    while let Err(error) = attempt() {
        assert!(start.elapsed() < Duration::from_secs(60), "{error}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Writes zeros until the disk has no byte left.
fn fill(path: &Path) {
    let mut file = File::options()
        .create(true)
        .append(true)
        .open(path)
        .unwrap();
    for size in [1 << 20, 4096] {
        let zeros = vec![0; size];
        while file.write_all(&zeros).is_ok() {}
    }
}

#[test]
fn deletes_make_room_on_a_disk_that_the_store_filled() {
    let Some(disk) = disk("deletes_make_room_on_a_disk_that_the_store_filled") else {
        return;
    };
    let kept = KeptStore::open(&disk.join("kept")).unwrap();
    for _ in 0..3 {
        let mut stored = 0;
        // The room that deletes make comes bit by bit.
        while stored <= 10_000 {
            wait(|| store(&kept, stored));
            stored += 100;
        }
        let error = loop {
            match store(&kept, stored) {
                Ok(()) => stored += 100,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, KeptError::Full { .. }), "{error}");
        assert_eq!(count(&kept), stored);
        kept.commit(&[Change::DeletePrefix {
            table: Table::Queues,
            prefix: b"",
        }])
        .unwrap();
        assert_eq!(count(&kept), 0);
    }
    wait(|| store(&kept, 0));
}

#[test]
fn a_disk_that_others_filled_loses_nothing() {
    let Some(disk) = disk("a_disk_that_others_filled_loses_nothing") else {
        return;
    };
    let kept = KeptStore::open(&disk.join("kept")).unwrap();
    store(&kept, 0).unwrap();
    let reserve = disk.join("kept/reserve");
    assert_eq!(reserve.metadata().unwrap().len(), 32 << 20);
    let other = disk.join("other");
    let mut stored = 100;
    for _ in 0..3 {
        // The free space is not asked for with every commit, so some get to the full disk.
        wait(|| store(&kept, stored));
        stored += 100;
        fill(&other);
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(3) {
            if store(&kept, stored).is_ok() {
                stored += 100;
            }
            assert!(count(&kept) >= stored);
            fill(&other);
        }
        let error = store(&kept, stored).unwrap_err();
        assert!(matches!(error, KeptError::Full { .. }), "{error}");
        fs::remove_file(&other).unwrap();
    }
    wait(|| store(&kept, stored));
    stored += 100;
    assert_eq!(count(&kept), stored);
    drop(kept);
    let kept = KeptStore::open(&disk.join("kept")).unwrap();
    assert_eq!(count(&kept), stored);
    thread::sleep(Duration::from_millis(200));
    store(&kept, stored).unwrap();
    assert!(reserve.exists());
}

/// Gives the small disk another size.
fn resize(disk: &Path, size: u64) {
    let size = format!("remount,size={size}");
    let status = Command::new("mount").args(["-o", &size]).arg(disk).status();
    assert!(status.unwrap().success());
}

#[test]
fn a_disk_that_is_full_in_the_middle_of_a_commit_takes_it_from_the_reserve() {
    let test = "a_disk_that_is_full_in_the_middle_of_a_commit_takes_it_from_the_reserve";
    let Some(disk) = disk(test) else { return };
    let kept = KeptStore::open(&disk.join("kept")).unwrap();
    let mut stored = 0;
    loop {
        // Within a second of opening, the store is not opened again.
        thread::sleep(Duration::from_millis(1100));
        store(&kept, stored).unwrap();
        stored += 100;
        // The store has just asked for the free space, so it does not see this coming.
        let asked = Instant::now();
        let used = rustix::fs::statvfs(&disk).unwrap();
        resize(&disk, (used.f_blocks - used.f_bfree) * used.f_frsize);
        if asked.elapsed() < Duration::from_millis(50) {
            break;
        }
        resize(&disk, 400 << 20);
    }
    store(&kept, stored).unwrap();
    stored += 100;
    assert!(!disk.join("kept/reserve").exists());
    let error = store(&kept, stored).unwrap_err();
    assert!(matches!(error, KeptError::Full { .. }), "{error}");
    resize(&disk, 400 << 20);
    wait(|| store(&kept, stored));
    stored += 100;
    assert_eq!(count(&kept), stored);
    drop(kept);
    assert_eq!(count(&KeptStore::open(&disk.join("kept")).unwrap()), stored);
}
