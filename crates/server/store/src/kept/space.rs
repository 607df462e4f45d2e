//! Guard of the free space. The storage engine stops at a full disk, and can then not even delete.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rustix::fs::{FallocateFlags, fallocate, statvfs};

use super::error::Failure;
use super::folder;

const MIB: u64 = 1024 * 1024;
/// Free space below which nothing is stored: 64 MiB, and what the engine may need to write its
/// memory to disk and to merge files.
const FLOOR: u64 = 256 * MIB;
/// Free space below which the reserve is given up, so that deletes still work.
const LOWEST: u64 = 16 * MIB;
/// Free space below which nothing is written at all.
const EMPTY: u64 = 4 * MIB;
const RESERVE: u64 = 32 * MIB;
/// Time and bytes after which the free space is asked for again.
const FRESH: (Duration, u64) = (Duration::from_millis(100), 8 * MIB);

/// Free space below which [`Headroom`] says that there is none: what may be on its way to a commit
/// then, once into the journal and once into a table, still fits.
const NEARLY_FULL: u64 = FLOOR + 64 * MIB;

/// Answers whether there is space for more, while commits are made.
pub(super) struct Headroom {
    folder: PathBuf,
    seen: Mutex<Option<(Instant, bool)>>,
}

impl Headroom {
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.into(),
            seen: Mutex::new(None),
        }
    }

    pub(super) fn is_there(&self) -> bool {
        let mut seen = self.seen.lock();
        if let Some((time, is_there)) = *seen
            && time.elapsed() < FRESH.0
        {
            return is_there;
        }
        // If it cannot be found out, commits will tell.
        let is_there = free(&self.folder).map_or(true, |free| free >= NEARLY_FULL);
        *seen = Some((Instant::now(), is_there));
        is_there
    }
}

/// Free space of a disk as last seen, and a file that holds some of it back.
pub(super) struct Space {
    folder: PathBuf,
    reserve: PathBuf,
    free: u64,
    seen: Option<Instant>,
    /// Bytes written since then.
    written: u64,
}

impl Space {
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.into(),
            reserve: folder.join("reserve"),
            free: 0,
            seen: None,
            written: 0,
        }
    }

    /// Refuses `bytes` for which there is no space. Deletes may use space that nothing else may.
    pub(super) fn admit(&mut self, bytes: u64, stores: bool) -> Result<(), Failure> {
        // Once into the journal and once into a table.
        let bytes = 2 * bytes;
        let fresh = self.seen.is_some_and(|seen| seen.elapsed() < FRESH.0);
        if !fresh || self.written + bytes > FRESH.1 {
            self.look()?;
            self.hold();
        }
        let free = self.free.saturating_sub(self.written);
        self.written += bytes;
        if free >= FLOOR + bytes {
            return Ok(());
        }
        if stores {
            return Err(Failure::Full);
        }
        if free < LOWEST + bytes {
            self.give_up()?;
        }
        if self.free < EMPTY + bytes {
            return Err(Failure::Full);
        }
        Ok(())
    }

    /// Returns the free space as last seen.
    pub(super) fn free(&self) -> u64 {
        self.free
    }

    /// Makes the reserve part of the free space if there is little.
    pub(super) fn relieve(&mut self) -> io::Result<()> {
        self.look()?;
        if self.free < LOWEST {
            return self.give_up();
        }
        self.hold();
        Ok(())
    }

    fn look(&mut self) -> io::Result<()> {
        self.free = free(&self.folder)?;
        self.seen = Some(Instant::now());
        self.written = 0;
        Ok(())
    }

    fn give_up(&mut self) -> io::Result<()> {
        match fs::remove_file(&self.reserve) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => self.look(),
        }
    }

    /// Makes the reserve again once there is space for it. Without one the store works as well.
    fn hold(&mut self) {
        if self.free >= FLOOR + RESERVE && !self.reserve.exists() {
            if preallocate(&self.reserve).is_err() {
                let _ = fs::remove_file(&self.reserve);
            }
            self.free -= RESERVE;
        }
    }
}

fn free(folder: &Path) -> io::Result<u64> {
    let disk = statvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn preallocate(path: &Path) -> io::Result<()> {
    let mut file: File = folder::private().write(true).open(path)?;
    if fallocate(&file, FallocateFlags::empty(), 0, RESERVE).is_err() {
        // Not every file system can.
        let zeros = vec![0; MIB as usize];
        for _ in 0..RESERVE / MIB {
            file.write_all(&zeros)?;
        }
    }
    file.sync_all()
}
