//! Workspaces of other products, made from their metadata as a user makes them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::folders::{root, target};
use crate::program::finish;

/// A generated workspace.
pub(crate) struct Workspace {
    pub(crate) spec: PathBuf,
    pub(crate) folder: PathBuf,
}

impl Workspace {
    /// Imports metadata and generates the workspace `name`, both below the target folder.
    pub(crate) fn generate(metadata: &Path, name: &str) -> Result<Self, Error> {
        let folder = target().join(name);
        let spec = folder.with_extension("json");
        let runtime = format!("path:{}", root().display());
        let path = Path::as_os_str;
        xtask(&[
            "import".as_ref(),
            path(metadata),
            "-o".as_ref(),
            path(&spec),
        ])?;
        xtask(&[
            "generate".as_ref(),
            "--spec".as_ref(),
            path(&spec),
            "--out".as_ref(),
            path(&folder),
            "--runtime".as_ref(),
            runtime.as_ref(),
        ])?;
        Ok(Self { spec, folder })
    }
}

/// Runs another chore of this program.
fn xtask(arguments: &[&OsStr]) -> Result<(), Error> {
    let program = std::env::current_exe().map_err(Error::io("xtask"))?;
    finish(Command::new(program).args(arguments)).map(|_| ())
}
