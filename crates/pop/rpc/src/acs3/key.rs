//! The secret of an access key.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::hexadecimal::hexadecimal;

/// The secret of an access key, prepared for signing; create it once and keep it.
///
/// Its `Debug` does not show the secret.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

impl Key {
    /// Prepares the secret of an access key.
    pub fn new(secret: &str) -> Self {
        match Hmac::new_from_slice(secret.as_bytes()) {
            Ok(mac) => Self(mac),
            Err(_) => unreachable!("HMAC accepts keys of any length"),
        }
    }

    /// Returns the signature of a string to sign: 64 hexadecimal digits in lower case.
    pub fn sign(&self, string_to_sign: &str) -> String {
        let mut mac = self.0.clone();
        mac.update(string_to_sign.as_bytes());
        hexadecimal(&mac.finalize().into_bytes())
    }

    /// Returns `true` if `signature` is the signature of `string_to_sign`.
    ///
    /// The comparison takes constant time: it does not reveal how much of the signature is right.
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
