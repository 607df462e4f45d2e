//! Charts as SVG. On a page, colors come from the style sheet, so that they follow light and dark.

use std::collections::BTreeMap;

use askama::Template;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use ons_mqtt_models::StatsChart;
use pop_explorer::Failed;

use crate::range::Range;
use crate::scale::marks;
use crate::status::Trend;
use crate::texts::Texts;
use crate::unit::{Measure, largest, unit};
use crate::view::{number, render, time};

const WIDTH: f64 = 800.0;
const HEIGHT: f64 = 276.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 24.0;
/// Room for the unit above the axis.
const TOP: f64 = 28.0;
const BOTTOM: f64 = 30.0;

/// Height of the title in a file.
const TITLE: f64 = 40.0;

/// Labels of the horizontal axis.
const LABELS: usize = 5;

/// Largest number of times that a chart shows apart: about every other pixel of a wide screen, and as many steps of two hours as
/// a month touches.
pub(crate) const COLUMNS: usize = 361;

/// Days that are asked for at once: as many as the database reads at once.
const AT_ONCE: usize = 4;

/// Longest range in milliseconds whose labels are times of day.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// Values of one kind over time.
pub(crate) struct Series {
    /// Name beside others; empty if it is the only one.
    pub(crate) name: String,
    /// Its values.
    pub(crate) chart: StatsChart,
}

/// What an action says about its values.
pub(crate) struct About {
    /// Title of the answer.
    pub(crate) title: String,
    /// Unit of the answer.
    pub(crate) unit: String,
    pub(crate) measure: Measure,
    /// Length of the interval of a value in milliseconds.
    pub(crate) interval: i64,
}

/// Values of several kinds at each time; where one has none, it is 0.
pub(crate) struct Rows {
    about: About,
    /// Names of the kinds.
    pub(crate) names: Vec<String>,
    /// Sum of the values of each kind.
    pub(crate) totals: Vec<f64>,
    /// Largest value of all kinds together.
    pub(crate) largest: f64,
    /// Length of time of which a value is the largest; that of an interval if it is the only one.
    step: i64,
    values: Vec<(i64, Vec<f64>)>,
}

#[derive(Template)]
#[template(path = "chart.html")]
struct Chart<'a> {
    t: &'static Texts,
    /// `true` in a file of its own.
    is_file: bool,
    title: &'a str,
    unit: String,
    names: Vec<Mark>,
    begin: i64,
    end: i64,
    above: f64,
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    curves: Vec<Curve>,
    rows: Vec<Mark>,
    labels: Vec<Mark>,
    columns: Vec<Column>,
}

/// A chart on a page, with title and unit in the language of the page.
pub(crate) struct Drawn {
    pub(crate) title: String,
    pub(crate) unit: String,
    pub(crate) svg: String,
}

/// A label with its place.
struct Mark {
    at: String,
    text: String,
}

struct Curve {
    line: String,
    area: String,
}

/// Values under the pointer.
struct Column {
    begin: String,
    width: String,
    x: String,
    ys: String,
    text: String,
}

impl About {
    /// Returns what a value counts, and for how long.
    pub(crate) fn unit(&self, t: &Texts) -> String {
        unit(t, (t.title)(&self.unit), self.measure, self.interval)
    }
}

impl Rows {
    /// Returns values of all intervals.
    pub(crate) fn of(series: Vec<Series>, measure: Measure, interval: i64) -> Self {
        let (mut names, mut rows) = (Vec::new(), BTreeMap::new());
        let (mut title, mut unit) = (String::new(), String::new());
        for (number, series) in series.into_iter().enumerate() {
            names.push(series.name);
            // All series answer the same question.
            (title, unit) = (series.chart.title, series.chart.y_unit);
            for point in series.chart.records {
                let row: &mut Vec<f64> = rows.entry(point.x).or_default();
                row.resize(number, 0.0);
                row.push(point.y);
            }
        }
        for row in rows.values_mut() {
            row.resize(names.len(), 0.0);
        }
        let total = |number: usize| rows.values().map(|row| row[number]).sum();
        let sums = rows.values().map(|row| row.iter().sum());
        Self {
            totals: (0..names.len()).map(total).collect(),
            largest: sums.fold(0.0, f64::max),
            values: rows.into_iter().collect(),
            step: interval,
            about: About {
                title,
                unit,
                measure,
                interval,
            },
            names,
        }
    }

