//! Files on disk: what generation would change, and changing it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use similar::{ChangeTag, TextDiff};

/// A file that could not be read, written or removed.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct Error {
    /// The file.
    pub path: PathBuf,
    /// What went wrong.
    pub source: io::Error,
}

/// What one file is and should be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Change {
    /// Path below the root.
    pub path: String,
    /// Content on disk; `None` if there is no such file.
    pub before: Option<String>,
    /// Content as generated; `None` if the file should not be there.
    pub after: Option<String>,
}

impl Change {
    /// Lines that it adds, and lines that it takes away.
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

/// What generation would change below a root.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Files that differ, in the order of their paths.
    pub changes: Vec<Change>,
    /// Files that are as they should be.
    pub unchanged: usize,
}

impl Plan {
    /// Compares generated files, as paths below `root` with their content, to those on disk.
    ///
    /// In the folders `owned` nothing else may be.
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

    /// Takes a file out of the plan; its content, if it should change.
    pub fn take(&mut self, path: &str) -> Option<String> {
        let at = self.changes.iter().position(|change| change.path == path)?;
        self.changes.remove(at).after
    }

    /// Writes and removes files.
    ///
    /// # Errors
    ///
    /// A file cannot be written or removed; those before it were.
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

    /// The changes as a unified diff.
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

/// The text of a file; bytes that are no UTF-8 differ from anything generated.
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
