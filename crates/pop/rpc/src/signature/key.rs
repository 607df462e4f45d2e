//! Keys that sign and verify.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
#[cfg(feature = "hmac-sha256")]
use sha2::Sha256;
use subtle::ConstantTimeEq;

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
