//! How often an access key may call an action.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pop_rpc::{ActionInfo, RateLimit};

/// The calls of one access key within the period of each action's limit.
pub(super) struct Calls(Vec<(&'static str, Mutex<Recent>)>);

/// When calls were made, as time since 1970, the oldest first.
type Recent = VecDeque<Duration>;

impl Calls {
    pub(super) fn new(actions: &'static [ActionInfo]) -> Self {
        let recent = |action: &ActionInfo| (action.name, Mutex::default());
        Self(actions.iter().map(recent).collect())
    }

    /// Counts a call of an action; one that is refused does not count.
    ///
    /// # Errors
    ///
    /// The limit is reached; the error is how long to wait.
    pub(super) fn count(
        &self,
        action: &ActionInfo,
        limit: RateLimit,
        now: Duration,
    ) -> Result<(), Duration> {
        let mut calls = self.0.iter();
        match calls.find(|(name, _)| *name == action.name) {
            Some((_, recent)) => {
                let mut recent = recent.lock().unwrap_or_else(PoisonError::into_inner);
                count(&mut recent, limit, now)
            }
            None => Ok(()),
        }
    }
}

/// Counts a call, or tells how long to wait.
fn count(recent: &mut Recent, limit: RateLimit, now: Duration) -> Result<(), Duration> {
    let period = Duration::from_secs(limit.seconds.into());
    // A call in the future was made before the clock was set back.
    recent.retain(|call| *call <= now && now - *call < period);
    match recent.front() {
        Some(oldest) if recent.len() >= limit.requests as usize => Err(*oldest + period - now),
        _ => {
            recent.push_back(now);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: RateLimit = RateLimit {
        requests: 2,
        seconds: 60,
    };

    fn at(recent: &mut Recent, seconds: u64) -> Result<(), Duration> {
        count(recent, LIMIT, Duration::from_secs(seconds))
    }

    #[test]
    fn no_period_of_the_limit_has_more_calls_than_it_allows() {
        let mut recent = Recent::new();
        assert_eq!(at(&mut recent, 100), Ok(()));
        assert_eq!(at(&mut recent, 130), Ok(()));
        assert_eq!(at(&mut recent, 140), Err(Duration::from_secs(20)));
        assert_eq!(at(&mut recent, 159), Err(Duration::from_secs(1)));
        assert_eq!(at(&mut recent, 160), Ok(()));
        assert_eq!(at(&mut recent, 161), Err(Duration::from_secs(29)));
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_lock_anyone_out() {
        let mut recent = Recent::new();
        assert_eq!(at(&mut recent, 10_000), Ok(()));
        assert_eq!(at(&mut recent, 10_000), Ok(()));
        assert_eq!(at(&mut recent, 100), Ok(()));
    }
}