    /// Returns values of which each is the largest of a longer time.
    pub(crate) fn of_trend(names: Vec<String>, about: About, trend: Trend) -> Self {
        let values = trend.points.into_iter().map(|point| {
            let mut values = point.values;
            values.resize(names.len(), 0.0);
            (point.time, values)
        });
        let mut totals = trend.totals;
        totals.resize(names.len(), 0.0);
        Self {
            totals,
            largest: trend.largest,
            step: trend.step.max(about.interval),
            values: values.collect(),
            about,
            names,
        }
    }

    /// Returns what a value counts, and for how long.
    pub(crate) fn unit(&self, t: &Texts) -> String {
        self.about.unit(t)
    }

    /// Returns each time with the values at that time.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (i64, &[f64])> + Clone {
        let rows = self.values.iter();
        rows.map(|(time, values)| (*time, values.as_slice()))
    }

    /// Returns the largest values of times that are too close to be shown apart, each with the
    /// first of these times; and the length of time of each.
    fn peaks(&self) -> (Vec<(i64, Vec<f64>)>, i64) {
        let together = self.values.len().div_ceil(COLUMNS).max(1);
        let mut peaks: Vec<(i64, Vec<f64>)> = Vec::new();
        for (number, (time, values)) in self.iter().enumerate() {
            match peaks.last_mut() {
                Some((_, largest)) if number % together > 0 => {
                    for (largest, value) in largest.iter_mut().zip(values) {
                        *largest = largest.max(*value);
                    }
                }
                _ => peaks.push((time, values.to_vec())),
            }
        }
        let together = i64::try_from(together).unwrap_or(i64::MAX);
        (peaks, self.step.saturating_mul(together))
    }
}

/// Returns a chart for a page.
pub(crate) fn on_page(t: &'static Texts, range: &Range, rows: &Rows) -> Drawn {
    let title = (t.title)(&rows.about.title);
    Drawn {
        svg: chart(t, title, range, rows, false),
        title: title.to_owned(),
        unit: rows.unit(t),
    }
}

/// Returns a chart of something as a file of its own.
pub(crate) fn as_file(t: &'static Texts, of: &str, range: &Range, rows: &Rows) -> String {
    let title = (t.title)(&rows.about.title);
    chart(t, &format!("{of} · {title}"), range, rows, true)
}

/// Returns the chart of several days, which are asked for a few at a time.
///
/// # Errors
///
/// The first day that fails.
pub(crate) async fn joined<F>(days: impl IntoIterator<Item = F>) -> Result<StatsChart, Failed>
where
    F: Future<Output = Result<StatsChart, Failed>>,
{
    let mut answers = stream::iter(days).buffered(AT_ONCE);
    let mut chart = StatsChart::default();
    while let Some(day) = answers.try_next().await? {
        chart.records.extend(day.records);
        (chart.title, chart.y_unit) = (day.title, day.y_unit);
    }
    Ok(chart)
}

