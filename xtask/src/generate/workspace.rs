//! `cargo xtask generate --spec FILE --out DIR`: a workspace for another product.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use codegen::output::Plan;
use codegen::workspace::House;

use super::{Error, read, write};
use crate::folders::root;

const LOCK: &str = "Cargo.lock";

pub(super) fn run(spec: &Path, out: &Path, is_check: bool) -> Result<ExitCode, Error> {
    let start = Instant::now();
    let manifest = read(&root().join("Cargo.toml"))?;
    let clippy = read(&root().join("clippy.toml"))?;
    let house = House::new(root(), &manifest, &clippy);
    // Where the spec lies is of no interest to readers of the workspace.
    let name = spec
        .file_name()
        .unwrap_or(spec.as_os_str())
        .to_string_lossy();
    let generated = codegen::generate_workspace(&name, &read(spec)?, &house).map_err(Error::of)?;
    let plan = Plan::new(out, &generated.files, &generated.owned)?;
    let took = start.elapsed();
    if is_check {
        print!("{}", plan.diff());
        return Ok(match plan.changes.is_empty() {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        });
    }
    write(&plan, out, generated.actions, took)?;
    lock(out)?;
    println!("lines an action: {}", generated.lines_an_action);
    Ok(ExitCode::SUCCESS)
}

/// Gives a new workspace the locked versions of this one; cargo drops what it does not need.
fn lock(out: &Path) -> Result<(), Error> {
    let path = out.join(LOCK);
    if path.exists() {
        return Ok(());
    }
    match fs::copy(root().join(LOCK), &path) {
        Ok(_) => Ok(()),
        Err(source) => Err(Error::Lock { path, source }),
    }
}
