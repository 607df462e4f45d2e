//! The one access key of the instance, and what devices sign with it.

use ons_mqtt_broker::device_password;

pub(crate) const INSTANCE: &str = "post-cn-test";
pub(crate) const ACCESS_KEY: &str = "testid";
pub(crate) const SECRET: &str = "testsecret";

pub(crate) fn user_name() -> String {
    format!("Signature|{ACCESS_KEY}|{INSTANCE}")
}

/// Returns the password that belongs to a client ID; one that is not UTF-8 has none.
pub(crate) fn password(client_id: impl AsRef<[u8]>) -> String {
    let client_id = String::from_utf8_lossy(client_id.as_ref());
    device_password(&SECRET.into(), &client_id)
}
