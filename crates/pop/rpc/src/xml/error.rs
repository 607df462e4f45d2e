//! Errors of XML bodies.

/// An XML body that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The document is not well-formed.
    #[error("byte {position}: {reason}")]
    Syntax {
        /// Position where the error was noticed, in bytes from the beginning.
        position: u64,
        /// Description of the error.
        reason: String,
    },
    /// An entity is not one of the five that XML defines.
    #[error("byte {position}: unknown entity `&{name};`")]
    Entity {
        /// Position where the error was noticed, in bytes from the beginning.
        position: u64,
        /// Name of the entity.
        name: String,
    },
    /// The document ends inside an element, or contains none.
    #[error("the document ends too early")]
    Truncated,
    /// Elements are nested deeper than in any body of the protocol.
    #[error("elements are nested more than {MAX_DEPTH} deep")]
    TooDeep,
    /// A member's name cannot be the name of an element.
    #[error("`{0}` cannot be the name of an element")]
    Name(String),
    /// The value is a list without an object around it, but a document has only one outermost
    /// element.
    #[error("XML cannot hold a list without an object around it; use JSON")]
    List,
    /// The document is well-formed but does not contain the expected value.
    #[error("{0}")]
    Value(String),
}

/// Maximum nesting depth of elements; real bodies have fewer than ten levels.
pub(super) const MAX_DEPTH: usize = 128;

impl serde::de::Error for Error {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self::Value(message.to_string())
    }
}

impl serde::ser::Error for Error {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self::Value(message.to_string())
    }
}
