//! Sliding window that counts calls against a [`RateLimit`].

use std::collections::VecDeque;
use std::ops::{Add, Sub};
use std::time::Duration;

use crate::action::RateLimit;

/// Times of the calls that still count against a limit, oldest first.
///
/// `T` is a point in time: an instant, or the duration since a fixed one. The window never holds
/// more calls than the limit allows.
#[derive(Debug)]
pub struct Window<T>(VecDeque<T>);

impl<T> Default for Window<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

/// A window with the times of earlier calls, oldest first.
impl<T> FromIterator<T> for Window<T> {
    fn from_iter<I: IntoIterator<Item = T>>(times: I) -> Self {
        Self(times.into_iter().collect())
    }
}

impl<T> Window<T> {
    /// Returns the times of the calls that still count, oldest first.
    pub fn times(&self) -> impl Iterator<Item = &T> {
        self.0.iter()
    }
}

impl<T> Window<T>
where
    T: Copy + Ord + Add<Duration, Output = T> + Sub<Output = Duration>,
{
    /// Counts a call made now. A call that exceeds the limit does not count.
    ///
    /// A limit of 0 requests allows one.
    ///
    /// # Errors
    ///
    /// The limit is reached. The error is the time until another call is allowed.
    pub fn count(&mut self, limit: RateLimit, now: T) -> Result<(), Duration> {
        let period = Duration::from_secs(limit.seconds.into());
        let Self(calls) = self;
        // A call in the future was made before the clock was set back.
        while calls.back().is_some_and(|call| *call > now) {
            calls.pop_back();
        }
        while calls.front().is_some_and(|call| *call + period <= now) {
            calls.pop_front();
        }
        match calls.front() {
            Some(oldest) if calls.len() >= limit.requests as usize => Err(*oldest + period - now),
            _ => {
                calls.push_back(now);
                Ok(())
            }
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

    fn at(window: &mut Window<Duration>, seconds: u64) -> Result<(), Duration> {
        window.count(LIMIT, Duration::from_secs(seconds))
    }

    #[test]
    fn no_period_has_more_calls_than_the_limit_allows() {
        let mut window = Window::default();
        assert_eq!(at(&mut window, 100), Ok(()));
        assert_eq!(at(&mut window, 130), Ok(()));
        assert_eq!(at(&mut window, 140), Err(Duration::from_secs(20)));
        assert_eq!(at(&mut window, 159), Err(Duration::from_secs(1)));
        assert_eq!(at(&mut window, 160), Ok(()));
        assert_eq!(at(&mut window, 161), Err(Duration::from_secs(29)));
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let mut window = Window::default();
        assert_eq!(at(&mut window, 10_000), Ok(()));
        assert_eq!(at(&mut window, 10_000), Ok(()));
        assert_eq!(at(&mut window, 100), Ok(()));
    }

    #[test]
    fn the_window_never_holds_more_calls_than_the_limit() {
        let mut window = Window::default();
        for second in 0..1000 {
            let _ = at(&mut window, second);
            assert!(window.0.len() <= 2);
        }
    }
}
