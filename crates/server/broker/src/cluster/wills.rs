//! Wills that were published already, so that none comes twice.
//!
//! A node publishes a will before it marks that as done. If it fails in between, another node publishes the will again, with the
//! same number: that of the claim under which the client gave it.

use std::collections::{HashSet, VecDeque};

use crate::core::Claim;

/// Wills that are remembered: many more than those whose publication is not marked as done yet.
const REMEMBERED: usize = 65_536;

/// The last wills that were published here, or by other nodes for clients of this one.
#[derive(Debug, Default)]
pub(crate) struct PublishedWills {
    known: HashSet<Claim>,
    order: VecDeque<Claim>,
}

impl PublishedWills {
    /// Remembers a will. Returns `false` if it was published before.
    pub(crate) fn insert(&mut self, claim: Claim) -> bool {
        if !self.known.insert(claim) {
            return false;
        }
        self.order.push_back(claim);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
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
}
