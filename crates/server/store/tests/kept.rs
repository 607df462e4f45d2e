//! Kept tables hold what was committed, also after they are opened again.

#![allow(clippy::unwrap_used)]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ons_mqtt_store::{Change, KeptError, KeptStore, Table};
use proptest::prelude::*;
use tempfile::TempDir;

const TABLES: [Table; 5] = [
    Table::Meta,
    Table::Sessions,
    Table::Queues,
    Table::Messages,
    Table::Retained,
];

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept");
    (folder, path)
}

fn put<'a>(table: Table, key: &'a [u8], value: &'a [u8]) -> Change<'a> {
    Change::Put { table, key, value }
}

fn keys(
    store: &KeptStore,
    prefix: &str,
    after: Option<&str>,
    limits: (usize, usize),
) -> Vec<String> {
    let after = after.map(str::as_bytes);
    let entries = store
        .read(Table::Queues, prefix.as_bytes(), after, limits.0, limits.1)
        .unwrap();
    let text = |key: &[u8]| String::from_utf8(key.into()).unwrap();
    entries.iter().map(|(key, _)| text(key)).collect()
}

/// Prefix, key to read after, bounds and the keys that are read.
type Row = (
    &'static str,
    Option<&'static str>,
    (usize, usize),
    &'static [&'static str],
);

#[test]
fn reading_returns_what_follows_a_key_within_a_prefix_and_bounds() {
    let (_folder, path) = folder();
    let store = KeptStore::open(&path).unwrap();
    let names = ["a", "b", "b1", "b2", "b3", "c"];
    let changes: Vec<_> = names
        .iter()
        .map(|name| put(Table::Queues, name.as_bytes(), &[7; 8]))
        .collect();
    store.commit(&changes).unwrap();
    const ALL: (usize, usize) = (100, 10_000);
    let rows: [Row; 12] = [
        ("", None, ALL, &["a", "b", "b1", "b2", "b3", "c"]),
        ("b", None, ALL, &["b", "b1", "b2", "b3"]),
        ("b", Some("b"), ALL, &["b1", "b2", "b3"]),
        ("b", Some("b11"), ALL, &["b2", "b3"]),
        ("b", Some("b3"), ALL, &[]),
        ("b", Some("a"), ALL, &["b", "b1", "b2", "b3"]),
        ("b", Some("z"), ALL, &[]),
        ("", Some("b3"), ALL, &["c"]),
        ("b", None, (2, 10_000), &["b", "b1"]),
        ("b", None, (0, 10_000), &[]),
        ("b", None, (100, 11), &["b", "b1"]),
        ("b", None, (100, 9), &["b"]),
    ];
    for (prefix, after, limits, expected) in rows {
        let found = keys(&store, prefix, after, limits);
        assert_eq!(
            found, expected,
            "{prefix} after {after:?} within {limits:?}"
        );
    }
}

#[test]
fn keys_that_the_engine_cannot_hold_are_refused() {
    let (_folder, path) = folder();
    let store = KeptStore::open(&path).unwrap();
    let longest = vec![1; 65_535];
    store.commit(&[put(Table::Meta, &longest, b"x")]).unwrap();
    for key in [&[][..], &[1; 65_536]] {
        let changes = [
            put(Table::Meta, b"other", b"x"),
            put(Table::Meta, key, b"x"),
        ];
        let error = store.commit(&changes).unwrap_err();
        assert!(matches!(error, KeptError::Failed { .. }), "{error}");
    }
    assert_eq!(store.get(Table::Meta, b"other").unwrap(), None);
    assert!(store.get(Table::Meta, &longest).unwrap().is_some());
}

#[test]
fn a_store_is_opened_only_once() {
    let (_folder, path) = folder();
    let store = KeptStore::open(&path).unwrap();
    let error = KeptStore::open(&path).err().unwrap();
    assert!(matches!(error, KeptError::InUse { .. }), "{error}");
    drop(store);
    KeptStore::open(&path).unwrap();
}

#[test]
fn more_keys_of_a_prefix_than_fit_a_batch_are_deleted() {
    let (_folder, path) = folder();
    let store = KeptStore::open(&path).unwrap();
    let numbers: Vec<_> = (0..250_000_u32).map(u32::to_be_bytes).collect();
    for chunk in numbers.chunks(50_000) {
        let changes: Vec<_> = chunk
            .iter()
            .map(|key| put(Table::Queues, key, b""))
            .collect();
        store.commit(&changes).unwrap();
    }
    let other = put(Table::Sessions, b"s", b"");
    let delete = Change::DeletePrefix {
        table: Table::Queues,
        prefix: b"",
    };
    store.commit(&[other, delete]).unwrap();
    assert_eq!(store.read(Table::Queues, b"", None, 1, 1).unwrap(), []);
    assert!(store.get(Table::Sessions, b"s").unwrap().is_some());
}