fn chart(t: &'static Texts, title: &str, range: &Range, rows: &Rows, is_file: bool) -> String {
    let names = &rows.names;
    let (peaks, step) = rows.peaks();
    let unit = rows.unit(t);
    let is_largest = step > rows.about.interval;
    let values = peaks.iter().flat_map(|(_, values)| values);
    let marks = marks(values.copied().fold(0.0, f64::max));
    let top = marks.last().copied().unwrap_or(1.0);
    let (begin, end) = (range.begin as f64, range.end.max(range.begin + 1) as f64);
    let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
    // The first interval may begin before the range.
    let x = |at: f64| LEFT + (at - begin).max(0.0) / (end - begin) * (right - LEFT);
    let y = |value: f64| bottom - value / top * (bottom - TOP);
    let curve = |number: usize| {
        let points = peaks.iter();
        let points = points.map(|(at, values)| (place(x(*at as f64)), place(y(values[number]))));
        let points: Vec<_> = points.collect();
        let path: Vec<_> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
        let line = path.join(" ");
        let area = match (points.first(), points.last()) {
            (Some((first, _)), Some((last, _))) => {
                let bottom = place(bottom);
                format!("{first},{bottom} {line} {last},{bottom}")
            }
            _ => String::new(),
        };
        Curve { line, area }
    };
    let label = |number: usize| {
        let at = begin + (end - begin) * number as f64 / (LABELS - 1) as f64;
        let text = time(at as i64);
        // The time of day, or the day.
        let part = if range.end - range.begin > DAY {
            5..10
        } else {
            11..16
        };
        Mark {
            at: place(x(at)),
            text: text.get(part).unwrap_or_default().to_owned(),
        }
    };
    let mut name_at = LEFT;
    let name = |name: &String| {
        let at = place(name_at);
        // About the width of the text.
        name_at += 32.0 + 8.0 * name.chars().count() as f64;
        Mark {
            at,
            text: name.clone(),
        }
    };
    render(&Chart {
        t,
        is_file,
        title,
        unit: match is_largest {
            true => largest(t, &unit, step),
            false => unit.clone(),
        },
        begin: range.begin,
        end: range.end,
        above: if is_file { TITLE } else { 0.0 },
        width: WIDTH,
        height: HEIGHT,
        left: LEFT,
        right,
        top: TOP,
        bottom,
        curves: (0..names.len()).map(curve).collect(),
        rows: marks
            .iter()
            .map(|value| Mark {
                at: place(y(*value)),
                text: number(*value),
            })
            .collect(),
        labels: (0..LABELS).map(label).collect(),
        columns: columns(
            &peaks,
            is_largest.then_some(step),
            range.end,
            names,
            &unit,
            x,
            y,
        ),
        names: names.iter().filter(|it| !it.is_empty()).map(name).collect(),
    })
}

/// Returns the values at each time, each with the room that is nearer to it than to others; `step` is the length of time of which
/// they are the largest, if there is one, and `last` is the end of the range.
fn columns(
    peaks: &[(i64, Vec<f64>)],
    step: Option<i64>,
    last: i64,
    names: &[String],
    unit: &str,
    x: impl Fn(f64) -> f64,
    y: impl Fn(f64) -> f64,
) -> Vec<Column> {
    let middle = |one: i64, other: i64| x((one as f64 + other as f64) / 2.0);
    let column = |(index, (at, values)): (usize, &(i64, Vec<f64>))| {
        let before = index.checked_sub(1).and_then(|before| peaks.get(before));
        let begin = before.map_or(LEFT, |(before, _)| middle(*before, *at));
        let after = peaks.get(index + 1);
        let end = after.map_or(WIDTH - RIGHT, |(after, _)| middle(*at, *after));
        let until = step.map(|step| (at + step).min(after.map_or(last, |(after, _)| *after)));
        let texts = names.iter().zip(values).map(|(name, value)| {
            let space = if name.is_empty() { "" } else { " " };
            format!("{name}{space}{}", number(*value))
        });
        let texts: Vec<_> = texts.collect();
        let ys: Vec<_> = values.iter().map(|value| place(y(*value))).collect();
        Column {
            begin: place(begin),
            width: place((end - begin).max(0.1)),
            x: place(x(*at as f64)),
            ys: ys.join(" "),
            text: format!("{} · {} {unit}", moment(*at, until), texts.join(" · ")),
        }
    };
    peaks.iter().enumerate().map(column).collect()
}

