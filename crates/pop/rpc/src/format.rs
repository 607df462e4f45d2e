//! The two formats of a response: XML and JSON.

use serde::{Serialize, de::DeserializeOwned};

use crate::action::Action;
use crate::xml;

/// Format of a response body.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Format {
    /// XML, the gateway's default.
    #[default]
    Xml,
    /// JSON.
    Json,
}

/// A value of `Format` that is neither JSON nor XML.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not a format: use JSON or XML")]
pub struct UnknownFormat(pub String);

/// A body that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// The body is not the expected JSON.
    #[error("JSON body: {0}")]
    Json(#[from] serde_json::Error),
    /// The body is not the expected XML.
    #[error("XML body: {0}")]
    Xml(#[from] xml::Error),
}

impl Format {
    /// Returns the value of `Format` on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Xml => "XML",
            Self::Json => "JSON",
        }
    }

    /// Reads the value of `Format`, in any case.
    ///
    /// An absent or empty value means the default. So does the word `None`, which the official
    /// Python SDK sends when its user chose no format.
    ///
    /// # Errors
    ///
    /// The value is neither JSON nor XML.
    pub fn from_wire(text: Option<&str>) -> Result<Self, UnknownFormat> {
        match text.unwrap_or_default() {
            "" | "None" => Ok(Self::default()),
            text if text.eq_ignore_ascii_case("XML") => Ok(Self::Xml),
            text if text.eq_ignore_ascii_case("JSON") => Ok(Self::Json),
            text => Err(UnknownFormat(text.to_owned())),
        }
    }

    /// Returns the `Content-Type` of a body in this format.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Xml => "text/xml;charset=utf-8",
            Self::Json => "application/json;charset=utf-8",
        }
    }

    /// Writes a body; `root` names the outermost XML element.
    ///
    /// # Errors
    ///
    /// The format cannot hold the value: a name is not an XML name, or a key is not text.
    pub fn write<T: Serialize>(self, root: &str, value: &T) -> Result<Vec<u8>, BodyError> {
        Ok(match self {
            Self::Xml => xml::to_string(root, value)?.into_bytes(),
            Self::Json => serde_json::to_vec(value)?,
        })
    }

    /// Writes the response of action `A` as a body.
    ///
    /// # Errors
    ///
    /// The format cannot hold the value, as for [`write`](Self::write).
    pub fn write_response<A>(self, response: &A::Response) -> Result<Vec<u8>, BodyError>
    where
        A: Action<Response: Serialize>,
    {
        self.write(&xml::response_element(A::INFO.name), response)
    }

    /// Reads a body.
    ///
    /// # Errors
    ///
    /// The body does not contain the value in this format.
    pub fn read<T: DeserializeOwned>(self, body: &str) -> Result<T, BodyError> {
        Ok(match self {
            Self::Xml => xml::from_str(body)?,
            Self::Json => serde_json::from_str(body)?,
        })
    }
}
