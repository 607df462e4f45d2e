//! Slows down those who guess secrets, by address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use pop_listen::source;

/// Wrong tries of an address that cost no time.
const FREE: u32 = 5;

/// Longest time that an address has to wait.
const LONGEST: Duration = Duration::from_secs(60);

/// Time after which the wrong tries of an address are forgotten.
pub(crate) const FORGOTTEN: Duration = Duration::from_secs(15 * 60);

/// Largest number of addresses that are remembered.
const ADDRESSES: usize = 10_000;

/// Wrong tries to sign in, by the address that made them (IPv6: per /64).
#[derive(Default)]
pub(crate) struct Tries(Mutex<HashMap<IpAddr, Wrong>>);

/// Wrong tries of an address.
struct Wrong {
    tries: u32,
    last: Instant,
}

impl Wrong {
    /// Returns the time until which the address has to wait.
    fn end(&self) -> Instant {
        self.last + wait_after(self.tries)
    }
}

/// Returns the time that an address has to wait after its last wrong try.
pub(crate) fn wait_after(tries: u32) -> Duration {
    let doublings = tries.checked_sub(FREE);
    let wait = doublings.map(|doublings| Duration::from_secs(1 << doublings.min(6)));
    wait.unwrap_or_default().min(LONGEST)
}

impl Tries {
    /// Counts a try as a wrong one, before it is checked, so that tries at the same time count.
    ///
    /// # Errors
    ///
    /// The address has to wait. The error says how long.
    pub(crate) fn begin(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let address = source(address);
        let mut all = self.0.lock();
        if let Some(wrong) = all.get_mut(&address) {
            let wait = wrong.end().saturating_duration_since(now);
            if !wait.is_zero() {
                return Err(wait);
            }
            wrong.tries = wrong.tries.saturating_add(1);
            wrong.last = now;
            return Ok(());
        }
        if all.len() >= ADDRESSES {
            all.retain(|_, wrong| now.saturating_duration_since(wrong.last) < FORGOTTEN);
        }
        if all.len() >= ADDRESSES {
            let oldest = all.iter().min_by_key(|(_, wrong)| wrong.last);
            let oldest = oldest.map(|(address, _)| *address);
            oldest.and_then(|address| all.remove(&address));
        }
        all.insert(
            address,
            Wrong {
                tries: 1,
                last: now,
            },
        );
        Ok(())
    }

    /// Forgets the tries of an address that signed in.
    pub(crate) fn succeeded(&self, address: IpAddr) {
        self.0.lock().remove(&source(address));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u32) -> IpAddr {
        std::net::Ipv4Addr::from_bits(last).into()
    }

    #[test]
    fn an_address_waits_ever_longer_and_others_do_not() {
        let (tries, mut now) = (Tries::default(), Instant::now());
        let mut waits = Vec::new();
        for _ in 0..FREE {
            assert_eq!(tries.begin(address(1), now), Ok(()));
        }
        for _ in 0..8 {
            let wait = tries.begin(address(1), now).unwrap_err();
            waits.push(wait.as_secs());
            assert_eq!(tries.begin(address(2), now), Ok(()));
            tries.succeeded(address(2));
            now += wait;
            assert_eq!(tries.begin(address(1), now), Ok(()));
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        tries.succeeded(address(1));
        assert_eq!(tries.begin(address(1), now), Ok(()));
    }

    #[test]
    fn only_so_many_addresses_are_remembered() {
        let (tries, now) = (Tries::default(), Instant::now());
        for number in 0..u32::try_from(ADDRESSES).unwrap() + 10 {
            let _ = tries.begin(address(number), now);
        }
        assert_eq!(tries.0.lock().len(), ADDRESSES);
    }
}
