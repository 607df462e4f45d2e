//! `cargo xtask generate`: spec to crates.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use codegen::output::{self, Change, Plan};

use crate::budget::Cost;
use crate::folders::root;

/// The spec of the API that this repository implements.
const SPEC: &str = "spec/ons-2019-02-14.json";

/// Write the generated part of every crate, and the schema of the spec's format.
///
/// A spec with mistakes is refused with all of them; then nothing is written. What the client costs
/// its users is printed, and more than the budget is a failure.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; show what would change and fail if anything would.
    #[arg(long)]
    check: bool,
}

/// Why the chore could not be done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{0}")]
    Spec(String),
    #[error(transparent)]
    Generate(codegen::render::Error),
    #[error(transparent)]
    Output(#[from] output::Error),
    #[error("cannot count the dependencies of the client: {0}")]
    Cost(io::Error),
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let start = Instant::now();
    let root = root();
    let path = root.join(SPEC);
    let text = fs::read_to_string(&path).map_err(|source| Error::Read { path, source })?;
    let generated = codegen::generate(SPEC, &text).map_err(|error| match error {
        codegen::Error::Spec(report) => Error::Spec(report.render(io::stderr().is_terminal())),
        codegen::Error::Render(error) => Error::Generate(error),
    })?;
    let plan = Plan::new(root, &generated.files, &generated.owned)?;
    let took = start.elapsed();
    let cost = Cost::measure(root, generated.lines_an_action).map_err(Error::Cost)?;
    if arguments.check {
        return Ok(check(&plan, cost.report()));
    }
    plan.apply(root)?;
    for change in &plan.changes {
        println!("{} {}", what_was_done(change), change.path);
    }
    println!(
        "{} actions: {} files changed, {} unchanged, in {} ms",
        generated.actions,
        plan.changes.len(),
        plan.unchanged,
        took.as_millis(),
    );
    Ok(match cost.report() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn check(plan: &Plan, is_affordable: bool) -> ExitCode {
    if plan.changes.is_empty() {
        println!("{} files are as the spec wants them", plan.unchanged);
        return match is_affordable {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        };
    }
    print!("{}", plan.diff());
    let count = plan.changes.len();
    eprintln!("{count} files are not what {SPEC} gives; run `cargo xtask generate` and commit");
    ExitCode::FAILURE
}

fn what_was_done(change: &Change) -> &'static str {
    match (&change.before, &change.after) {
        (None, _) => "  created",
        (Some(_), Some(_)) => "  written",
        (Some(_), None) => "  removed",
    }
}
