//! `cargo xtask diff`: compares two specs and classifies every change.

use std::path::PathBuf;
use std::process::ExitCode;

use codegen_evolve::diff::{Comparison, NotAVersion};

use crate::files::{self, FileError};

/// Compare two specs: breaking changes, additions, changes of documentation.
///
/// Each change is classified for three audiences: callers of the client, implementers of the
/// service trait, and the wire (a client of one version that talks to a service of the other). The
/// required version follows cargo's rules: a breaking change is major, an addition minor, a change
/// of documentation a patch. Before 1.0, each shifts one number to the right.
///
/// Exit code: 0 if nothing breaks, 1 if something breaks, 2 if the specs cannot be compared.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The old spec.
    old: PathBuf,
    /// The new spec.
    new: PathBuf,
    /// Format of the output; `terminal` is shortened to a screen or two.
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    format: Format,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Terminal,
    Markdown,
    Json,
}

/// The reason why the specs cannot be compared.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Version(#[from] NotAVersion),
    #[error("cannot write JSON: {0}")]
    Json(serde_json::Error),
}

/// Version of every crate of the workspace, including this one.
const CURRENT: &str = env!("CARGO_PKG_VERSION");

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match compare(arguments) {
        Ok(true) => ExitCode::from(1),
        Ok(false) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

/// Prints the comparison. Returns `true` if anything breaks.
fn compare(arguments: &Arguments) -> Result<bool, Error> {
    let old = files::spec(&arguments.old)?;
    let new = files::spec(&arguments.new)?;
    let comparison = Comparison::new(&old, &new, CURRENT)?;
    files::print(&match arguments.format {
        Format::Terminal => comparison.terminal(),
        Format::Markdown => comparison.markdown(),
        Format::Json => comparison.json().map_err(Error::Json)? + "\n",
    })?;
    Ok(comparison.is_breaking)
}
