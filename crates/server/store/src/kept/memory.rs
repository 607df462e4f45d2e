//! Bound of what the tables hold in memory before it is written to their files.

use std::thread;
use std::time::Duration;

use fjall::PersistMode;

use super::engine::Engine;
use super::error::Failure;

/// Size at which a table in memory is written to disk. Larger ones stall writers for longer.
const FULL: u64 = 16 * 1024 * 1024;
/// Bytes that an entry takes besides its key and value, about.
const ENTRY: usize = 64;
/// Number of full tables in memory that may wait for the disk. At four the engine itself would
/// wait, and forever if its thread has ended.
const WAITING: usize = 2;

/// Bytes that each table holds in memory, in the order of [`Engine::all`].
#[derive(Default)]
pub(super) struct Memory([u64; Engine::TABLES]);

impl Memory {
    pub(super) fn add(&mut self, position: usize, bytes: usize) {
        self.0[position] += (ENTRY + bytes) as u64;
    }

    /// Has tables written to disk that have become full, and waits while too many are.
    pub(super) fn limit(&mut self, engine: &Engine) -> Result<(), Failure> {
        for (held, table) in self.0.iter_mut().zip(engine.all()) {
            if *held > FULL {
                table.rotate_memtable()?;
                *held = 0;
            }
        }
        wait(engine, WAITING)
    }
}

/// Waits until at most `waiting` full tables in memory wait for the disk, for each table.
pub(super) fn wait(engine: &Engine, waiting: usize) -> Result<(), Failure> {
    while engine
        .all()
        .any(|table| table.sealed_memtable_count() > waiting)
    {
        thread::sleep(Duration::from_millis(1));
        // An error if the thread that would catch up has ended.
        engine.database.persist(PersistMode::Buffer)?;
    }
    Ok(())
}
