//! The generated files of this repository agree with their specs.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::Command;

#[test]
fn the_generated_files_agree_with_their_specs() {
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output = xtask.args(["generate", "--check"]).output().unwrap();
    let changes = String::from_utf8_lossy(&output.stdout);
    let summary = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{changes}\n{summary}");
}
