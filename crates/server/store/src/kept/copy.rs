//! Copies of the tables as of one moment, while they change.

use std::ops::Bound;
use std::path::Path;
use std::sync::{Arc, Weak};

use fjall::{Readable, Snapshot, UserKey};

use super::engine::Engine;
use super::error::{Failure, KeptError};
use super::table::{Change, KeptEntry, Table};
use super::{KeptStore, read};

/// Bytes that are read and written at a time.
const PART: usize = 1024 * 1024;

/// Entries that are read and written at a time.
const ENTRIES: usize = 10_000;

/// The tables of a [`KeptStore`] as of one moment.
///
/// As long as it exists, what is deleted from them keeps its place on the disk.
pub struct KeptSnapshot {
    store: Arc<KeptStore>,
    snapshot: Snapshot,
    engine: Weak<Engine>,
}

impl KeptStore {
    /// Returns the tables as of now. Commits go on.
    ///
    /// # Errors
    ///
    /// If an error of the disk has closed the store.
    pub fn snapshot(self: &Arc<Self>) -> Result<KeptSnapshot, KeptError> {
        let (engine, snapshot) =
            self.with_engine(|engine| Ok((Arc::downgrade(engine), engine.database.snapshot())))?;
        Ok(KeptSnapshot {
            store: Arc::clone(self),
            snapshot,
            engine,
        })
    }
}

impl KeptSnapshot {
    /// Writes the tables to a new store in a folder, which may exist and must be empty.
    ///
    /// Returns `false` as soon as `goes_on` does, which is asked before each part of about 1 MiB. The
    /// folder then holds a part.
    ///
    /// # Errors
    ///
    /// If either disk fails, or has too little free space. The folder then holds a part.
    pub fn copy_to(&self, folder: &Path, goes_on: impl Fn() -> bool) -> Result<bool, KeptError> {
        let copy = KeptStore::open(folder)?;
        for table in Table::ALL {
            let mut after: Option<Box<[u8]>> = None;
            loop {
                if !goes_on() {
                    return Ok(false);
                }
                let entries = self.part(table, after.as_deref())?;
                let put = |(key, value)| Change::Put { table, key, value };
                let pairs = entries.iter().map(|(key, value)| (&**key, &**value));
                copy.commit(&pairs.map(put).collect::<Vec<_>>())?;
                match entries.into_iter().next_back() {
                    Some((key, _)) => after = Some(key),
                    None => break,
                }
            }
        }
        Ok(true)
    }

    /// Returns entries whose keys are greater than `after`.
    fn part(&self, table: Table, after: Option<&[u8]>) -> Result<Vec<KeptEntry>, KeptError> {
        self.store.with_engine(|engine| {
            if !std::ptr::eq(self.engine.as_ptr(), &raw const **engine) {
                let reason = "it was opened again while it was copied; copy it again";
                return Err(Failure::Other(reason.into()));
            }
            let start = after.map_or(Bound::Unbounded, |after| Bound::Excluded(after.into()));
            let range: (Bound<UserKey>, Bound<UserKey>) = (start, Bound::Unbounded);
            let entries = self.snapshot.range(engine.table(table), range);
            read::take(entries, ENTRIES, PART)
        })
    }
}
