//! Generated code that the golden crates compile and test.

use codegen::lower::lower;
use codegen::output::Plan;
use codegen::render::Renderer;
use codegen_evolve::import::{self, File, Options};
use codegen_spec::{Spec, load, pretty};

use super::error::Error;
use crate::files::read;
use crate::folders::root;

/// A small spec with one of each.
const SMALL: &str = "codegen/spec/tests/small.json";

/// Metadata that is hard to import.
const HARD: &str = "codegen/evolve/tests/metadata/hard.json";

/// Compares the sources of both crates with those on disk.
pub(super) fn plan() -> Result<Plan, Error> {
    let small = spec(SMALL, &read(&root().join(SMALL))?)?;
    let hard = imported(&small)?;
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for (package, spec, origin) in [("golden", &small, SMALL), ("golden-imported", &hard, HARD)] {
        let api = lower(spec);
        let renderer = Renderer::new(&api, origin).map_err(Error::Generate)?;
        let crates = [
            ("models", renderer.models()),
            ("service", renderer.service()),
            ("client", renderer.client()),
        ];
        for (name, rendered) in crates {
            let folder = format!("codegen/{package}/src/generated/{name}");
            for file in rendered.map_err(Error::Generate)? {
                files.push((format!("{folder}/{}", file.path), file.content));
            }
            folders.push(folder);
        }
    }
    Ok(Plan::new(root(), &files, &folders)?)
}

/// Imports the metadata. `gateway` has what no metadata says.
fn imported(gateway: &Spec) -> Result<Spec, Error> {
    let file = File {
        name: HARD.to_owned(),
        text: read(&root().join(HARD))?,
    };
    let options = Options {
        actions: &[],
        from: None,
        gateway,
    };
    let imported = import::import(&[file], options)?;
    spec(HARD, &pretty::spec(&imported.spec)?)
}

fn spec(name: &str, text: &str) -> Result<Spec, Error> {
    load(name, text).map_err(|report| Error::of(codegen::Error::Spec(report)))
}
