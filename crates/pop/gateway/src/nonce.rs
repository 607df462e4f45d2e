//! Nonces that were used, so that no request is carried out twice.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How many nonces of one access key are remembered at a time, some 150 MB of them.
const CAPACITY: usize = 1 << 22;

/// Why a nonce cannot be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Spent {
    /// It was used before.
    Before,
    /// There is no room for it until so much time has passed.
    NoRoom(Duration),
}

/// The nonces of one access key that were used lately.
///
/// Times are seconds since 1970.
pub(super) struct Nonces {
    capacity: usize,
    /// Keyed anew by each process, so that nobody can make nonces that collide.
    hasher: RandomState,
    used: Mutex<Used>,
}

/// Hashes in the place of nonces, which take a third of the memory.
///
/// Two nonces with the same hash would refuse a request that is new, one in 2^42 when memory is
/// full; a repeated one never passes.
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

    /// Notes that a nonce is used, which it then is until after `end`.
    ///
    /// # Errors
    ///
    /// It was used before; or there is no room for it, which the sender of that many requests is
    /// told as any other limit.
    pub(super) fn spend(&self, nonce: &str, now: u64, end: u64) -> Result<(), Spent> {
        let hash = self.hasher.hash_one(nonce);
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.forget_before(now);
        if used.hashes.contains(&hash) {
            return Err(Spent::Before);
        }
        if used.hashes.len() >= self.capacity {
            let first = used.by_end.keys().next().copied().unwrap_or(now);
            let wait = first.saturating_sub(now).saturating_add(1);
            return Err(Spent::NoRoom(Duration::from_secs(wait)));
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
    fn a_nonce_passes_once_until_its_end_has_passed() {
        let nonces = Nonces::new();
        assert_eq!(nonces.spend("a", 100, 200), Ok(()));
        let used = Err(Spent::Before);
        assert_eq!(nonces.spend("a", 100, 200), used);
        assert_eq!(nonces.spend("a", 200, 300), used);
        assert_eq!(nonces.spend("a", 201, 301), Ok(()));
    }

    #[test]
    fn a_full_memory_refuses_until_a_nonce_is_forgotten() {
        let nonces = Nonces::with_capacity(2);
        assert_eq!(nonces.spend("a", 100, 200), Ok(()));
        assert_eq!(nonces.spend("b", 100, 210), Ok(()));
        let refused = Err(Spent::NoRoom(Duration::from_secs(51)));
        assert_eq!(nonces.spend("c", 150, 250), refused);
        assert_eq!(nonces.spend("c", 201, 301), Ok(()));
    }

    #[test]
    fn what_is_forgotten_leaves_no_memory_behind() {
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
