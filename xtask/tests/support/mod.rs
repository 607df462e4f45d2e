//! Programs that tests run.

#[path = "../../src/cargo.rs"]
mod cargo;

use std::process::{Command, Output};

pub(crate) use self::cargo::cargo;

/// Runs a program, which must succeed.
pub(crate) fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{command:?}\n{printed}\n{errors}");
    output
}
