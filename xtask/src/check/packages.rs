//! Packages of the workspace, and which of them changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::error::Error;
use crate::folders::root;
use crate::program::{cargo, finish};

/// A package of the workspace.
pub(super) struct Package {
    pub(super) name: String,
    pub(super) has_library: bool,
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
            name: text(&value["name"]),
            has_library: false,
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
                Some("lib") => {
                    package.has_library = true;
                    package.roots.push(path);
                }
                Some("bin") => package.roots.push(path),
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

/// Returns the packages with a file that differs from a revision of git or is new.
///
/// Files outside all packages, such as the spec or the lock file, select none.
pub(super) fn changed<'p>(packages: &'p [Package], since: &str) -> Result<Vec<&'p Package>, Error> {
    let git = |words: &[&str]| finish(Command::new("git").current_dir(root()).args(words));
    let mut files = git(&["diff", "--name-only", "--relative", since, "--"])?;
    files += &git(&["ls-files", "--others", "--exclude-standard"])?;
    let mut changed: Vec<&Package> = files
        .lines()
        .filter_map(|file| {
            let path = root().join(file);
            let around = packages
                .iter()
                .filter(|package| path.starts_with(&package.folder));
            around.max_by_key(|package| package.folder.components().count())
        })
        .collect();
    changed.sort_by(|one, other| one.name.cmp(&other.name));
    changed.dedup_by(|one, other| one.name == other.name);
    Ok(changed)
}
