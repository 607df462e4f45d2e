//! Part of the log that sessions of this node have.

use std::collections::{BTreeSet, HashMap};

use super::cursor::{Had, Progress};

/// Part of the log that this node has read.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// Place of the last chunk that was delivered.
    pub(crate) place: u64,
    /// Life of the node.
    epoch: u64,
    /// The place when this life began. No session of it was there before.
    first: u64,
    /// Sessions that came from other nodes and have another part of the log than the rest, by their numbers.
    apart: HashMap<u64, Had>,
    /// For each session that is being copied to this node, by the number of the copy: the place up to which it has the log.
    copying: HashMap<u64, u64>,
}

impl Reading {
    /// Begins a life of the node, without sessions.
    pub(crate) fn begin(&mut self, epoch: u64) {
        self.epoch = epoch;
        self.first = self.place;
        self.apart.clear();
    }

    /// Returns the place when a life of the node began, if that is the current one.
    pub(crate) fn first_of_life(&self, epoch: u64) -> Option<u64> {
        (self.epoch == epoch).then_some(self.first)
    }

    /// Returns what this node says of its part.
    pub(crate) fn progress(&self) -> Progress {
        let (apart, copying) = (self.apart.values(), self.copying.values());
        let needed = apart.fold(self.place, |least, had| least.min(had.place));
        Progress {
            read: self.place,
            needed,
            held: copying.fold(needed, |least, place| least.min(*place)),
        }
    }

    /// Notes that a session is being copied, which has the log up to a place.
    pub(crate) fn hold(&mut self, copy: u64, place: u64) {
        self.copying.insert(copy, place);
    }

    /// Notes that a session is not being copied any more. Returns whether it was.
    pub(crate) fn let_go(&mut self, copy: u64) -> bool {
        self.copying.remove(&copy).is_some()
    }

    /// Returns how many sessions have another part than the rest.
    pub(crate) fn arriving(&self) -> usize {
        self.apart.len()
    }

    /// Adds a session with the part that it has.
    pub(crate) fn join(&mut self, session: u64, had: Had) {
        self.apart.insert(session, had);
    }

    /// Removes a session, and returns what it has.
    pub(crate) fn leave(&mut self, session: u64) -> Had {
        let apart = self.apart.remove(&session);
        apart.unwrap_or_else(|| Had::new(self.place, []))
    }

    /// Returns whether a session has the same part as the rest.
    pub(crate) fn is_with_the_rest(&self, session: u64) -> bool {
        !self.apart.contains_key(&session)
    }

    /// Returns sessions that are behind the rest, or no further.
    pub(crate) fn behind(&self) -> BTreeSet<u64> {
        let behind = (self.apart.iter()).filter(|(_, had)| had.place <= self.place);
        behind.map(|(session, _)| *session).collect()
    }

    /// Returns the place up to which each of some sessions has the log.
    pub(crate) fn first_of(&self, sessions: &BTreeSet<u64>) -> u64 {
        let places = sessions.iter().filter_map(|one| self.apart.get(one));
        places.map(|had| had.place).min().unwrap_or(self.place)
    }

    /// Returns whether a session that is behind needs an entry of a chunk.
    pub(crate) fn needs(&self, session: u64, place: u64, entry: u64) -> bool {
        let had = self.apart.get(&session);
        had.is_some_and(|had| had.place < place && !had.entries.contains(&entry))
    }

    /// Some sessions have a chunk.
    pub(crate) fn advance(&mut self, sessions: &BTreeSet<u64>, place: u64) {
        for session in sessions {
            if let Some(had) = self.apart.get_mut(session)
                && had.place < place
            {
                *had = Had::new(place, std::mem::take(&mut had.entries));
            }
        }
    }

    /// Returns what a session has that has not the same part as the rest.
    pub(crate) fn had(&self, session: u64) -> Option<&Had> {
        self.apart.get(&session)
    }

    /// Some sessions have what the rest has. Returns those that are still here.
    pub(crate) fn catch_up(&mut self, sessions: &BTreeSet<u64>) -> Vec<u64> {
        let here = sessions.iter().copied();
        here.filter(|session| self.apart.remove(session).is_some())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::chunk::entry;
    use super::*;

    #[test]
    fn a_session_that_is_behind_gets_what_it_does_not_have_and_nothing_else() {
        let mut reading = Reading {
            place: 9,
            ..Reading::default()
        };
        reading.join(1, Had::new(6, [entry(8, 1)]));
        reading.join(2, Had::new(12, []));
        let behind = BTreeSet::from([1]);
        assert_eq!((reading.behind(), reading.arriving()), (behind.clone(), 2));
        assert_eq!(reading.first_of(&behind), 6);
        assert!(!reading.needs(1, 6, entry(6, 0)) && reading.needs(1, 7, entry(7, 0)));
        assert!(!reading.needs(1, 8, entry(8, 1)) && reading.needs(1, 8, entry(8, 0)));
        // It goes in the middle.
        reading.advance(&behind, 8);
        assert_eq!(reading.leave(1), Had::new(8, []));
        assert!(reading.catch_up(&behind).is_empty());
        assert!(reading.is_with_the_rest(1));
    }

    #[test]
    fn the_log_is_needed_for_a_session_that_is_being_copied() {
        let mut reading = Reading {
            place: 9,
            ..Reading::default()
        };
        reading.join(1, Had::new(7, []));
        reading.hold(2, 4);
        reading.hold(3, 12);
        let needed = |reading: &Reading| {
            let progress = reading.progress();
            assert_eq!(progress.read, 9);
            (progress.needed, progress.held)
        };
        assert_eq!(needed(&reading), (7, 4));
        assert!(reading.let_go(2) && !reading.let_go(2));
        assert_eq!(needed(&reading), (7, 7));
        reading.leave(1);
        assert_eq!(needed(&reading), (9, 9));
    }

    #[test]
    fn a_session_that_is_ahead_waits_for_the_rest() {
        let mut reading = Reading::default();
        reading.join(2, Had::new(12, []));
        reading.place = 11;
        assert!(reading.behind().is_empty() && !reading.is_with_the_rest(2));
        reading.place = 12;
        assert_eq!(reading.catch_up(&reading.behind()), [2]);
        assert_eq!(reading.leave(2), Had::new(12, []));
    }
}
