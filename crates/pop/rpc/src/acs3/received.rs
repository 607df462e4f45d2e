//! Server side: reads a request and verifies its signature.

use std::fmt;

use subtle::ConstantTimeEq;

use super::authorization::{Authorization, AuthorizationError};
use super::header;
use super::key::Key;
use super::string_to_sign::{Covered, content_hash, string_to_sign};
use crate::format::Format;
use crate::method::Method;
use crate::parameter::{ParameterError, Parameters};
use crate::service::read_parameters;
use crate::signature::name;

/// A request as received over HTTP.
///
/// Its `Debug` shows no values.
#[derive(Clone, Copy)]
pub struct Received<'a> {
    /// HTTP method.
    pub method: Method,
    /// Path of the URL, as received.
    pub path: &'a str,
    /// Query of the URL, as received.
    pub query: &'a str,
    /// All headers; the case of names does not matter.
    pub headers: &'a [(&'a str, &'a str)],
    /// Body.
    pub body: &'a [u8],
}

/// A request that is not properly signed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Unsigned {
    /// The header `Authorization` is absent or cannot be read.
    #[error(transparent)]
    Authorization(#[from] AuthorizationError),
    /// A header that affects the request is not signed.
    #[error("header {0} is not among the signed headers")]
    NotCovered(String),
    /// A signed header was not sent.
    #[error("header {0} is signed but was not sent")]
    NotSent(String),
    /// A signed header was sent twice, so it is not clear which value was meant.
    #[error("header {0} was sent more than once")]
    Repeated(String),
    /// The signed hash is not that of the body.
    #[error("x-acs-content-sha256 is not the hash of the body")]
    Body,
    /// A parameter of the query was sent twice.
    #[error(transparent)]
    Query(ParameterError),
    /// The signature is wrong, or was made with another secret.
    #[error("the signature is not that of the string to sign {0:?}")]
    Signature(String),
}

impl Received<'_> {
    /// Reads the header `Authorization`, whose access key determines the key to verify with.
    ///
    /// # Errors
    ///
    /// The header is absent or cannot be read.
    pub fn authorization(&self) -> Result<Authorization, Unsigned> {
        let text = self.single(header::AUTHORIZATION);
        let text = text?.ok_or(AuthorizationError::Algorithm)?;
        Ok(text.parse()?)
    }

    /// Checks the signature.
    ///
    /// The request lists its signed headers. The list must include `host` and all headers that
    /// begin with `x-acs-`.
    ///
    /// # Errors
    ///
    /// The signature is wrong, or does not cover a required header.
    pub fn verify(&self, authorization: &Authorization, key: &Key) -> Result<(), Unsigned> {
        let signed = &authorization.signed_headers;
        let is_signed = |name: &str| signed.iter().any(|signed| signed == name);
        let sent = self.headers.iter().map(|(name, _)| name.to_lowercase());
        let decisive = sent.filter(|name| name == header::HOST || name.starts_with("x-acs-"));
        if let Some(name) = decisive.into_iter().find(|name| !is_signed(name)) {
            return Err(Unsigned::NotCovered(name));
        }
        for name in [header::HOST, header::CONTENT_HASH] {
            if !is_signed(name) {
                return Err(Unsigned::NotCovered(name.to_owned()));
            }
        }
        let headers = signed
            .iter()
            .map(|name| match self.single(name)? {
                Some(value) => Ok((name.as_str(), value)),
                None => Err(Unsigned::NotSent(name.clone())),
            })
            .collect::<Result<Vec<_>, _>>()?;
        let content_hash = content_hash(self.body);
        let claimed = self.single(header::CONTENT_HASH)?.unwrap_or_default();
        if !bool::from(content_hash.as_bytes().ct_eq(claimed.trim().as_bytes())) {
            return Err(Unsigned::Body);
        }
        let covered = Covered {
            method: self.method,
            path: self.path,
            query: &read_parameters(self.query, b"").map_err(Unsigned::Query)?,
            headers: &headers,
            content_hash: &content_hash,
        };
        let to_sign = string_to_sign(&covered.canonical_request());
        if key.verify(&to_sign, &authorization.signature) {
            Ok(())
        } else {
            Err(Unsigned::Signature(to_sign))
        }
    }

    /// Returns the parameters of query and form body, all of which are the action's own.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Repeated`] if a name occurs twice.
    pub fn parameters(&self) -> Result<Parameters, ParameterError> {
        read_parameters(self.query, self.body)
    }

    /// Returns what headers carry, under the names of the common parameters of the RPC style.
    ///
    /// These are `Action`, `Version`, `Format`, `AccessKeyId`, `SecurityToken`, `SignatureNonce` and
    /// `Timestamp`, if they were sent; there is always a `Format`.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Repeated`] if a header occurs twice.
    pub fn common(&self) -> Result<Parameters, ParameterError> {
        let from_headers = [
            (header::ACTION, name::ACTION),
            (header::VERSION, name::VERSION),
            (header::DATE, name::TIMESTAMP),
            (header::NONCE, name::SIGNATURE_NONCE),
            (header::SECURITY_TOKEN, name::SECURITY_TOKEN),
        ];
        let mut common = Parameters::default();
        for (header, name) in from_headers {
            let value = self.single(header);
            let value = value.map_err(|_| ParameterError::Repeated(header.to_owned()))?;
            if let Some(value) = value {
                common.insert(name, value.trim());
            }
        }
        if let Ok(signed) = self.authorization() {
            common.insert(name::ACCESS_KEY_ID, signed.access_key_id);
        }
        common.insert(name::FORMAT, self.format().as_str());
        Ok(common)
    }

    /// Returns the format that the header `Accept` requests: JSON, unless it names XML first.
    pub fn format(&self) -> Format {
        let accept = self.single("accept").ok().flatten().unwrap_or_default();
        match accept.split([',', ';']).next().map(str::trim) {
            Some("application/xml" | "text/xml") => Format::Xml,
            _ => Format::Json,
        }
    }

    /// Returns the value of a header that must not be repeated.
    fn single(&self, name: &str) -> Result<Option<&str>, Unsigned> {
        let mut values = self
            .headers
            .iter()
            .filter(|(sent, _)| sent.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value);
        let first = values.next();
        match values.next() {
            None => Ok(first),
            Some(_) => Err(Unsigned::Repeated(name.to_owned())),
        }
    }
}

impl fmt::Debug for Received<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
