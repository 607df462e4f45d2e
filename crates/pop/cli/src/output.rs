//! Formats responses as text.

use std::io::{self, IsTerminal};

use clap::ValueEnum;
use pop_rpc::format::BodyError;
use pop_rpc::{Action, Format};
use serde::Serialize;

use crate::chart::Chart;
use crate::screen::{escaped, terminal_width};
use crate::table;

/// Output format.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Output {
    /// For people: a table, or a chart if standard output is a terminal.
    Table,
    /// For programs: the response in the service's JSON format.
    Json,
    /// For programs: the response in the service's XML format.
    Xml,
}

impl Output {
    /// Returns the table on a terminal, otherwise JSON.
    pub fn suitable() -> Self {
        if io::stdout().is_terminal() {
            Self::Table
        } else {
            Self::Json
        }
    }
}

/// Facts about a response beyond its value.
#[derive(Clone, Debug, Default)]
pub struct Facts<'a> {
    /// Names of members that are times.
    pub times: &'a [&'a str],
    /// Chart that the response contains.
    pub chart: Option<Chart<'a>>,
}

/// Returns the response in the requested format.
///
/// # Errors
///
/// Returns an error if the format cannot represent the response.
pub fn show<A>(
    output: Output,
    response: &A::Response,
    facts: &Facts<'_>,
) -> Result<String, BodyError>
where
    A: Action<Response: Serialize>,
{
    match output {
        Output::Json => {
            let text = serde_json::to_string_pretty(response)?;
            Ok(escaped(&text, |c| format!("\\u{:04x}", u32::from(c))).into_owned())
        }
        Output::Xml => {
            let body = Format::Xml.write_response::<A>(response)?;
            let text = String::from_utf8_lossy(&body);
            Ok(escaped(&text, |c| format!("&#x{:x};", u32::from(c))).into_owned())
        }
        Output::Table => table(response, facts, terminal_width()),
    }
}

/// Returns the response for people: a chart if it has one that fits `width`, otherwise a table.
///
/// # Errors
///
/// Returns an error if the response cannot be converted to JSON, which a table is made from.
pub fn table(
    response: &impl Serialize,
    facts: &Facts<'_>,
    width: Option<usize>,
) -> Result<String, BodyError> {
    if let (Some(width), Some(chart)) = (width, &facts.chart)
        && let Some(drawn) = chart.draw(width)
    {
        return Ok(drawn);
    }
    let value = serde_json::to_value(response)?;
    let mut shown = table::show(&value, facts.times, width);
    if facts
        .chart
        .as_ref()
        .is_some_and(|chart| chart.points.is_empty())
    {
        shown.push_str("\nNo values yet: a chart begins with the first finished interval.\n");
    }
    Ok(shown)
}
