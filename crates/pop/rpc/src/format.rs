//! The two formats of a response.

use serde::{Serialize, de::DeserializeOwned};

use crate::action::Action;
use crate::xml;

/// Format of a response body.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Format {
    /// XML, which the gateway answers unless asked for something else.
    #[default]
    Xml,
    /// JSON.
    Json,
}

/// The value of `Format` names no format.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is no format: use JSON or XML")]
pub struct UnknownFormat(pub String);

/// A body that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// Not the JSON that was expected.
    #[error("JSON body: {0}")]
    Json(#[from] serde_json::Error),
    /// Not the XML that was expected.
    #[error("XML body: {0}")]
    Xml(#[from] xml::Error),
}

impl Format {
    /// The value of `Format` on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Xml => "XML",
            Self::Json => "JSON",
        }
    }

    /// Reads the value of `Format`, in any case.
    ///
    /// The official Python SDK sends the word `None` when its user chose nothing; it means the
    /// default, as an absent or empty value does.
    ///
    /// # Errors
    ///
    /// The value is neither of the two.
    pub fn from_wire(text: Option<&str>) -> Result<Self, UnknownFormat> {
        match text.unwrap_or_default() {
            "" | "None" => Ok(Self::default()),
            text if text.eq_ignore_ascii_case("XML") => Ok(Self::Xml),
            text if text.eq_ignore_ascii_case("JSON") => Ok(Self::Json),
            text => Err(UnknownFormat(text.to_owned())),
        }
    }

    /// `Content-Type` of a body in this format.
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
    /// The format cannot hold the value: a name that is no XML name, a key that is no text.
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
    /// The body is not the value in this format.
    pub fn read<T: DeserializeOwned>(self, body: &str) -> Result<T, BodyError> {
        Ok(match self {
            Self::Xml => xml::from_str(body)?,
            Self::Json => serde_json::from_str(body)?,
        })
    }
}
