//! Errors of XML bodies.

/// An XML body that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not well-formed.
    #[error("byte {position}: {reason}")]
    Syntax {
        /// Where it was noticed, in bytes from the beginning.
        position: u64,
        /// What is wrong.
        reason: String,
    },
    /// An entity other than the five of XML itself.
    #[error("byte {position}: unknown entity `&{name};`")]
    Entity {
        /// Where it was noticed, in bytes from the beginning.
        position: u64,
        /// Name of the entity.
        name: String,
    },
    /// The document ends inside an element, or holds none.
    #[error("the document ends too early")]
    Truncated,
    /// Elements are nested deeper than any body of the protocol.
    #[error("elements are nested more than {MAX_DEPTH} deep")]
    TooDeep,
    /// A member's name cannot be the name of an element.
    #[error("`{0}` cannot be the name of an element")]
    Name(String),
    /// Well-formed, but not the expected value.
    #[error("{0}")]
    Value(String),
}

/// Elements nested deeper than this are refused; real bodies have fewer than ten levels.
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
