//! Values as people read them, and templates as text.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use askama::Template;

/// Returns what a template shows.
pub(crate) fn render(template: &impl Template) -> String {
    template.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a page cannot be shown");
        String::new()
    })
}

/// Returns a time in milliseconds since 1970 as date and time in UTC.
pub(crate) fn time(milliseconds: i64) -> String {
    let since = Duration::from_millis(milliseconds.try_into().unwrap_or_default());
    let time = UNIX_EPOCH.checked_add(since).unwrap_or(UNIX_EPOCH);
    let text = humantime::format_rfc3339_seconds(time).to_string();
    text.replace('T', " ").replace('Z', " UTC")
}

/// Returns the time now in milliseconds since 1970.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let since = since.unwrap_or_default().as_millis();
    i64::try_from(since).unwrap_or(i64::MAX)
}

/// Returns a number with at most two decimals and with thousands apart.
pub(crate) fn number(value: f64) -> String {
    let rounded = format!("{:.2}", value.abs());
    let (whole, decimals) = rounded.split_once('.').unwrap_or((&rounded, ""));
    let mut text = String::from(if value < 0.0 { "-" } else { "" });
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    let decimals = decimals.trim_end_matches('0');
    if !decimals.is_empty() {
        text.extend([".", decimals]);
    }
    text
}

/// Returns a size in bytes with a unit.
pub(crate) fn bytes(size: u64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let (mut value, mut unit) = (size as f64, 0);
    while value >= 1024.0 && unit + 1 < units.len() {
        value /= 1024.0;
        unit += 1;
    }
    let digits = if value < 10.0 { 10.0 } else { 1.0 };
    let rounded = (value * digits).round() / digits;
    format!("{}\u{202f}{}", number(rounded), units[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_are_readable() {
        for (value, text) in [
            (0.0, "0"),
            (0.5, "0.5"),
            (1234.567, "1\u{202f}234.57"),
            (999.999, "1\u{202f}000"),
            (-1_000_000.0, "-1\u{202f}000\u{202f}000"),
        ] {
            assert_eq!(number(value), text);
        }
        for (size, text) in [
            (0, "0\u{202f}B"),
            (1023, "1\u{202f}023\u{202f}B"),
            (1536, "1.5\u{202f}KiB"),
            (20 << 20, "20\u{202f}MiB"),
            (u64::MAX, "16\u{202f}777\u{202f}216\u{202f}TiB"),
        ] {
            assert_eq!(bytes(size), text);
        }
        assert_eq!(time(1_589_788_800_000), "2020-05-18 08:00:00 UTC");
        assert_eq!(time(-1), "1970-01-01 00:00:00 UTC");
    }
}
