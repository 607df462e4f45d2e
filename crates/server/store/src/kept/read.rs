//! Reading of entries.

use std::ops::Bound;

use super::engine::Engine;
use super::error::Failure;
use super::table::{KeptEntry, Table};

/// Returns entries whose keys begin with `prefix` and are greater than `after`, in order.
pub(super) fn read(
    engine: &Engine,
    table: Table,
    (prefix, after): (&[u8], Option<&[u8]>),
    (entries, bytes): (usize, usize),
) -> Result<Vec<KeptEntry>, Failure> {
    let (first, end) = fjall::util::prefix_to_range(prefix);
    // An `after` before the prefix excludes nothing.
    let start = match after {
        Some(after) if after >= prefix => Bound::Excluded(after.into()),
        _ => first,
    };
    if !begins_before(&start, &end) {
        return Ok(Vec::new());
    }
    take(engine.table(table).range((start, end)), entries, bytes)
}

/// Reads entries: at most `limit` of them, and no further one once there are `bytes` bytes.
pub(super) fn take(
    entries: impl Iterator<Item = fjall::Guard>,
    limit: usize,
    bytes: usize,
) -> Result<Vec<KeptEntry>, Failure> {
    let mut found = Vec::new();
    let mut held = 0;
    for entry in entries {
        if found.len() >= limit || held >= bytes {
            break;
        }
        let (key, value) = entry.into_inner()?;
        held += key.len() + value.len();
        found.push((key.to_vec().into(), value.to_vec().into()));
    }
    Ok(found)
}

/// Returns the value of a key.
pub(super) fn get(engine: &Engine, table: Table, key: &[u8]) -> Result<Option<Box<[u8]>>, Failure> {
    let value = engine.table(table).get(key)?;
    Ok(value.map(|value| value.to_vec().into()))
}

/// Tells whether a range can hold a key. Ranges that cannot are a panic in some implementations.
fn begins_before(start: &Bound<fjall::UserKey>, end: &Bound<fjall::UserKey>) -> bool {
    match (start, end) {
        (Bound::Included(start) | Bound::Excluded(start), Bound::Excluded(end)) => start < end,
        _ => true,
    }
}
