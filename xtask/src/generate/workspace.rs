//! `cargo xtask generate --spec FILE --out DIR`: a workspace for another product.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use codegen::Generated;
use codegen::workspace::House;

use super::{Error, Target, write};
use crate::files::{self, FileError, read};
use crate::folders::root;
use crate::version;

const LOCK: &str = "Cargo.lock";

/// The version of a workspace that is new.
const FIRST: &str = "0.1.0";

pub(super) fn run(spec: &Path, folder: &Path, is_check: bool) -> Result<ExitCode, Error> {
    let start = Instant::now();
    let manifest = folder.join("Cargo.toml");
    let manifest = manifest.exists().then(|| read(&manifest)).transpose()?;
    let version = manifest.as_deref().and_then(version::of);
    let version = version.unwrap_or(FIRST);
    let (plan, generated) = Target::Workspace { folder, version }.plan(spec, &read(spec)?)?;
    let took = start.elapsed();
    if is_check {
        files::print(&plan.diff())?;
        return Ok(match plan.changes.is_empty() {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        });
    }
    write(&plan, folder, generated.actions, took)?;
    lock(folder)?;
    files::print(&format!("lines an action: {}\n", generated.lines_an_action))?;
    Ok(ExitCode::SUCCESS)
}

/// A workspace of the text of a spec.
pub(super) fn generate(spec: &Path, text: &str, version: &str) -> Result<Generated, Error> {
    let manifest = read(&root().join("Cargo.toml"))?;
    let clippy = read(&root().join("clippy.toml"))?;
    let house = House::new(root(), &manifest, &clippy, version);
    // Where the spec lies is of no interest to readers of the workspace.
    let name = spec.file_name().unwrap_or(spec.as_os_str());
    codegen::generate_workspace(&name.to_string_lossy(), text, &house).map_err(Error::of)
}

/// Gives a new workspace the locked versions of this one; cargo drops what it does not need.
fn lock(out: &Path) -> Result<(), Error> {
    let path = out.join(LOCK);
    if path.exists() {
        return Ok(());
    }
    fs::copy(root().join(LOCK), &path).map_err(FileError::of(&path))?;
    Ok(())
}
