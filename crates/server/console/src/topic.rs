//! Messages of a topic, with every filter of the action, as a chart, as CSV and as SVG.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use pop_explorer::{Failed, Guest};

use crate::chart::{About, COLUMNS, Drawn, Rows, Series, as_file, joined, on_page};
use crate::console::{Console, overview_path, path};
use crate::filter::{Choices, Filter, Part};
use crate::period::days;
use crate::range::{Field, Period, Range, query};
use crate::status::InstanceStatus;
use crate::texts::{Texts, texts};
use crate::view::{number, render};

/// Files with the values of a chart.
#[derive(Clone, Copy)]
enum Format {
    Csv,
    Svg,
}

#[derive(Template)]
#[template(path = "topic.html")]
struct TopicPage<'a> {
    t: &'static Texts,
    overview: &'static str,
    instance: &'a InstanceStatus,
    topic: &'a str,
    path: String,
    query: String,
    filter: &'a Filter,
    choices: Choices,
    range_fields: Vec<Field>,
    period: Period,
    chart: Result<Shown, Failed>,
}

/// A chart with what it adds up to.
struct Shown {
    drawn: Drawn,
    all: Numbers,
    /// Empty if there is one part only.
    parts: Vec<Numbers>,
}

struct Numbers {
    name: String,
    total: String,
    largest: String,
    share: String,
}

/// A topic of the person who asks for it, and what they want to see.
struct Wanted {
    guest: Guest,
    instance: InstanceStatus,
    topic: String,
    filter: Filter,
    range: Range,
}

impl Wanted {
    async fn read(
        console: &Console,
        (instance_id, topic): (String, String),
        parts: &Parts,
    ) -> Result<Self, Box<Response>> {
        let (guest, instance) = console.guest_of(parts, &instance_id).await?;
        if !instance.topics.contains(&topic) {
            return Err(Box::new(guest.unknown()));
        }
        Ok(Self {
            filter: Filter::read(&guest),
            range: Range::chosen(&guest),
            guest,
            instance,
            topic,
        })
    }

    /// Returns the values of all parts for a chart. If that would take several calls of the action, one call checks the
    /// parameters and counts within the limit of calls; the values come from the database.
    async fn rows(&self, console: &Console, parts: &[Part]) -> Result<Rows, Failed> {
        let Range { begin, end, .. } = self.range;
        let calls = days(begin, end).len() * parts.len();
        if calls <= 1 {
            return self.all_rows(console, parts).await;
        }
        let (id, guest) = (&self.instance.id, &self.guest);
        let (part, split) = self.filter.together(parts);
        let request = |period| self.filter.request(&part, id, &self.topic, period);
        let checked = guest.call(&request((end, end))).await?.data;
        let (owner, request) = (guest.access_key_id(), request((begin, end)));
        let trend = console.status.messages(owner, &request, split, COLUMNS);
        let trend = trend.await.map_err(|reason| texts(guest).unread(&reason))?;
        let about = About {
            title: checked.title,
            unit: checked.y_unit,
            measure: self.filter.measure(),
            interval: console.status.interval(),
        };
        let names = parts.iter().map(|part| part.name.clone()).collect();
        Ok(Rows::of_trend(names, about, trend))
    }

    /// Returns the values of all parts in all intervals, by the action.
    async fn all_rows(&self, console: &Console, parts: &[Part]) -> Result<Rows, Failed> {
        let mut all = Vec::new();
        for part in parts {
            let days = days(self.range.begin, self.range.end).into_iter();
            let chart = joined(days.map(async |period| {
                let id = &self.instance.id;
                let request = self.filter.request(part, id, &self.topic, period);
                Ok(self.guest.call(&request).await?.data)
            }));
            all.push(Series {
                name: part.name.clone(),
                chart: chart.await?,
            });
        }
        let interval = console.status.interval();
        Ok(Rows::of(all, self.filter.measure(), interval))
    }
}

/// Answers with the page of a topic.
pub(crate) async fn show(
    console: State<Arc<Console>>,
    name: Path<(String, String)>,
    parts: Parts,
) -> Response {
    let wanted = match Wanted::read(&console, name.0, &parts).await {
        Ok(wanted) => wanted,
        Err(response) => return *response,
    };
    let t = texts(&wanted.guest);
    let rows = wanted.rows(&console, &wanted.filter.parts(t)).await;
    let chart = rows.map(|rows| shown(t, &wanted.range, &rows));
    page(StatusCode::OK, &wanted, chart)
}

