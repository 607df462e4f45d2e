//! Failures of `cargo xtask generate`.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use codegen::output;

use crate::files::FileError;

/// Failure of the chore.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{0}")]
    Spec(String),
    #[error(transparent)]
    Generate(codegen::render::Error),
    #[error(transparent)]
    Import(#[from] codegen_evolve::import::Error),
    #[error("an imported spec cannot be written: {0}")]
    Write(#[from] serde_json::Error),
    #[error("{}: {source}", path.display())]
    Manifest {
        path: PathBuf,
        source: toml_edit::TomlError,
    },
    #[error("`{0}` is not a checkout of this repository: it has no folder `crates/pop/rpc`")]
    NoCheckout(String),
    #[error(transparent)]
    Output(#[from] output::Error),
    #[error("cannot count the dependencies of the client: {0}")]
    Cost(io::Error),
}

impl Error {
    /// Converts a failure of the generator; the report of a spec is colored on a terminal.
    pub(super) fn of(error: codegen::Error) -> Self {
        match error {
            codegen::Error::Spec(report) => Self::Spec(report.render(io::stderr().is_terminal())),
            codegen::Error::Render(error) => Self::Generate(error),
        }
    }
}
