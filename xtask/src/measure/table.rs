//! Compares figures with their goals.

/// Returns the word that tables show for a figure within or above its goal.
pub(super) fn verdict(figure: f64, at_most: f64) -> &'static str {
    if figure <= at_most { "met" } else { "missed" }
}

/// Returns the median; for an even number of values, the upper of the two in the middle.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
