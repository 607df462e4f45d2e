//! The error of the chores that run programs, and helpers that compare results.

use std::io;

/// The reason why a program or a check failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{what}: {source}")]
    Io { what: String, source: io::Error },
    #[error("{program} is not installed; run as root: apt-get update && apt-get install {package}")]
    Missing {
        program: &'static str,
        package: &'static str,
    },
    #[error("`{command}` failed ({status}):\n{output}")]
    Failed {
        command: String,
        status: String,
        output: String,
    },
    #[error("`{program}` did not print {expected} within {seconds} s; its output:\n{output}")]
    Late {
        program: String,
        expected: String,
        seconds: u64,
        output: String,
    },
    #[error("`{program}` ended without printing {expected}; its output:\n{output}")]
    Ended {
        program: String,
        expected: String,
        output: String,
    },
    #[error("{0}")]
    Step(String),
    #[error("{what}: expected {expected}, found {found}")]
    Differs {
        what: String,
        expected: String,
        found: String,
    },
}

impl Error {
    /// Wraps an error that already says which step failed.
    pub(crate) fn step(error: impl std::fmt::Display) -> Self {
        Self::Step(error.to_string())
    }

    /// Returns a function for `map_err` that adds the failed operation to a system error.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}

/// Checks that two values are equal.
pub(crate) fn same<T: PartialEq<U> + std::fmt::Debug, U: std::fmt::Debug>(
    what: &str,
    found: T,
    expected: U,
) -> Result<(), Error> {
    if found == expected {
        return Ok(());
    }
    Err(Error::Differs {
        what: what.to_owned(),
        expected: format!("{expected:?}"),
        found: format!("{found:?}"),
    })
}

/// Checks that a text contains a part.
pub(crate) fn contains(what: &str, text: &str, part: &str) -> Result<(), Error> {
    if text.contains(part) {
        return Ok(());
    }
    Err(Error::Differs {
        what: what.to_owned(),
        expected: format!("a text that contains {part:?}"),
        found: format!("{text:?}"),
    })
}
