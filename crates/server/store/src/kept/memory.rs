//! Bound of what the tables hold in memory before it is written to their files.

use std::any::Any;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use fjall::{AbstractTree, Keyspace, PersistMode};
use parking_lot::Mutex;

use super::engine::Engine;
use super::error::{Failure, guarded};

/// Size at which a table in memory is written to disk. Larger ones stall writers for longer.
const LARGEST: u64 = 16 * 1024 * 1024;
/// Bytes that an entry takes besides its key and value, about.
const ENTRY: usize = 64;
/// Number of full tables in memory that may wait for the disk. At four the engine itself would
/// wait, and forever if its thread has ended.
const WAITING: usize = 2;

/// Memory that each table holds.
#[derive(Default)]
pub(super) struct Memory {
    /// Bytes, in the order of [`Engine::all`].
    held: [u64; Engine::TABLES],
    full: Full,
}

/// Tables in memory that have become full.
type Full = Arc<Mutex<Vec<Arc<dyn Any + Send + Sync>>>>;

impl Memory {
    pub(super) fn add(&mut self, position: usize, bytes: usize) {
        self.held[position] += (ENTRY + bytes) as u64;
    }

    /// Has tables written to disk that have become full, and waits while too many are.
    pub(super) fn limit(&mut self, engine: &Engine) -> Result<(), Failure> {
        for (held, table) in self.held.iter_mut().zip(engine.all()) {
            if *held > LARGEST {
                *held = 0;
                write(table, &self.full)?;
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

/// Has a table in memory written to its file.
///
/// The engine then frees the memory of tables that were written before, while commits wait for it.
/// That takes 20 ms, so they are kept until this thread can free them.
fn write(table: &Keyspace, full: &Full) -> Result<(), Failure> {
    let (written, full) = (table.clone(), full.clone());
    let work = move || {
        full.lock().push(written.tree.active_memtable());
        written.rotate_memtable()?;
        full.lock().retain(|table| Arc::strong_count(table) > 1);
        Ok(())
    };
    let thread = thread::Builder::new().name("kept".into());
    // An error stops the engine, which the next commit sees.
    if thread.spawn(|| guarded(work)).is_err() {
        table.rotate_memtable()?;
    }
    Ok(())
}
