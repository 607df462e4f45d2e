//! Wills that were published already, so that none comes twice.
//!
//! A node publishes a will before it marks that as done. If it fails in between, another node publishes the will again, with the
//! same number: that of the claim under which the client gave it.

use std::collections::{HashMap, VecDeque};

use crate::core::Claim;

/// Wills that are remembered: many more than those whose publication is not marked as done yet.
const REMEMBERED: usize = 65_536;

/// The last wills that were published here, or that this node has read in the log, each with the place where it read it first.
#[derive(Debug, Default)]
pub(crate) struct PublishedWills {
    known: HashMap<Claim, u64>,
    order: VecDeque<Claim>,
}

impl PublishedWills {
    /// Remembers a will. Returns `false` if it was published before.
    pub(crate) fn insert(&mut self, claim: Claim) -> bool {
        self.remember(claim, 0).is_none()
    }

    /// Remembers a will that is in the log at a place. Returns `true` if it was read at another place before.
    pub(crate) fn is_repeated(&mut self, claim: Claim, place: u64) -> bool {
        let first = self.remember(claim, place);
        first.is_some_and(|first| first != place)
    }

    /// Remembers a will with a place, unless it is known. Returns the place that is known.
    fn remember(&mut self, claim: Claim, place: u64) -> Option<u64> {
        let known = self.known.get(&claim).copied();
        if known.is_none() {
            self.known.insert(claim, place);
            self.order.push_back(claim);
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_will_is_new_once_and_the_oldest_are_forgotten() {
        let mut wills = PublishedWills::default();
        for claim in 0..=REMEMBERED as u64 {
            assert!(wills.insert(claim));
            assert!(!wills.insert(claim));
        }
        assert_eq!(
            (wills.known.len(), wills.order.len()),
            (REMEMBERED, REMEMBERED)
        );
        assert!(!wills.insert(1) && wills.insert(0));
    }

    #[test]
    fn a_will_that_is_in_the_log_twice_counts_where_it_was_read_first() {
        let mut wills = PublishedWills::default();
        assert!(!wills.is_repeated(1, 7));
        assert!(wills.is_repeated(1, 8));
        // A session that is behind needs the first one.
        assert!(!wills.is_repeated(1, 7));
    }
}
