//! `cargo xtask generate`: generates crates from a spec.

mod checkout;
mod error;
mod golden;
pub(crate) mod own;
mod target;
mod workspace;
mod writing;

use std::path::PathBuf;
use std::process::ExitCode;

use codegen::runtime::Runtime;
pub(crate) use error::Error;
pub(crate) use target::{SPEC, Target};

/// Write the generated part of every crate, and the schema of the spec's format.
///
/// If the spec has mistakes, all of them are reported and nothing is written. The cost of the
/// client to its users is printed; a cost above the budget is a failure.
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
    /// Origin of the handwritten crates of the separate workspace: `version:REQUIREMENT` of the
    /// registry, `git:URL` or `git:URL#REVISION`, or `path:CHECKOUT` of this repository. By
    /// default, the Git repository or checkout of an existing workspace stays, and a new one uses
    /// the registry, in the version of this repository.
    #[arg(long, value_name = "ORIGIN", requires = "out")]
    runtime: Option<Runtime>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    match (&arguments.spec, &arguments.out) {
        (Some(spec), Some(folder)) => {
            let runtime = arguments.runtime.as_ref();
            workspace::run(spec, folder, runtime, arguments.check)
        }
        _ => own::run(arguments.check),
    }
}
