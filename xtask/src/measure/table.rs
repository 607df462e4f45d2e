//! Compares figures with each other and with their goals.

use std::fmt::{self, Display};

/// Returns the word that tables show for a figure within or above its goal.
pub(super) fn verdict(figure: f64, at_most: f64) -> &'static str {
    if figure <= at_most { "met" } else { "missed" }
}

/// Figures of several rounds. It is shown as their median and range.
pub(super) struct Rounds(Vec<f64>);

impl Rounds {
    /// Divides each round's figure by the other's of the same round.
    pub(super) fn ratio(&self, other: &Self) -> Self {
        let pairs = self.0.iter().zip(&other.0);
        pairs.map(|(figure, other)| figure / other).collect()
    }

    /// Returns the median, which ignores rounds that were disturbed.
    pub(super) fn median(&self) -> f64 {
        median(self.0.clone())
    }
}

impl FromIterator<f64> for Rounds {
    fn from_iter<I: IntoIterator<Item = f64>>(figures: I) -> Self {
        Self(figures.into_iter().collect())
    }
}

impl Display for Rounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(2);
        let least = self.0.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.0.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let text = format!(
            "{:.digits$} ({least:.digits$} to {most:.digits$})",
            self.median()
        );
        write!(f, "{text:>width$}", width = f.width().unwrap_or(0))
    }
}

/// Returns the median; for an even number of values, the upper of the two in the middle.
pub(super) fn median(values: Vec<f64>) -> f64 {
    percentile(values, 0.5)
}

/// Returns the value that 99 % of all values do not exceed.
pub(super) fn p99(values: Vec<f64>) -> f64 {
    percentile(values, 0.99)
}

fn percentile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let at = (values.len() as f64 * share) as usize;
    values.get(at).copied().unwrap_or(f64::NAN)
}
