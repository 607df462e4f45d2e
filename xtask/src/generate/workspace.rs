//! `cargo xtask generate --spec FILE --out DIR`: generates the workspace of another product.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use super::error::Error;
use super::target::Target;
use super::writing::{exit_code, write};
use crate::files::{self, FileError, read};
use crate::folders::root;
use crate::version;

const LOCK: &str = "Cargo.lock";

/// Version of a new workspace.
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
        return Ok(exit_code(plan.changes.is_empty()));
    }
    write(&plan, folder, generated.actions, took)?;
    lock(folder)?;
    files::print(&format!(
        "lines per action: {}\n",
        generated.lines_per_action
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Copies the locked versions of this workspace to a new one; cargo drops those that it does not
/// need.
fn lock(out: &Path) -> Result<(), Error> {
    let path = out.join(LOCK);
    if path.exists() {
        return Ok(());
    }
    fs::copy(root().join(LOCK), &path).map_err(FileError::of(&path))?;
    Ok(())
}
