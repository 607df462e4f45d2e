//! Compares generated files with those on disk, and writes the changes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use similar::{ChangeTag, TextDiff};

/// A file that could not be read, written or removed.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct Error {
    /// The file or folder.
    pub path: PathBuf,
    /// Cause.
    pub source: io::Error,
}

/// A file as it is and as it should be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Change {
    /// Path below the root.
    pub path: String,
    /// Content on disk, or `None` if the file does not exist.
    pub before: Option<String>,
    /// Generated content, or `None` if the file should not exist.
    pub after: Option<String>,
}

impl Change {
    /// Returns the numbers of added and removed lines.
    pub fn lines(&self) -> (usize, usize) {
        let before = self.before.as_deref().unwrap_or_default();
        let after = self.after.as_deref().unwrap_or_default();
        let diff = TextDiff::from_lines(before, after);
        let count = |tag| {
            diff.iter_all_changes()
                .filter(|change| change.tag() == tag)
                .count()
        };
        (count(ChangeTag::Insert), count(ChangeTag::Delete))
    }
}

/// Changes that generation would make below a root.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Files that differ, in the order of their paths.
    pub changes: Vec<Change>,
    /// Number of files that are up to date.
    pub unchanged: usize,
}

impl Plan {
    /// Compares generated files with those on disk; each has a path below `root` and its content.
    ///
    /// Any other file in the folders `owned` will be removed.
    ///
    /// # Errors
    ///
    /// A file or folder cannot be read.
    pub fn new(root: &Path, files: &[(String, String)], owned: &[String]) -> Result<Self, Error> {
        let mut plan = Self::default();
        let wanted: BTreeMap<&str, &str> = files
            .iter()
            .map(|(path, text)| (&**path, &**text))
            .collect();
        let mut paths: BTreeSet<String> = wanted.keys().map(|path| (*path).to_owned()).collect();
        for folder in owned {
            list(root, folder, &mut paths)?;
        }
        for path in paths {
            let before = read(&root.join(&path))?;
            let after = wanted.get(&*path).map(|content| (*content).to_owned());
            if before == after {
                plan.unchanged += 1;
            } else {
                plan.changes.push(Change {
                    path,
                    before,
                    after,
                });
            }
        }
        Ok(plan)
    }

    /// Adds the changes of another plan.
    pub fn add(&mut self, other: Self) {
        self.changes.extend(other.changes);
        self.unchanged += other.unchanged;
    }

    /// Removes a file from the plan, and returns its new content if it should change.
    pub fn take(&mut self, path: &str) -> Option<String> {
        let at = self.changes.iter().position(|change| change.path == path)?;
        self.changes.remove(at).after
    }

    /// Writes and removes the files.
    ///
    /// # Errors
    ///
    /// A file cannot be written or removed. The files before it are already changed.
    pub fn apply(&self, root: &Path) -> Result<(), Error> {
        for change in &self.changes {
            let path = root.join(&change.path);
            let done = match &change.after {
                Some(content) => write(&path, content),
                None => fs::remove_file(&path).and_then(|()| remove_empty(path.parent())),
            };
            done.map_err(|source| Error { path, source })?;
        }
        Ok(())
    }

    /// Returns the changes as a unified diff.
    pub fn diff(&self) -> String {
        let name = |side: &str, content: &Option<String>, path: &str| match content {
            Some(_) => format!("{side}/{path}"),
            None => "/dev/null".to_owned(),
        };
        self.changes
            .iter()
            .map(|change| {
                let before = name("a", &change.before, &change.path);
                let after = name("b", &change.after, &change.path);
                TextDiff::from_lines(
                    change.before.as_deref().unwrap_or_default(),
                    change.after.as_deref().unwrap_or_default(),
                )
                .unified_diff()
                .header(&before, &after)
                .to_string()
            })
            .collect()
    }
}

/// Adds the files below a folder.
fn list(root: &Path, folder: &str, paths: &mut BTreeSet<String>) -> Result<(), Error> {
    let path = root.join(folder);
    let failed = |source| Error {
        path: path.clone(),
        source,
    };
    let entries = match fs::read_dir(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(failed)?,
    };
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let below = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().map_err(failed)?.is_dir() {
            list(root, &below, paths)?;
        } else {
            paths.insert(below);
        }
    }
    Ok(())
}

/// Returns the text of a file, or `None` if it does not exist.
///
/// Bytes that are not UTF-8 are replaced, so that they differ from anything generated.
fn read(path: &Path) -> Result<Option<String>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error {
            path: path.to_owned(),
            source,
        }),
    }
}

fn write(path: &Path, content: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content)
}

fn remove_empty(folder: Option<&Path>) -> io::Result<()> {
    match folder {
        Some(folder) if fs::read_dir(folder)?.next().is_none() => fs::remove_dir(folder),
        _ => Ok(()),
    }
}
