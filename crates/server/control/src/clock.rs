//! Milliseconds, the unit of time of the service.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Milliseconds from 1970 until a time.
pub(crate) fn unix(time: SystemTime) -> i64 {
    milliseconds(time.duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// Length of a duration in milliseconds.
pub(crate) fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
