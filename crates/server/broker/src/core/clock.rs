//! The time as the core sees it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds since the broker started, by a clock that nobody sets. Negative before the start.
pub(crate) type Time = i64;

/// Milliseconds in a second.
pub(crate) const SECOND: Time = 1000;

/// A moment by both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Now {
    /// Decides what is due.
    pub(crate) time: Time,
    /// Unix time in ms, which people see and which survives a restart.
    pub(crate) unix: i64,
}

impl Now {
    /// Returns the Unix time in ms of a moment.
    pub(crate) fn unix_of(self, time: Time) -> i64 {
        self.unix.saturating_add(time.saturating_sub(self.time))
    }

    /// Returns the moment of a Unix time in ms.
    pub(crate) fn time_of(self, unix: i64) -> Time {
        self.time.saturating_add(unix.saturating_sub(self.unix))
    }
}

/// Tells the time: of the machine, or one that a test moves.
pub(crate) struct Clock {
    start: Instant,
    simulated: Option<AtomicI64>,
}

impl Clock {
    /// The clock of the machine.
    pub(crate) fn system() -> Self {
        Self {
            start: Instant::now(),
            simulated: None,
        }
    }

    /// A clock at time 0 that only [`Self::advance`] moves.
    #[cfg(test)]
    pub(crate) fn simulated() -> Self {
        Self {
            start: Instant::now(),
            simulated: Some(AtomicI64::new(0)),
        }
    }

    /// Moves a simulated clock forward.
    #[cfg(test)]
    pub(crate) fn advance(&self, milliseconds: i64) {
        if let Some(time) = &self.simulated {
            time.fetch_add(milliseconds, Ordering::Relaxed);
        }
    }

    pub(crate) fn now(&self) -> Now {
        match &self.simulated {
            Some(time) => {
                let time = time.load(Ordering::Relaxed);
                Now {
                    time,
                    unix: time.saturating_add(1_700_000_000_000),
                }
            }
            None => Now {
                time: milliseconds(self.start.elapsed()),
                unix: milliseconds(
                    SystemTime::now()
                        .duration_since(UNIX_EPOCH)
                        .unwrap_or_default(),
                ),
            },
        }
    }

    /// Returns when the machine reaches a time.
    pub(crate) fn instant(&self, time: Time) -> Instant {
        self.start + Duration::from_millis(u64::try_from(time).unwrap_or(0))
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::Clock;

    #[test]
    fn both_clocks_move_together() {
        let clock = Clock::simulated();
        let start = clock.now();
        clock.advance(1500);
        let now = clock.now();
        assert_eq!((now.time - start.time, now.unix - start.unix), (1500, 1500));
        assert_eq!(now.unix_of(start.time), start.unix);
        assert_eq!(now.time_of(start.unix), start.time);
    }
}
