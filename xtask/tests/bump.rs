//! Tests the files of a release that `cargo xtask bump` makes from metadata.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A spec and the workspace generated from it.
struct Product {
    folder: TempDir,
}

impl Product {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let product = Self { folder };
        let spec = product.spec();
        succeeds(&["import", &metadata("before.json"), "-o", &text(&spec)]);
        succeeds(&[
            "generate",
            "--spec",
            &text(&spec),
            "--out",
            &text(&product.workspace()),
        ]);
        product
    }

    fn spec(&self) -> PathBuf {
        self.folder.path().join("lamps.json")
    }

    fn workspace(&self) -> PathBuf {
        self.folder.path().join("workspace")
    }

    fn bump(&self, file: &str, more: &[&str]) -> String {
        let (file, spec, out) = (metadata(file), text(&self.spec()), text(&self.workspace()));
        let mut arguments = vec!["bump", &file, "--spec", &spec, "--out", &out];
        arguments.extend(more);
        succeeds(&arguments)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.workspace().join(path)).unwrap()
    }
}

fn metadata(file: &str) -> String {
    text(
        &Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/metadata")
            .join(file),
    )
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

fn xtask(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .output()
        .unwrap()
}

fn succeeds(arguments: &[&str]) -> String {
    let output = xtask(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Returns every file with its content.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path))
        } else {
            found.push((path.clone(), fs::read(&path).unwrap()))
        }
    }
    found.sort();
    found
}

#[test]
fn a_dry_run_shows_the_changes_and_writes_nothing() {
    let product = Product::new();
    let before = contents(product.folder.path());
    let printed = product.bump("after.json", &["--dry-run"]);
    for part in [
        "Action `SwitchLamp` is new",
        "Parameter `Colour` is new",
        "lamps.cn-hangzhou.example.org",
        "0.1.0 → 0.2.0",
    ] {
        assert!(printed.contains(part), "{part:?} is not in {printed}");
    }
    assert_eq!(contents(product.folder.path()), before);
}

#[test]
fn a_bump_writes_code_version_and_changelog_once() {
    let product = Product::new();
    product.bump("after.json", &[]);
    assert!(product.read("Cargo.toml").contains("version = \"0.2.0\""));
    assert!(
        product
            .read("client/src/generated/actions.rs")
            .contains("fn switch_lamp(")
    );
    let changelog = product.read("CHANGELOG.md");
    assert!(changelog.contains("## 0.2.0 - "), "{changelog}");
    assert!(
        changelog.contains("- Action `SwitchLamp` is new"),
        "{changelog}"
    );

    let after = contents(product.folder.path());
    let printed = product.bump("after.json", &[]);
    assert!(printed.contains("nothing to adopt"), "{printed}");
    let (spec, workspace) = (text(&product.spec()), text(&product.workspace()));
    succeeds(&["generate", "--check", "--spec", &spec, "--out", &workspace]);
    assert_eq!(contents(product.folder.path()), after);
}

#[test]
fn the_review_shows_every_change_of_the_api_and_of_the_code() {
    let product = Product::new();
    let review = product.folder.path().join("review.md");
    product.bump("after.json", &["--dry-run", "--review", &text(&review)]);
    let review = fs::read_to_string(review).unwrap();
    assert!(review.contains("| `/actions/SwitchLamp` |"), "{review}");
    assert!(
        review.contains("+++ b/models/src/generated/actions/switch_lamp.rs"),
        "{review}"
    );
}

#[test]
fn a_file_that_is_not_metadata_changes_nothing() {
    let product = Product::new();
    let before = contents(product.folder.path());
    let (spec, out) = (text(&product.spec()), text(&product.workspace()));
    let output = xtask(&["bump", &out_file(&product), "--spec", &spec, "--out", &out]);
    assert!(!output.status.success());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("Cargo.toml"), "{errors}");
    assert_eq!(contents(product.folder.path()), before);
}

#[test]
fn the_same_command_can_be_repeated_after_a_failure() {
    let product = Product::new();
    let (file, spec, out) = (
        metadata("after.json"),
        text(&product.spec()),
        text(&product.workspace()),
    );
    // A folder in the place where the new spec is first written.
    let obstacle = product.folder.path().join("lamps.json.new");
    fs::create_dir(&obstacle).unwrap();
    let output = xtask(&["bump", &file, "--spec", &spec, "--out", &out]);
    assert!(!output.status.success());
    assert!(product.read("Cargo.toml").contains("version = \"0.1.0\""));
    assert!(!product.workspace().join("CHANGELOG.md").exists());
    fs::remove_dir(obstacle).unwrap();
    product.bump("after.json", &[]);
    assert!(product.read("Cargo.toml").contains("version = \"0.2.0\""));
    assert_eq!(product.read("CHANGELOG.md").matches("\n## ").count(), 1);
}

#[test]
fn metadata_of_another_product_is_refused() {
    let product = Product::new();
    let before = contents(product.folder.path());
    let (spec, out) = (text(&product.spec()), text(&product.workspace()));
    let file = product.folder.path().join("other.json");
    let after = fs::read_to_string(metadata("after.json")).unwrap();
    let other = after.replacen("\"Lamps\"", "\"Bulbs\"", 1);
    let only_new = after.replacen("\"ListLamps\"", "\"ListBulbs\"", 1);
    for (text_of_other, says) in [
        (other, "describes Bulbs"),
        (only_new, "none of the spec's actions"),
    ] {
        fs::write(&file, text_of_other).unwrap();
        let output = xtask(&["bump", &text(&file), "--spec", &spec, "--out", &out]);
        assert!(!output.status.success());
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.contains(says), "{errors}");
    }
    fs::remove_file(file).unwrap();
    assert_eq!(contents(product.folder.path()), before);
}

/// Returns the path of a file that is not JSON.
fn out_file(product: &Product) -> String {
    text(&product.workspace().join("Cargo.toml"))
}
