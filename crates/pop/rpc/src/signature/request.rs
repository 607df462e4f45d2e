//! Request of a client before and after it is signed.

use std::fmt;

use crate::format::Format;
use crate::method::Method;

/// Parameters that all requests of one client share.
///
/// Its `Debug` does not show the token.
#[derive(Clone, Copy)]
pub struct CommonParameters<'a> {
    /// `AccessKeyId`.
    pub access_key_id: &'a str,
    /// `Format`.
    pub format: Format,
    /// `RegionId`, if requests name one.
    pub region_id: Option<&'a str>,
    /// `SecurityToken` of temporary credentials.
    pub security_token: Option<&'a str>,
}

/// Nonce and timestamp, which make a request unique.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    /// `SignatureNonce`: text that is not repeated within 15 minutes.
    pub nonce: &'a str,
    /// `Timestamp`, `YYYY-MM-DDThh:mm:ssZ`.
    pub timestamp: &'a str,
}

/// A request that is ready to send, signed unless its action is anonymous.
///
/// Its `Debug` shows no content: the parameters may include a token.
#[derive(Clone, Eq, PartialEq)]
pub struct SignedRequest {
    /// HTTP method.
    pub method: Method,
    /// Text that was signed; a server that disagrees answers with its own. It is empty if the action
    /// is anonymous.
    pub string_to_sign: String,
    /// Encoded parameters of the query, with the signature unless ACS3 has it in a header.
    pub query: String,
    /// Encoded parameters of the form body, if the action has any.
    pub form: Option<String>,
    /// Headers to send, with names in lower case; only ACS3 has any.
    pub headers: Vec<(&'static str, String)>,
    /// Text whose hash is signed; only ACS3 has one.
    pub canonical_request: Option<String>,
}

impl fmt::Debug for CommonParameters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommonParameters")
            .field("access_key_id", &self.access_key_id)
            .field("format", &self.format)
            .field("region_id", &self.region_id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest").finish_non_exhaustive()
    }
}
