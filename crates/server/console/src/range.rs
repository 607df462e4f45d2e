//! Ranges of time that charts show.

use std::time::UNIX_EPOCH;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use pop_explorer::Guest;

use crate::texts::{RANGES, texts};
use crate::view::{now, time};

const MINUTE: i64 = 60_000;

/// Range of a fresh page, in minutes.
const FIRST: i64 = 60;

/// Longest range in milliseconds: as many days as a month may have.
const LONGEST: i64 = 31 * 24 * 60 * MINUTE;

/// Field of a form, or parameter of a query.
pub(crate) type Field = (&'static str, String);

/// Range of a chart.
#[derive(Clone, Copy)]
pub(crate) struct Range {
    /// Begin in milliseconds since 1970.
    pub(crate) begin: i64,
    /// End in milliseconds since 1970.
    pub(crate) end: i64,
    /// Length in minutes if it is one of those that end now.
    minutes: Option<i64>,
}

/// Range to choose.
pub(crate) struct Choice {
    pub(crate) query: String,
    pub(crate) label: &'static str,
    pub(crate) is_chosen: bool,
}

/// Part of a page that chooses the range of its chart.
pub(crate) struct Period {
    pub(crate) choices: Vec<Choice>,
    /// Begin and end as fields show them.
    pub(crate) from: String,
    pub(crate) to: String,
    /// Fields of the page beside the range.
    pub(crate) others: Vec<Field>,
}

impl Range {
    /// Returns the range that a query chooses.
    pub(crate) fn chosen(guest: &Guest) -> Self {
        let time = |name| guest.parameter(name).and_then(read);
        if let (Some(begin), Some(end)) = (time("from"), time("to"))
            && let Some(range) = Self::between(begin, end, now())
        {
            return range;
        }
        let minutes = guest.parameter("minutes");
        let minutes = minutes.and_then(|minutes| minutes.parse().ok());
        let is_known = |minutes: &i64| RANGES.contains(minutes);
        let minutes = minutes.filter(is_known).unwrap_or(FIRST);
        let end = now();
        Self {
            minutes: Some(minutes),
            begin: end - minutes * MINUTE,
            end,
        }
    }

    /// Returns a range of at most [`LONGEST`]. `None` if it ends before it begins.
    fn between(begin: i64, end: i64, now: i64) -> Option<Self> {
        let end = end.min(now);
        (begin < end).then(|| Self {
            begin: begin.max(end - LONGEST),
            end,
            minutes: None,
        })
    }

    #[cfg(test)]
    pub(crate) fn of(begin: i64, end: i64) -> Self {
        Self {
            begin,
            end,
            minutes: None,
        }
    }

    /// Returns the fields of a form that choose this range.
    pub(crate) fn fields(&self) -> Vec<Field> {
        match self.minutes {
            Some(minutes) => vec![("minutes", minutes.to_string())],
            None => vec![("from", written(self.begin)), ("to", written(self.end))],
        }
    }

    /// Returns what chooses the range on a page that has other fields, too.
    pub(crate) fn period(&self, guest: &Guest, others: Vec<Field>) -> Period {
        let labels = texts(guest).range_labels.into_iter();
        let choice = |(minutes, label): (i64, &'static str)| {
            let mut fields = others.clone();
            fields.push(("minutes", minutes.to_string()));
            Choice {
                query: query(&fields),
                label,
                is_chosen: self.minutes == Some(minutes),
            }
        };
        Period {
            choices: RANGES.into_iter().zip(labels).map(choice).collect(),
            from: written(self.begin),
            to: written(self.end),
            others,
        }
    }
}

/// Returns fields as the query of an address.
pub(crate) fn query(fields: &[Field]) -> String {
    let pair =
        |(name, value): &Field| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC));
    let pairs: Vec<_> = fields.iter().map(pair).collect();
    pairs.join("&")
}

/// Reads a time in UTC as the field of a form has it, such as `2026-05-18T08:00`.
fn read(text: &str) -> Option<i64> {
    let seconds = if text.len() == "2026-05-18T08:00".len() {
        ":00"
    } else {
        ""
    };
    let time = humantime::parse_rfc3339_weak(&format!("{text}{seconds}")).ok()?;
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok()
}

/// Returns a time in UTC for the field of a form.
fn written(milliseconds: i64) -> String {
    let text = time(milliseconds).replacen(' ', "T", 1);
    text.get(..16).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_forms_are_utc() {
        let time = 1_589_788_800_000;
        assert_eq!(written(time), "2020-05-18T08:00");
        for text in [
            "2020-05-18T08:00",
            "2020-05-18T08:00:00",
            "2020-05-18 08:00:00Z",
        ] {
            assert_eq!(read(text), Some(time), "{text}");
        }
        for text in [
            "",
            "now",
            "2020-05-18",
            "2020-13-18T08:00",
            "1969-12-31T08:00",
            "９020-05-18T08:00",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_range_ends_now_and_is_not_longer_than_a_month() {
        let between = |begin, end| {
            let range = Range::between(begin, end, 2 * LONGEST)?;
            Some((range.begin, range.end))
        };
        assert_eq!(between(1, 5), Some((1, 5)));
        assert_eq!(between(5, 5), None);
        assert_eq!(between(1, LONGEST + 9), Some((9, LONGEST + 9)));
        assert_eq!(between(1, i64::MAX), Some((LONGEST, 2 * LONGEST)));
        assert_eq!(between(2 * LONGEST, i64::MAX), None);
    }
}
