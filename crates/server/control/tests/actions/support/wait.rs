//! The clock, intervals, and waiting for conditions.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Longer than any step that succeeds takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);
/// Default length of an interval of the charts, in milliseconds.
pub(crate) const INTERVAL: i64 = 1_000;

/// Milliseconds since 1970.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

/// Returns the start of the interval that contains a time.
pub(crate) fn interval_of(time: i64) -> i64 {
    time / INTERVAL * INTERVAL
}

/// Waits until a condition holds.
pub(crate) async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    within(PATIENCE, what, holds).await;
}

/// Waits until a condition holds; fails after a time limit.
pub(crate) async fn within(limit: Duration, what: &str, holds: impl AsyncFn() -> bool) {
    let begin = Instant::now();
    while !holds().await {
        assert!(begin.elapsed() < limit, "not within {limit:?}: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits for the middle of the next interval, where it is clear to which interval a count belongs.
/// Returns the start of that interval.
pub(crate) async fn middle_of_interval() -> i64 {
    let next = interval_of(now()) + INTERVAL;
    while now() < next + INTERVAL / 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    next
}
