//! Copy of a store while it is used.

use std::path::Path;

use fjall::{Readable, Snapshot};

use super::batch::Batch;
use super::engine::Engine;
use super::error::Failure;
use super::memory::Memory;

/// Bytes that are copied at once.
const CHUNK: usize = 1024 * 1024;

/// Copies all tables, as they are now, to an empty folder.
pub(super) fn copy(engine: &Engine, to: &Path) -> Result<(), Failure> {
    // A snapshot holds all tables at one moment between two commits.
    let now = engine.database.snapshot();
    let copy = Engine::start(to)?;
    let mut memory = Memory::default();
    for position in 0..Engine::TABLES {
        copy_table(&now, engine, &copy, (&mut memory, position))?;
    }
    Batch::new(&copy).sync()?;
    Ok(copy.database.persist(fjall::PersistMode::SyncAll)?)
}

fn copy_table(
    now: &Snapshot,
    engine: &Engine,
    copy: &Engine,
    (memory, position): (&mut Memory, usize),
) -> Result<(), Failure> {
    let mut batch = Batch::new(copy);
    let mut bytes = 0;
    for entry in now.iter(engine.at(position)) {
        let (key, value) = entry.into_inner()?;
        bytes += key.len() + value.len();
        batch.put(memory, position, (&key, &value));
        if bytes >= CHUNK {
            bytes = 0;
            std::mem::replace(&mut batch, Batch::new(copy)).make()?;
            memory.limit(copy)?;
        }
    }
    batch.make()
}
