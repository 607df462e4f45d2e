//! Errors of an import.

/// Error of an import.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file is not JSON, or nested deeper than 128 levels.
    #[error(
        "{file}: cannot be read as JSON: {source}; is this the file `api-docs.json` of a product?"
    )]
    Syntax {
        /// Name of the file.
        file: String,
        /// Error of the JSON parser.
        source: serde_json::Error,
    },
    /// The spec could not be written as JSON and read again.
    #[error("the imported spec cannot be read back: {0}")]
    Form(#[from] serde_json::Error),
    /// A file is JSON, but not metadata that can be imported.
    #[error("{pointer}: {message}")]
    Shape {
        /// Location, as a JSON pointer.
        pointer: &'static str,
        /// Description of the problem, and what to do.
        message: String,
    },
    /// The spec has mistakes that could not be repaired.
    #[error("the imported spec has mistakes:\n{0}")]
    Mistakes(String),
}

/// Creates an [`Error::Shape`].
pub(super) fn shape(pointer: &'static str, message: impl Into<String>) -> Error {
    Error::Shape {
        pointer,
        message: message.into(),
    }
}
