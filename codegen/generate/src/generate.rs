//! Generates all files of a spec.

use std::panic::resume_unwind;
use std::thread;

use codegen_spec::Mistakes;
use codegen_spec::Spec;
use codegen_spec::schema;

use crate::render::{self, File, Handwritten, Renderer};
use crate::workspace::WorkspaceSettings;
use crate::{budget, lower};

/// Failure to generate the files of a spec.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The spec has mistakes.
    #[error(transparent)]
    Spec(#[from] Mistakes),
    /// A template has a fault.
    #[error(transparent)]
    Render(#[from] render::Error),
}

/// All files of a spec.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Paths below the root of the repository, each with the content of the file.
    pub files: Vec<(String, String)>,
    /// Folders that may contain no other files.
    pub owned: Vec<String>,
    /// Number of actions.
    pub actions: usize,
    /// Lines of models and client per action.
    pub lines_per_action: usize,
}

/// Folders of the generated crates, below the root.
struct Folders {
    models: &'static str,
    client: &'static str,
    service: &'static str,
    cli: &'static str,
    docs: &'static str,
}

/// Folders in this repository.
const REPOSITORY: Folders = Folders {
    models: "crates/ons/models",
    client: "crates/ons/client",
    service: "crates/ons/service",
    cli: "crates/cli",
    docs: "crates/ons/docs",
};

/// Handwritten files of this repository.
const HANDWRITTEN: Handwritten = Handwritten {
    getting_started: true,
    subcommands: true,
};

/// Folders in a separate workspace.
const WORKSPACE: Folders = Folders {
    models: "models",
    client: "client",
    service: "service",
    cli: "cli",
    docs: "docs",
};

/// Generates the files of this repository from the text of a spec; `path` names it in reports and
/// headers.
///
/// # Errors
///
/// All mistakes of the spec together.
pub fn generate(path: &str, text: &str) -> Result<Generated, Error> {
    let spec = codegen_spec::load(path, text)?;
    let api = lower::lower(&spec);
    let renderer = Renderer::beside(HANDWRITTEN, &api, path)?;
    let mut generated = Generated::new(&spec, &renderer, &REPOSITORY)?;
    let schema = ("spec/schema.json".to_owned(), schema::text());
    generated.files.push(schema);
    Ok(generated)
}

/// Generates a separate workspace from the text of a spec; `path` names it in reports and headers.
///
/// The paths are below the root of that workspace.
///
/// # Errors
///
/// All mistakes of the spec together.
pub fn generate_workspace(
    path: &str,
    text: &str,
    settings: &WorkspaceSettings,
) -> Result<Generated, Error> {
    let spec = codegen_spec::load(path, text)?;
    let api = lower::lower(&spec);
    let renderer = Renderer::new(&api, path)?;
    let mut generated = Generated::new(&spec, &renderer, &WORKSPACE)?;
    let files = renderer.workspace(settings)?.into_iter();
    let files = files.map(|file| (file.path, file.content));
    generated.files.extend(files);
    Ok(generated)
}

impl Generated {
    /// Renders the generated part of each crate.
    fn new(spec: &Spec, renderer: &Renderer<'_>, folders: &Folders) -> Result<Self, Error> {
        // The models are half of the work; the other half runs in parallel.
        let (models, others) = thread::scope(|scope| {
            let models = scope.spawn(|| renderer.models());
            let others = others(renderer);
            let models = models.join().unwrap_or_else(|panic| resume_unwind(panic));
            (models, others)
        });
        let (models, [client, service, cli, docs]) = (models?, others?);
        let mut generated = Self {
            files: Vec::new(),
            owned: Vec::new(),
            actions: spec.actions.len(),
            lines_per_action: budget::lines_per_action(spec, &models, &client)?,
        };
        let crates = [
            (folders.models, models),
            (folders.client, client),
            (folders.service, service),
            (folders.cli, cli),
            (folders.docs, docs),
        ];
        for (folder, files) in crates {
            generated.add(&format!("{folder}/src/generated"), files);
        }
        for (package, folder) in [
            ("models", folders.models),
            ("client", folders.client),
            ("service", folders.service),
            ("docs", folders.docs),
        ] {
            let lib = renderer.lib(package)?;
            let path = format!("{folder}/src/{}", lib.path);
            generated.files.push((path, lib.content));
        }
        Ok(generated)
    }

    /// Adds a folder that may contain no other files.
    fn add(&mut self, folder: &str, files: Vec<File>) {
        let place = |file: File| (format!("{folder}/{}", file.path), file.content);
        self.files.extend(files.into_iter().map(place));
        self.owned.push(folder.to_owned());
    }
}

/// Generated files of every crate except the models.
fn others(renderer: &Renderer<'_>) -> Result<[Vec<File>; 4], render::Error> {
    Ok([
        renderer.client()?,
        renderer.service()?,
        renderer.cli()?,
        renderer.docs()?,
    ])
}
