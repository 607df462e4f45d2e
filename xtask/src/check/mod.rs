//! `cargo xtask check`: what a maintainer runs before a commit.

mod imports;
mod module_docs;
mod modules;
mod packages;

use std::fmt::Write as _;
use std::process::{Command, ExitCode};
use std::time::Instant;

use packages::Package;

use crate::error::Error;
use crate::files;
use crate::folders::root;
use crate::generate;

/// Check what is about to be committed, in a few minutes.
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

/// Runs every check, also after one that fails.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let packages = packages::all()?;
    let changed = packages::changed(&packages, &arguments.since)?;
    let sources = modules::sources(&packages)?;
    let mut checks = Checks::default();
    checks.run("format", || cargo(&["fmt", "--all", "--check"]));
    checks.run("module docs", || Ok(empty(&module_docs::missing(&sources))));
    checks.run("circular imports", || {
        Ok(empty(&imports::circles(&packages)?))
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
        let mut words = vec!["clippy", "--quiet", "--all-targets"];
        words.extend(names.iter().flat_map(|name| ["--package", name]));
        words.extend(["--", "-D", "warnings"]);
        cargo(&words)
    });
    for package in changed {
        checks.run(&format!("tests of {}", package.name), || {
            cargo(&unit_and_snapshot_tests(package))
        });
    }
    Ok(checks.summary())
}

/// Words for cargo: tests inside the sources, and those in `tests/` that hold snapshots.
fn unit_and_snapshot_tests(package: &Package) -> Vec<&str> {
    let mut words = vec!["test", "--quiet", "--package", &package.name];
    if package.has_library {
        words.push("--lib");
    }
    words.push("--bins");
    for test in package.snapshot_tests() {
        words.extend(["--test", test]);
    }
    words
}

/// Prints findings, one per line; returns `true` if there is none.
fn empty(findings: &[String]) -> bool {
    for finding in findings {
        println!("{finding}");
    }
    findings.is_empty()
}

fn cargo(words: &[&str]) -> Result<bool, Error> {
    let mut cargo = Command::new(env!("CARGO"));
    let status = cargo.current_dir(root()).args(words).status();
    Ok(status.map_err(Error::io("cargo"))?.success())
}

/// Outcomes of the checks so far.
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
        let mut text = String::new();
        let _ = writeln!(text, "Failed: {}.", self.failed.join(", "));
        let _ = files::print(&text);
        ExitCode::FAILURE
    }
}
