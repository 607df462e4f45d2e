//! A workspace written by `generate --out` compiles without warnings and passes its tests.

#![allow(clippy::unwrap_used)]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::run;

/// Folder of a workspace in `target/` of this project, with which it shares compiled crates.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn generate(spec: &Path, out: &Path) {
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
    run(xtask
        .args(["generate", "--spec"])
        .arg(spec)
        .arg("--out")
        .arg(out));
}

#[test]
fn the_workspace_of_a_small_spec_compiles_without_warnings_and_passes_its_tests() {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../codegen/spec/tests/small.json");
    let out = folder("small-workspace");
    generate(&spec, &out);
    let target = out.ancestors().nth(2).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    let output = run(cargo
        .arg("test")
        .current_dir(&out)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_TERM_COLOR", "never"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!errors.contains("warning"), "{errors}");
    let printed = String::from_utf8_lossy(&output.stdout);
    for test in [
        "the_examples_come_back ... ok",
        "put_things ... ok",
        "a_dry_run_shows_every_parameter ... ok",
        "every_action_is_a_tool_of_the_model_context_protocol ... ok",
        "the_examples_come_back_over_http ... ok",
    ] {
        assert!(printed.contains(test), "{test}\n{printed}");
    }
}

#[test]
fn a_workspace_is_generated_again_without_a_change() {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../codegen/spec/tests/small.json");
    let out = folder("unchanged-workspace");
    generate(&spec, &out);
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
    run(xtask
        .args(["generate", "--check", "--spec"])
        .arg(&spec)
        .arg("--out")
        .arg(&out));
    std::fs::write(out.join("models/src/generated/stray.rs"), "").unwrap();
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
    xtask.args(["generate", "--check", "--spec"]).arg(&spec);
    assert!(!xtask.arg("--out").arg(&out).status().unwrap().success());
    generate(&spec, &out);
    assert!(!out.join("models/src/generated/stray.rs").exists());
}
