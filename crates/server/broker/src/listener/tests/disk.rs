//! A disk that fails until it is mended.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::keep::{Change, Disk, DiskError, Entry, MemoryDisk, Table};

#[derive(Debug, Default)]
pub(super) struct FullDisk {
    memory: MemoryDisk,
    is_mended: AtomicBool,
    failures: AtomicUsize,
}

impl FullDisk {
    pub(super) fn mend(&self) {
        self.is_mended.store(true, Ordering::SeqCst);
    }

    /// Waits for as many further commits to fail.
    pub(super) async fn fail(&self, failures: usize) {
        let end = self.failures.load(Ordering::SeqCst) + failures;
        while self.failures.load(Ordering::SeqCst) < end {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
}

impl Disk for FullDisk {
    fn commit(&self, changes: &[Change]) -> Result<(), DiskError> {
        if !self.is_mended.load(Ordering::SeqCst) {
            self.failures.fetch_add(1, Ordering::SeqCst);
            return Err(DiskError::Full);
        }
        self.memory.commit(changes)
    }

    fn read(
        &self,
        table: Table,
        prefix: &[u8],
        after: Option<&[u8]>,
        entries: usize,
        bytes: usize,
    ) -> Result<Vec<Entry>, DiskError> {
        self.memory.read(table, prefix, after, entries, bytes)
    }

    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Box<[u8]>>, DiskError> {
        self.memory.get(table, key)
    }
}
