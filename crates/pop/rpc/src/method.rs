//! HTTP methods.

/// HTTP method of a request; it is part of what is signed.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`, which most clients send.
    Post,
    /// `PUT`, which few actions accept.
    Put,
    /// `DELETE`, which few actions accept.
    Delete,
}

impl Method {
    /// Returns the method as HTTP writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }

    /// Reads a method as HTTP writes it.
    pub fn from_wire(text: &str) -> Option<Self> {
        let methods = [Self::Get, Self::Post, Self::Put, Self::Delete];
        methods.into_iter().find(|method| method.as_str() == text)
    }
}
