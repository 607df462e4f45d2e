//! Reads and formats times and durations.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::fmt::temporal::Pieces;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp, ZonedDateTime};

/// Help on the formats that [`milliseconds`] reads.
pub const HELP: &str = "\
Times: 2020-05-18T08:00:00+08:00, 2020-05-18T08:00[Asia/Shanghai],
2020-05-18T08:00 or 2020-05-18 (UTC if there is no zone), now, -1h, -30m, -7d,
or a number: seconds or milliseconds since 1970-01-01T00:00:00Z.";

/// Error: a text is not a time or not a duration.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TimeError {
    /// The text is not in a known format.
    #[error("not a time such as 2020-05-18T08:00:00Z, now, -1h or 1589788800000")]
    Unknown,
    /// The zone is unknown, or its offset differs from the given one.
    #[error("{0}")]
    Zone(String),
    /// The time is before 1970 or too far in the future.
    #[error("the time is before 1970 or too far in the future")]
    Range,
    /// The text is not a duration.
    #[error("not a duration such as 30, 500ms or 1m")]
    Length,
}

/// Reads a point in time; returns milliseconds since 1970.
///
/// # Errors
///
/// Returns an error if the text is not a time, or if the time is out of range.
pub fn milliseconds(text: &str) -> Result<i64, TimeError> {
    milliseconds_at(text, Timestamp::now())
}

fn milliseconds_at(text: &str, now: Timestamp) -> Result<i64, TimeError> {
    let text = text.trim();
    let time = if text == "now" {
        now
    } else if let Ok(number) = text.parse::<i64>() {
        let time = pop_rpc::timestamp::milliseconds(number);
        Timestamp::from_millisecond(time).map_err(|_| TimeError::Range)?
    } else if let Ok(pieces) = Pieces::parse(text) {
        instant(text, &pieces)?
    } else {
        // Only a signed duration is a point in time, relative to now.
        let signed = text.starts_with(['-', '+']);
        let span = text.parse::<Span>().ok().filter(|_| signed);
        let zoned = now.to_zoned_datetime(TimeZone::UTC);
        let moved = zoned.checked_add(span.ok_or(TimeError::Unknown)?);
        moved.map_err(|_| TimeError::Range)?.timestamp()
    };
    match time.as_millisecond() {
        ..0 => Err(TimeError::Range),
        time => Ok(time),
    }
}

/// Reads a date with or without time, offset and zone; without either of the latter it is in UTC.
fn instant(text: &str, pieces: &Pieces<'_>) -> Result<Timestamp, TimeError> {
    if pieces.time_zone_annotation().is_some() {
        let zoned = text.parse::<ZonedDateTime>();
        let zoned = zoned.map_err(|error| TimeError::Zone(error.to_string()))?;
        return Ok(zoned.timestamp());
    }
    if pieces.offset().is_some() {
        return text.parse().map_err(|_| TimeError::Unknown);
    }
    let time: DateTime = text.parse().map_err(|_| TimeError::Unknown)?;
    let zoned = time.to_zoned_datetime(TimeZone::UTC);
    Ok(zoned.map_err(|_| TimeError::Range)?.timestamp())
}

/// Reads a duration; a number without a unit is in seconds.
///
/// # Errors
///
/// Returns an error if the text is not a duration, or if the duration is zero or negative.
pub fn length(text: &str) -> Result<Duration, TimeError> {
    let length = match text.parse::<u32>() {
        Ok(seconds) => Duration::from_secs(seconds.into()),
        Err(_) => {
            let length = text.parse::<SignedDuration>().ok();
            length
                .and_then(|length| Duration::try_from(length).ok())
                .ok_or(TimeError::Length)?
        }
    };
    if length.is_zero() {
        Err(TimeError::Length)
    } else {
        Ok(length)
    }
}

