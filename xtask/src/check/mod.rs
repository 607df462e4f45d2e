//! `cargo xtask check`: what a maintainer runs before a commit.

mod imports;
mod module_docs;
mod modules;
mod packages;
mod sources;

use std::process::ExitCode;
use std::time::Instant;

use packages::Package;

use crate::error::Error;
use crate::folders::root;
use crate::generate;
use crate::program::cargo;

/// Check what is about to be committed, in a minute or two.
///
/// Checks the format, module docs, circular imports and generated files of the whole repository.
/// Runs clippy, unit tests and snapshot tests of the packages that changed. `.ci/run` checks
/// everything.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Git revision against which files count as changed.
    #[arg(long, value_name = "REVISION", default_value = "HEAD")]
    since: String,
}

/// Runs every check, even after one fails.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let packages = packages::all()?;
    let changed = packages::changed(&packages, &arguments.since)?;
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
    if changed.is_empty() {
        println!("No package changed since {}.", arguments.since);
        return Ok(checks.summary());
    }
    let names: Vec<&str> = changed.iter().map(|package| &*package.name).collect();
    println!("\nChanged: {}", names.join(", "));
    checks.run("clippy", || {
        let mut arguments = vec!["clippy", "--quiet", "--all-targets"];
        arguments.extend(names.iter().flat_map(|name| ["--package", name]));
        arguments.extend(["--", "-D", "warnings"]);
        run_cargo(&arguments)
    });
    for package in changed {
        checks.run(&format!("tests of {}", package.name), || {
            run_cargo(&unit_and_snapshot_tests(package))
        });
    }
    Ok(checks.summary())
}

/// Returns arguments for cargo: tests inside the sources, and tests in `tests/` with snapshots.
fn unit_and_snapshot_tests(package: &Package) -> Vec<&str> {
    let mut arguments = vec!["test", "--quiet", "--package", &package.name];
    if package.has_library {
        arguments.push("--lib");
    }
    arguments.push("--bins");
    for test in package.snapshot_tests() {
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
