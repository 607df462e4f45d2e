//! `cargo xtask generate --spec FILE --out DIR`: generates the workspace of another product.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use codegen::runtime::Runtime;

use super::checkout;
use super::error::Error;
use super::target::Target;
use super::writing::{exit_code, write};
use crate::files::{self, FileError, read};
use crate::folders::root;

const LOCK: &str = "Cargo.lock";

pub(super) fn run(
    spec: &Path,
    folder: &Path,
    runtime: Option<&Runtime>,
    is_check: bool,
) -> Result<ExitCode, Error> {
    let start = Instant::now();
    let runtime = runtime.map(|runtime| checkout::placed(runtime, folder));
    let runtime = runtime.transpose()?;
    let target = Target::Workspace {
        folder,
        version: None,
        runtime: runtime.as_ref(),
    };
    let (plan, generated) = target.plan(spec, &read(spec)?)?;
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
