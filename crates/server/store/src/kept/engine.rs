//! The storage engine with its tables, set up for this store.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use fjall::compaction::Leveled;
use fjall::{Database, Keyspace, KeyspaceCreateOptions};

use super::error::Failure;
use super::folder;
use super::manifest;
use super::table::Table;

/// Size of a file of a table. Larger ones need more free space when they are merged.
const FILE: u64 = 16 * 1024 * 1024;
const CACHE: u64 = 16 * 1024 * 1024;
/// Bound of the journals, near which tables are written to disk early.
const JOURNALS: u64 = 128 * 1024 * 1024;
const OPEN_FILES: usize = 64;
/// Folder of the tables in that of the engine.
const TABLES: &str = "keyspaces";

/// The open storage engine.
pub(super) struct Engine {
    // Dropped first: it waits for the thread that works on the tables.
    pub(super) database: Database,
    tables: [Keyspace; Self::TABLES],
}

impl Engine {
    /// Position of the table with facts of the store itself.
    pub(super) const OWN: usize = Table::ALL.len();
    pub(super) const TABLES: usize = Self::OWN + 1;

    /// Opens or creates the tables in a folder.
    pub(super) fn start(folder: &Path) -> Result<Self, Failure> {
        remove_unfinished(folder)?;
        manifest::check(&folder.join(TABLES))?;
        let database = Database::builder(folder)
            .cache_size(CACHE)
            .max_journaling_size(JOURNALS)
            .max_cached_files(Some(OPEN_FILES))
            // A second one would spin while the first one merges files.
            .worker_threads(1)
            .manual_journal_persist(true)
            .open()?;
        let open = |name| database.keyspace(name, options);
        let [meta, sessions, queues, messages, retained] = Table::ALL.map(Table::name);
        let engine = Self {
            tables: [
                open(meta)?,
                open(sessions)?,
                open(queues)?,
                open(messages)?,
                open(retained)?,
                open("store")?,
            ],
            database,
        };
        // The engine does not sync the folder in which it has created those of the tables.
        folder::sync(&folder.join(TABLES))?;
        if let Some(parent) = folder.parent() {
            folder::sync(parent)?;
        }
        // What was read from the journals fills memory.
        for table in engine.all() {
            table.rotate_memtable()?;
        }
        Ok(engine)
    }

    pub(super) fn table(&self, table: Table) -> &Keyspace {
        &self.tables[table as usize]
    }

    pub(super) fn at(&self, position: usize) -> &Keyspace {
        &self.tables[position]
    }

    pub(super) fn own(&self) -> &Keyspace {
        &self.tables[Self::OWN]
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Keyspace> {
        self.tables.iter()
    }
}

fn options() -> KeyspaceCreateOptions {
    KeyspaceCreateOptions::default()
        // `Memory` decides. The engine would ask itself again with every commit until its queue is
        // full, and then wait for itself.
        .max_memtable_size(u64::MAX)
        .manual_journal_persist(true)
        .compaction_strategy(Arc::new(Leveled::default().with_table_target_size(FILE)))
}

/// Removes what a killed process left of tables that it was creating. The engine would fail on it.
fn remove_unfinished(folder: &Path) -> Result<(), Failure> {
    // The engine writes the version last.
    let finished = fs::metadata(folder.join("version")).is_ok_and(|version| version.len() > 0);
    let tables = fs::read_dir(folder.join(TABLES));
    let empty = tables.map_or(true, |mut tables| tables.next().is_none());
    if !finished && empty && folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}
