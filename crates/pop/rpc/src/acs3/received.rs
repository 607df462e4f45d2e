//! The service's side: what a request says, and whether its signature is right.

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

/// A request as HTTP brought it.
///
/// Its `Debug` shows no values.
#[derive(Clone, Copy)]
pub struct Received<'a> {
    /// HTTP method.
    pub method: Method,
    /// Path of the URL, as it came.
    pub path: &'a str,
    /// Query of the URL, as it came.
    pub query: &'a str,
    /// All headers; the case of names does not matter.
    pub headers: &'a [(&'a str, &'a str)],
    /// Body.
    pub body: &'a [u8],
}

/// Why a request is not signed as it should be.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Unsigned {
    /// There is no header `Authorization`, or it cannot be read.
    #[error(transparent)]
    Authorization(#[from] AuthorizationError),
    /// A header that decides what is done is not signed.
    #[error("header {0} is not among the signed headers")]
    NotCovered(String),
    /// A header is signed and was not sent.
    #[error("header {0} is signed and was not sent")]
    NotSent(String),
    /// A signed header came twice, so that it is not clear which value was meant.
    #[error("header {0} was sent more than once")]
    Repeated(String),
    /// The body is not the one whose hash is signed.
    #[error("x-acs-content-sha256 is not the hash of the body")]
    Body,
    /// A parameter of the query came twice.
    #[error(transparent)]
    Query(ParameterError),
    /// The signature is wrong, or made with another secret.
    #[error("the signature is not that of the string to sign {0:?}")]
    Signature(String),
}

impl Received<'_> {
    /// What the header `Authorization` says; its access key tells which key verifies.
    ///
    /// # Errors
    ///
    /// There is no such header, or it cannot be read.
    pub fn authorization(&self) -> Result<Authorization, Unsigned> {
        let text = self.single(header::AUTHORIZATION);
        let text = text?.ok_or(AuthorizationError::Algorithm)?;
        Ok(text.parse()?)
    }

    /// Checks the signature.
    ///
    /// The headers that are signed are those that the request lists; `host` and all that begin with
    /// `x-acs-` have to be among them.
    ///
    /// # Errors
    ///
    /// The signature is wrong, or does not cover what it has to.
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

    /// All that the request says, in the names of the RPC style: parameters of query and form body,
    /// and from headers `Action`, `Version`, `Format`, `AccessKeyId`, `SecurityToken`,
    /// `SignatureNonce` and `Timestamp`.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Repeated`] if a name occurs twice.
    pub fn parameters(&self) -> Result<Parameters, ParameterError> {
        let repeated = |name: &str| ParameterError::Repeated(name.to_owned());
        let mut parameters = read_parameters(self.query, self.body)?;
        let from_headers = [
            (header::ACTION, name::ACTION),
            (header::VERSION, name::VERSION),
            (header::DATE, name::TIMESTAMP),
            (header::NONCE, name::SIGNATURE_NONCE),
            (header::SECURITY_TOKEN, name::SECURITY_TOKEN),
        ];
        for (header, name) in from_headers {
            let value = self.single(header).map_err(|_| repeated(header))?;
            if let Some(value) = value
                && parameters.insert(name, value.trim()).is_some()
            {
                return Err(repeated(name));
            }
        }
        let access_key_id = self.authorization().map(|signed| signed.access_key_id);
        let others = [
            (name::ACCESS_KEY_ID, access_key_id.ok()),
            (name::FORMAT, Some(self.format().as_str().to_owned())),
        ];
        for (name, value) in others {
            if let Some(value) = value
                && parameters.insert(name, value).is_some()
            {
                return Err(repeated(name));
            }
        }
        Ok(parameters)
    }

    /// The format that the header `Accept` asks for: JSON, unless it names XML first.
    pub fn format(&self) -> Format {
        let accept = self.single("accept").ok().flatten().unwrap_or_default();
        match accept.split([',', ';']).next().map(str::trim) {
            Some("application/xml" | "text/xml") => Format::Xml,
            _ => Format::Json,
        }
    }

    /// The value of a header that may come once.
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
