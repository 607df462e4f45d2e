//! Tables in memory, for a broker that keeps nothing beyond its own life, and for tests.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use parking_lot::RwLock;

use super::disk::{Change, Disk, DiskError, Entry, Table};

type Rows = BTreeMap<Box<[u8]>, Box<[u8]>>;

/// A [`Disk`] that forgets when it is dropped.
#[derive(Debug, Default)]
pub struct MemoryDisk(RwLock<HashMap<Table, Rows>>);

impl Disk for MemoryDisk {
    fn commit(&self, changes: &[Change]) -> Result<(), DiskError> {
        let mut tables = self.0.write();
        for change in changes {
            match change {
                Change::Put { table, key, value } => {
                    tables
                        .entry(*table)
                        .or_default()
                        .insert(key.clone(), value.clone());
                }
                Change::Delete { table, key } => {
                    tables.entry(*table).or_default().remove(key);
                }
                Change::DeletePrefix { table, prefix } => {
                    let rows = tables.entry(*table).or_default();
                    let keys: Vec<_> = with_prefix(rows, prefix, None)
                        .map(|(key, _)| key.clone())
                        .collect();
                    for key in keys {
                        rows.remove(&key);
                    }
                }
            }
        }
        Ok(())
    }

    fn read(
        &self,
        table: Table,
        prefix: &[u8],
        after: Option<&[u8]>,
        entries: usize,
        bytes: usize,
    ) -> Result<Vec<Entry>, DiskError> {
        let tables = self.0.read();
        let Some(rows) = tables.get(&table) else {
            return Ok(Vec::new());
        };
        let mut held = 0;
        Ok(with_prefix(rows, prefix, after)
            .take(entries)
            .take_while(|(key, value)| {
                let is_within = held < bytes;
                held += key.len() + value.len();
                is_within
            })
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect())
    }

    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Box<[u8]>>, DiskError> {
        let tables = self.0.read();
        Ok(tables.get(&table).and_then(|rows| rows.get(key)).cloned())
    }
}

fn with_prefix<'a>(
    rows: &'a Rows,
    prefix: &'a [u8],
    after: Option<&'a [u8]>,
) -> impl Iterator<Item = (&'a Box<[u8]>, &'a Box<[u8]>)> {
    let begin = match after {
        Some(after) if after >= prefix => Bound::Excluded(after),
        _ => Bound::Included(prefix),
    };
    rows.range::<[u8], _>((begin, Bound::Unbounded))
        .take_while(move |(key, _)| key.starts_with(prefix))
}
