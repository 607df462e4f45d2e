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

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
#[cfg(feature = "hmac-sha256")]
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::action::Action;
use crate::canonical::{EncodedPair, Encoder, Query, StringToSign, is_unreserved};
use crate::format::Format;
use crate::method::Method;
use crate::parameter::{ParameterSink, Parameters};

/// Names of the parameters that the protocol adds to an action's own; the gateway takes `RegionId` too.
pub mod name {
    /// Who signs.
    pub const ACCESS_KEY_ID: &str = "AccessKeyId";
    /// The action.
    pub const ACTION: &str = "Action";
    /// Format of the response.
    pub const FORMAT: &str = "Format";
    /// The region that is called.
    pub const REGION_ID: &str = "RegionId";
    /// Token of temporary credentials.
    pub const SECURITY_TOKEN: &str = "SecurityToken";
    /// The signature, the one parameter that is not signed.
    pub const SIGNATURE: &str = "Signature";
    /// How the request is signed.
    pub const SIGNATURE_METHOD: &str = "SignatureMethod";
    /// Never the same twice within 15 minutes.
    pub const SIGNATURE_NONCE: &str = "SignatureNonce";
    /// Empty, or left out.
    pub const SIGNATURE_TYPE: &str = "SignatureType";
    /// Version of the signature, see [`SIGNATURE_VERSION`](super::SIGNATURE_VERSION).
    pub const SIGNATURE_VERSION: &str = "SignatureVersion";
    /// Time of the request, `YYYY-MM-DDThh:mm:ssZ`.
    pub const TIMESTAMP: &str = "Timestamp";
    /// Version of the API.
    pub const VERSION: &str = "Version";
}

/// Parameters that no action has as its own: all of [`name`], but for `RegionId`.
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

/// How a signature is made.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum SignatureMethod {
    /// `HMAC-SHA1`, what all published SDKs of this protocol use.
    #[default]
    HmacSha1,
    /// `HMAC-SHA256`; with the feature `hmac-sha256`.
    #[cfg(feature = "hmac-sha256")]
    HmacSha256,
}

impl SignatureMethod {
    /// The value of `SignatureMethod` on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            #[cfg(feature = "hmac-sha256")]
            Self::HmacSha256 => "HMAC-SHA256",
        }
    }

    /// Reads the value of `SignatureMethod`, in any case.
    pub fn from_wire(text: &str) -> Option<Self> {
        let methods = [
            Self::HmacSha1,
            #[cfg(feature = "hmac-sha256")]
            Self::HmacSha256,
        ];
        methods
            .into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(text))
    }
}

/// The secret of an access key, ready to sign; made once and kept.
///
/// Its `Debug` does not show the secret.
#[derive(Clone)]
pub struct SigningKey(Keyed);

/// HMAC with the key already mixed in, which saves two blocks of hashing a request.
#[derive(Clone)]
enum Keyed {
    Sha1(Hmac<Sha1>),
    #[cfg(feature = "hmac-sha256")]
    Sha256(Hmac<Sha256>),
}

impl SigningKey {
    /// Prepares the secret of an access key.
    pub fn new(method: SignatureMethod, secret: &str) -> Self {
        let key = format!("{secret}&");
        Self(match method {
            SignatureMethod::HmacSha1 => Keyed::Sha1(keyed(key.as_bytes())),
            #[cfg(feature = "hmac-sha256")]
            SignatureMethod::HmacSha256 => Keyed::Sha256(keyed(key.as_bytes())),
        })
    }

    /// How this key signs.
    pub fn method(&self) -> SignatureMethod {
        match self.0 {
            Keyed::Sha1(_) => SignatureMethod::HmacSha1,
            #[cfg(feature = "hmac-sha256")]
            Keyed::Sha256(_) => SignatureMethod::HmacSha256,
        }
    }

    /// The signature of a string to sign, in base64.
    pub fn sign(&self, string_to_sign: &str) -> String {
        match &self.0 {
            Keyed::Sha1(mac) => base64_of(mac.clone(), string_to_sign),
            #[cfg(feature = "hmac-sha256")]
            Keyed::Sha256(mac) => base64_of(mac.clone(), string_to_sign),
        }
    }

    /// Whether `signature` is the signature of `string_to_sign`.
    ///
    /// The time it takes does not depend on how much of the signature is right.
    pub fn verify(&self, string_to_sign: &str, signature: &str) -> bool {
        let expected = self.sign(string_to_sign);
        expected.as_bytes().ct_eq(signature.as_bytes()).into()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKey").field(&self.method()).finish()
    }
}

fn keyed<M: Mac + KeyInit>(key: &[u8]) -> M {
    match M::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes keys of any length"),
    }
}

fn base64_of<M: Mac>(mut mac: M, text: &str) -> String {
    mac.update(text.as_bytes());
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

/// The string to sign of a request: its method and all its parameters but [`name::SIGNATURE`].
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

/// What the requests of one client have in common.
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

/// What marks a request as a new one: no two requests have it in common.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    /// `SignatureNonce`: never the same twice within 15 minutes.
    pub nonce: &'a str,
    /// `Timestamp`, `YYYY-MM-DDThh:mm:ssZ`.
    pub timestamp: &'a str,
}

