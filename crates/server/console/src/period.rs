//! Periods of charts. An action answers for one day (UTC+8), so a period may need two calls.

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Begin of days in UTC+8, relative to UTC.
const OFFSET: i64 = 8 * 60 * 60 * 1000;

/// Returns the parts of a period that are within one day each, in milliseconds since 1970.
pub(crate) fn days(begin: i64, end: i64) -> Vec<(i64, i64)> {
    let mut parts = Vec::new();
    let mut from = begin;
    while from < end {
        let next_day = (from + OFFSET).div_euclid(DAY) * DAY + DAY - OFFSET;
        parts.push((from, end.min(next_day - 1)));
        from = next_day;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_cut_at_midnight_in_china() {
        // 2020-05-18T16:00:00Z, when a day begins in UTC+8.
        let midnight = 1_589_817_600_000;
        let hour = 60 * 60 * 1000;
        assert_eq!(
            days(midnight, midnight + hour),
            [(midnight, midnight + hour)]
        );
        assert_eq!(
            days(midnight - hour, midnight + hour),
            [(midnight - hour, midnight - 1), (midnight, midnight + hour)]
        );
        assert_eq!(
            days(midnight - hour, midnight),
            [(midnight - hour, midnight - 1)]
        );
        assert_eq!(days(1, 1), []);
    }
}
