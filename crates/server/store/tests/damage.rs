//! Bytes that changed on disk are an error, never another value.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ons_mqtt_store::{Change, KeptEntry, KeptError, KeptStore, Table};

fn fill(kept: &KeptStore, first: u8) {
    for commit in first..first + 20 {
        let keys: Vec<_> = (0..10).map(|entry| [commit, entry]).collect();
        let value = [commit; 50];
        let put = |key| Change::Put {
            table: Table::Queues,
            key,
            value: &value,
        };
        let changes: Vec<_> = keys.iter().map(|key| put(key)).collect();
        kept.commit(&changes).unwrap();
    }
}

fn all(folder: &Path) -> Result<Vec<KeptEntry>, KeptError> {
    KeptStore::open(folder)?.read(Table::Queues, b"", None, usize::MAX, usize::MAX)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.file_name().unwrap() != "reserve" && path.metadata().unwrap().len() > 0 {
            found.push(path);
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else if path.file_name().unwrap() != "reserve" {
            fs::copy(&path, to).unwrap();
        }
    }
}

/// Fills a store, so that some of it is in a table on disk and the rest in the journal.
fn filled(folder: &Path) -> Vec<KeptEntry> {
    fill(&KeptStore::open(folder).unwrap(), 0);
    let kept = KeptStore::open(folder).unwrap();
    // What opening read from the journal is now written to a table.
    let start = Instant::now();
    let is_table = |path: &PathBuf| {
        path.parent().unwrap().ends_with("tables") && path.metadata().unwrap().len() > 2000
    };
    loop {
        let mut found = Vec::new();
        files(&folder.join("tables/keyspaces"), &mut found);
        if found.iter().any(is_table) {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{found:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
    fill(&kept, 100);
    drop(kept);
    all(folder).unwrap()
}

#[test]
fn a_changed_byte_is_an_error_or_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let original = folder.path().join("kept");
    let expected = filled(&original);
    let mut found = Vec::new();
    files(&original, &mut found);
    let mut errors = 0;
    let mut position = 0;
    for file in found {
        let file = file.strip_prefix(&original).unwrap();
        let length = original.join(file).metadata().unwrap().len() as usize;
        for part in 0..12 {
            let damaged = folder.path().join("damaged");
            copy(&original, &damaged);
            let mut bytes = fs::read(damaged.join(file)).unwrap();
            // Positions differ from file to file, and the first bytes are among them.
            position = if part == 0 {
                0
            } else {
                (position * 31 + part * length / 12 + 7) % length
            };
            bytes[position] ^= 1 << (part % 8);
            fs::write(damaged.join(file), bytes).unwrap();
            match all(&damaged) {
                Ok(entries) => assert!(
                    entries == expected,
                    "byte {position} of {}: {} of {} entries",
                    file.display(),
                    entries.len(),
                    expected.len()
                ),
                Err(_) => errors += 1,
            }
            fs::remove_dir_all(damaged).unwrap();
        }
    }
    assert!(errors > 50, "only {errors} errors");
}

#[test]
fn a_journal_that_lost_its_end_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept");
    fill(&KeptStore::open(&path).unwrap(), 0);
    let mut found = Vec::new();
    files(&path, &mut found);
    let journal = found
        .iter()
        .find(|path| path.extension().is_some_and(|end| end == "jnl"));
    let journal = journal.unwrap();
    let bytes = fs::read(journal).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    fs::write(journal, &bytes[..end / 2]).unwrap();
    for _ in 0..2 {
        let error = all(&path).unwrap_err();
        assert!(matches!(error, KeptError::Damaged { .. }), "{error}");
    }
}
