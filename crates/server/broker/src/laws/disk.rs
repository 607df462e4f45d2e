//! A disk in memory that is full while it is told to.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::keep::{Change, Disk, DiskError, Entry, MemoryDisk, Table};

/// A disk that can be full.
#[derive(Debug, Default)]
pub(crate) struct FullDisk {
    rows: MemoryDisk,
    is_full: AtomicBool,
    failures: AtomicUsize,
}

impl FullDisk {
    pub(crate) fn set_full(&self, is_full: bool) {
        self.is_full.store(is_full, Ordering::SeqCst);
    }

    /// Returns the number of commits that failed.
    pub(crate) fn failures(&self) -> usize {
        self.failures.load(Ordering::SeqCst)
    }
}

impl Disk for FullDisk {
    fn commit(&self, changes: &[Change]) -> Result<(), DiskError> {
        if self.is_full.load(Ordering::SeqCst) {
            self.failures.fetch_add(1, Ordering::SeqCst);
            return Err(DiskError::Full);
        }
        self.rows.commit(changes)
    }

    fn read(
        &self,
        table: Table,
        prefix: &[u8],
        after: Option<&[u8]>,
        entries: usize,
        bytes: usize,
    ) -> Result<Vec<Entry>, DiskError> {
        self.rows.read(table, prefix, after, entries, bytes)
    }

    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Box<[u8]>>, DiskError> {
        self.rows.get(table, key)
    }
}
