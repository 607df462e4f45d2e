//! Responses as text.

use pop_rpc::service::write_response;
use pop_rpc::{Action, Format};
use serde::Serialize;

use crate::arguments::Output;
use crate::chart::Chart;
use crate::failure::Failure;
use crate::screen::{harmless, terminal_width};
use crate::table;

/// What is known of a response beside its value.
pub(crate) trait Shown: Serialize {
    /// Names of members that are times.
    const TIMES: &[&str] = &[];

    /// The chart that it holds.
    fn chart(&self) -> Option<Chart<'_>> {
        None
    }
}

/// The response in the form that was asked for.
pub(crate) fn show<A>(output: Output, response: &A::Response) -> Result<String, Failure>
where
    A: Action<Response: Shown>,
{
    match output {
        Output::Json => {
            let json = serde_json::to_string_pretty(response);
            json.map_err(|error| Failure::Show(error.into()))
        }
        Output::Xml => {
            let body = write_response::<A>(Format::Xml, response)?;
            Ok(String::from_utf8_lossy(&body).into_owned())
        }
        Output::Table => table::<A>(response, terminal_width()),
    }
}

/// The response for people: a chart if there is one and columns to draw it in, else a table.
pub(crate) fn table<A>(response: &A::Response, width: Option<usize>) -> Result<String, Failure>
where
    A: Action<Response: Shown>,
{
    if let (Some(width), Some(chart)) = (width, response.chart())
        && let Some(drawn) = chart.draw(width)
    {
        return Ok(harmless(&drawn).into_owned());
    }
    let value = serde_json::to_value(response).map_err(|error| Failure::Show(error.into()))?;
    let times = <A::Response as Shown>::TIMES;
    Ok(harmless(&table::show(&value, times, width)).into_owned())
}
