//! Record of used nonces, so that no request is carried out twice.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Largest number of nonces remembered per access key; they take about 150 MB.
const CAPACITY: usize = 1 << 22;

/// Reason to reject a nonce.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum NonceError {
    /// The nonce was used before.
    Used,
    /// Memory is full; there is room again after this time.
    Full(Duration),
}

/// Recently used nonces of one access key.
///
/// Times are seconds of a clock that never jumps: otherwise a nonce could be used again after the
/// clock went forward and back.
pub(super) struct Nonces {
    capacity: usize,
    /// Keyed at random in each process, so that nobody can craft nonces that collide.
    hasher: RandomState,
    used: Mutex<Used>,
}

/// Hashes of nonces, which take a third of the memory of the nonces themselves.
///
/// A new request is rejected if its nonce has the hash of another one: one request in 2^42 when
/// memory is full. A repeated request never passes.
#[derive(Default)]
struct Used {
    hashes: HashSet<u64>,
    by_end: BTreeMap<u64, Vec<u64>>,
}

impl Nonces {
    pub(super) fn new() -> Self {
        Self::with_capacity(CAPACITY)
    }

    fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity,
            hasher: RandomState::new(),
            used: Mutex::default(),
        }
    }

    /// Records a nonce as used until `end`, inclusive.
    ///
    /// # Errors
    ///
    /// The nonce was used before, or memory is full. The second error is reported to the sender
    /// like any other limit.
    pub(super) fn spend(&self, nonce: &str, now: u64, end: u64) -> Result<(), NonceError> {
        let hash = self.hasher.hash_one(nonce);
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.forget_before(now);
        if used.hashes.contains(&hash) {
            return Err(NonceError::Used);
        }
        if used.hashes.len() >= self.capacity {
            let first = used.by_end.keys().next().copied().unwrap_or(now);
            let wait = first.saturating_sub(now).saturating_add(1);
            return Err(NonceError::Full(Duration::from_secs(wait)));
        }
        used.hashes.insert(hash);
        used.by_end.entry(end).or_default().push(hash);
        Ok(())
    }
}

impl Used {
    fn forget_before(&mut self, now: u64) {
        while let Some(entry) = self.by_end.first_entry()
            && *entry.key() < now
        {
            for hash in entry.remove() {
                self.hashes.remove(&hash);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_accepted_again_only_after_its_end() {
        let nonces = Nonces::new();
        assert_eq!(nonces.spend("a", 100, 200), Ok(()));
        let used = Err(NonceError::Used);
        assert_eq!(nonces.spend("a", 100, 200), used);
        assert_eq!(nonces.spend("a", 200, 300), used);
        assert_eq!(nonces.spend("a", 201, 301), Ok(()));
    }

    #[test]
    fn a_full_memory_rejects_nonces_until_one_is_forgotten() {
        let nonces = Nonces::with_capacity(2);
        assert_eq!(nonces.spend("a", 100, 200), Ok(()));
        assert_eq!(nonces.spend("b", 100, 210), Ok(()));
        let full = Err(NonceError::Full(Duration::from_secs(51)));
        assert_eq!(nonces.spend("c", 150, 250), full);
        assert_eq!(nonces.spend("c", 201, 301), Ok(()));
    }

    #[test]
    fn forgotten_nonces_free_their_memory() {
        let nonces = Nonces::with_capacity(1000);
        for second in 0..100_000 {
            let nonce = second.to_string();
            assert_eq!(nonces.spend(&nonce, second, second + 900), Ok(()));
        }
        let used = nonces.used.lock().unwrap();
        assert_eq!(used.hashes.len(), 901);
        assert_eq!(used.by_end.len(), 901);
    }
}
