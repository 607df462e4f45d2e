//! `cargo xtask generate`: spec to crates.

mod workspace;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use codegen::Generated;
use codegen::output::{self, Change, Plan};

use crate::budget::Cost;
use crate::files::{self, FileError, read};
use crate::folders::root;

/// The spec of the API that this repository implements.
pub(crate) const SPEC: &str = "spec/ons-2019-02-14.json";

/// Write the generated part of every crate, and the schema of the spec's format.
///
/// A spec with mistakes is refused with all of them; then nothing is written. What the client costs
/// its users is printed, and more than the budget is a failure.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; show what would change and fail if anything would.
    #[arg(long)]
    check: bool,
    /// The spec of another product, for which a workspace of its own is written.
    #[arg(long, value_name = "FILE", requires = "out")]
    spec: Option<PathBuf>,
    /// Folder of that workspace.
    #[arg(long, value_name = "DIR", requires = "spec")]
    out: Option<PathBuf>,
}

/// Why the chore could not be done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    File(#[from] FileError),
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
    match (&arguments.spec, &arguments.out) {
        (Some(spec), Some(folder)) => workspace::run(spec, folder, arguments.check),
        _ => own(arguments.check),
    }
}

/// Checks the generated part of this repository.
pub(crate) fn check_own() -> Result<ExitCode, Error> {
    own(true)
}

/// Where generated files go.
#[derive(Clone, Copy)]
pub(crate) enum Target<'a> {
    /// Into the crates of this repository.
    Own,
    /// Into a workspace in this folder, whose packages have this version.
    Workspace { folder: &'a Path, version: &'a str },
}

impl Target<'_> {
    /// What the text of a spec, which is named by its path, gives and changes.
    pub(crate) fn plan(self, spec: &Path, text: &str) -> Result<(Plan, Generated), Error> {
        let (folder, generated) = match self {
            Self::Own => (root(), codegen::generate(SPEC, text).map_err(Error::of)?),
            Self::Workspace { folder, version } => {
                (folder, workspace::generate(spec, text, version)?)
            }
        };
        let plan = Plan::new(folder, &generated.files, &generated.owned)?;
        Ok((plan, generated))
    }
}

/// The generated part of this repository.
fn own(is_check: bool) -> Result<ExitCode, Error> {
    let start = Instant::now();
    let root = root();
    let spec = root.join(SPEC);
    let (plan, generated) = Target::Own.plan(&spec, &read(&spec)?)?;
    let took = start.elapsed();
    let cost = Cost::measure(root, generated.lines_an_action).map_err(Error::Cost)?;
    if is_check {
        return check(&plan, cost.report());
    }
    write(&plan, root, generated.actions, took)?;
    Ok(match cost.report() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Writes what differs, and says so.
fn write(plan: &Plan, root: &Path, actions: usize, took: Duration) -> Result<(), Error> {
    plan.apply(root)?;
    let done = |change: &Change| format!("{} {}\n", what_was_done(change), change.path);
    let mut report: String = plan.changes.iter().map(done).collect();
    report += &format!(
        "{actions} actions: {} files changed, {} unchanged, in {} ms\n",
        plan.changes.len(),
        plan.unchanged,
        took.as_millis(),
    );
    Ok(files::print(&report)?)
}

impl Error {
    fn of(error: codegen::Error) -> Self {
        match error {
            codegen::Error::Spec(report) => Self::Spec(report.render(io::stderr().is_terminal())),
            codegen::Error::Render(error) => Self::Generate(error),
        }
    }
}

fn check(plan: &Plan, is_affordable: bool) -> Result<ExitCode, Error> {
    if plan.changes.is_empty() {
        files::print(&format!(
            "{} files are as the spec wants them\n",
            plan.unchanged
        ))?;
        return Ok(match is_affordable {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        });
    }
    files::print(&plan.diff())?;
    let count = plan.changes.len();
    eprintln!("{count} files are not what {SPEC} gives; run `cargo xtask generate` and commit");
    Ok(ExitCode::FAILURE)
}

fn what_was_done(change: &Change) -> &'static str {
    match (&change.before, &change.after) {
        (None, _) => "  created",
        (Some(_), Some(_)) => "  written",
        (Some(_), None) => "  removed",
    }
}
