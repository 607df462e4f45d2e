//! The last chunks of the log in memory.

use std::collections::VecDeque;

use bytes::Bytes;

/// The last chunks of the log, so that sessions that change nodes mostly find there what they have missed.
#[derive(Default)]
pub(crate) struct Recent {
    chunks: VecDeque<(u64, Bytes)>,
    bytes: usize,
    /// Everything behind this place is there.
    begin: u64,
}

impl Recent {
    /// Bytes of chunks that are held.
    const BYTES: usize = 8 << 20;
    /// Bytes that a chunk takes beside its own.
    const OVERHEAD: usize = 128;

    /// Begins behind a place.
    pub(crate) fn new(begin: u64) -> Self {
        Self {
            begin,
            ..Self::default()
        }
    }

    pub(crate) fn push(&mut self, place: u64, chunk: Bytes) {
        self.bytes += chunk.len() + Self::OVERHEAD;
        self.chunks.push_back((place, chunk));
        while self.bytes > Self::BYTES
            && let Some((place, chunk)) = self.chunks.pop_front()
        {
            self.bytes -= chunk.len() + Self::OVERHEAD;
            self.begin = place;
        }
    }

    /// Returns the first chunk behind a place, and its own place, if it is known.
    pub(crate) fn after(&self, place: u64) -> Option<(u64, Bytes)> {
        if place < self.begin {
            return None;
        }
        let at = self.chunks.partition_point(|(one, _)| *one <= place);
        self.chunks.get(at).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recent_chunks_are_found_by_the_place_before_them_and_bounded() {
        let mut recent = Recent::new(5);
        assert_eq!(recent.after(4), None);
        assert_eq!(recent.after(5), None);
        for place in [7, 9] {
            recent.push(place, Bytes::from_static(b"c"));
        }
        let found = |recent: &Recent, place| recent.after(place).map(|(place, _)| place);
        assert_eq!(found(&recent, 4), None, "there may be one before");
        assert_eq!(found(&recent, 5), Some(7));
        assert_eq!(found(&recent, 7), Some(9));
        assert_eq!(found(&recent, 9), None);
        for place in 10..100 {
            recent.push(place, vec![0; 1 << 20].into());
        }
        assert!(recent.bytes <= Recent::BYTES && recent.chunks.len() > 5);
        assert_eq!(found(&recent, 50), None);
        assert_eq!(found(&recent, 98), Some(99));
    }
}
