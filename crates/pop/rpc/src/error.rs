//! The error envelope (`docs/PROTOCOL.md`, “Errors”).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::format::{BodyError, Format};
use crate::wire::{self, absent};

/// Outermost element of an error in XML.
const ROOT: &str = "Error";

/// Body of a response that reports an error.
///
/// Reading is lenient: members may be missing, and some products begin their names in lower case.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ErrorBody {
    /// ID of the request in the service's log.
    #[serde(alias = "requestId", with = "wire")]
    pub request_id: String,
    /// Host that was called.
    #[serde(alias = "hostId", with = "wire")]
    pub host_id: String,
    /// Error code.
    #[serde(alias = "code", with = "wire")]
    pub code: String,
    /// Description of the error.
    #[serde(alias = "message", with = "wire")]
    pub message: String,
    /// URL of a page with more information.
    #[serde(alias = "recommend", with = "wire", skip_serializing_if = "absent")]
    pub recommend: Option<String>,
}

impl ErrorBody {
    /// Writes the error as a response body.
    ///
    /// # Errors
    ///
    /// The format cannot hold a text; this never happens for text that can be typed.
    pub fn write(&self, format: Format) -> Result<Vec<u8>, BodyError> {
        let body = format.write(ROOT, self)?;
        Ok(match format {
            Format::Json => body,
            Format::Xml => [&b"<?xml version='1.0' encoding='UTF-8'?>"[..], &body].concat(),
        })
    }

    /// Reads the error from a response body.
    ///
    /// # Errors
    ///
    /// The body is not an error in this format.
    pub fn read(format: Format, body: &str) -> Result<Self, BodyError> {
        format.read(body)
    }
}

/// A failed request: error code, status and message.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Failure {
    /// Error code on the wire.
    pub code: String,
    /// HTTP status.
    pub status: u16,
    /// Message on the wire.
    pub message: String,
}

impl Failure {
    /// Adds `reason` to the message.
    pub fn because(mut self, reason: impl fmt::Display) -> Self {
        self.message = format!("{} ({reason})", self.message.trim_end_matches('.'));
        self
    }

    /// Replaces the braces in the message by `part`.
    pub fn filled(mut self, part: &str) -> Self {
        self.message = fill(&self.message, part);
        self
    }

    /// Replaces the status by that of the code in `statuses`, if it is there. A code in `statuses`
    /// may have a placeholder.
    pub fn with_status(mut self, statuses: &[(&str, u16)]) -> Self {
        let is_own = |(code, _): &&(&str, u16)| match code.split_once('{') {
            None => self.code == *code,
            Some((prefix, rest)) => {
                let suffix = rest.split_once('}').map_or("", |(_, suffix)| suffix);
                placeholder(&self.code, prefix, suffix).is_some()
            }
        };
        if let Some((_, status)) = statuses.iter().find(is_own) {
            self.status = *status;
        }
        self
    }

    /// Converts the failure to a response body.
    pub fn into_body(self, request_id: &str, host_id: &str) -> ErrorBody {
        ErrorBody {
            request_id: request_id.to_owned(),
            host_id: host_id.to_owned(),
            code: self.code,
            message: self.message,
            recommend: None,
        }
    }
}

/// The error codes of a product, generated from its spec.
pub trait Code: for<'a> From<&'a str> + fmt::Debug + fmt::Display + Send + Sync {
    /// Returns the HTTP status, the message and more.
    fn facts(&self) -> ErrorFacts;
}

/// Properties of an error code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ErrorFacts {
    /// HTTP status.
    pub status: u16,
    /// Message on the wire; the variable part is in braces.
    pub message: &'static str,
    /// `true` if the same request may succeed when it is sent again.
    pub is_retryable: bool,
    /// `true` if the gateway answers with it, before any action runs.
    pub is_gateway: bool,
}

impl ErrorFacts {
    /// Describes a code of the service itself that is not worth a retry.
    pub const fn new(status: u16, message: &'static str) -> Self {
        Self {
            status,
            message,
            is_retryable: false,
            is_gateway: false,
        }
    }

    /// Marks the code as worth a retry.
    pub const fn retryable(mut self) -> Self {
        self.is_retryable = true;
        self
    }

    /// Marks the code as one of the gateway.
    pub const fn gateway(mut self) -> Self {
        self.is_gateway = true;
        self
    }
}

/// Returns `true` if gateways use this code to refuse calls over a limit.
///
/// All products share these codes: `Throttling`, optionally followed by a dot and who is throttled.
pub fn is_throttling(code: &str) -> bool {
    code.split('.').next() == Some("Throttling")
}

/// Replaces the braces in a code or message by `part`.
pub fn fill(text: &str, part: &str) -> String {
    match text.split_once('{') {
        Some((before, rest)) => {
            let after = rest.split_once('}').map_or("", |(_, after)| after);
            [before, part, after].concat()
        }
        None => text.to_owned(),
    }
}

/// Returns the part between `prefix` and `suffix` of a code, if it can be the name of a parameter.
pub fn placeholder(code: &str, prefix: &str, suffix: &str) -> Option<String> {
    let part = code.strip_prefix(prefix)?.strip_suffix(suffix)?;
    let is_name = !part.is_empty()
        && part
            .split('.')
            .all(|word| word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
        && part
            .split('.')
            .skip(1)
            .all(|word| word.parse::<u32>().is_ok());
    is_name.then(|| part.to_owned())
}
