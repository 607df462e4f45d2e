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

use crate::action::{Action, ActionInfo};
use crate::canonical::{EncodedPair, Encoder, Query, StringToSign, is_unreserved, query_of};
use crate::format::Format;
use crate::method::Method;
use crate::parameter::{ParameterSink, Parameters};

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

/// Algorithm that computes a signature.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum SignatureMethod {
    /// `HMAC-SHA1`, which all published SDKs of this protocol use.
    #[default]
    HmacSha1,
    /// `HMAC-SHA256`; with the feature `hmac-sha256`.
    #[cfg(feature = "hmac-sha256")]
    HmacSha256,
}

impl SignatureMethod {
    /// Returns the value of `SignatureMethod` on the wire.
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

/// The secret of an access key, prepared for signing; create it once and keep it.
///
/// Its `Debug` does not show the secret.
#[derive(Clone)]
pub struct SigningKey(Keyed);

/// HMAC state after hashing the key, which saves two hash blocks per request.
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

    /// Returns the algorithm that this key signs with.
    pub fn method(&self) -> SignatureMethod {
        match self.0 {
            Keyed::Sha1(_) => SignatureMethod::HmacSha1,
            #[cfg(feature = "hmac-sha256")]
            Keyed::Sha256(_) => SignatureMethod::HmacSha256,
        }
    }

    /// Returns the signature of a string to sign, in base64.
    pub fn sign(&self, string_to_sign: &str) -> String {
        match &self.0 {
            Keyed::Sha1(mac) => base64_of(mac.clone(), string_to_sign),
            #[cfg(feature = "hmac-sha256")]
            Keyed::Sha256(mac) => base64_of(mac.clone(), string_to_sign),
        }
    }

    /// Returns `true` if `signature` is the signature of `string_to_sign`.
    ///
    /// The comparison takes constant time: it does not reveal how much of the signature is right.
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
        Err(_) => unreachable!("HMAC accepts keys of any length"),
    }
}

fn base64_of<M: Mac>(mut mac: M, text: &str) -> String {
    mac.update(text.as_bytes());
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

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

/// Signs the requests of one client; create it once and keep it.
///
/// Generated code knows the order of an action's parameters, and the signer encodes the common
/// parameters once. So signing sorts nothing, except for actions that send lists.
///
/// Its `Debug` does not show secrets.
#[derive(Clone)]
pub struct Signer {
    key: SigningKey,
    /// Common parameters, sorted by name.
    common: Vec<Common>,
}

impl Signer {
    /// Prepares the parameters that all requests share.
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
        Self {
            key,
            common: encoded(values),
        }
    }

    /// Signs a request.
    pub fn sign<A: Action>(&self, action: &A, method: Method, stamp: Stamp<'_>) -> SignedRequest {
        let string_to_sign = self.string_to_sign(action, method, stamp);
        let signature = self.key.sign(&string_to_sign);
        let mut query = Query::default();
        write_query(&self.common, action, stamp, &mut query);
        query.parameter(name::SIGNATURE, &signature);
        SignedRequest {
            method,
            string_to_sign,
            query: query.into_string(),
            form: form(action),
            headers: Vec::new(),
            canonical_request: None,
        }
    }

    /// Returns the string to sign of a request.
    pub fn string_to_sign<A: Action>(
        &self,
        action: &A,
        method: Method,
        stamp: Stamp<'_>,
    ) -> String {
        let mut out = StringToSign::new(method);
        if A::INFO.has_form {
            let mut own = Parameters::default();
            action.parameters(&mut own);
            write(&self.common, &own, A::INFO, stamp, &mut out);
        } else {
            write_query(&self.common, action, stamp, &mut out);
        }
        out.into_string()
    }

    /// Returns the key that signs.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }
}

/// Prepares a request of an action that needs no access key.
pub fn anonymous<A: Action>(
    action: &A,
    method: Method,
    format: Format,
    region_id: Option<&str>,
    stamp: Stamp<'_>,
) -> SignedRequest {
    let common = encoded([
        (name::ACTION, Some(""), Varies::Action),
        (name::FORMAT, Some(format.as_str()), Varies::Not),
        (name::REGION_ID, region_id, Varies::Not),
        (name::SIGNATURE_NONCE, Some(""), Varies::Nonce),
        (name::TIMESTAMP, Some(""), Varies::Timestamp),
        (name::VERSION, Some(""), Varies::Version),
    ]);
    let mut query = Query::default();
    write_query(&common, action, stamp, &mut query);
    SignedRequest {
        method,
        string_to_sign: String::new(),
        query: query.into_string(),
        form: form(action),
        headers: Vec::new(),
        canonical_request: None,
    }
}

