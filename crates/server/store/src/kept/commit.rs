//! One atomic, durable change of many keys.

use std::collections::BTreeSet;

use super::batch::Batch;
use super::engine::Engine;
use super::error::Failure;
use super::memory::Memory;
use super::table::{Change, Table};

/// Number of keys of prefixes that are removed together with the other changes. Keys beyond it are
/// removed in advance, so that a batch does not fill memory.
pub(super) const TOGETHER: usize = 100_000;

/// Length of the longest key.
const LONGEST: usize = u16::MAX as usize;

const COMMITS: &[u8] = b"commits";

/// Tables and keys that a commit has put so far, in order, because it may delete thousands of prefixes.
type PutKeys<'a> = BTreeSet<(usize, &'a [u8])>;

/// Checks what would make the storage engine panic.
pub(super) fn check(changes: &[Change<'_>]) -> Result<(), Failure> {
    for change in changes {
        if let Change::Put { key, .. } | Change::Delete { key, .. } = change
            && !(1..=LONGEST).contains(&key.len())
        {
            let length = key.len();
            return Err(Failure::Other(format!(
                "a key has {length} bytes instead of 1 to {LONGEST}"
            )));
        }
    }
    Ok(())
}

/// Returns how many bytes the changes take, about, and whether any of them stores something.
pub(super) fn size(changes: &[Change<'_>]) -> (u64, bool) {
    let mut bytes = 0;
    let mut stores = false;
    for change in changes {
        bytes += 64
            + match change {
                Change::Put { key, value, .. } => {
                    stores = true;
                    key.len() + value.len()
                }
                Change::Delete { key, .. } => key.len(),
                Change::DeletePrefix { prefix, .. } => prefix.len(),
            };
    }
    (bytes as u64, stores)
}

/// Makes all changes as commit `number`, and waits for the disk.
pub(super) fn commit(
    engine: &Engine,
    memory: &mut Memory,
    changes: &[Change<'_>],
    number: u64,
) -> Result<(), Failure> {
    memory.limit(engine)?;
    let mut batch = Batch::new(engine);
    let has_prefixes = changes
        .iter()
        .any(|change| matches!(change, Change::DeletePrefix { .. }));
    let mut put = PutKeys::new();
    for change in changes {
        match *change {
            Change::Put { table, key, value } => {
                batch.put(memory, table as usize, (key, value));
                if has_prefixes {
                    put.insert((table as usize, key));
                }
            }
            Change::Delete { table, key } => batch.delete(memory, table as usize, key),
            Change::DeletePrefix { table, prefix } => {
                delete_put(&mut batch, memory, &mut put, (table as usize, prefix));
                delete_stored(engine, &mut batch, memory, (table, prefix))?;
            }
        }
    }
    batch.put(memory, Engine::OWN, (COMMITS, &number.to_be_bytes()));
    batch.sync()
}

/// Returns the number of the last commit, 0 before the first.
pub(super) fn last(engine: &Engine) -> Result<u64, Failure> {
    let Some(value) = engine.own().get(COMMITS)? else {
        return Ok(0);
    };
    match <[u8; 8]>::try_from(&*value) {
        Ok(bytes) => Ok(u64::from_be_bytes(bytes)),
        Err(_) => Err(Failure::Damaged(
            "its number of commits cannot be read".into(),
        )),
    }
}

/// Deletes keys that the same commit has put before.
fn delete_put<'a>(
    batch: &mut Batch<'_>,
    memory: &mut Memory,
    put: &mut PutKeys<'a>,
    start: (usize, &'a [u8]),
) {
    let (table, prefix) = start;
    while let Some(&(of, key)) = put.range(start..).next()
        && of == table
        && key.starts_with(prefix)
    {
        put.remove(&(of, key));
        batch.delete(memory, of, key);
    }
}

fn delete_stored(
    engine: &Engine,
    batch: &mut Batch<'_>,
    memory: &mut Memory,
    (table, prefix): (Table, &[u8]),
) -> Result<(), Failure> {
    let mut advance = Batch::new(engine);
    for entry in engine.table(table).prefix(prefix) {
        let key = entry.key()?;
        if batch.len() < TOGETHER {
            batch.delete(memory, table as usize, key);
            continue;
        }
        advance.delete(memory, table as usize, key);
        if advance.len() == TOGETHER {
            std::mem::replace(&mut advance, Batch::new(engine)).make()?;
            memory.limit(engine)?;
        }
    }
    advance.make()
}
