//! Asks the service and prints its answers as the command line shows them.

use std::time::Duration;

use ons_mqtt_client::{Call, Error};
use pop_cli::output;
use pop_cli::screen::{PAGE_WIDTH, harmless, print, terminal_width};
use pop_rpc::Action;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep};

use super::checks::{Check, Mismatch};
use super::progress::Progress;
use crate::failure::Failure;
use crate::generated::output::Shown;

/// Time between two attempts at a question.
const PAUSE: Duration = Duration::from_millis(100);

/// Asks the service and compares its answers.
pub(super) struct Interview<'a> {
    progress: &'a Progress,
    /// Time until which answers may lag behind what the devices did.
    deadline: Instant,
    pub(super) questions: usize,
    /// Wrong answers, with action and command line.
    pub(super) wrong: Vec<String>,
}

impl<'a> Interview<'a> {
    pub(super) fn new(progress: &'a Progress) -> Self {
        Self {
            progress,
            deadline: Instant::now(),
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
        self.say(&format!("{text}\n{}", "─".repeat(text.chars().count())))
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
            Ok(response) => output::table(response, &response.facts(), Some(columns()))?,
            Err(error) => textwrap::fill(&harmless(&format!("error: {error}")), columns()),
        };
        let verdict = self.verdict::<A>(line, reason, checked);
        self.say(&format!(
            "$ ons-mqtt {line}\n{}\n{verdict}",
            shown.trim_end()
        ))
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

/// Returns the width of answers in columns.
fn columns() -> usize {
    terminal_width().unwrap_or(PAGE_WIDTH).min(PAGE_WIDTH)
}
