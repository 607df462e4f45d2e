//! `cargo xtask diff`: what a change of the spec means, and to whom.

use std::path::PathBuf;
use std::process::ExitCode;

use codegen_evolve::diff::{Comparison, NotAVersion};

use crate::files::{self, FileError};

/// Compare two specs: what breaks, what is added, what only reads otherwise.
///
/// Each change is classed for callers of the client, for implementers of the service trait, and for
/// the wire, that is for a client of one version and a service of the other. The version that it
/// calls for follows cargo's rules: what breaks somebody makes it major, what adds makes it minor,
/// what only reads otherwise is a patch; before 1.0 each is a number further to the right.
///
/// Exit code: 0 if nothing breaks, 1 if something does, 2 if the specs cannot be compared.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The spec as it was.
    old: PathBuf,
    /// The spec as it is.
    new: PathBuf,
    /// How to show the changes; a terminal shows no more than fits a screen or two.
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    format: Format,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Terminal,
    Markdown,
    Json,
}

/// Why the specs cannot be compared.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Version(#[from] NotAVersion),
    #[error("cannot write JSON: {0}")]
    Json(serde_json::Error),
}

/// The version of all crates of the workspace, this one's as well.
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

/// Prints the comparison; whether anything breaks.
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
