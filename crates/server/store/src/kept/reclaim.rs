//! Gives the space of deleted entries back to a disk that is nearly full.
//!
//! The storage engine merges files when enough has been written. With everything deleted and
//! nothing admitted, that would never be.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use fjall::Keyspace;

use super::engine::Engine;
use super::error::{Failure, guarded};
use super::memory;

/// Shortest time between two runs. What is read at a moment is read by then.
const PAUSE: Duration = Duration::from_secs(5);

/// Snapshots after which the storage engine finds out which of them are still open. Until then, it may keep what was deleted
/// since the first of them.
const SNAPSHOTS: usize = 10_000;

#[derive(Default)]
pub(super) struct Reclaim {
    /// Time of the last deletion whose space may not have been given back: what is being read keeps it.
    deleted: Option<Instant>,
    last: Option<Instant>,
    running: Arc<AtomicBool>,
}

impl Reclaim {
    pub(super) fn deleted(&mut self) {
        self.deleted = Some(Instant::now());
    }

    /// Starts a thread that merges tables, unless there is nothing to gain with `free` bytes of space.
    pub(super) fn start(&mut self, engine: &Arc<Engine>, free: u64) {
        let Some(deleted) = self.deleted else {
            return;
        };
        let early = self.last.is_some_and(|last| last.elapsed() < PAUSE);
        if early || self.running.swap(true, Ordering::Relaxed) {
            return;
        }
        self.last = Some(Instant::now());
        let (engine, running) = (engine.clone(), self.running.clone());
        let thread = thread::Builder::new().name("reclaim".into());
        let spawned = thread.spawn(move || {
            // A failure shows in the next commit, too.
            let _ = guarded(|| {
                for _ in 0..SNAPSHOTS {
                    drop(engine.database.snapshot());
                }
                engine
                    .all()
                    .try_for_each(|table| merge(&engine, table, free))
            });
            drop(engine);
            running.store(false, Ordering::Relaxed);
        });
        match spawned {
            Ok(_) if deleted.elapsed() < PAUSE => {}
            Ok(_) => self.deleted = None,
            Err(_) => self.running.store(false, Ordering::Relaxed),
        }
    }
}

fn merge(engine: &Engine, table: &Keyspace, free: u64) -> Result<(), Failure> {
    table.rotate_memtable()?;
    memory::wait(engine, 0)?;
    // The merged files are written before the old ones are removed.
    if table.disk_space() < free || table.is_empty()? {
        table.major_compact()?;
    }
    Ok(())
}
