//! What held and what did not.

use std::process::ExitCode;
use std::time::Instant;

use crate::error::Error;

/// The checks of a suite.
pub(crate) struct Report {
    suite: &'static str,
    start: Instant,
    seconds: f64,
    passed: usize,
    failed: usize,
}

impl Report {
    /// Begins a suite, with its heading.
    pub(crate) fn begin(suite: &'static str) -> Self {
        println!("\n{suite}");
        Self {
            suite,
            start: Instant::now(),
            seconds: 0.0,
            passed: 0,
            failed: 0,
        }
    }

    /// Makes a check and prints its outcome; later checks are made all the same.
    pub(crate) fn check(&mut self, what: &str, check: impl FnOnce() -> Result<(), Error>) {
        let start = Instant::now();
        let outcome = check();
        let seconds = start.elapsed().as_secs_f64();
        self.seconds = self.start.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => {
                self.passed += 1;
                println!("  ok      {what} ({seconds:.1} s)");
            }
            Err(error) => {
                self.failed += 1;
                println!("  FAILED  {what} ({seconds:.1} s)\n{error}");
            }
        }
    }

    /// The suite could not go on.
    pub(crate) fn broke(&mut self, error: &Error) {
        self.failed += 1;
        self.seconds = self.start.elapsed().as_secs_f64();
        println!("  FAILED  {error}");
    }
}

/// Prints a line for each suite.
pub(crate) fn summary(reports: &[Report]) -> ExitCode {
    println!();
    for Report {
        suite,
        seconds,
        passed,
        failed,
        ..
    } in reports
    {
        println!("{suite:<10} {passed} passed, {failed} failed, {seconds:.0} s");
    }
    match reports.iter().all(|report| report.failed == 0) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
