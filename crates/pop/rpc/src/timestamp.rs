//! Times as the protocol writes them: `2020-05-18T08:00:00Z` (`docs/PROTOCOL.md`, “Common parameters”).

use std::time::{Duration, SystemTime};

const SECONDS_A_DAY: u64 = 24 * 60 * 60;

/// Writes a time in UTC, to the second.
///
/// Times before 1970 are written as its first second.
pub fn write(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since.unwrap_or_default().as_secs();
    let (year, month, day) = date_of(seconds / SECONDS_A_DAY);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Reads a time from 1970 on; `None` if the text has any other form, a fraction or a zone say.
pub fn read(text: &str) -> Option<SystemTime> {
    let shape = b"dddd-dd-ddTdd:dd:ddZ";
    let fits = |(is, wanted): (u8, &u8)| match wanted {
        b'd' => is.is_ascii_digit(),
        _ => is == *wanted,
    };
    if text.len() != shape.len() || !text.bytes().zip(shape).all(fits) {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let days = days_until(year, month, day)?;
    // Writing the date again tells whether the month has that day.
    if date_of(days) != (year, month, day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = days * SECONDS_A_DAY + hour * 3600 + minute * 60 + second;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// Days from 1970-01-01, as year, month and day.
///
/// Years are counted from March, so that a leap day is the last of its year, in eras of 400 years.
fn date_of(days: u64) -> (u64, u64, u64) {
    let days = days + DAYS_BEFORE_1970;
    let (era, day_of_era) = (days / DAYS_AN_ERA, days % DAYS_AN_ERA);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = 400 * era + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

/// Days from 1970-01-01 to a date; `None` before 1970 or for a month that there is not.
fn days_until(year: u64, month: u64, day: u64) -> Option<u64> {
    if year < 1970 || !(1..=12).contains(&month) {
        return None;
    }
    let year = year - u64::from(month <= 2);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day.checked_sub(1)?;
    let year_of_era = year % 400;
    let day_of_era = 365 * year_of_era + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (year / 400 * DAYS_AN_ERA + day_of_era).checked_sub(DAYS_BEFORE_1970)
}

const DAYS_AN_ERA: u64 = 146_097;

/// From 0000-03-01 to 1970-01-01.
const DAYS_BEFORE_1970: u64 = 719_468;
