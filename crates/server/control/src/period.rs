//! Intervals that a query over time refers to (`docs/PROTOCOL.md`, “Ranges of time”).

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Offset of UTC+8, in which days begin according to the reference document.
const EAST_8_MS: i64 = 8 * 60 * 60 * 1000;

/// Consecutive intervals; times are in milliseconds since 1970.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Period {
    /// Start of the first interval.
    pub(crate) begin: i64,
    /// End of the last interval.
    pub(crate) end: i64,
    /// Length of each interval, more than 0.
    pub(crate) interval: i64,
}

impl Period {
    /// Returns the intervals that a range touches, up to the end of its first day. Intervals that
    /// end after `finished` are left out.
    pub(crate) fn new(begin: i64, end: i64, finished: i64, interval: i64) -> Self {
        let day_end = day(begin.min(finished)) * DAY_MS + DAY_MS - EAST_8_MS;
        Self::of_days(begin, end.min(day_end - 1), finished, interval)
    }

    /// Returns the intervals that a range touches, on however many days. Intervals that end after
    /// `finished` are left out.
    pub(crate) fn of_days(begin: i64, end: i64, finished: i64, interval: i64) -> Self {
        let begin = floor(begin.min(finished), interval);
        let last = floor(end, interval);
        let end = last.saturating_add(interval).min(floor(finished, interval));
        Self {
            begin,
            end: end.max(begin),
            interval,
        }
    }

    /// Returns one value per interval: `combine` applied to all values inside it, or 0 if there are
    /// none. The result is empty if `values` is empty.
    pub(crate) fn fill(
        self,
        values: &[(i64, i64)],
        combine: impl Fn(i64, i64) -> i64,
    ) -> Vec<(i64, i64)> {
        if values.is_empty() {
            return Vec::new();
        }
        let mut values = values.iter().peekable();
        let mut filled = Vec::new();
        let mut start = self.begin;
        while start < self.end {
            let next = start + self.interval;
            let mut value = 0;
            while let Some((_, more)) = values.next_if(|(time, _)| *time < next) {
                value = combine(value, *more);
            }
            filled.push((start, value));
            start = next;
        }
        filled
    }
}

/// Returns the start of the interval that contains a time.
pub(crate) fn floor(time: i64, interval: i64) -> i64 {
    time.div_euclid(interval) * interval
}

/// Returns the number of the day in UTC+8 that contains a time.
pub(crate) fn day(time: i64) -> i64 {
    (time + EAST_8_MS).div_euclid(DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    /// 2020-05-18T00:00:00+08:00
    const DAY: i64 = 1_589_731_200_000;

    fn bounds(begin: i64, end: i64, finished: i64) -> (i64, i64) {
        let period = Period::new(begin, end, finished, MINUTE);
        (period.begin, period.end)
    }

    #[test]
    fn a_range_covers_every_interval_it_touches() {
        let late = DAY + DAY_MS;
        assert_eq!(bounds(DAY + 1, DAY + 2, late), (DAY, DAY + MINUTE));
        assert_eq!(bounds(DAY, DAY + MINUTE, late), (DAY, DAY + 2 * MINUTE));
    }

    #[test]
    fn a_range_ends_with_its_first_day_in_utc_8() {
        let late = DAY + 3 * DAY_MS;
        assert_eq!(bounds(DAY, i64::MAX, late), (DAY, DAY + DAY_MS));
        assert_eq!(bounds(DAY - 1, DAY + 1, late), (DAY - MINUTE, DAY));
    }

    #[test]
    fn unfinished_intervals_are_not_shown() {
        let now = DAY + 90_000;
        assert_eq!(bounds(DAY, DAY + DAY_MS, now), (DAY, DAY + MINUTE));
        for begin in [now, now + DAY_MS, i64::MAX] {
            assert_eq!(bounds(begin, i64::MAX, now), (DAY + MINUTE, DAY + MINUTE));
        }
    }

    #[test]
    fn intervals_without_a_value_are_zero_unless_there_is_no_value_at_all() {
        let period = Period::new(0, 3, 4, 1);
        let filled = period.fill(&[(1, 5), (1, 6), (3, 1)], |a, b| a + b);
        assert_eq!(filled, [(0, 0), (1, 11), (2, 0), (3, 1)]);
        assert_eq!(period.fill(&[], |a, b| a + b), []);
    }
}
