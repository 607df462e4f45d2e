//! Handwritten source files of the workspace.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::packages::Package;
use crate::error::Error;

/// A source file written by hand.
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// Folders of a package that contain no handwritten sources.
const LEFT_OUT: [&str; 3] = ["generated", "snapshots", "target"];

/// Returns the handwritten source files of all packages, including tests and benchmarks.
pub(super) fn all(packages: &[Package]) -> Result<Vec<Source>, Error> {
    let mut paths = BTreeSet::new();
    for package in packages {
        collect(&package.folder, &mut paths)?;
    }
    let source = |path: PathBuf| {
        let text = fs::read_to_string(&path).map_err(Error::io(path.display().to_string()))?;
        Ok(Source { path, text })
    };
    paths.into_iter().map(source).collect()
}

fn collect(folder: &Path, paths: &mut BTreeSet<PathBuf>) -> Result<(), Error> {
    let failed = || Error::io(folder.display().to_string());
    for entry in fs::read_dir(folder).map_err(failed())? {
        let path = entry.map_err(failed())?.path();
        let is_left_out = LEFT_OUT.iter().any(|name| path.ends_with(name));
        if path.is_dir() && !is_left_out {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.insert(path);
        }
    }
    Ok(())
}
