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

use std::cmp::Ordering;
use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::action::Action;
use crate::canonical::{Encoder, Query, StringToSign, is_unreserved};
use crate::format::Format;
use crate::parameter::{ParameterSink, Parameters};

/// Name of the one parameter that is not signed.
pub const SIGNATURE: &str = "Signature";

/// Value of `SignatureVersion`.
pub const SIGNATURE_VERSION: &str = "1.0";

/// HTTP method of a request; it is part of what is signed.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Method {
    /// `GET`, with everything in the query.
    Get,
    /// `POST`, with parameters in the query, a form body, or both.
    Post,
}

impl Method {
    /// The method as HTTP writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// How a signature is made.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum SignatureMethod {
    /// `HMAC-SHA1`, what all published SDKs of this protocol use.
    #[default]
    HmacSha1,
    /// `HMAC-SHA256`.
    HmacSha256,
}

impl SignatureMethod {
    /// The value of `SignatureMethod` on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            Self::HmacSha256 => "HMAC-SHA256",
        }
    }

    /// Reads the value of `SignatureMethod`, in any case.
    pub fn from_wire(text: &str) -> Option<Self> {
        [Self::HmacSha1, Self::HmacSha256]
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
    Sha256(Hmac<Sha256>),
}

impl SigningKey {
    /// Prepares the secret of an access key.
    pub fn new(method: SignatureMethod, secret: &str) -> Self {
        let key = format!("{secret}&");
        Self(match method {
            SignatureMethod::HmacSha1 => Keyed::Sha1(keyed(key.as_bytes())),
            SignatureMethod::HmacSha256 => Keyed::Sha256(keyed(key.as_bytes())),
        })
    }

    /// How this key signs.
    pub fn method(&self) -> SignatureMethod {
        match self.0 {
            Keyed::Sha1(_) => SignatureMethod::HmacSha1,
            Keyed::Sha256(_) => SignatureMethod::HmacSha256,
        }
    }

    /// The signature of a string to sign, in base64.
    pub fn sign(&self, string_to_sign: &str) -> String {
        match &self.0 {
            Keyed::Sha1(mac) => base64_of(mac.clone(), string_to_sign),
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

/// The string to sign of a request: its method and all its parameters but [`SIGNATURE`].
pub fn string_to_sign(method: Method, parameters: &Parameters) -> String {
    let mut out = StringToSign::new(method);
    for (name, value) in parameters.iter().filter(|(name, _)| *name != SIGNATURE) {
        out.parameter(name, value);
    }
    out.into_string()
}

/// What a client adds to an action's own parameters.
#[derive(Clone, Copy, Debug)]
pub struct CommonParameters<'a> {
    /// `AccessKeyId`.
    pub access_key_id: &'a str,
    /// `Format`.
    pub format: Format,
    /// `RegionId`, if the request names one.
    pub region_id: Option<&'a str>,
    /// `SecurityToken` of temporary credentials.
    pub security_token: Option<&'a str>,
    /// `SignatureNonce`: never the same twice within 15 minutes.
    pub nonce: &'a str,
    /// `Timestamp`, `YYYY-MM-DDThh:mm:ssZ`.
    pub timestamp: &'a str,
}

/// A signed request: everything the HTTP side needs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignedRequest {
    /// What was signed; a server that disagrees answers with its own.
    pub string_to_sign: String,
    /// The encoded parameters with the signature: a query for GET, a form body for POST.
    pub query: String,
}

/// Signs an action.
///
/// The order of an action's parameters is known when its code is generated, so nothing is sorted
/// here unless the action sends lists.
pub fn sign<A: Action>(
    action: &A,
    common: &CommonParameters<'_>,
    method: Method,
    key: &SigningKey,
) -> SignedRequest {
    let string_to_sign = action_string_to_sign(action, common, method, key.method());
    let signature = key.sign(&string_to_sign);
    let mut query = Query::default();
    write_sorted(action, common, key.method(), &mut query);
    query.parameter(SIGNATURE, &signature);
    SignedRequest {
        string_to_sign,
        query: query.into_string(),
    }
}

/// The string to sign of an action.
pub fn action_string_to_sign<A: Action>(
    action: &A,
    common: &CommonParameters<'_>,
    method: Method,
    signature_method: SignatureMethod,
) -> String {
    let mut out = StringToSign::new(method);
    write_sorted(action, common, signature_method, &mut out);
    out.into_string()
}

/// Writes all parameters of an action, sorted by name.
fn write_sorted<A: Action>(
    action: &A,
    common: &CommonParameters<'_>,
    signature_method: SignatureMethod,
    out: &mut impl Encoder,
) {
    use Value::{Absent, Text, Unreserved};
    const {
        assert!(is_unreserved(A::INFO.name) && is_unreserved(A::INFO.version));
    }
    let optional = |value: Option<_>| value.map_or(Absent, Text);
    let common = [
        ("AccessKeyId", Text(common.access_key_id)),
        ("Action", Unreserved(A::INFO.name)),
        ("Format", Unreserved(common.format.as_str())),
        ("RegionId", optional(common.region_id)),
        ("SecurityToken", optional(common.security_token)),
        ("SignatureMethod", Unreserved(signature_method.as_str())),
        ("SignatureNonce", Text(common.nonce)),
        ("SignatureVersion", Unreserved(SIGNATURE_VERSION)),
        ("Timestamp", Text(common.timestamp)),
        ("Version", Unreserved(A::INFO.version)),
    ];
    let mut merge = Merge {
        common: &common,
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

/// The value of a common parameter.
#[derive(Clone, Copy)]
enum Value<'a> {
    Absent,
    Text(&'a str),
    Unreserved(&'a str),
}

/// Puts sorted parameters between the sorted common ones, in place of one of the same name.
struct Merge<'a, S> {
    common: &'a [(&'static str, Value<'a>)],
    out: &'a mut S,
}

impl<S: Encoder> Merge<'_, S> {
    #[inline]
    fn finish(&mut self) {
        while let Some(((name, value), rest)) = self.common.split_first() {
            self.common = rest;
            self.common_parameter(name, *value);
        }
    }

    #[inline]
    fn common_parameter(&mut self, name: &str, value: Value<'_>) {
        if matches!(value, Value::Absent) {
            return;
        }
        self.out.begin();
        self.out.unreserved(name);
        self.out.equals();
        match value {
            Value::Absent => {}
            Value::Text(text) => self.out.text(text),
            Value::Unreserved(text) => self.out.unreserved(text),
        }
    }
}

impl<S: Encoder> ParameterSink for Merge<'_, S> {
    fn parameter(&mut self, name: &str, value: &str) {
        while let Some(((common, common_value), rest)) = self.common.split_first() {
            match compare(common, name) {
                Ordering::Less => self.common_parameter(common, *common_value),
                Ordering::Equal => {}
                Ordering::Greater => break,
            }
            self.common = rest;
        }
        debug_assert!(is_unreserved(name), "promised by `Action::parameters`");
        self.out.begin();
        self.out.unreserved(name);
        self.out.equals();
        self.out.text(value);
    }
}

/// Most names differ in their first byte, which spares the call that compares the others.
#[inline]
fn compare(one: &str, other: &str) -> Ordering {
    let first = |text: &str| text.as_bytes().first().copied();
    first(one).cmp(&first(other)).then_with(|| one.cmp(other))
}
