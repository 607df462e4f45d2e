//! Asks the service and prints its answers as the command line shows them.

use std::time::Duration;

use ons_mqtt_client::{Call, Error};
use pop_cli::output;
use pop_cli::screen::{PAGE_WIDTH, harmless, print, terminal_width};
use pop_rpc::Action;
use pop_rpc::format::BodyError;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep};

use super::checks::{Check, Mismatch};
use super::paint::Paint;
use super::progress::Progress;
use crate::failure::Failure;
use crate::generated::output::Shown;
use crate::titles;

/// Time between two attempts at a question.
const PAUSE: Duration = Duration::from_millis(100);

/// Asks the service and compares its answers.
pub(super) struct Interview<'a> {
    progress: &'a Progress,
    /// Time until which answers may lag behind what the devices did.
    deadline: Instant,
    pub(super) paint: Paint,
    pub(super) questions: usize,
    /// Wrong answers, with action and command line.
    pub(super) wrong: Vec<String>,
}

impl<'a> Interview<'a> {
    pub(super) fn new(progress: &'a Progress) -> Self {
        Self {
            progress,
            deadline: Instant::now(),
            paint: Paint::suitable(),
            questions: 0,
            wrong: Vec::new(),
        }
    }

    /// Gives the service this much time to catch up with the devices.
    pub(super) fn allow(&mut self, time: Duration) {
        self.deadline = Instant::now() + time;
    }

    /// Prints a text followed by an empty line.
    pub(super) fn say(&self, text: &str) -> Result<(), Failure> {
        self.progress.clear();
        Ok(print(&format!("{}\n\n", text.trim_end()))?)
    }

    /// Prints an underlined heading.
    pub(super) fn heading(&self, text: &str) -> Result<(), Failure> {
        let line = "─".repeat(text.chars().count());
        self.say(&self.paint.heading(&format!("{text}\n{line}")))
    }

    /// Asks, and prints the command line, the answer and the result of the check.
    pub(super) async fn ask<A>(
        &mut self,
        line: &str,
        call: impl Fn() -> Call<A>,
        reason: &str,
        check: impl Fn(&Result<A::Response, Error>) -> Check,
    ) -> Result<(), Failure>
    where
        A: Action<Response: DeserializeOwned + Shown> + Send + Sync,
    {
        let (answer, checked) = self.settle(call, check).await;
        let shown = match &answer {
            Ok(response) => shown(response)?,
            Err(error) => textwrap::fill(&harmless(&format!("error: {error}")), PAGE_WIDTH),
        };
        let verdict = self.verdict::<A>(line, reason, checked);
        let mut parts = vec![self.paint.command(&format!("$ ons-mqtt {line}"))];
        parts.extend(Some(shown.trim_end().to_owned()).filter(|shown| !shown.is_empty()));
        parts.push(self.paint.verdict(&verdict));
        self.say(&parts.join("\n"))
    }

    /// Counts a question and returns the line that shows the result of its check.
    pub(super) fn verdict<A: Action>(&mut self, line: &str, reason: &str, check: Check) -> String {
        self.questions += 1;
        match check {
            Ok(()) => format!("✓ {reason}"),
            Err(Mismatch { expected, actual }) => {
                let action = A::INFO.name;
                let wrong = format!("expected {expected}, got {actual} ({reason})");
                self.wrong
                    .push(format!("{action}: ons-mqtt {line}\n  {wrong}"));
                format!("✗ {wrong}")
            }
        }
    }

    /// Asks until the answer passes the check or the deadline has passed.
    pub(super) async fn settle<A>(
        &self,
        call: impl Fn() -> Call<A>,
        check: impl Fn(&Result<A::Response, Error>) -> Check,
    ) -> (Result<A::Response, Error>, Check)
    where
        A: Action<Response: DeserializeOwned> + Send + Sync,
    {
        loop {
            let answer = call().send().await;
            let checked = check(&answer);
            if checked.is_ok() || Instant::now() >= self.deadline {
                return (answer, checked);
            }
            sleep(PAUSE).await;
        }
    }
}

/// Returns an answer as the command line shows it, without the ID of the request.
fn shown<R: Shown>(response: &R) -> Result<String, Failure> {
    let mut value = serde_json::to_value(response).map_err(BodyError::from)?;
    if let Some(members) = value.as_object_mut() {
        members.shift_remove("RequestId");
    }
    let facts = titles::translated(response.facts());
    let columns = terminal_width().unwrap_or(PAGE_WIDTH);
    Ok(output::table(&value, &facts, Some(columns))?)
}
