//! Why nothing was imported.

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file is no JSON.
    #[error("{file}: not JSON: {source}; is this the file `api-docs.json` of a product?")]
    Syntax {
        /// The file.
        file: String,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// The spec could not be written as JSON and read again.
    #[error("the imported spec is no spec: {0}")]
    Form(#[from] serde_json::Error),
    /// It is JSON, and something else.
    #[error("{pointer}: {message}")]
    Shape {
        /// Where, as a JSON pointer.
        pointer: &'static str,
        /// What is wrong, and what to do.
        message: String,
    },
    /// What was made has mistakes that could not be mended.
    #[error("the imported spec has mistakes:\n{0}")]
    Mistakes(String),
}

/// Makes an [`Error::Shape`].
pub(super) fn shape(pointer: &'static str, message: impl Into<String>) -> Error {
    Error::Shape {
        pointer,
        message: message.into(),
    }
}
