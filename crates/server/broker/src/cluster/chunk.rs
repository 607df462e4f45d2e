//! Form of what nodes append to the log: entries of one node, or the end of one of its lives.
//!
//! Integers are big-endian. A chunk begins with its number, which its node counts, and a place. An entry is its length and an
//! [`envelope`](super::envelope). A life ends with a chunk of number 0 without entries.

/// Most entries of a chunk, so that a place in the log and an index in a chunk are one number.
pub(crate) const MAX_ENTRIES: usize = 1 << ENTRY_BITS;
/// Bytes of entries beyond which a chunk takes no further one.
const MAX_BYTES: usize = 256 << 10;
const ENTRY_BITS: u32 = 16;

/// Entries that a node appended at once.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Chunk<'a> {
    /// Number that its node gave it, or [`END`].
    pub(crate) number: u64,
    /// Place behind which chunks of its life belong to a commit that may not have been completed.
    pub(crate) completed: u64,
    pub(crate) entries: Vec<&'a [u8]>,
}

/// Number of the chunk that ends a life.
pub(crate) const END: u64 = 0;

/// Returns the number of an entry, which is greater than that of each entry before it.
pub(crate) fn entry(place: u64, index: usize) -> u64 {
    (place << ENTRY_BITS) + index as u64
}

/// Returns how many of some entries are one chunk: at least one if there is one.
pub(crate) fn first<T: AsRef<[u8]>>(entries: &[T]) -> usize {
    let mut bytes = 0;
    let fits = entries.iter().take(MAX_ENTRIES).take_while(|entry| {
        let is_within = bytes < MAX_BYTES;
        bytes += entry.as_ref().len();
        is_within
    });
    fits.count()
}

/// Writes a chunk.
pub(crate) fn write<T: AsRef<[u8]>>(number: u64, completed: u64, entries: &[T]) -> Vec<u8> {
    let bytes: usize = entries.iter().map(|entry| entry.as_ref().len() + 4).sum();
    let mut out = Vec::with_capacity(bytes + 16);
    out.extend_from_slice(&number.to_be_bytes());
    out.extend_from_slice(&completed.to_be_bytes());
    for entry in entries {
        let entry = entry.as_ref();
        let length = u32::try_from(entry.len()).unwrap_or(u32::MAX);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(entry);
    }
    out
}

/// Reads what [`write`] wrote.
pub(crate) fn read(bytes: &[u8]) -> Option<Chunk<'_>> {
    let (number, rest) = bytes.split_first_chunk()?;
    let (completed, mut rest) = rest.split_first_chunk()?;
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (entry, after) = after.split_at_checked(length)?;
        entries.push(entry);
        rest = after;
    }
    Some(Chunk {
        number: u64::from_be_bytes(*number),
        completed: u64::from_be_bytes(*completed),
        entries,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_chunk_is_read_as_it_was_written(
            (number, completed) in any::<(u64, u64)>(),
            entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..8),
            cut in any::<prop::sample::Index>(),
        ) {
            let bytes = write(number, completed, &entries);
            let expected = entries.iter().map(Vec::as_slice).collect();
            prop_assert_eq!(read(&bytes), Some(Chunk { number, completed, entries: expected }));
            // Whatever is cut off, nothing panics.
            let _ = read(&bytes[..cut.index(bytes.len())]);
        }
    }

    #[test]
    fn a_chunk_is_bounded_and_takes_at_least_one_entry() {
        assert_eq!(first(&vec![Vec::new(); 2 * MAX_ENTRIES]), MAX_ENTRIES);
        assert_eq!(first(&vec![vec![0; 100 << 10]; 9]), 3);
        assert_eq!(first(&[vec![0; 9 << 20], Vec::new()]), 1);
        assert_eq!(first::<Vec<u8>>(&[]), 0);
    }

    #[test]
    fn entries_are_numbered_in_the_order_of_the_log() {
        assert!(entry(7, MAX_ENTRIES - 1) < entry(8, 0));
    }
}
