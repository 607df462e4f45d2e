//! Decides when history may expire: only while the clock of the machine can be trusted.

use std::time::{Duration, UNIX_EPOCH};

use pop_gateway::Moment;

/// Time between two removals of expired data.
const INTERVAL: Duration = Duration::from_secs(60 * 60);

/// Largest difference between what both clocks say has passed, in seconds.
const JUMP: i128 = 60 * 60;

/// Time for which both clocks must run in step before anything expires.
const STEADY: Duration = Duration::from_secs(60 * 60);

/// Watches the wall clock, by which history expires, against the monotonic clock.
///
/// A wrong wall clock would remove all history at once. So nothing expires in the first hour, and
/// in the hour after each jump.
pub(crate) struct Expiry {
    /// Moment from which both clocks run in step.
    steady: Moment,
    has_jumped: bool,
    /// Last removal, by the monotonic clock.
    removed: Option<Duration>,
}

impl Expiry {
    pub(crate) fn new(now: Moment) -> Self {
        Self {
            steady: now,
            has_jumped: false,
            removed: None,
        }
    }

    /// Compares the clocks. Returns `true` if expired data is to be removed now.
    pub(crate) fn is_due(&mut self, now: Moment) -> bool {
        let jump = offset(now) - offset(self.steady);
        if jump.abs() > JUMP {
            self.steady = now;
            self.has_jumped = true;
            tracing::warn!(
                seconds = %jump,
                "the clock of the machine jumped: history does not expire until the clock has run \
                 evenly for an hour"
            );
        }
        if now.monotonic.saturating_sub(self.steady.monotonic) < STEADY {
            return false;
        }
        if self.has_jumped {
            self.has_jumped = false;
            tracing::info!("the clock has run evenly for an hour: history expires again");
        }
        let is_due = self
            .removed
            .is_none_or(|removed| now.monotonic.saturating_sub(removed) >= INTERVAL);
        if is_due {
            self.removed = Some(now.monotonic);
        }
        is_due
    }
}

/// Returns the difference between both clocks in seconds.
fn offset(moment: Moment) -> i128 {
    let seconds = |duration: Duration| i128::from(duration.as_secs());
    let wall = match moment.wall.duration_since(UNIX_EPOCH) {
        Ok(since) => seconds(since),
        Err(before) => -seconds(before.duration()),
    };
    wall - seconds(moment.monotonic)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;

    /// Returns a moment of a process that runs for `running` seconds, with its clock ahead.
    fn moment(running: i64, ahead: i64) -> Moment {
        let seconds = |seconds: i64| Duration::from_secs(seconds.unsigned_abs());
        Moment {
            wall: UNIX_EPOCH + seconds(1_700_000_000 + running + ahead),
            monotonic: seconds(running),
        }
    }

    #[test]
    fn history_expires_hourly_after_an_hour_in_step() {
        let mut expiry = Expiry::new(moment(0, 0));
        let due = (0..=185).filter(|minute| expiry.is_due(moment(minute * MINUTE, 0)));
        let due: Vec<i64> = due.collect();
        assert_eq!(due, [60, 120, 180]);
    }

    #[test]
    fn a_jump_in_either_direction_pauses_expiry_for_an_hour() {
        for ahead in [40 * DAY, -40 * DAY, HOUR + 1] {
            let mut expiry = Expiry::new(moment(0, 0));
            assert!(expiry.is_due(moment(HOUR, 0)));
            let later = 3 * HOUR;
            assert!(!expiry.is_due(moment(later, ahead)));
            assert!(!expiry.is_due(moment(later + 3, 0)), "set back");
            assert!(!expiry.is_due(moment(later + HOUR - 1, 0)));
            assert!(expiry.is_due(moment(later + HOUR + 3, 0)));
        }
    }

    #[test]
    fn a_clock_that_stays_ahead_is_trusted_after_an_hour() {
        let mut expiry = Expiry::new(moment(0, 0));
        assert!(!expiry.is_due(moment(HOUR, 40 * DAY)));
        assert!(expiry.is_due(moment(2 * HOUR, 40 * DAY)));
    }

    #[test]
    fn many_small_jumps_count_as_a_large_one_and_small_corrections_do_not() {
        let mut expiry = Expiry::new(moment(0, 0));
        assert!(expiry.is_due(moment(HOUR, 30 * MINUTE)));
        assert!(!expiry.is_due(moment(3 * HOUR, 61 * MINUTE)));
    }
}
