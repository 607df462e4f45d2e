//! All files that a spec gives.

use crate::mistake::Report;
use crate::render::{self, File, Renderer};
use crate::workspace::{House, PACKAGES};
use crate::{budget, load, lower, schema};

/// Why nothing was generated.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The spec has mistakes.
    #[error(transparent)]
    Spec(#[from] Report),
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

/// Generates everything from the text of a spec; `path` names it in reports and headers.
///
/// # Errors
///
/// The mistakes of the spec, all at once.
pub fn generate(path: &str, text: &str) -> Result<Generated, Error> {
    let spec = load::load(path, text)?;
    let api = lower::lower(&spec);
    let renderer = Renderer::new(&api, path)?;
    let models = renderer.models()?;
    let client = renderer.client()?;
    let lines_an_action = budget::lines_an_action(&spec, &models, &client)?;
    let crates = [
        ("models", models),
        ("client", client),
        ("service", renderer.service()?),
        ("cli", renderer.cli()?),
        ("docs", renderer.docs()?),
    ];
    let mut generated = Generated {
        files: vec![("spec/schema.json".to_owned(), schema::text())],
        owned: Vec::new(),
        actions: api.actions.len(),
        lines_an_action,
    };
    for (name, files) in crates {
        generated.add(&format!("crates/{name}/src/generated"), files);
    }
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
    let spec = load::load(path, text)?;
    let api = lower::lower(&spec);
    let renderer = Renderer::new(&api, path)?;
    let models = renderer.models()?;
    let client = renderer.client()?;
    let lines_an_action = budget::lines_an_action(&spec, &models, &client)?;
    let service = renderer.service()?;
    let crates = [models, client, service, renderer.docs()?, renderer.cli()?];
    let files = renderer.workspace(house)?.into_iter();
    let mut generated = Generated {
        files: files.map(|file| (file.path, file.content)).collect(),
        owned: Vec::new(),
        actions: api.actions.len(),
        lines_an_action,
    };
    // The server has nothing generated but itself.
    for (name, files) in PACKAGES.into_iter().zip(crates) {
        generated.add(&format!("{name}/src/generated"), files);
    }
    Ok(generated)
}

impl Generated {
    /// Adds a folder in which nothing else may be.
    fn add(&mut self, folder: &str, files: Vec<File>) {
        let place = |file: File| (format!("{folder}/{}", file.path), file.content);
        self.files.extend(files.into_iter().map(place));
        self.owned.push(folder.to_owned());
    }
}
