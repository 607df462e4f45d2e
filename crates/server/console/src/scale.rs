//! Axis of a chart: a round largest value, and marks between.

/// Largest number of steps between marks.
const STEPS: f64 = 5.0;

/// Returns the values of the marks, the first of them 0, the last not less than `largest`.
///
/// Whole numbers are enough for marks unless all values are below 1.
pub(crate) fn marks(largest: f64) -> Vec<f64> {
    if largest <= 0.0 {
        return vec![0.0, 1.0];
    }
    let power = 10_f64.powf((largest / STEPS).log10().floor());
    let round = [1.0, 2.0, 2.5, 5.0, 10.0];
    let is_enough = |step: &f64| step * power * STEPS >= largest;
    let step = round.into_iter().find(is_enough).unwrap_or(10.0) * power;
    let step = if largest >= 1.0 { step.max(1.0) } else { step };
    let mut marks = vec![0.0];
    while marks.last().is_some_and(|mark| *mark < largest) {
        marks.push(marks.len() as f64 * step);
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_reach_the_largest_value() {
        for (largest, last) in [
            (0.0, 1.0),
            (0.9, 1.0),
            (1.0, 1.0),
            (1.5, 2.0),
            (3.0, 3.0),
            (7.0, 8.0),
            (22.0, 25.0),
            (50.0, 50.0),
            (97.0, 100.0),
            (12_345.0, 12_500.0),
        ] {
            let marks = marks(largest);
            assert!(marks.len() <= 6, "{largest}: {marks:?}");
            assert_eq!(marks.last(), Some(&last), "{largest}");
        }
    }
}
