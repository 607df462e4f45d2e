//! The generated files of this repository.

use std::process::ExitCode;
use std::time::Instant;

use codegen::output::Plan;

use super::error::Error;
use super::golden;
use super::target::{SPEC, Target};
use super::writing::{exit_code, write};
use crate::budget::Cost;
use crate::files::{self, read};
use crate::folders::root;

/// Generates the files of this repository, or checks that they match the spec.
pub(crate) fn run(is_check: bool) -> Result<ExitCode, Error> {
    let start = Instant::now();
    let root = root();
    let spec = root.join(SPEC);
    let (mut plan, generated) = Target::Own.plan(&spec, &read(&spec)?)?;
    plan.add(golden::plan()?);
    let took = start.elapsed();
    let cost = Cost::measure(root, generated.lines_per_action).map_err(Error::Cost)?;
    if is_check {
        return check(&plan, cost.report());
    }
    write(&plan, root, generated.actions, took)?;
    Ok(exit_code(cost.report()))
}

fn check(plan: &Plan, is_affordable: bool) -> Result<ExitCode, Error> {
    if plan.changes.is_empty() {
        files::print(&format!(
            "{} files agree with their specs\n",
            plan.unchanged
        ))?;
        return Ok(exit_code(is_affordable));
    }
    files::print(&plan.diff())?;
    let count = plan.changes.len();
    eprintln!("{count} files differ from their specs; run `cargo xtask generate` and commit");
    Ok(ExitCode::FAILURE)
}
