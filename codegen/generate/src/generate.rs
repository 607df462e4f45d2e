//! All files that a spec gives.

use std::panic::resume_unwind;
use std::thread;

use codegen_spec::Mistakes;
use codegen_spec::Spec;
use codegen_spec::schema;

use crate::render::{self, File, Renderer};
use crate::workspace::House;
use crate::{budget, lower};

/// Why nothing was generated.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The spec has mistakes.
    #[error(transparent)]
    Spec(#[from] Mistakes),
    /// The generator has.
    #[error(transparent)]
    Render(#[from] render::Error),
}

/// What a spec gives.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Files, as paths below the root of the repository with their content.
    pub files: Vec<(String, String)>,
    /// Folders in which nothing else may be.
    pub owned: Vec<String>,
    /// Number of actions.
    pub actions: usize,
    /// Lines of models and client that an action adds.
    pub lines_an_action: usize,
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

/// Folders in a workspace of its own.
const WORKSPACE: Folders = Folders {
    models: "models",
    client: "client",
    service: "service",
    cli: "cli",
    docs: "docs",
};

/// Generates everything from the text of a spec; `path` names it in reports and headers.
///
/// # Errors
///
/// The mistakes of the spec, all at once.
pub fn generate(path: &str, text: &str) -> Result<Generated, Error> {
    let spec = codegen_spec::load(path, text)?;
    let api = lower::lower(&spec);
    let renderer = Renderer::new(&api, path)?;
    let mut generated = Generated::new(&spec, &renderer, &REPOSITORY)?;
    let schema = ("spec/schema.json".to_owned(), schema::text());
    generated.files.push(schema);
    Ok(generated)
}

/// Generates a workspace of its own from the text of a spec; `path` names it in reports and headers.
///
/// Its paths are below the root of that workspace.
///
/// # Errors
///
/// The mistakes of the spec, all at once.
pub fn generate_workspace(path: &str, text: &str, house: &House) -> Result<Generated, Error> {
    let spec = codegen_spec::load(path, text)?;
    let api = lower::lower(&spec);
    let renderer = Renderer::new(&api, path)?;
    let mut generated = Generated::new(&spec, &renderer, &WORKSPACE)?;
    let files = renderer.workspace(house)?.into_iter();
    let files = files.map(|file| (file.path, file.content));
    generated.files.extend(files);
    Ok(generated)
}

impl Generated {
    /// Renders the generated part of each crate.
    fn new(spec: &Spec, renderer: &Renderer<'_>, folders: &Folders) -> Result<Self, Error> {
        // Half of the work is the models; the other half goes on beside it.
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
            lines_an_action: budget::lines_per_action(spec, &models, &client)?,
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
        Ok(generated)
    }

    /// Adds a folder in which nothing else may be.
    fn add(&mut self, folder: &str, files: Vec<File>) {
        let place = |file: File| (format!("{folder}/{}", file.path), file.content);
        self.files.extend(files.into_iter().map(place));
        self.owned.push(folder.to_owned());
    }
}

/// The files of every crate but the models.
fn others(renderer: &Renderer<'_>) -> Result<[Vec<File>; 4], render::Error> {
    Ok([
        renderer.client()?,
        renderer.service()?,
        renderer.cli()?,
        renderer.docs()?,
    ])
}
