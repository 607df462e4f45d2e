//! A workspace written by `generate --out` stands alone: it compiles anywhere without warnings,
//! passes its tests, and is packaged.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod explorer;
#[path = "../../../tests/interop/explorer_pages.rs"]
mod pages;
mod recorder;
#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::run;

/// Root of this repository.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Handwritten crates, which this repository has not published yet, and their folders.
const RUNTIME: [&str; 6] = ["cli", "client", "docs", "explorer", "gateway", "rpc"];

/// Test of a generated server and a generated command line.
const ALL_PAGES: &str = include_str!("all_pages.rs");

/// The small spec.
fn spec() -> PathBuf {
    Path::new(ROOT).join("codegen/spec/tests/small.json")
}

fn generate(out: &Path, more: &[&str]) {
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
    xtask.args(["generate", "--spec"]).arg(spec());
    run(xtask.arg("--out").arg(out).args(more));
}

/// Cargo in a generated workspace, with this repository's crates in place of the registry's.
fn cargo(folder: &Path) -> Command {
    let mut cargo = support::cargo();
    for name in RUNTIME {
        let path = format!("patch.crates-io.pop-{name}.path='{ROOT}/crates/pop/{name}'");
        cargo.arg("--config").arg(path);
    }
    cargo
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target())
        .env("CARGO_TERM_COLOR", "never");
    cargo
}

/// Folder of compiled files, which the workspace shares with this project.
fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

/// Copies a folder with everything in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Returns the files of a folder that contain a text.
fn containing(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(containing(&path, text));
        } else if fs::read_to_string(&path).unwrap().contains(text) {
            found.push(path);
        }
    }
    found
}

#[test]
fn a_workspace_elsewhere_compiles_without_warnings_passes_its_tests_and_is_packaged() {
    let (here, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    generate(here.path(), &[]);
    copy(here.path(), elsewhere.path());
    drop(here);
    let folder = elsewhere.path();
    let root = Path::new(ROOT).canonicalize().unwrap();
    assert_eq!(
        containing(folder, root.to_str().unwrap()),
        [""; 0].map(PathBuf::from)
    );
    explorer::write_examples(&folder.join("client/examples"));
    fs::write(folder.join("server/tests/all_pages.rs"), ALL_PAGES).unwrap();

    let output = run(cargo(folder).args(["test", "--workspace"]));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!errors.contains("warning"), "{errors}");
    let printed = String::from_utf8_lossy(&output.stdout);
    for test in [
        "the_examples_come_back ... ok",
        "put_things ... ok",
        "a_dry_run_shows_every_parameter ... ok",
        "every_action_is_a_tool_of_the_model_context_protocol ... ok",
        "the_examples_come_back_over_http ... ok",
        "all_shows_the_items_of_every_page ... ok",
    ] {
        assert!(printed.contains(test), "{test}\n{printed}");
    }
    explorer::each_snippet_sends_the_request_of_the_form(&target().join("debug"));

    let mut package = cargo(folder);
    package.args(["package", "--workspace", "--no-verify", "--allow-dirty"]);
    let output = run(package.env("CARGO_TARGET_DIR", folder.join("target")));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!errors.contains("manifest has no"), "{errors}");
    for name in [
        "small",
        "small-client",
        "small-docs",
        "small-models",
        "small-server",
    ] {
        let file = folder.join(format!("target/package/{name}-0.1.0.crate"));
        let packed = run(Command::new("tar").arg("tzf").arg(file)).stdout;
        let packed = String::from_utf8(packed).unwrap();
        for file in ["README.md", "LICENSE-MIT", "LICENSE-APACHE", "Cargo.toml"] {
            assert!(
                packed.contains(&format!("/{file}\n")),
                "{file} of {name}\n{packed}"
            );
        }
    }
}

#[test]
fn a_workspace_keeps_the_origin_of_its_runtime() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = || fs::read_to_string(folder.path().join("Cargo.toml")).unwrap();
    let git = "git = \"https://a.example/b\", rev = \"v1\"";
    generate(folder.path(), &["--runtime", "git:https://a.example/b#v1"]);
    assert!(manifest().contains(git), "{}", manifest());
    generate(folder.path(), &[]);
    assert!(manifest().contains(git), "{}", manifest());
    generate(folder.path(), &["--runtime", &format!("path:{ROOT}")]);
    let path = format!("path = \"{ROOT}/crates/pop/rpc\"");
    assert!(manifest().contains(&path), "{}", manifest());
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
    xtask.args(["generate", "--spec"]).arg(spec());
    xtask.arg("--out").arg(folder.path());
    let output = xtask.args(["--runtime", "path:/nowhere"]).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("`/nowhere` is not a checkout"), "{errors}");
}

#[test]
fn a_workspace_is_generated_again_without_a_change() {
    let out = tempfile::tempdir().unwrap();
    let out = out.path();
    generate(out, &[]);
    let check = || {
        let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
        xtask.args(["generate", "--check", "--spec"]).arg(spec());
        xtask.arg("--out").arg(out).output().unwrap().status
    };
    assert!(check().success());
    fs::write(out.join("models/src/generated/stray.rs"), "").unwrap();
    assert!(!check().success());
    generate(out, &[]);
    assert!(!out.join("models/src/generated/stray.rs").exists());
}
