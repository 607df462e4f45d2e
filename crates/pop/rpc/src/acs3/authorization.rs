//! The header `Authorization`.

use std::fmt;
use std::str::FromStr;

use super::string_to_sign::ALGORITHM;

/// Content of the header `Authorization`.
///
/// `Display` writes the header, `FromStr` reads it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Authorization {
    /// ID of the access key that signs.
    pub access_key_id: String,
    /// Names of the headers that are signed, in lower case and in their order.
    pub signed_headers: Vec<String>,
    /// The signature.
    pub signature: String,
}

/// A header `Authorization` that cannot be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AuthorizationError {
    /// The header names another algorithm, or none.
    #[error("Authorization does not begin with {ALGORITHM}")]
    Algorithm,
    /// A part is missing or empty.
    #[error("Authorization has no {0}")]
    Missing(&'static str),
    /// A part is repeated, or is not one of the three.
    #[error("Authorization has an unexpected or repeated part `{0}`")]
    Unexpected(String),
    /// The list of headers is not sorted, not in lower case, or names one twice.
    #[error("SignedHeaders of Authorization is not a sorted list of unique names in lower case")]
    SignedHeaders,
}

impl fmt::Display for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            access_key_id,
            signed_headers,
            signature,
        } = self;
        let signed_headers = signed_headers.join(";");
        write!(
            f,
            "{ALGORITHM} Credential={access_key_id},SignedHeaders={signed_headers},Signature={signature}"
        )
    }
}

impl FromStr for Authorization {
    type Err = AuthorizationError;

    fn from_str(text: &str) -> Result<Self, AuthorizationError> {
        let parts = text
            .trim()
            .strip_prefix(ALGORITHM)
            .and_then(|rest| rest.strip_prefix(' '))
            .ok_or(AuthorizationError::Algorithm)?;
        let names = ["Credential", "SignedHeaders", "Signature"];
        let mut values: [Option<&str>; 3] = [None; 3];
        for part in parts.split(',').map(str::trim) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let unexpected = || AuthorizationError::Unexpected(name.to_owned());
            let at = names.iter().position(|known| *known == name);
            let slot = &mut values[at.ok_or_else(unexpected)?];
            if slot.replace(value).is_some() {
                return Err(unexpected());
            }
        }
        let part = |at: usize| {
            let value = values[at].filter(|value| !value.is_empty());
            value.ok_or(AuthorizationError::Missing(names[at]))
        };
        let access_key_id = part(0)?.to_owned();
        let signed_headers = part(1)?.split(';').map(str::to_owned).collect::<Vec<_>>();
        let signature = part(2)?.to_owned();
        let is_name = |name: &String| !name.is_empty() && *name == name.to_ascii_lowercase();
        if !signed_headers.iter().all(is_name) || !signed_headers.is_sorted_by(|a, b| a < b) {
            return Err(AuthorizationError::SignedHeaders);
        }
        Ok(Self {
            access_key_id,
            signed_headers,
            signature,
        })
    }
}
