//! Lines of code that each action adds to models and client.

use codegen_spec::Spec;

use crate::lower;
use crate::render::{self, File, Renderer};

/// Files that only tests compile.
const TESTS: [&str; 2] = ["tests.rs", "examples.rs"];

/// Returns the lines that each action adds to models and client, rounded up.
///
/// Types count as well. Lines that do not depend on the number of actions, such as the tables of
/// error codes and regions, do not count: a spec without actions has them, too.
pub(crate) fn lines_per_action(
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
