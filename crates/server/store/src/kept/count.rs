//! A second record of how many commits were made, beside the tables.
//!
//! The storage engine takes a damaged end of its journal for a commit that a power cut interrupted,
//! and drops it silently. If the tables hold fewer commits than this file says, some were lost.

use std::fs::File;
use std::io;
use std::path::Path;

#[cfg(unix)]
use std::os::unix::fs::FileExt;

use super::folder;

/// File with the number of commits, twice. It is not synced, so after a power cut the number may be
/// too small, but never too large.
pub(super) struct CountFile(File);

impl CountFile {
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        let path = folder.join("commits");
        Ok(Self(folder::private().read(true).write(true).open(path)?))
    }

    /// Returns the number, or 0 if there is none that can be trusted.
    pub(super) fn read(&self) -> io::Result<u64> {
        let mut bytes = [0; 16];
        match self.0.read_exact_at(&mut bytes, 0) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(0),
            result => result?,
        }
        let both = u128::from_be_bytes(bytes);
        let (first, second) = ((both >> 64) as u64, both as u64);
        Ok(if first == second { first } else { 0 })
    }

    pub(super) fn write(&self, commits: u64) -> io::Result<()> {
        let both = u128::from(commits) << 64 | u128::from(commits);
        self.0.write_all_at(&both.to_be_bytes(), 0)
    }
}
