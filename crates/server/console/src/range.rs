//! Ranges of time that charts show, up to now.

use pop_explorer::Guest;

use crate::view::now;

/// Ranges with their labels.
const RANGES: [(i64, &str); 4] = [(15, "15 min"), (60, "1 h"), (180, "3 h"), (720, "12 h")];

/// Range of a fresh page, in minutes.
const FIRST: i64 = 60;

/// Range of a chart.
pub(crate) struct Range {
    /// Length in minutes.
    pub(crate) minutes: i64,
    /// Begin in milliseconds since 1970.
    pub(crate) begin: i64,
    /// End in milliseconds since 1970.
    pub(crate) end: i64,
}

/// Range to choose.
pub(crate) struct Choice {
    pub(crate) minutes: i64,
    pub(crate) label: &'static str,
    pub(crate) is_chosen: bool,
}

impl Range {
    /// Returns the range that a query chooses.
    pub(crate) fn chosen(guest: &Guest) -> Self {
        let minutes = guest.parameter("minutes");
        let minutes = minutes.and_then(|minutes| minutes.parse().ok());
        let is_known = |minutes: &i64| RANGES.iter().any(|(known, _)| known == minutes);
        let minutes = minutes.filter(is_known).unwrap_or(FIRST);
        let end = now();
        Self {
            minutes,
            begin: end - minutes * 60_000,
            end,
        }
    }

    /// Returns the query that chooses this range.
    pub(crate) fn query(&self) -> String {
        format!("minutes={}", self.minutes)
    }

    /// Returns the fields of a form that choose this range.
    pub(crate) fn fields(&self) -> Vec<(&'static str, String)> {
        vec![("minutes", self.minutes.to_string())]
    }

    /// Returns all ranges.
    pub(crate) fn choices(&self) -> Vec<Choice> {
        let choice = |(minutes, label)| Choice {
            minutes,
            label,
            is_chosen: minutes == self.minutes,
        };
        RANGES.into_iter().map(choice).collect()
    }
}
