//! Charts as SVG, whose colors come from the style sheet, so that they follow light and dark.

use askama::Template;
use ons_mqtt_models::{StatsChart, StatsData};

use crate::scale::marks;
use crate::view::{number, render, time};

const WIDTH: f64 = 800.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 30.0;

/// Labels of the horizontal axis.
const LABELS: usize = 5;

/// Largest number of values that a chart shows apart.
const VALUES: usize = 720;

/// Curve over a period.
#[derive(Template)]
#[template(path = "chart.html")]
struct Chart<'a> {
    title: &'a str,
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    line: String,
    area: String,
    rows: Vec<Mark>,
    columns: Vec<Mark>,
    points: Vec<Point>,
}

/// A label with its place.
struct Mark {
    at: String,
    text: String,
}

/// A value under the pointer.
struct Point {
    x: String,
    y: String,
    text: String,
}

/// Returns a chart of the values from `begin` to `end`, both in milliseconds since 1970.
pub(crate) fn svg(chart: &StatsChart, title: &str, begin: i64, end: i64) -> String {
    let values = peaks(chart);
    let largest = values.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let rows = marks(largest);
    let top = rows.last().copied().unwrap_or(1.0);
    let (begin, end) = (begin as f64, (end as f64).max(begin as f64 + 1.0));
    let right = WIDTH - RIGHT;
    let bottom = HEIGHT - BOTTOM;
    let x = |at: f64| LEFT + (at - begin) / (end - begin) * (right - LEFT);
    let y = |value: f64| bottom - value / top * (bottom - TOP);
    let points = values.iter().map(|(at, value)| Point {
        x: place(x(*at as f64)),
        y: place(y(*value)),
        text: format!("{} · {}", time(*at), number(*value)),
    });
    let points: Vec<Point> = points.collect();
    let path: Vec<String> = points
        .iter()
        .map(|it| format!("{},{}", it.x, it.y))
        .collect();
    let line = path.join(" ");
    let area = match (points.first(), points.last()) {
        (Some(first), Some(last)) => {
            let bottom = place(bottom);
            format!("{},{bottom} {line} {},{bottom}", first.x, last.x)
        }
        _ => String::new(),
    };
    let column = |number: usize| {
        let at = begin + (end - begin) * number as f64 / (LABELS - 1) as f64;
        let text = time(at as i64);
        Mark {
            at: place(x(at)),
            // Hours and minutes.
            text: text.get(11..16).unwrap_or_default().to_owned(),
        }
    };
    render(&Chart {
        title,
        width: WIDTH,
        height: HEIGHT,
        left: LEFT,
        right,
        line,
        area,
        rows: rows
            .iter()
            .map(|value| Mark {
                at: place(y(*value)),
                text: number(*value),
            })
            .collect(),
        columns: (0..LABELS).map(column).collect(),
        points,
    })
}

/// Returns the values of a chart; of several that are too close, the largest.
fn peaks(chart: &StatsChart) -> Vec<(i64, f64)> {
    let together = chart.records.len().div_ceil(VALUES).max(1);
    let parts = chart.records.chunks(together);
    let largest = |part: &[StatsData]| {
        let points = part.iter().map(|point| (point.x, point.y));
        points.max_by(|one, other| one.1.total_cmp(&other.1))
    };
    parts.filter_map(largest).collect()
}

fn place(at: f64) -> String {
    format!("{at:.1}")
}
