//! Draws charts in a terminal.

use std::fmt::Write;

use crate::screen::{harmless, width};
use crate::time;

/// Height of a chart in lines.
const HEIGHT: usize = 8;

/// Blocks that fill from zero to eight eighths of a line.
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Values over time.
#[derive(Clone, Debug)]
pub struct Chart<'a> {
    /// Title and units, shown above the chart.
    pub texts: Vec<&'a str>,
    /// Times and values.
    pub points: Vec<(i64, f64)>,
}

impl Chart<'_> {
    /// Draws the chart in `columns` columns; returns `None` if it has no values or does not fit.
    pub fn draw(&self, columns: usize) -> Option<String> {
        let mut points = self.points.clone();
        points.retain(|(_, value)| value.is_finite());
        points.sort_by_key(|(time, _)| *time);
        let (first, last) = (points.first()?.0, points.last()?.0);
        let values = || points.iter().map(|(_, value)| *value);
        let least = values().fold(f64::INFINITY, f64::min);
        let greatest = values().fold(f64::NEG_INFINITY, f64::max);
        let (bottom, top) = (least.min(0.0), greatest.max(0.0));
        let labels = [label(top), label(bottom)];
        let margin = labels.iter().map(|label| width(label)).max()?;
        let room = columns.checked_sub(margin + " ┤".chars().count())?;
        let bars = bars(&points, room)?;
        let scale = |value: f64| {
            if top > bottom {
                ((value - bottom) / (top - bottom) * (HEIGHT * 8) as f64).round() as usize
            } else {
                0
            }
        };

        let mut out = format!("{}\n\n", harmless(&self.texts.join(" · ")));
        for line in (0..HEIGHT).rev() {
            let (label, axis) = match line {
                0 => (labels[1].as_str(), '┤'),
                line if line == HEIGHT - 1 => (labels[0].as_str(), '┤'),
                _ => ("", '│'),
            };
            let _ = write!(out, "{label:>margin$} {axis}");
            let blocks = bars.iter().map(|bar| match bar {
                Some(value) => {
                    let filled = scale(*value).saturating_sub(line * 8).min(8);
                    // Even the smallest value must be visible.
                    BLOCKS[filled.max(usize::from(line == 0))]
                }
                None => ' ',
            });
            let blocks: String = blocks.collect();
            out.push_str(blocks.trim_end());
            out.push('\n');
        }
        let times = [first, last].map(|time| time::show(time).unwrap_or_default());
        let between = bars
            .len()
            .saturating_sub(width(&times[0]) + width(&times[1]));
        let indent = margin + 2;
        let _ = match between {
            _ if first == last => writeln!(out, "{:indent$}{}", "", times[0]),
            0 => writeln!(out, "{:indent$}{} – {}", "", times[0], times[1]),
            _ => writeln!(out, "{:indent$}{}{:between$}{}", "", times[0], "", times[1]),
        };
        let count = points.len();
        let _ = writeln!(
            out,
            "\n{count} points, {} to {}",
            label(least),
            label(greatest)
        );
        Some(out)
    }
}

/// Returns the greatest value of each column, or `None` for a column without points.
fn bars(points: &[(i64, f64)], room: usize) -> Option<Vec<Option<f64>>> {
    let (first, last) = (points.first()?.0, points.last()?.0);
    let steps = points.windows(2).map(|pair| pair[1].0.abs_diff(pair[0].0));
    let step = steps.filter(|step| *step > 0).min().unwrap_or(1);
    let span = last.abs_diff(first);
    let wanted = usize::try_from(span / step).unwrap_or(usize::MAX);
    let count = wanted.saturating_add(1).min(room);
    let mut bars = vec![None::<f64>; count];
    for (time, value) in points {
        let past = u128::from(time.abs_diff(first)) * count as u128;
        let column = past / (u128::from(span) + u128::from(step));
        let bar = bars.get_mut(usize::try_from(column).ok()?)?;
        *bar = Some(bar.map_or(*value, |other| other.max(*value)));
    }
    Some(bars)
}

/// Formats a number with as many digits as an axis needs.
fn label(value: f64) -> String {
    const LONG: f64 = 1e9;
    if value.abs() >= LONG {
        return format!("{value:.2e}");
    }
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One point per minute, starting at 2020-05-18T08:00:00Z.
    fn chart(values: &[f64]) -> Chart<'static> {
        let minutes = (0..).map(|minute| 1_589_788_800_000 + minute * 60_000);
        Chart {
            texts: vec!["设备", "台"],
            points: minutes.zip(values.iter().copied()).collect(),
        }
    }

    #[test]
    fn each_point_is_a_bar_and_a_missing_one_is_a_gap() {
        let mut chart = chart(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 0.5]);
        chart.points.remove(4);
        let expected = "\
设备 · 台

8 ┤        █
  │       ██
  │      ███
  │     ████
  │     ████
  │   █ ████
  │  ██ ████
0 ┤▁███ ████▄
   2020-05-18T08:00:00Z – 2020-05-18T08:09:00Z

9 points, 0 to 8
";
        let drawn = chart.draw(80).expect("the chart has points and fits");
        assert_eq!(drawn, expected);
    }

    #[test]
    fn a_column_shows_its_greatest_point_and_no_line_is_too_wide() {
        let mut values = vec![1.0; 1440];
        values[720] = 1234.5;
        let drawn = chart(&values)
            .draw(80)
            .expect("the chart has points and fits");
        assert!(drawn.contains("1234.5 ┤"), "{drawn}");
        assert_eq!(drawn.matches('█').count(), HEIGHT, "{drawn}");
        assert!(drawn.lines().all(|line| width(line) <= 80), "{drawn}");
    }

    #[test]
    fn a_chart_without_values_or_space_is_not_drawn() {
        assert_eq!(chart(&[]).draw(80), None);
        assert_eq!(chart(&[f64::NAN]).draw(80), None);
        assert_eq!(chart(&[1.0]).draw(2), None);
    }

    #[test]
    fn equal_times_and_extreme_values_can_be_drawn() {
        let point = |time, value| (time, value);
        let chart = Chart {
            texts: Vec::new(),
            points: vec![
                point(i64::MIN, -1.0),
                point(i64::MAX, f64::MAX),
                point(0, 0.0),
                point(0, 1.0),
            ],
        };
        assert!(chart.draw(80).is_some());
    }
}
