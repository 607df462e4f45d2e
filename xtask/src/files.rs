//! Files that chores read and write, standard output among them.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use codegen_spec::Mistakes;
use codegen_spec::Spec;

/// A file could not be read or written, or is no spec.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{0}")]
    Spec(Mistakes),
}

impl FileError {
    /// For `map_err`: the file that the system failed at.
    pub(crate) fn of(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        |source| Self::Io { path, source }
    }
}

pub(crate) fn read(path: &Path) -> Result<String, FileError> {
    fs::read_to_string(path).map_err(FileError::of(path))
}

pub(crate) fn write(path: &Path, text: &str) -> Result<(), FileError> {
    fs::write(path, text).map_err(FileError::of(path))
}

/// Writes files of which none may be written without the others: first beside their places, then
/// into them.
pub(crate) fn write_together(texts: &[(PathBuf, String)]) -> Result<(), FileError> {
    let beside = |path: &Path| {
        let mut name = path.as_os_str().to_owned();
        name.push(".new");
        PathBuf::from(name)
    };
    let written = texts.iter().try_for_each(|(path, text)| {
        // What may not be written may not be replaced either.
        let is_there = path.exists();
        let writable = fs::OpenOptions::new().append(true).open(path);
        writable
            .map(drop)
            .or_else(|error| if is_there { Err(error) } else { Ok(()) })
            .map_err(FileError::of(path))?;
        write(&beside(path), text)
    });
    let put = |path: &Path| fs::rename(beside(path), path).map_err(FileError::of(path));
    let done = written.and_then(|()| texts.iter().try_for_each(|(path, _)| put(path)));
    if done.is_err() {
        for (path, _) in texts {
            // The failure itself is what has to be told.
            let _ = fs::remove_file(beside(path));
        }
    }
    done
}

/// Prints a report, as far as its reader takes it.
pub(crate) fn print(text: &str) -> Result<(), FileError> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        // Whoever reads has read enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => printed.map_err(FileError::of(Path::new("standard output"))),
    }
}

/// Reads a spec and checks it.
pub(crate) fn spec(path: &Path) -> Result<Spec, FileError> {
    codegen_spec::load(&path.display().to_string(), &read(path)?).map_err(FileError::Spec)
}
