//! Units of values that belong to an interval: what a value counts, and for how long.

use crate::texts::Texts;

/// What a value says of its interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Number of what happened in it.
    Sum,
    /// Mean of it.
    Mean,
    /// State at one moment of it.
    Sample,
}

/// Returns a unit with the length of the interval that a value belongs to.
pub(crate) fn unit(t: &Texts, name: &str, measure: Measure, interval: i64) -> String {
    let text = match measure {
        Measure::Sum => t.sum_of,
        Measure::Mean => t.mean_of,
        Measure::Sample => t.sample_of,
    };
    let text = text.replace("{length}", &length(t, interval));
    text.replace("{unit}", name)
}

/// Returns a unit of which only the largest value of a longer time is shown.
pub(crate) fn largest(t: &Texts, unit: &str, step: i64) -> String {
    let text = t.largest_of.replace("{length}", &length(t, step));
    text.replace("{unit}", unit)
}

/// Returns a length of time in the largest unit of which it is a whole number.
fn length(t: &Texts, milliseconds: i64) -> String {
    let lengths = [86_400_000, 3_600_000, 60_000, 1000, 1].into_iter();
    let mut lengths = lengths.zip(t.lengths);
    let found = lengths.find(|(length, _)| milliseconds % length == 0);
    let (length, name) = found.unwrap_or((1, t.lengths[4]));
    format!("{} {name}", milliseconds / length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_say_the_length_of_the_interval() {
        let t = Texts::english();
        for (measure, interval, expected) in [
            (Measure::Sum, 60_000, "messages per 1 min"),
            (Measure::Sum, 90_000, "messages per 90 s"),
            (Measure::Mean, 1500, "messages averaged over 1500 ms"),
            (Measure::Sample, 86_400_000, "messages every 1 d"),
        ] {
            assert_eq!(unit(t, "messages", measure, interval), expected);
        }
        let sum = unit(t, "messages", Measure::Sum, 60_000);
        let expected = "messages per 1 min, largest of 2 h";
        assert_eq!(largest(t, &sum, 7_200_000), expected);
    }
}
