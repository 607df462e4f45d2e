//! State that the commits of a store share, one after the other.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::commit;
use super::count::CountFile;
use super::engine::Engine;
use super::error::{Failure, KeptError, guarded};
use super::folder;
use super::format;
use super::memory::Memory;
use super::reclaim::Reclaim;
use super::space::Space;
use super::table::Change;

/// Shortest time between two attempts to open the engine after an error of the disk.
const PAUSE: Duration = Duration::from_secs(1);

pub(super) struct Writer {
    folder: PathBuf,
    shown: String,
    space: Space,
    count: CountFile,
    memory: Memory,
    reclaim: Reclaim,
    /// Number of commits that are durable.
    commits: u64,
    /// Time of the last attempt to open the engine.
    attempt: Option<Instant>,
    /// Error that closed the engine, or kept it closed.
    error: Option<KeptError>,
    _lock: File,
}

impl Writer {
    /// Takes the folder. [`Self::open`] opens the engine.
    pub(super) fn new(folder: &Path) -> Result<Self, KeptError> {
        let shown = folder.display().to_string();
        let lock = folder::take(folder)?;
        let failed = |error| Failure::from(error).at(&shown);
        let count = CountFile::open(folder).map_err(failed)?;
        let commits = count.read().map_err(failed)?;
        Ok(Self {
            folder: folder.into(),
            space: Space::new(folder),
            count,
            memory: Memory::default(),
            reclaim: Reclaim::default(),
            commits,
            attempt: None,
            error: None,
            _lock: lock,
            shown,
        })
    }

    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// Opens the engine, at most once in a while.
    pub(super) fn open(&mut self) -> Result<Engine, KeptError> {
        if let (Some(attempt), Some(error)) = (self.attempt, &self.error)
            && attempt.elapsed() < PAUSE
        {
            return Err(error.clone());
        }
        self.attempt = Some(Instant::now());
        self.try_open().map_err(|failure| self.failed(failure))
    }

    /// Keeps a failure as the reason why the engine is closed.
    pub(super) fn failed(&mut self, failure: Failure) -> KeptError {
        let error = failure.at(&self.shown);
        self.error = Some(error.clone());
        error
    }

    fn try_open(&mut self) -> Result<Engine, Failure> {
        self.space.relieve()?;
        let tables = self.folder.join("tables");
        let engine = guarded(|| {
            let engine = Engine::start(&tables)?;
            format::upgrade(&engine, format::STEPS)?;
            Ok(engine)
        })?;
        let found = guarded(|| commit::last(&engine))?;
        if found < self.commits {
            let lost = self.commits - found;
            return Err(Failure::Damaged(format!(
                "its last {lost} commits are lost"
            )));
        }
        self.commits = found;
        self.memory = Memory::default();
        Ok(engine)
    }

    /// Refuses changes that the engine or the disk cannot take.
    pub(super) fn admit(&mut self, changes: &[Change<'_>]) -> Result<(), Failure> {
        commit::check(changes)?;
        let (bytes, stores) = commit::size(changes);
        self.space.admit(bytes, stores)
    }

    /// Starts to give back the space of what was deleted.
    pub(super) fn reclaim(&mut self, engine: &Arc<Engine>) {
        self.reclaim.start(engine, self.space.free());
    }

    pub(super) fn commit(
        &mut self,
        engine: &Engine,
        changes: &[Change<'_>],
    ) -> Result<(), Failure> {
        let number = self.commits + 1;
        guarded(|| commit::commit(engine, &mut self.memory, changes, number))?;
        self.commits = number;
        let stores = |change: &Change<'_>| matches!(change, Change::Put { .. });
        if !changes.iter().all(stores) {
            self.reclaim.deleted();
        }
        // The commit is durable, whether it is counted or not.
        let _ = self.count.write(number);
        Ok(())
    }
}
