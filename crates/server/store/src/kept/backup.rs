//! Copy of a store while it is used.

use std::path::Path;

use fjall::{PersistMode, Readable};

use super::batch::Batch;
use super::engine::Engine;
use super::error::Failure;
use super::memory::Memory;
use super::space::Space;

/// Bytes that are copied at once.
const CHUNK: usize = 1024 * 1024;

/// Copies all tables, as they are now, to an empty folder.
pub(super) fn copy(engine: &Engine, to: &Path, space: &mut Space) -> Result<(), Failure> {
    // A snapshot holds all tables at one moment between two commits.
    let now = engine.database.snapshot();
    let copy = Engine::start(to)?;
    let mut memory = Memory::default();
    for position in 0..Engine::TABLES {
        let mut batch = Batch::new(&copy);
        let mut bytes = 0;
        for entry in now.iter(engine.at(position)) {
            let (key, value) = entry.into_inner()?;
            bytes += key.len() + value.len();
            batch.put(&mut memory, position, (&key, &value));
            if bytes >= CHUNK {
                space.admit(bytes as u64, true)?;
                bytes = 0;
                std::mem::replace(&mut batch, Batch::new(&copy)).make()?;
                memory.limit(&copy)?;
            }
        }
        batch.make()?;
    }
    Ok(copy.database.persist(PersistMode::SyncAll)?)
}
