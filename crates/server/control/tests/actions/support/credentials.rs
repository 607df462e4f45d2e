//! Access keys, and the credentials of devices.

use ons_mqtt_broker::device_password;

/// ID and secret of an access key.
pub(crate) type Key = (&'static str, &'static str);
pub(crate) const KEY: Key = ("testid", "testsecret");
pub(crate) const OTHER_KEY: Key = ("otherid", "othersecret");

/// An instance of [`KEY`] with independent naming and the topics `test` and `other`.
pub(crate) const INSTANCE: &str = "post-cn-own";

/// Returns the user name of a device.
pub(crate) fn user_name(access_key_id: &str, instance_id: &str) -> String {
    format!("Signature|{access_key_id}|{instance_id}")
}

/// Returns the password of a device.
pub(crate) fn password(secret: &str, client_id: &str) -> String {
    device_password(&secret.into(), client_id)
}
