//! Destinations of generated files.

use std::path::Path;

use codegen::Generated;
use codegen::output::Plan;
use codegen::runtime::Runtime;
use codegen::workspace::{Choices, Template, WorkspaceSettings};

use super::error::Error;
use crate::files::{FileError, read};
use crate::folders::root;

/// The spec of the API that this repository implements.
pub(crate) const SPEC: &str = "spec/ons-2019-02-14.json";

/// Licences of this repository and of generated workspaces.
const LICENCES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// Destination of generated files.
#[derive(Clone, Copy)]
pub(crate) enum Target<'a> {
    /// The crates of this repository.
    Own,
    /// A separate workspace.
    Workspace {
        /// Its folder.
        folder: &'a Path,
        /// Version of its packages, if it changes.
        version: Option<&'a str>,
        /// Origin of the handwritten crates, if it changes.
        runtime: Option<&'a Runtime>,
    },
}

impl Target<'_> {
    /// Generates the files of a spec and compares them with those on disk; `spec` is its path.
    pub(crate) fn plan(self, spec: &Path, text: &str) -> Result<(Plan, Generated), Error> {
        let (folder, generated) = match self {
            Self::Own => (root(), codegen::generate(SPEC, text).map_err(Error::of)?),
            Self::Workspace {
                folder,
                version,
                runtime,
            } => {
                let choices = Choices {
                    version: version.map(str::to_owned),
                    runtime: runtime.cloned(),
                    repository: None,
                };
                (folder, generate_workspace(spec, text, folder, choices)?)
            }
        };
        let plan = Plan::new(folder, &generated.files, &generated.owned)?;
        Ok((plan, generated))
    }
}

/// Generates a workspace from the text of a spec.
fn generate_workspace(
    spec: &Path,
    text: &str,
    folder: &Path,
    choices: Choices,
) -> Result<Generated, Error> {
    let path = folder.join("Cargo.toml");
    let choices = if path.exists() {
        let choices = choices.or(&read(&path)?);
        choices.map_err(|source| Error::Manifest { path, source })?
    } else {
        choices
    };
    let licence = |name: &str| Ok((name.to_owned(), read(&root().join(name))?));
    let licences: Result<_, FileError> = LICENCES.into_iter().map(licence).collect();
    let path = root().join("Cargo.toml");
    let template = Template {
        manifest: read(&path)?,
        clippy: read(&root().join("clippy.toml"))?,
        licences: licences?,
    };
    let settings = WorkspaceSettings::new(template, choices);
    let settings = settings.map_err(|source| Error::Manifest { path, source })?;
    // Readers of the workspace do not need the folder of the spec.
    let name = spec.file_name().unwrap_or(spec.as_os_str());
    codegen::generate_workspace(&name.to_string_lossy(), text, &settings).map_err(Error::of)
}