fn page(status: StatusCode, wanted: &Wanted, chart: Result<Shown, Failed>) -> Response {
    let Wanted {
        guest,
        instance,
        topic,
        filter,
        range,
    } = wanted;
    let t = texts(guest);
    let (fields, range_fields) = (filter.fields(), range.fields());
    let body = render(&TopicPage {
        t,
        overview: overview_path(),
        instance,
        topic,
        path: path(&instance.id, &["topics", topic]),
        query: query(&[&*range_fields, &*fields].concat()),
        filter,
        choices: filter.choices(t),
        range_fields,
        period: range.period(guest, fields),
        chart,
    });
    guest.page(status, topic, body)
}

/// Answers with the values of the chart, one time per line.
pub(crate) async fn csv(
    console: State<Arc<Console>>,
    name: Path<(String, String)>,
    parts: Parts,
) -> Response {
    file(console, name, parts, Format::Csv).await
}

/// Answers with the chart as a picture.
pub(crate) async fn svg(
    console: State<Arc<Console>>,
    name: Path<(String, String)>,
    parts: Parts,
) -> Response {
    file(console, name, parts, Format::Svg).await
}

async fn file(
    console: State<Arc<Console>>,
    name: Path<(String, String)>,
    parts: Parts,
    format: Format,
) -> Response {
    let wanted = match Wanted::read(&console, name.0, &parts).await {
        Ok(wanted) => wanted,
        Err(response) => return *response,
    };
    let t = texts(&wanted.guest);
    let parts = wanted.filter.parts(t);
    let rows = match format {
        Format::Csv => wanted.all_rows(&console, &parts).await,
        Format::Svg => wanted.rows(&console, &parts).await,
    };
    let rows = match rows {
        Ok(rows) => rows,
        // The page says why there is no file.
        Err(problem) => return page(StatusCode::BAD_REQUEST, &wanted, Err(problem)),
    };
    let (kind, disposition, content) = match format {
        Format::Csv => (
            "text/csv; charset=utf-8",
            "attachment; filename=\"trend.csv\"",
            lines(&parts, &rows),
        ),
        Format::Svg => (
            "image/svg+xml",
            "attachment; filename=\"trend.svg\"",
            as_file(t, &wanted.topic, &wanted.range, &rows),
        ),
    };
    let headers = [
        (CONTENT_TYPE, kind),
        (CONTENT_DISPOSITION, disposition),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, "sandbox"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, content).into_response()
}

/// Returns the values, one time per line. The first line is the same in all languages, as programs read it.
fn lines(parts: &[Part], rows: &Rows) -> String {
    let unit = rows.unit(Texts::english());
    let name = |part: &Part| format!(",{} ({unit})", part.key);
    let names: Vec<_> = parts.iter().map(name).collect();
    let mut lines = format!("time_ms{}\r\n", names.concat());
    for (time, values) in rows.iter() {
        let values: Vec<_> = values.iter().map(f64::to_string).collect();
        lines.push_str(&format!("{time},{}\r\n", values.join(",")));
    }
    lines
}

fn shown(t: &'static Texts, range: &Range, rows: &Rows) -> Shown {
    let total = rows.totals.iter().sum();
    let part = |(index, name): (usize, &String)| {
        let values = rows.iter().map(|(_, values)| values[index]);
        let largest = values.fold(0.0, f64::max);
        numbers(name, rows.totals[index], largest, total)
    };
    let parts = rows.names.iter().enumerate().map(part);
    Shown {
        drawn: on_page(t, range, rows),
        all: numbers("", total, rows.largest, total),
        parts: match rows.names.len() > 1 {
            true => parts.collect(),
            false => Vec::new(),
        },
    }
}

/// Returns the numbers of some values; `all` is the total of all parts.
fn numbers(name: &str, total: f64, largest: f64, all: f64) -> Numbers {
    Numbers {
        name: name.to_owned(),
        total: number(total),
        largest: number(largest),
        share: match all > 0.0 {
            true => format!("{}\u{202f}%", number((100.0 * total / all).round())),
            false => "–".to_owned(),
        },
    }
}
