//! Packages of the workspace.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cargo::cargo;
use crate::error::Error;
use crate::folders::root;
use crate::program::finish;

/// A package of the workspace.
pub(super) struct Package {
    /// Root files of its library and programs.
    pub(super) roots: Vec<PathBuf>,
    pub(super) folder: PathBuf,
    /// Names and root files of its integration tests.
    tests: Vec<(String, PathBuf)>,
}

impl Package {
    fn new(value: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut package = Self {
            roots: Vec::new(),
            folder: Path::new(&text(&value["manifest_path"]))
                .parent()
                .map(Path::to_owned)
                .unwrap_or_default(),
            tests: Vec::new(),
        };
        for target in value["targets"].as_array().into_iter().flatten() {
            let path = PathBuf::from(text(&target["src_path"]));
            match target["kind"][0].as_str() {
                Some("lib" | "bin") => package.roots.push(path),
                Some("test") => package.tests.push((text(&target["name"]), path)),
                _ => {}
            }
        }
        package
    }

    /// Names of the integration tests that compare with snapshots.
    pub(super) fn snapshot_tests(&self) -> impl Iterator<Item = &str> {
        let has_snapshots = |path: &PathBuf| {
            let text = fs::read_to_string(path);
            text.is_ok_and(|text| text.contains("insta::"))
        };
        let tests = self.tests.iter();
        tests
            .filter(move |(_, path)| has_snapshots(path))
            .map(|(name, _)| name.as_str())
    }
}

/// Returns every package of the workspace.
pub(super) fn all() -> Result<Vec<Package>, Error> {
    let mut cargo = cargo();
    cargo.current_dir(root());
    cargo.args(["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&finish(&mut cargo)?).map_err(Error::step)?;
    let packages = metadata["packages"].as_array();
    Ok(packages.into_iter().flatten().map(Package::new).collect())
}
