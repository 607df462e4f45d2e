//! The signature `ACS3-HMAC-SHA256` (`docs/PROTOCOL.md`, “ACS3”).
//!
//! A request carries the action's parameters in its query and everything else in headers. What is
//! signed is the method, the path, the query, the headers that the request lists, and the hash of
//! the body.
//!
//! ```
//! use pop_rpc::acs3::{self, Covered, Key};
//! use pop_rpc::{Method, Parameters};
//!
//! let query: Parameters = [("GroupId", "GID_test")].into_iter().collect();
//! let hash = acs3::content_hash(b"");
//! let headers = [
//!     ("host", "onsmqtt.cn-hangzhou.aliyuncs.com"),
//!     ("x-acs-action", "ListGroupId"),
//!     ("x-acs-content-sha256", &hash),
//!     ("x-acs-date", "2020-05-18T08:00:00Z"),
//!     ("x-acs-signature-nonce", "1"),
//!     ("x-acs-version", "2020-04-20"),
//! ];
//! let covered = Covered { method: Method::Post, path: "/", query: &query, headers: &headers, content_hash: &hash };
//! let to_sign = acs3::string_to_sign(&covered.canonical_request());
//! let key = Key::new("testsecret");
//! assert!(key.verify(&to_sign, &key.sign(&to_sign)));
//! ```

mod authorization;
#[cfg(feature = "service")]
mod received;
mod signer;

use std::fmt::{self, Write};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::canonical::Query;
use crate::parameter::{ParameterSink, Parameters};
use crate::signature::Method;

pub use authorization::{Authorization, AuthorizationError};
#[cfg(feature = "service")]
pub use received::{Received, Unsigned};
pub use signer::{CommonHeaders, Signer};

/// Name of the signature, in the header `Authorization` and in the string to sign.
pub const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// Headers that say what the RPC style says in parameters, in lower case.
pub mod header {
    /// Who signs; beside `Authorization` for temporary credentials only.
    pub const ACCESS_KEY_ID: &str = "x-acs-accesskey-id";
    /// The action.
    pub const ACTION: &str = "x-acs-action";
    /// The signature.
    pub const AUTHORIZATION: &str = "authorization";
    /// Hash of the body, see [`content_hash`](super::content_hash).
    pub const CONTENT_HASH: &str = "x-acs-content-sha256";
    /// Time of the request, `YYYY-MM-DDThh:mm:ssZ`.
    pub const DATE: &str = "x-acs-date";
    /// Host and port that are called.
    pub const HOST: &str = "host";
    /// Never the same twice within 15 minutes.
    pub const NONCE: &str = "x-acs-signature-nonce";
    /// Token of temporary credentials.
    pub const SECURITY_TOKEN: &str = "x-acs-security-token";
    /// Version of the API.
    pub const VERSION: &str = "x-acs-version";
}

/// What a signature covers.
///
/// Its `Debug` shows no values: a token may be among them.
#[derive(Clone, Copy)]
pub struct Covered<'a> {
    /// HTTP method.
    pub method: Method,
    /// Path of the URL as it is sent, `/` for all actions of the RPC style.
    pub path: &'a str,
    /// Parameters of the query, decoded.
    pub query: &'a Parameters,
    /// Signed headers: names in lower case, in their order, and values.
    pub headers: &'a [(&'a str, &'a str)],
    /// Hash of the body, see [`content_hash`].
    pub content_hash: &'a str,
}

impl Covered<'_> {
    /// The text whose hash is signed.
    pub fn canonical_request(&self) -> String {
        let mut query = Query::default();
        for (name, value) in self.query.iter() {
            query.parameter(name, value);
        }
        self.with_query(&query.into_string())
    }

    /// The text whose hash is signed, with a query that is canonical already.
    fn with_query(&self, query: &str) -> String {
        let mut text = format!("{}\n{}\n{query}\n", self.method.as_str(), self.path);
        for (name, value) in self.headers {
            text.extend([name, ":", value.trim(), "\n"]);
        }
        text.push('\n');
        text.push_str(&signed_headers(self.headers));
        text.push('\n');
        text.push_str(self.content_hash);
        text
    }
}

impl fmt::Debug for Covered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Covered")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("headers", &signed_headers(self.headers))
            .finish_non_exhaustive()
    }
}

/// The names of headers as `SignedHeaders` lists them.
fn signed_headers(headers: &[(&str, &str)]) -> String {
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    names.join(";")
}

/// The text that is signed.
pub fn string_to_sign(canonical_request: &str) -> String {
    format!(
        "{ALGORITHM}\n{}",
        content_hash(canonical_request.as_bytes())
    )
}

/// SHA-256 in lower-case hexadecimal digits, of a body or of a canonical request.
pub fn content_hash(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // A String takes whatever is written.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The secret of an access key, ready to sign; made once and kept.
///
/// Its `Debug` does not show the secret.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

impl Key {
    /// Prepares the secret of an access key.
    pub fn new(secret: &str) -> Self {
        match Hmac::new_from_slice(secret.as_bytes()) {
            Ok(mac) => Self(mac),
            Err(_) => unreachable!("HMAC takes keys of any length"),
        }
    }

    /// The signature of a string to sign: 64 hexadecimal digits in lower case.
    pub fn sign(&self, string_to_sign: &str) -> String {
        let mut mac = self.0.clone();
        mac.update(string_to_sign.as_bytes());
        hexadecimal(&mac.finalize().into_bytes())
    }

    /// Whether `signature` is the signature of `string_to_sign`.
    ///
    /// The time it takes does not depend on how much of the signature is right.
    pub fn verify(&self, string_to_sign: &str, signature: &str) -> bool {
        let expected = self.sign(string_to_sign);
        expected.as_bytes().ct_eq(signature.as_bytes()).into()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").finish_non_exhaustive()
    }
}
