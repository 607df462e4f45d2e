//! Why something could not be tried, or did not turn out as it should.

use std::io;

/// Why a suite or one of its checks failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{what}: {source}")]
    Io { what: String, source: io::Error },
    #[error("{program} is missing; as root: apt-get update && apt-get install {package}")]
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
    #[error("`{program}` did not show {expected} within {seconds} s; what it wrote:\n{output}")]
    Late {
        program: String,
        expected: String,
        seconds: u64,
        output: String,
    },
    #[error("`{program}` ended without {expected}; what it wrote:\n{output}")]
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
    /// For `map_err`: a step that failed, in its own words.
    pub(crate) fn step(error: impl std::fmt::Display) -> Self {
        Self::Step(error.to_string())
    }

    /// For `map_err`: what was tried when the system failed.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}

/// Checks that two values are the same.
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

/// Checks that a text contains another.
pub(crate) fn contains(what: &str, text: &str, part: &str) -> Result<(), Error> {
    if text.contains(part) {
        return Ok(());
    }
    Err(Error::Differs {
        what: what.to_owned(),
        expected: format!("a text with {part:?}"),
        found: format!("{text:?}"),
    })
}