#[test]
fn a_commit_that_ends_many_sessions_takes_seconds() {
    let (_folder, path) = folder();
    let store = KeptStore::open(&path).unwrap();
    let keys: Vec<_> = (0..100_000_u32).map(u32::to_be_bytes).collect();
    let puts = keys.iter().map(|key| put(Table::Sessions, key, b""));
    let deletes = keys.iter().map(|prefix| Change::DeletePrefix {
        table: Table::Sessions,
        prefix,
    });
    let changes: Vec<_> = puts.chain(deletes).collect();
    let start = Instant::now();
    store.commit(&changes).unwrap();
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(store.read(Table::Sessions, b"", None, 1, 1).unwrap(), []);
}

#[cfg(unix)]
#[test]
fn a_copy_ends_before_the_next_part_if_it_is_told_to() {
    let (_folder, path) = folder();
    let store = Arc::new(KeptStore::open(&path).unwrap());
    let value = vec![1; 1024 * 1024];
    for key in 0..4 {
        store
            .commit(&[put(Table::Messages, &[key], &value)])
            .unwrap();
    }
    let snapshot = store.snapshot().unwrap();
    // Copies until it was asked so many times; returns how often it was asked, and what was copied.
    let copy = |most: usize| {
        let (asked, to) = (Cell::new(0), path.with_extension(most.to_string()));
        let goes_on = || asked.replace(asked.get() + 1) < most;
        let is_whole = snapshot.copy_to(&to, goes_on).unwrap();
        let copied = KeptStore::open(&to).unwrap();
        (is_whole, asked.get(), all(&copied))
    };
    let (is_whole, asked, copied) = copy(usize::MAX);
    assert!(is_whole && asked > 4 && copied == all(&store));
    for most in [0, asked / 2, asked - 1] {
        let (is_whole, asked, _) = copy(most);
        assert_eq!((is_whole, asked), (false, most + 1));
    }
}

#[test]
fn nobody_else_can_enter_the_folder() {
    use std::os::unix::fs::PermissionsExt;

    let (_folder, path) = folder();
    std::fs::create_dir(&path).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o777)).unwrap();
    let nested = path.join("new/folder");
    for path in [&path, &nested] {
        let _store = KeptStore::open(path).unwrap();
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{}", path.display());
    }
}

/// A change with owned bytes.
#[derive(Clone, Debug)]
enum Owned {
    Put(usize, Vec<u8>, Vec<u8>),
    Delete(usize, Vec<u8>),
    DeletePrefix(usize, Vec<u8>),
}

impl Owned {
    fn borrow(&self) -> Change<'_> {
        match self {
            Self::Put(table, key, value) => put(TABLES[*table], key, value),
            Self::Delete(table, key) => Change::Delete {
                table: TABLES[*table],
                key,
            },
            Self::DeletePrefix(table, prefix) => Change::DeletePrefix {
                table: TABLES[*table],
                prefix,
            },
        }
    }

    fn apply(&self, tables: &mut [BTreeMap<Vec<u8>, Vec<u8>>; 5]) {
        match self {
            Self::Put(table, key, value) => {
                tables[*table].insert(key.clone(), value.clone());
            }
            Self::Delete(table, key) => {
                tables[*table].remove(key);
            }
            Self::DeletePrefix(table, prefix) => {
                tables[*table].retain(|key, _| !key.starts_with(prefix));
            }
        }
    }
}

fn change() -> impl Strategy<Value = Owned> {
    let byte = || prop_oneof![0..3_u8, Just(255)];
    let key = || prop::collection::vec(byte(), 1..4);
    let prefix = prop::collection::vec(byte(), 0..3);
    let value = prop::collection::vec(any::<u8>(), 0..20);
    prop_oneof![
        6 => (0..5_usize, key(), value).prop_map(|(table, key, value)| Owned::Put(table, key, value)),
        2 => (0..5_usize, key()).prop_map(|(table, key)| Owned::Delete(table, key)),
        1 => (0..5_usize, prefix).prop_map(|(table, prefix)| Owned::DeletePrefix(table, prefix)),
    ]
}

fn all(store: &KeptStore) -> [BTreeMap<Vec<u8>, Vec<u8>>; 5] {
    TABLES.map(|table| {
        let entries = store.read(table, b"", None, 100_000, usize::MAX).unwrap();
        let pair = |(key, value): (Box<[u8]>, Box<[u8]>)| (key.into_vec(), value.into_vec());
        entries.into_iter().map(pair).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn tables_hold_what_changes_made_in_order_leave(
        commits in prop::collection::vec(prop::collection::vec(change(), 1..12), 1..12),
        reopened in 0..12_usize,
    ) {
        let (_folder, path) = folder();
        let mut store = KeptStore::open(&path).unwrap();
        let mut expected = Default::default();
        for (number, changes) in commits.iter().enumerate() {
            let borrowed: Vec<_> = changes.iter().map(Owned::borrow).collect();
            store.commit(&borrowed).unwrap();
            changes.iter().for_each(|change| change.apply(&mut expected));
            prop_assert_eq!(&all(&store), &expected);
            if number == reopened {
                drop(store);
                store = KeptStore::open(&path).unwrap();
                prop_assert_eq!(&all(&store), &expected);
            }
        }
    }
}
