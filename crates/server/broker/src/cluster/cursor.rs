//! Part of the log that a kept session has in its rows already.
//!
//! It is a row of the session. Integers are big-endian.

use std::collections::BTreeSet;

use super::chunk::entry;
use super::owner::Life;

/// Part of the log that a session has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// The life of the node that wrote it, and serves the session.
    pub(crate) life: Life,
    /// `None` if it is what the node says that all of its sessions have.
    pub(crate) own: Option<Had>,
}

/// Chunks up to a place, and single entries behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Had {
    pub(crate) place: u64,
    pub(crate) entries: BTreeSet<u64>,
}

impl Had {
    /// Returns what a session had that has all up to a place, and some entries.
    pub(crate) fn new(place: u64, entries: impl IntoIterator<Item = u64>) -> Self {
        let behind = entry(place + 1, 0);
        let entries = entries.into_iter().filter(|entry| *entry >= behind);
        Self {
            place,
            entries: entries.collect(),
        }
    }
}

/// Ends the key of the row, behind the number of the session. No other row of a session has a key of this length.
const KEY: &[u8] = b"log";

/// Returns the key of the row of a session.
pub(crate) fn key(session: u64) -> Vec<u8> {
    [&session.to_be_bytes(), KEY].concat()
}

/// Returns whether a key is that of the row of a session.
pub(crate) fn is_key(key: &[u8]) -> bool {
    key.get(8..) == Some(KEY)
}

/// Writes the value of the row: length of the life, life, place and entries.
pub(crate) fn write(cursor: &Cursor) -> Vec<u8> {
    let life = write_life(&cursor.life);
    // Names of nodes have at most 64 bytes.
    let length = u8::try_from(life.len()).unwrap_or(u8::MAX);
    let mut out = vec![length];
    out.extend_from_slice(&life);
    if let Some(had) = &cursor.own {
        let numbers = std::iter::once(&had.place).chain(&had.entries);
        out.extend(numbers.flat_map(|number| number.to_be_bytes()));
    }
    out
}

/// Reads what [`write`] wrote.
pub(crate) fn read(bytes: &[u8]) -> Option<Cursor> {
    let (length, rest) = bytes.split_first()?;
    let (life, rest) = rest.split_at_checked(usize::from(*length))?;
    let numbers = rest.chunks(8).map(|number| number.try_into().ok());
    let numbers: Vec<_> = numbers.collect::<Option<_>>()?;
    let mut numbers = numbers.into_iter().map(u64::from_be_bytes);
    Some(Cursor {
        life: read_life(life)?,
        own: numbers.next().map(|place| Had {
            place,
            entries: numbers.collect(),
        }),
    })
}

/// Part of the log that a life of a node has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Place up to which it has delivered.
    pub(crate) read: u64,
    /// Place behind which its sessions need the log.
    pub(crate) needed: u64,
    /// Place behind which its sessions, and those that are being copied to it, need the log.
    pub(crate) held: u64,
}

impl Progress {
    /// Returns the lesser of each two places.
    pub(crate) fn least(self, other: Self) -> Self {
        Self {
            read: self.read.min(other.read),
            needed: self.needed.min(other.needed),
            held: self.held.min(other.held),
        }
    }
}

/// Writes the part of the log that a life of a node has.
pub(crate) fn write_progress(progress: Progress) -> Vec<u8> {
    let places = [progress.read, progress.needed, progress.held];
    places
        .iter()
        .flat_map(|place| place.to_be_bytes())
        .collect()
}

/// Reads what [`write_progress`] wrote.
pub(crate) fn read_progress(bytes: &[u8]) -> Option<Progress> {
    let (places, rest) = bytes.as_chunks();
    let [read, needed, held] = *places else {
        return None;
    };
    rest.is_empty().then_some(Progress {
        read: u64::from_be_bytes(read),
        needed: u64::from_be_bytes(needed),
        held: u64::from_be_bytes(held),
    })
}

/// Writes a life: epoch, then name of the node. It is the key of the row of what all sessions of the life have.
pub(crate) fn write_life(life: &Life) -> Vec<u8> {
    [&life.epoch.to_be_bytes(), life.node.as_bytes()].concat()
}

/// Reads what [`write_life`] wrote.
pub(crate) fn read_life(bytes: &[u8]) -> Option<Life> {
    let (epoch, node) = bytes.split_first_chunk()?;
    Some(Life {
        node: std::str::from_utf8(node).ok()?.to_owned(),
        epoch: u64::from_be_bytes(*epoch),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_is_read_as_it_was_written(
            (place, entries) in (any::<u64>(), prop::collection::btree_set(any::<u64>(), 0..5)),
            (node, epoch, is_own) in ("[a-z]{1,5}", any::<u64>(), any::<bool>()),
            bytes in prop::collection::vec(any::<u8>(), 0..30),
        ) {
            let cursor = Cursor {
                life: Life { node, epoch },
                own: is_own.then_some(Had { place, entries }),
            };
            prop_assert_eq!(read(&write(&cursor)), Some(cursor));
            let progress = Progress { read: place, needed: epoch, held: epoch / 2 };
            prop_assert_eq!(read_progress(&write_progress(progress)), Some(progress));
            // Whatever the bytes are, nothing panics.
            let _ = (read(&bytes), read_progress(&bytes));
        }
    }

    #[test]
    fn only_entries_behind_the_place_are_noted_one_by_one() {
        let had = Had::new(7, [entry(7, 3), entry(8, 0), entry(9, 2)]);
        assert_eq!(had.entries, BTreeSet::from([entry(8, 0), entry(9, 2)]));
    }

    #[test]
    fn its_key_is_no_other_row_of_a_session() {
        assert!(is_key(&key(7)));
        assert!(!is_key(&7_u64.to_be_bytes()) && !is_key(&[0; 10]) && !is_key(&[0; 16]));
    }
}