/// Formats a time of a response as ISO 8601 in UTC; returns `None` if it is out of range.
pub fn show(time: i64) -> Option<String> {
    let time = Timestamp::from_millisecond(pop_rpc::timestamp::milliseconds(time)).ok()?;
    Some(time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2020-05-18T08:00:00Z.
    const NOW: i64 = 1_589_788_800_000;

    #[test]
    fn times_are_read_in_every_format() {
        const HOUR: i64 = 3_600_000;
        let table = [
            ("now", Ok(NOW)),
            ("2020-05-18T08:00:00Z", Ok(NOW)),
            ("2020-05-18T16:00:00+08:00", Ok(NOW)),
            ("2020-05-18T08:00:00", Ok(NOW)),
            ("2020-05-18T08:00", Ok(NOW)),
            ("2020-05-18 08:00", Ok(NOW)),
            ("2020-05-18", Ok(NOW - 8 * HOUR)),
            ("2020-05-18T08:00:00.5Z", Ok(NOW + 500)),
            ("2020-05-18T16:00:00[Asia/Shanghai]", Ok(NOW)),
            ("2020-05-18T16:00[asia/shanghai]", Ok(NOW)),
            ("2020-05-18T04:00:00[America/New_York]", Ok(NOW)),
            ("2020-05-18T16:00:00+08:00[Asia/Shanghai]", Ok(NOW)),
            ("2020-05-18T08:00:00Z[Asia/Shanghai]", Ok(NOW)),
            ("2020-05-18[Asia/Shanghai]", Ok(NOW - 16 * HOUR)),
            ("2020-05-18T08:00:00[+08:00]", Ok(NOW - 8 * HOUR)),
            ("1589788800", Ok(NOW)),
            ("1589788800000", Ok(NOW)),
            ("0", Ok(0)),
            ("-1h", Ok(NOW - HOUR)),
            ("+1h", Ok(NOW + HOUR)),
            ("-30m", Ok(NOW - HOUR / 2)),
            ("-1h30m", Ok(NOW - HOUR - HOUR / 2)),
            ("-7d", Ok(NOW - 7 * 24 * HOUR)),
            ("-90s", Ok(NOW - 90_000)),
            ("-1", Err(TimeError::Range)),
            ("1969-12-31T23:59:59Z", Err(TimeError::Range)),
            ("9223372036854775807", Err(TimeError::Range)),
            ("-100y", Err(TimeError::Range)),
            ("1h", Err(TimeError::Unknown)),
            ("yesterday", Err(TimeError::Unknown)),
            ("2020-13-01", Err(TimeError::Unknown)),
            ("2020-02-30T00:00:00Z", Err(TimeError::Unknown)),
            ("", Err(TimeError::Unknown)),
            ("--dry-run", Err(TimeError::Unknown)),
        ];
        let now = Timestamp::from_millisecond(NOW).expect("a valid time");
        for (text, expected) in table {
            assert_eq!(milliseconds_at(text, now), expected, "{text:?}");
        }
    }

    #[test]
    fn a_zone_that_does_not_exist_or_contradicts_the_offset_is_an_error() {
        for (text, expected) in [
            ("2020-05-18T08:00:00[Asia/Nowhere]", "Asia/Nowhere"),
            ("2020-05-18T08:00:00Z[Asia/Nowhere]", "Asia/Nowhere"),
            ("2020-05-18T08:00:00+05:00[Asia/Shanghai]", "Asia/Shanghai"),
        ] {
            let error = milliseconds(text).expect_err(text);
            assert!(matches!(error, TimeError::Zone(_)), "{error:?}");
            assert!(error.to_string().contains(expected), "{error}");
        }
    }

    #[test]
    fn durations_are_in_seconds_unless_they_have_a_unit() {
        let table = [
            ("30", Ok(Duration::from_secs(30))),
            ("500ms", Ok(Duration::from_millis(500))),
            ("1m", Ok(Duration::from_secs(60))),
            ("0", Err(TimeError::Length)),
            ("-1s", Err(TimeError::Length)),
            ("soon", Err(TimeError::Length)),
        ];
        for (text, expected) in table {
            assert_eq!(length(text), expected, "{text:?}");
        }
    }

    #[test]
    fn times_in_seconds_and_milliseconds_are_shown_in_utc() {
        assert_eq!(show(NOW).as_deref(), Some("2020-05-18T08:00:00Z"));
        assert_eq!(show(NOW / 1000).as_deref(), Some("2020-05-18T08:00:00Z"));
        assert_eq!(show(i64::MAX), None);
    }
}
