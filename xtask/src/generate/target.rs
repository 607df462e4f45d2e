//! Destinations of generated files.

use std::path::Path;

use codegen::Generated;
use codegen::output::Plan;
use codegen::workspace::WorkspaceSettings;

use super::error::Error;
use crate::files::read;
use crate::folders::root;

/// The spec of the API that this repository implements.
pub(crate) const SPEC: &str = "spec/ons-2019-02-14.json";

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
                (folder, generate_workspace(spec, text, version)?)
            }
        };
        let plan = Plan::new(folder, &generated.files, &generated.owned)?;
        Ok((plan, generated))
    }
}

/// Generates a workspace from the text of a spec.
fn generate_workspace(spec: &Path, text: &str, version: &str) -> Result<Generated, Error> {
    let manifest = read(&root().join("Cargo.toml"))?;
    let clippy = read(&root().join("clippy.toml"))?;
    let settings =
        WorkspaceSettings::new(root(), &manifest, &clippy, version).map_err(Error::Manifest)?;
    // Readers of the workspace do not need the folder of the spec.
    let name = spec.file_name().unwrap_or(spec.as_os_str());
    codegen::generate_workspace(&name.to_string_lossy(), text, &settings).map_err(Error::of)
}
