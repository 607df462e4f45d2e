//! Clients that this node has claimed, and those that another node took from it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::lease::Time;
use crate::core::Claim;

/// Time for which it is remembered that another node took a client: longer than a CONNECT may wait for its claim.
const REMEMBERED: Time = 60_000;

/// Claims of this node in one of its lives.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    epoch: u64,
    clients: HashMap<Box<str>, Held>,
}

#[derive(Debug)]
enum Held {
    Ours(Claim),
    /// Another node has a later claim. The time is that at which this is forgotten.
    Theirs(Claim, Time),
}

impl Claims {
    /// Begins another life, in which the claims of the one before count no more.
    pub(crate) fn begin(&mut self, epoch: u64) {
        self.epoch = epoch;
        self.clients.clear();
    }

    /// Notes a claim that was granted in a life. Returns `false` if it is over already.
    pub(crate) fn grant(&mut self, epoch: u64, client_id: &str, claim: Claim) -> bool {
        if epoch != self.epoch {
            return false;
        }
        match self.clients.entry(client_id.into()) {
            Entry::Occupied(mut entry) => {
                let is_later = claim > number(entry.get());
                if is_later {
                    entry.insert(Held::Ours(claim));
                }
                is_later
            }
            Entry::Vacant(entry) => {
                entry.insert(Held::Ours(claim));
                true
            }
        }
    }

    pub(crate) fn is_current(&self, client_id: &str, claim: Claim) -> bool {
        matches!(self.clients.get(client_id), Some(Held::Ours(own)) if *own == claim)
    }

    /// Returns `true` if another node is known to have a later claim.
    pub(crate) fn is_taken(&self, client_id: &str, claim: Claim) -> bool {
        matches!(self.clients.get(client_id), Some(Held::Theirs(theirs, _)) if *theirs > claim)
    }

    /// Another node has claimed a client.
    pub(crate) fn take(&mut self, client_id: &str, claim: Claim, now: Time) {
        let held = Held::Theirs(claim, now + REMEMBERED);
        match self.clients.entry(client_id.into()) {
            Entry::Occupied(mut entry) if claim > number(entry.get()) => {
                entry.insert(held);
            }
            Entry::Occupied(_) => {}
            Entry::Vacant(entry) => {
                entry.insert(held);
            }
        }
    }

    /// Gives a client back. Returns `false` if the claim is not the last one.
    pub(crate) fn release(&mut self, client_id: &str, claim: Claim) -> bool {
        let is_current = self.is_current(client_id, claim);
        if is_current {
            self.clients.remove(client_id);
        }
        is_current
    }

    /// Forgets what nobody can ask for any more.
    pub(crate) fn forget(&mut self, now: Time) {
        self.clients
            .retain(|_, held| !matches!(held, Held::Theirs(_, until) if *until <= now));
    }
}

fn number(held: &Held) -> Claim {
    match held {
        Held::Ours(claim) | Held::Theirs(claim, _) => *claim,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        let mut claims = Claims::default();
        claims.begin(1);
        claims
    }

    #[test]
    fn a_claim_is_over_when_another_node_has_a_later_one() {
        let mut claims = claims();
        assert!(claims.grant(1, "c", 5));
        assert!(!claims.is_taken("c", 4));
        claims.take("c", 4, 0);
        assert!(claims.is_current("c", 5));
        claims.take("c", 6, 0);
        assert!(!claims.is_current("c", 5) && !claims.release("c", 5));
        assert!(claims.is_taken("c", 5) && !claims.is_taken("c", 6));
    }

    #[test]
    fn a_claim_that_was_taken_before_it_was_noted_is_refused() {
        let mut claims = claims();
        claims.take("c", 6, 0);
        assert!(!claims.grant(1, "c", 5));
        assert!(claims.grant(1, "c", 7) && claims.is_current("c", 7));
    }

    #[test]
    fn the_end_of_an_earlier_connection_does_not_release_a_later_claim() {
        let mut claims = claims();
        assert!(claims.grant(1, "c", 5) && claims.grant(1, "c", 6));
        assert!(!claims.release("c", 5) && claims.is_current("c", 6));
        assert!(claims.release("c", 6) && !claims.is_current("c", 6));
    }

    #[test]
    fn a_claim_of_an_earlier_life_counts_no_more() {
        let mut claims = claims();
        assert!(claims.grant(1, "c", 5));
        claims.begin(2);
        assert!(!claims.is_current("c", 5) && !claims.grant(1, "d", 6));
        assert!(claims.grant(2, "d", 7));
    }

    #[test]
    fn what_other_nodes_took_is_forgotten_after_a_while() {
        let mut claims = claims();
        claims.take("c", 6, 0);
        assert!(claims.grant(1, "d", 7));
        claims.forget(REMEMBERED - 1);
        assert_eq!(claims.clients.len(), 2);
        claims.forget(REMEMBERED);
        assert_eq!(claims.clients.len(), 1);
        assert!(claims.is_current("d", 7));
    }
}
