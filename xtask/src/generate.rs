//! `cargo xtask generate`: generates crates from a spec.

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
/// If the spec has mistakes, all of them are reported and nothing is written. The cost of the client
/// to its users is printed; a cost above the budget is a failure.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; show the changes, and fail if there are any.
    #[arg(long)]
    check: bool,
    /// Spec of another product, for which a separate workspace is written.
    #[arg(long, value_name = "FILE", requires = "out")]
    spec: Option<PathBuf>,
    /// Folder of the separate workspace.
    #[arg(long, value_name = "DIR", requires = "spec")]
    out: Option<PathBuf>,
}

/// Failure of the chore.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{0}")]
    Spec(String),
    #[error(transparent)]
    Generate(codegen::render::Error),
    #[error("the manifest of this workspace: {0}")]
    Manifest(toml_edit::TomlError),
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

/// Destination of generated files.
#[derive(Clone, Copy)]
pub(crate) enum Target<'a> {
    /// The crates of this repository.
    Own,
    /// A separate workspace in this folder, whose packages have this version.
    Workspace { folder: &'a Path, version: &'a str },
}

impl Target<'_> {
    /// Generates the files of a spec and compares them with those on disk; `spec` is its path.
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

/// Generates the files of this repository.
fn own(is_check: bool) -> Result<ExitCode, Error> {
    let start = Instant::now();
    let root = root();
    let spec = root.join(SPEC);
    let (plan, generated) = Target::Own.plan(&spec, &read(&spec)?)?;
    let took = start.elapsed();
    let cost = Cost::measure(root, generated.lines_per_action).map_err(Error::Cost)?;
    if is_check {
        return check(&plan, cost.report());
    }
    write(&plan, root, generated.actions, took)?;
    Ok(exit_code(cost.report()))
}

/// Writes the files that differ, and lists them.
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
        files::print(&format!("{} files agree with the spec\n", plan.unchanged))?;
        return Ok(exit_code(is_affordable));
    }
    files::print(&plan.diff())?;
    let count = plan.changes.len();
    eprintln!("{count} files differ from {SPEC}; run `cargo xtask generate` and commit");
    Ok(ExitCode::FAILURE)
}

fn exit_code(is_success: bool) -> ExitCode {
    if is_success {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn what_was_done(change: &Change) -> &'static str {
    match (&change.before, &change.after) {
        (None, _) => "  created",
        (Some(_), Some(_)) => "  written",
        (Some(_), None) => "  removed",
    }
}