/// Encodes the common parameters that a request has.
fn encoded<'a>(
    values: impl IntoIterator<Item = (&'static str, Option<&'a str>, Varies)>,
) -> Vec<Common> {
    let present = values.into_iter().filter_map(|(name, value, varies)| {
        Some(Common {
            name,
            initial: initial(name),
            encoded: EncodedPair::new(name, value?),
            varies,
        })
    });
    present.collect()
}

/// Writes the parameters of the query, the common ones included, sorted by name.
fn write_query<A: Action>(common: &[Common], action: &A, stamp: Stamp<'_>, out: &mut impl Encoder) {
    const {
        assert!(is_unreserved(A::INFO.name) && is_unreserved(A::INFO.version));
    }
    if A::SORTED {
        let mut merge = Merge::new(common, A::INFO, stamp, out);
        action.query_parameters(&mut merge);
        merge.finish();
    } else {
        let mut own = Parameters::default();
        action.query_parameters(&mut own);
        write(common, &own, A::INFO, stamp, out);
    }
}

/// Writes parameters and the common ones, sorted by name.
fn write(
    common: &[Common],
    own: &Parameters,
    info: ActionInfo,
    stamp: Stamp<'_>,
    out: &mut impl Encoder,
) {
    let mut merge = Merge::new(common, info, stamp, out);
    for (name, value) in own.iter() {
        merge.write_common_before(name);
        merge.out.parameter(name, value);
    }
    merge.finish();
}

/// Returns the encoded form body of a request, sorted by name, if its action has one.
pub(crate) fn form<A: Action>(action: &A) -> Option<String> {
    A::INFO.has_form.then(|| {
        let mut parameters = Parameters::default();
        action.form_parameters(&mut parameters);
        query_of(&parameters)
    })
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// A common parameter, encoded with its value, or without it if the value varies.
#[derive(Clone)]
struct Common {
    name: &'static str,
    initial: u8,
    encoded: EncodedPair,
    varies: Varies,
}

/// Source of a common parameter's value.
#[derive(Clone, Copy)]
enum Varies {
    Not,
    Action,
    Nonce,
    Timestamp,
    Version,
}

/// Merges sorted parameters into the sorted common ones; a parameter replaces a common one of the
/// same name.
struct Merge<'a, S> {
    common: &'a [Common],
    action: &'static str,
    version: &'static str,
    stamp: Stamp<'a>,
    out: &'a mut S,
}

impl<'a, S: Encoder> Merge<'a, S> {
    fn new(common: &'a [Common], info: ActionInfo, stamp: Stamp<'a>, out: &'a mut S) -> Self {
        Self {
            common,
            action: info.name,
            version: info.version,
            stamp,
            out,
        }
    }

    fn finish(&mut self) {
        for common in self.common {
            self.write(common);
        }
    }

    /// Writes the common parameters that sort before `name`, then the name.
    #[inline]
    fn begin(&mut self, name: &str) {
        self.write_common_before(name);
        debug_assert!(
            is_unreserved(name),
            "`Action::parameters` guarantees names that need no encoding"
        );
        self.out.name(name);
    }

    /// Writes the common parameters that sort before `name`.
    #[inline]
    fn write_common_before(&mut self, name: &str) {
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
    }

    fn write(&mut self, common: &Common) {
        self.out.encoded(&common.encoded);
        match common.varies {
            Varies::Not => {}
            Varies::Action => self.out.plain(self.action),
            Varies::Nonce => self.out.text(self.stamp.nonce),
            Varies::Timestamp => self.out.text(self.stamp.timestamp),
            Varies::Version => self.out.plain(self.version),
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
        self.out.plain(value);
    }
}

/// Returns the first byte of a name; most names differ in it, which avoids longer comparisons.
fn initial(name: &str) -> u8 {
    name.as_bytes().first().copied().unwrap_or_default()
}
