//! Check of the lists that name the files of each table.
//!
//! The storage engine writes a checksum of each list, but does not compare it when it reads one.

use std::fs;
use std::io;
use std::path::Path;

use xxhash_rust::xxh3::xxh3_128;

use super::error::Failure;

/// Checks the list of each table in the folder of the tables.
pub(super) fn check(folder: &Path) -> Result<(), Failure> {
    let tables = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        tables => tables?,
    };
    for table in tables {
        check_table(&table?.path())?;
    }
    Ok(())
}

fn check_table(folder: &Path) -> Result<(), Failure> {
    let current = match fs::read(folder.join("current")) {
        // The engine was killed before it had created the table.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        current => current?,
    };
    let damaged = || Failure::Damaged(format!("the list of files in {}", folder.display()));
    // Number of the list, its checksum, and the kind of the checksum.
    let (number, rest) = current.split_first_chunk().ok_or_else(damaged)?;
    let (checksum, _) = rest.split_first_chunk().ok_or_else(damaged)?;
    let list = folder.join(format!("v{}", u64::from_le_bytes(*number)));
    let list = fs::read(list).map_err(|_| damaged())?;
    if xxh3_128(&list) == u128::from_le_bytes(*checksum) {
        Ok(())
    } else {
        Err(damaged())
    }
}
