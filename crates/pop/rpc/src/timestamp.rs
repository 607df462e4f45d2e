//! Times as the protocol writes them: `2020-05-18T08:00:00Z` (`docs/PROTOCOL.md`, “Common
//! parameters”).

use std::time::{Duration, SystemTime};

/// Last second of the year 9999.
const LAST_SECOND: Duration = Duration::from_secs(253_402_300_799);

/// Writes a time in UTC, to the second.
///
/// Times before 1970 or after 9999 are written as the first second of 1970 or the last second of
/// 9999.
pub fn write(time: SystemTime) -> String {
    let first = SystemTime::UNIX_EPOCH;
    let time = time.clamp(first, first + LAST_SECOND);
    humantime::format_rfc3339_seconds(time).to_string()
}

/// Reads a time from 1970 on.
///
/// Returns `None` for any other form, such as one with a fraction or a zone.
pub fn read(text: &str) -> Option<SystemTime> {
    let time = humantime::parse_rfc3339(text).ok()?;
    // humantime also accepts fractions, `+00:00` and leap seconds.
    (write(time) == text).then_some(time)
}

/// Converts a time to milliseconds since 1970, if the caller passed seconds.
///
/// Milliseconds passed 100 000 000 000 in 1973; seconds reach it in the year 5138.
pub fn milliseconds(time: i64) -> i64 {
    const LEAST_MILLISECONDS: i64 = 100_000_000_000;
    if time < LEAST_MILLISECONDS {
        time.saturating_mul(1000)
    } else {
        time
    }
}
