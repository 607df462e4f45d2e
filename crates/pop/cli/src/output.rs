//! Responses as text.

use std::io::{self, IsTerminal};

use clap::ValueEnum;
use pop_rpc::format::BodyError;
use pop_rpc::service::write_response;
use pop_rpc::{Action, Format};
use serde::Serialize;

use crate::chart::Chart;
use crate::screen::{harmless, terminal_width};
use crate::table;

/// Form of the output.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Output {
    /// For people: a table, or a chart if the terminal shows it.
    Table,
    /// For programs: the response as the service writes it in JSON.
    Json,
    /// For programs: the response as the service writes it in XML.
    Xml,
}

impl Output {
    /// What suits whoever reads standard output.
    pub fn suitable() -> Self {
        if io::stdout().is_terminal() {
            Self::Table
        } else {
            Self::Json
        }
    }
}

/// What is known of a response beside its value.
#[derive(Clone, Debug, Default)]
pub struct Facts<'a> {
    /// Names of members that are times.
    pub times: &'a [&'a str],
    /// The chart that it holds.
    pub chart: Option<Chart<'a>>,
}

/// The response in the form that was asked for.
///
/// # Errors
///
/// The form cannot hold the response.
pub fn show<A>(
    output: Output,
    response: &A::Response,
    facts: &Facts<'_>,
) -> Result<String, BodyError>
where
    A: Action<Response: Serialize>,
{
    match output {
        Output::Json => Ok(serde_json::to_string_pretty(response)?),
        Output::Xml => {
            let body = write_response::<A>(Format::Xml, response)?;
            Ok(String::from_utf8_lossy(&body).into_owned())
        }
        Output::Table => table(response, facts, terminal_width()),
    }
}

/// The response for people: a chart if there is one and columns to draw it in, else a table.
///
/// # Errors
///
/// The response cannot be read as JSON, which it is for a table.
pub fn table(
    response: &impl Serialize,
    facts: &Facts<'_>,
    width: Option<usize>,
) -> Result<String, BodyError> {
    if let (Some(width), Some(chart)) = (width, &facts.chart)
        && let Some(drawn) = chart.draw(width)
    {
        return Ok(harmless(&drawn).into_owned());
    }
    let value = serde_json::to_value(response)?;
    Ok(harmless(&table::show(&value, facts.times, width)).into_owned())
}
