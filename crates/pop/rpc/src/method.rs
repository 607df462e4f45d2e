//! HTTP methods.

/// HTTP method of a request; it is part of what is signed.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Method {
    /// `GET`, with everything in the query.
    Get,
    /// `POST`, with parameters in the query, a form body, or both.
    Post,
}

impl Method {
    /// Returns the method as HTTP writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}