/// A signed request: everything the HTTP side needs.
///
/// Its `Debug` shows nothing of it: a token may be among the parameters.
#[derive(Clone, Eq, PartialEq)]
pub struct SignedRequest {
    /// What was signed; a server that disagrees answers with its own.
    pub string_to_sign: String,
    /// The encoded parameters with the signature: a query for GET, a form body for POST. With ACS3,
    /// a query without signature, whatever the method.
    pub query: String,
    /// Headers that go with it, names in lower case; only ACS3 has any.
    pub headers: Vec<(&'static str, String)>,
    /// The text whose hash is signed; only ACS3 has one.
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

/// Signs the requests of one client; made once and kept.
///
/// The order of an action's parameters is known when its code is generated, and what requests have
/// in common is encoded here, so nothing is sorted or encoded twice unless an action sends lists.
///
/// Its `Debug` does not show secrets.
#[derive(Clone)]
pub struct Signer {
    key: SigningKey,
    /// Sorted by name.
    common: Vec<Common>,
}

impl Signer {
    /// Prepares what requests have in common.
    pub fn new(key: SigningKey, common: &CommonParameters<'_>) -> Self {
        let values = [
            (name::ACCESS_KEY_ID, Some(common.access_key_id), Varies::Not),
            (name::ACTION, Some(""), Varies::Action),
            (name::FORMAT, Some(common.format.as_str()), Varies::Not),
            (name::REGION_ID, common.region_id, Varies::Not),
            (name::SECURITY_TOKEN, common.security_token, Varies::Not),
            (
                name::SIGNATURE_METHOD,
                Some(key.method().as_str()),
                Varies::Not,
            ),
            (name::SIGNATURE_NONCE, Some(""), Varies::Nonce),
            (
                name::SIGNATURE_VERSION,
                Some(SIGNATURE_VERSION),
                Varies::Not,
            ),
            (name::TIMESTAMP, Some(""), Varies::Timestamp),
            (name::VERSION, Some(""), Varies::Version),
        ];
        let common = values
            .into_iter()
            .filter_map(|(name, value, varies)| {
                Some(Common {
                    name,
                    initial: initial(name),
                    encoded: EncodedPair::new(name, value?),
                    varies,
                })
            })
            .collect();
        Self { key, common }
    }

    /// Signs a request.
    pub fn sign<A: Action>(&self, action: &A, method: Method, stamp: Stamp<'_>) -> SignedRequest {
        let string_to_sign = self.string_to_sign(action, method, stamp);
        let signature = self.key.sign(&string_to_sign);
        let mut query = Query::default();
        self.write_sorted(action, stamp, &mut query);
        query.parameter(name::SIGNATURE, &signature);
        SignedRequest {
            string_to_sign,
            query: query.into_string(),
            headers: Vec::new(),
            canonical_request: None,
        }
    }

    /// The string to sign of a request.
    pub fn string_to_sign<A: Action>(
        &self,
        action: &A,
        method: Method,
        stamp: Stamp<'_>,
    ) -> String {
        let mut out = StringToSign::new(method);
        self.write_sorted(action, stamp, &mut out);
        out.into_string()
    }

    /// The key that signs.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// Writes all parameters of a request, sorted by name.
    fn write_sorted<A: Action>(&self, action: &A, stamp: Stamp<'_>, out: &mut impl Encoder) {
        const {
            assert!(is_unreserved(A::INFO.name) && is_unreserved(A::INFO.version));
        }
        let mut merge = Merge {
            common: &self.common,
            action: A::INFO.name,
            version: A::INFO.version,
            stamp,
            out,
        };
        if A::SORTED {
            action.parameters(&mut merge);
        } else {
            let mut own = Parameters::default();
            action.parameters(&mut own);
            for (name, value) in own.iter() {
                merge.parameter(name, value);
            }
        }
        merge.finish();
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// A common parameter, encoded with its value or, where that varies, without.
#[derive(Clone)]
struct Common {
    name: &'static str,
    initial: u8,
    encoded: EncodedPair,
    varies: Varies,
}

/// Where the value of a common parameter comes from.
#[derive(Clone, Copy)]
enum Varies {
    Not,
    Action,
    Nonce,
    Timestamp,
    Version,
}

/// Puts sorted parameters between the sorted common ones, in place of one of the same name.
struct Merge<'a, S> {
    common: &'a [Common],
    action: &'static str,
    version: &'static str,
    stamp: Stamp<'a>,
    out: &'a mut S,
}

impl<S: Encoder> Merge<'_, S> {
    fn finish(&mut self) {
        for common in self.common {
            self.write(common);
        }
    }

    /// Writes the common parameters before `name`, and the name.
    #[inline]
    fn begin(&mut self, name: &str) {
        let own = initial(name);
        while let [common, rest @ ..] = self.common
            && common.initial <= own
        {
            if common.initial < own || common.name < name {
                self.write(common);
            } else if common.name != name {
                break;
            }
            self.common = rest;
        }
        debug_assert!(is_unreserved(name), "promised by `Action::parameters`");
        self.out.name(name);
    }

    fn write(&mut self, common: &Common) {
        self.out.encoded(&common.encoded);
        match common.varies {
            Varies::Not => {}
            Varies::Action => self.out.unreserved(self.action),
            Varies::Nonce => self.out.text(self.stamp.nonce),
            Varies::Timestamp => self.out.text(self.stamp.timestamp),
            Varies::Version => self.out.unreserved(self.version),
        }
    }
}

impl<S: Encoder> ParameterSink for Merge<'_, S> {
    fn parameter(&mut self, name: &str, value: &str) {
        self.begin(name);
        self.out.text(value);
    }

    fn unreserved(&mut self, name: &str, value: &str) {
        self.begin(name);
        self.out.unreserved(value);
    }
}

/// First byte of a name; most names differ in it, which spares comparing the others.
fn initial(name: &str) -> u8 {
    name.as_bytes().first().copied().unwrap_or_default()
}
