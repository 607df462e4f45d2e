//! Files that a generation changed on disk, and the exit code that follows.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use codegen::output::{Change, Plan};

use super::error::Error;
use crate::files;

/// Writes the files that differ, and lists them.
pub(super) fn write(plan: &Plan, root: &Path, actions: usize, took: Duration) -> Result<(), Error> {
    plan.apply(root)?;
    let done = |change: &Change| format!("{} {}\n", what_was_done(change), change.path);
    let mut report: String = plan.changes.iter().map(done).collect();
    report += &format!(
        "{actions} actions: {} files changed, {} unchanged, in {} ms\n",
        plan.changes.len(),
        plan.unchanged,
        took.as_millis(),
    );
    Ok(files::print(&report)?)
}

pub(super) fn exit_code(is_success: bool) -> ExitCode {
    if is_success {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn what_was_done(change: &Change) -> &'static str {
    match (&change.before, &change.after) {
        (None, _) => "  created",
        (Some(_), Some(_)) => "  written",
        (Some(_), None) => "  removed",
    }
}
