//! A batch of changes for the storage engine that counts what it adds to the memory of each table.

use fjall::{OwnedWriteBatch, PersistMode, UserKey, UserValue};

use super::engine::Engine;
use super::error::Failure;
use super::memory::Memory;

/// Changes that are made together. Of two changes of one key, the later one counts.
pub(super) struct Batch<'a> {
    engine: &'a Engine,
    changes: OwnedWriteBatch,
}

impl<'a> Batch<'a> {
    pub(super) fn new(engine: &'a Engine) -> Self {
        Self {
            engine,
            changes: engine.database.batch(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.changes.len()
    }

    pub(super) fn put(&mut self, memory: &mut Memory, table: usize, (key, value): (&[u8], &[u8])) {
        memory.add(table, key.len() + value.len());
        let table = self.engine.at(table);
        self.changes
            .insert(table, UserKey::from(key), UserValue::from(value));
    }

    pub(super) fn delete(&mut self, memory: &mut Memory, table: usize, key: impl Into<UserKey>) {
        let key = key.into();
        memory.add(table, key.len());
        self.changes.remove(self.engine.at(table), key);
    }

    /// Makes the changes. They are durable after the next [`Self::sync`].
    pub(super) fn make(self) -> Result<(), Failure> {
        Ok(self.changes.durability(None).commit()?)
    }

    /// Makes the changes, and waits for the disk.
    pub(super) fn sync(self) -> Result<(), Failure> {
        let changes = self.changes.durability(Some(PersistMode::SyncData));
        Ok(changes.commit()?)
    }
}
