//! The canonical request and the string to sign.

use std::fmt;

use sha2::{Digest, Sha256};

use super::hexadecimal::hexadecimal;
use crate::canonical::query_of;
use crate::method::Method;
use crate::parameter::Parameters;

/// Name of the algorithm, in the header `Authorization` and in the string to sign.
pub const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// The parts of a request that a signature covers.
///
/// Its `Debug` shows no values: they may include a token.
#[derive(Clone, Copy)]
pub struct Covered<'a> {
    /// HTTP method.
    pub method: Method,
    /// Path of the URL as sent; `/` for all actions of the RPC style.
    pub path: &'a str,
    /// Parameters of the query, decoded.
    pub query: &'a Parameters,
    /// Signed headers: names in lower case, sorted, with their values.
    pub headers: &'a [(&'a str, &'a str)],
    /// Hash of the body; see [`content_hash`].
    pub content_hash: &'a str,
}

impl Covered<'_> {
    /// Returns the text whose hash is signed.
    pub fn canonical_request(&self) -> String {
        self.with_query(&query_of(self.query))
    }

    /// Returns the text whose hash is signed, with a query that is already canonical.
    pub(super) fn with_query(&self, query: &str) -> String {
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

/// Returns the names of headers as `SignedHeaders` lists them.
fn signed_headers(headers: &[(&str, &str)]) -> String {
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    names.join(";")
}

/// Returns the text that is signed.
pub fn string_to_sign(canonical_request: &str) -> String {
    format!(
        "{ALGORITHM}\n{}",
        content_hash(canonical_request.as_bytes())
    )
}

/// Returns the SHA-256 of a body or canonical request, in lower-case hexadecimal digits.
pub fn content_hash(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}
