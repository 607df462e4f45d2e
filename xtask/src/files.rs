//! Reads and writes the files of chores, including standard output.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use codegen_spec::Mistakes;
use codegen_spec::Spec;

/// A file that cannot be read or written, or is not a valid spec.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{0}")]
    Spec(Mistakes),
}

impl FileError {
    /// Returns a function for `map_err` that adds the path to a system error.
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

/// Writes files that belong together.
///
/// Each text is first written beside its file, so that a failure leaves all old files in place.
/// Then the new files are renamed over the old ones.
pub(crate) fn write_together(texts: &[(PathBuf, String)]) -> Result<(), FileError> {
    let beside = |path: &Path| {
        let mut name = path.as_os_str().to_owned();
        name.push(".new");
        PathBuf::from(name)
    };
    let written = texts.iter().try_for_each(|(path, text)| {
        // A rename would also replace a read-only file, so check that the file is writable.
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
            // The caller must see the first failure, not one of the cleanup.
            let _ = fs::remove_file(beside(path));
        }
    }
    done
}

/// Prints a text, or as much of it as the reader of the pipe accepts.
pub(crate) fn print(text: &str) -> Result<(), FileError> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        // A reader such as `head` closes the pipe when it has enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => printed.map_err(FileError::of(Path::new("standard output"))),
    }
}

/// Reads and checks a spec.
pub(crate) fn spec(path: &Path) -> Result<Spec, FileError> {
    codegen_spec::load(&path.display().to_string(), &read(path)?).map_err(FileError::Spec)
}
