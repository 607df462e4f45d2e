//! What an action costs those who build models and client.

use codegen_spec::Spec;

use crate::lower;
use crate::render::{self, File, Renderer};

/// Files that only tests compile.
const TESTS: [&str; 2] = ["tests.rs", "examples.rs"];

/// Lines of models and client that an action adds, rounded up.
///
/// Its types count as well. What is there once whatever the number of actions, such as the tables
/// of error codes and regions, does not: it is what a spec without actions gives.
pub(crate) fn lines_an_action(
    spec: &Spec,
    models: &[File],
    client: &[File],
) -> Result<usize, render::Error> {
    let mut frame = spec.clone();
    frame.actions.clear();
    frame.structs.clear();
    let api = lower::lower(&frame);
    let renderer = Renderer::new(&api, "")?;
    let fixed = lines(&renderer.models()?) + lines(&renderer.client()?);
    let added = (lines(models) + lines(client)).saturating_sub(fixed);
    Ok(added.div_ceil(spec.actions.len().max(1)))
}

fn lines(files: &[File]) -> usize {
    let compiled = files
        .iter()
        .filter(|file| !TESTS.contains(&file.path.as_str()));
    compiled.map(|file| file.content.lines().count()).sum()
}
