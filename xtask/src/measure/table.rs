//! Figures and their goals.

/// Whether a figure is within its goal, as the tables say it.
pub(super) fn verdict(figure: f64, at_most: f64) -> &'static str {
    if figure <= at_most { "met" } else { "missed" }
}

/// The middle one; of an even number, the upper one of both.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
