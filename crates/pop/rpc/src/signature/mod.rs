//! Signatures of requests (`docs/PROTOCOL.md`, “Signature”).
//!
//! ```
//! use pop_rpc::{Method, Parameters, SigningKey, SignatureMethod, signature};
//!
//! let parameters: Parameters = [("Action", "DescribeRegions"), ("Version", "2014-05-26")]
//!     .into_iter()
//!     .collect();
//! let to_sign = signature::string_to_sign(Method::Get, &parameters);
//! let key = SigningKey::new(SignatureMethod::HmacSha1, "testsecret");
//! assert!(key.verify(&to_sign, &key.sign(&to_sign)));
//! ```

mod key;
mod merge;
mod request;
mod signer;

use crate::canonical::StringToSign;
use crate::method::Method;
use crate::parameter::{ParameterSink as _, Parameters};

pub use key::{SignatureMethod, SigningKey};
pub use request::{CommonParameters, SignedRequest, Stamp};
#[cfg(feature = "acs3")]
pub(crate) use signer::form;
pub use signer::{Signer, anonymous};

/// Names of the parameters that the protocol adds to an action's own, and `RegionId`, which the
/// gateway accepts with every action.
pub mod name {
    /// ID of the access key that signs.
    pub const ACCESS_KEY_ID: &str = "AccessKeyId";
    /// Name of the action.
    pub const ACTION: &str = "Action";
    /// Format of the response.
    pub const FORMAT: &str = "Format";
    /// ID of the region that is called.
    pub const REGION_ID: &str = "RegionId";
    /// Token of temporary credentials.
    pub const SECURITY_TOKEN: &str = "SecurityToken";
    /// The signature; the only parameter that is not signed.
    pub const SIGNATURE: &str = "Signature";
    /// Name of the signature method.
    pub const SIGNATURE_METHOD: &str = "SignatureMethod";
    /// Text that is not repeated within 15 minutes.
    pub const SIGNATURE_NONCE: &str = "SignatureNonce";
    /// Empty or absent.
    pub const SIGNATURE_TYPE: &str = "SignatureType";
    /// Version of the signature, see [`SIGNATURE_VERSION`](super::SIGNATURE_VERSION).
    pub const SIGNATURE_VERSION: &str = "SignatureVersion";
    /// Time of the request, `YYYY-MM-DDThh:mm:ssZ`.
    pub const TIMESTAMP: &str = "Timestamp";
    /// Version of the API.
    pub const VERSION: &str = "Version";
}

/// Names that no action may use for its own parameters: all of [`name`] except `RegionId`.
pub const PROTOCOL_PARAMETERS: [&str; 11] = [
    name::ACCESS_KEY_ID,
    name::ACTION,
    name::FORMAT,
    name::SECURITY_TOKEN,
    name::SIGNATURE,
    name::SIGNATURE_METHOD,
    name::SIGNATURE_NONCE,
    name::SIGNATURE_TYPE,
    name::SIGNATURE_VERSION,
    name::TIMESTAMP,
    name::VERSION,
];

/// Value of `SignatureVersion`.
pub const SIGNATURE_VERSION: &str = "1.0";

/// Returns the string to sign: the method and all parameters except [`name::SIGNATURE`].
pub fn string_to_sign(method: Method, parameters: &Parameters) -> String {
    let mut out = StringToSign::new(method);
    for (name, value) in parameters
        .iter()
        .filter(|(name, _)| *name != name::SIGNATURE)
    {
        out.parameter(name, value);
    }
    out.into_string()
}