/// Returns a time, or a span of time if it has an end.
fn moment(begin: i64, end: Option<i64>) -> String {
    let Some(end) = end else {
        return time(begin);
    };
    let is_minutes = [begin, end].iter().all(|at| at % 60_000 == 0);
    let length = if is_minutes { 16 } else { 19 };
    let part = |at, from| {
        let text = time(at);
        text.get(from..length).unwrap_or_default().to_owned()
    };
    format!("{}–{} UTC", part(begin, 0), part(end, 11))
}

fn place(at: f64) -> String {
    format!("{at:.1}")
}

#[cfg(test)]
mod tests {
    use ons_mqtt_models::StatsData;

    use super::*;

    fn series(name: &str, values: impl IntoIterator<Item = (i64, f64)>) -> Series {
        let records = values.into_iter().map(|(x, y)| StatsData::new(x, y));
        let mut chart = StatsChart::default();
        chart.records = records.collect();
        chart.y_unit = "条".to_owned();
        Series {
            name: name.to_owned(),
            chart,
        }
    }

    #[test]
    fn kinds_without_a_value_at_a_time_are_zero() {
        let all = [
            series("a", [(1, 1.0), (3, 3.0)]),
            series("b", []),
            series("c", [(2, 5.0), (3, 6.0)]),
        ];
        let rows = Rows::of(all.into(), Measure::Sum, 1);
        assert_eq!(
            (rows.totals.as_slice(), rows.largest),
            (&[4.0, 0.0, 11.0][..], 9.0)
        );
        let rows: Vec<_> = rows.iter().collect();
        assert_eq!(
            rows,
            [
                (1, &[1.0, 0.0, 0.0][..]),
                (2, &[0.0, 0.0, 5.0]),
                (3, &[3.0, 0.0, 6.0])
            ]
        );
    }

    #[test]
    fn a_chart_of_a_month_is_small() {
        let minutes = |add: f64| (0..43_200).map(move |at| (at * 60_000, at as f64 + add));
        let all = [0.0, 1.0, 2.0].map(|add| series("QoS 0", minutes(add)));
        let range = Range::of(0, 43_200 * 60_000);
        let texts = Texts::english();
        let rows = Rows::of(all.into(), Measure::Sum, 60_000);
        let svg = on_page(texts, &range, &rows).svg;
        assert!(svg.len() < 95_000, "{}", svg.len());
        assert!(as_file(texts, "Messages", &range, &rows).len() < svg.len());
    }

    #[test]
    fn values_that_are_too_close_show_the_largest() {
        let many = (0..10_000).map(|at| (at, (at % 50) as f64));
        let rows = |series| Rows::of(vec![series], Measure::Sum, 1);
        let (peaks, step) = rows(series("", many)).peaks();
        assert!(peaks.len() <= COLUMNS, "{}", peaks.len());
        assert_eq!(step, 28);
        assert!(peaks.iter().skip(1).any(|(_, values)| values[0] == 49.0));
        let few = rows(series("", [(1, 1.0), (2, 2.0)])).peaks();
        assert_eq!(few, (vec![(1, vec![1.0]), (2, vec![2.0])], 1));
    }

    #[test]
    fn a_value_says_its_time_and_its_unit() {
        let texts = Texts::english();
        let range = Range::of(0, 800 * 60_000);
        let of = |series| {
            let rows = Rows::of(vec![series], Measure::Sum, 60_000);
            on_page(texts, &range, &rows).svg
        };
        let few = of(series("", [(0, 5.0)]));
        let value = "<title>1970-01-01 00:00:00 UTC · 5 messages per 1 min</title>";
        assert!(few.contains(value), "{few}");
        assert!(few.contains(">messages per 1 min</text>"), "{few}");
        let many = of(series("", (0..800).map(|at| (at * 60_000, at as f64))));
        let value = "<title>1970-01-01 00:03–00:06 UTC · 5 messages per 1 min</title>";
        assert!(many.contains(value), "{many}");
        assert!(
            many.contains(">messages per 1 min, largest of 3 min</text>"),
            "{many}"
        );
    }
}
