//! Checks whether a device may connect.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use subtle::ConstantTimeEq;

use crate::Directory;
use crate::client_id::check_client_id;
use crate::refusal::Cause;
use crate::topic::may_publish;
use crate::user_name::UserName;

/// Sender of a CONNECT, as it describes itself.
#[derive(Clone, Copy)]
pub(crate) struct Applicant<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) user_name: &'a str,
    pub(crate) password: &'a [u8],
    pub(crate) will_topic: Option<&'a str>,
}

/// Checks whether a device may connect to an instance.
pub(crate) fn authenticate<'a>(
    applicant: Applicant<'a>,
    instance_id: &'a str,
    directory: &dyn Directory,
) -> Result<(), Cause<'a>> {
    let group = check_client_id(applicant.client_id).map_err(Cause::ClientId)?;
    let user_name = UserName::parse(applicant.user_name).map_err(Cause::UserName)?;
    if user_name.instance_id != instance_id {
        return Err(Cause::Instance {
            named: user_name.instance_id,
            own: instance_id,
        });
    }
    let secret = directory
        .secret(user_name.access_key_id)
        .ok_or(Cause::AccessKey(user_name.access_key_id))?;
    let expected = device_password(&secret, applicant.client_id);
    if !bool::from(expected.as_bytes().ct_eq(applicant.password)) {
        return Err(Cause::Password);
    }
    if !directory.has_group(group) {
        return Err(Cause::Group(group));
    }
    match applicant.will_topic {
        Some(topic) if !may_publish(topic, directory) => Err(Cause::Topic(topic)),
        _ => Ok(()),
    }
}

/// Returns the password of a device: base64 of HMAC-SHA1 over the client ID.
pub fn device_password(secret: &SecretString, client_id: &str) -> String {
    let mut mac = match Hmac::<Sha1>::new_from_slice(secret.expose_secret().as_bytes()) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes keys of any length"),
    };
    mac.update(client_id.as_bytes());
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::device_password;
    use crate::SecretString;

    #[test]
    fn passwords_are_those_of_the_published_examples() {
        assert_eq!(
            device_password(&SecretString::from("testsecret"), "GID_test@@@test"),
            "mG/PZJV8ixPG2ofrQ0TieDzNGio="
        );
        assert_eq!(
            device_password(&SecretString::from("XXXXX"), "GID_Test@@@0001"),
            "vI009IZJZVGRwBwZvnbwjfuXxVM="
        );
    }
}
