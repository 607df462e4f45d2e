//! Wills that were published already, so that none comes twice.
//!
//! A node publishes a will before it marks that as done. If it fails in between, another node publishes the will again, with the
//! same number: that of the claim under which the client gave it.

use std::collections::{HashMap, VecDeque};

use crate::core::Claim;

/// Wills that are remembered: many more than those whose publication is not marked as done yet.
const REMEMBERED: usize = 65_536;

/// The last wills that were published here, or that are in the log, each with its first place there.
#[derive(Debug, Default)]
pub(crate) struct PublishedWills {
    known: HashMap<Claim, u64>,
    order: VecDeque<Claim>,
}

impl PublishedWills {
    /// Remembers a will with a place, unless it is remembered. Returns the place with which it was, if any.
    pub(crate) fn remember(&mut self, claim: Claim, place: u64) -> Option<u64> {
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
            assert_eq!(wills.remember(claim, 7), None);
            assert_eq!(wills.remember(claim, 8), Some(7));
        }
        assert_eq!(
            (wills.known.len(), wills.order.len()),
            (REMEMBERED, REMEMBERED)
        );
        assert_eq!(
            (wills.remember(1, 8), wills.remember(0, 8)),
            (Some(7), None)
        );
    }
}
