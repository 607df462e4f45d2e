//! `cargo xtask check`: what a maintainer runs before a commit.

mod imports;
mod module_docs;
mod modules;
mod packages;
mod sources;

use std::process::ExitCode;
use std::time::Instant;

use packages::Package;

use crate::cargo::cargo;
use crate::error::Error;
use crate::folders::root;
use crate::generate;

/// Selects all tests, also those that only `interop` runs, which `--all-targets` leaves out.
const ALL_TESTS: &str = "--test=*";

/// Check what is about to be committed, in a minute or two.
///
/// Checks format, module docs, circular imports and generated files, and runs clippy, unit tests and
/// snapshot tests. Cargo compiles again what changed and what depends on it. `.ci/run` makes all
/// checks that a merge needs.
#[derive(clap::Args)]
pub(crate) struct Arguments {}

/// Runs every check, even after one fails.
pub(crate) fn run() -> Result<ExitCode, Error> {
    let packages = packages::all()?;
    let sources = sources::all(&packages)?;
    let mut checks = Checks::default();
    checks.run("format", || run_cargo(&["fmt", "--all", "--check"]));
    checks.run("module docs", || {
        Ok(print_findings(&module_docs::missing(&sources)))
    });
    checks.run("circular imports", || {
        Ok(print_findings(&imports::circles(&packages)?))
    });
    checks.run("generate --check", || {
        let exit = generate::own::run(true).map_err(Error::step)?;
        Ok(exit == ExitCode::SUCCESS)
    });
    checks.run("clippy", || {
        Ok(run_clippy("--all-targets")? && run_clippy(ALL_TESTS)?)
    });
    checks.run("unit and snapshot tests", || {
        run_cargo(&unit_and_snapshot_tests(&packages))
    });
    Ok(checks.summary())
}

/// Returns arguments for cargo: tests inside the sources, and tests in `tests/` with snapshots.
fn unit_and_snapshot_tests(packages: &[Package]) -> Vec<&str> {
    let mut arguments = vec!["test", "--quiet", "--workspace", "--lib", "--bins"];
    for test in packages.iter().flat_map(Package::snapshot_tests) {
        arguments.extend(["--test", test]);
    }
    arguments
}

/// Prints findings, one per line; returns `true` if there are none.
fn print_findings(findings: &[String]) -> bool {
    for finding in findings {
        println!("{finding}");
    }
    findings.is_empty()
}

fn run_clippy(targets: &str) -> Result<bool, Error> {
    let command = ["clippy", "--quiet", "--workspace", targets];
    run_cargo(&[&command[..], &["--", "-D", "warnings"]].concat())
}

fn run_cargo(arguments: &[&str]) -> Result<bool, Error> {
    let status = cargo().current_dir(root()).args(arguments).status();
    Ok(status.map_err(Error::io("cargo"))?.success())
}

/// Names of the checks that failed.
#[derive(Default)]
struct Checks {
    failed: Vec<String>,
}

impl Checks {
    /// Runs a check and prints how long it took.
    fn run(&mut self, name: &str, check: impl FnOnce() -> Result<bool, Error>) {
        let start = Instant::now();
        let passed = check().unwrap_or_else(|error| {
            eprintln!("{error}");
            false
        });
        let verdict = if passed { "ok" } else { "FAILED" };
        println!("{name}: {verdict} ({:.1} s)", start.elapsed().as_secs_f64());
        if !passed {
            self.failed.push(name.to_owned());
        }
    }

    fn summary(&self) -> ExitCode {
        if self.failed.is_empty() {
            println!("All checks passed.");
            return ExitCode::SUCCESS;
        }
        println!("Failed: {}.", self.failed.join(", "));
        ExitCode::FAILURE
    }
}
