//! The one access key of the instance, and what devices sign with it.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

pub(crate) const INSTANCE: &str = "post-cn-test";
pub(crate) const ACCESS_KEY: &str = "testid";
pub(crate) const SECRET: &str = "testsecret";

pub(crate) fn user_name() -> String {
    format!("Signature|{ACCESS_KEY}|{INSTANCE}")
}

/// Returns the password that belongs to a client id.
pub(crate) fn password(client_id: impl AsRef<[u8]>) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(client_id.as_ref());
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}
