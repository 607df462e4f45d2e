//! Makes the checks of a suite and counts those that pass and fail.

use std::process::ExitCode;
use std::time::Instant;

use crate::error::Error;

/// Number of checks of a suite that passed and failed.
pub(crate) struct Tally {
    suite: &'static str,
    start: Instant,
    seconds: f64,
    passed: usize,
    failed: usize,
}

impl Tally {
    /// Begins a suite and prints its heading.
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

    /// Makes a check and prints its outcome. A failure does not stop later checks.
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

    /// Counts and prints an error that ended the suite early.
    pub(crate) fn broke(&mut self, error: &Error) {
        self.failed += 1;
        self.seconds = self.start.elapsed().as_secs_f64();
        println!("  FAILED  {error}");
    }
}

/// Prints one line per suite. The exit code is 1 if any check failed.
pub(crate) fn summary(tallies: &[Tally]) -> ExitCode {
    println!();
    for Tally {
        suite,
        seconds,
        passed,
        failed,
        ..
    } in tallies
    {
        println!("{suite:<10} {passed} passed, {failed} failed, {seconds:.0} s");
    }
    if tallies.iter().all(|tally| tally.failed == 0) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
