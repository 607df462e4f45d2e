//! Who may connect.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use subtle::ConstantTimeEq;

use crate::client_id::group_of;
use crate::topic::may_publish;
use crate::{Directory, Refusal};

/// What a CONNECT says about its sender.
#[derive(Clone, Copy)]
pub(crate) struct Applicant<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) user_name: &'a str,
    pub(crate) password: &'a [u8],
    pub(crate) will_topic: Option<&'a str>,
}

/// Whether a device may connect to an instance.
pub(crate) fn authenticate(
    applicant: Applicant<'_>,
    instance_id: &str,
    directory: &dyn Directory,
) -> Result<(), Refusal> {
    let group = group_of(applicant.client_id).ok_or(Refusal::ClientId)?;
    let mut parts = applicant.user_name.splitn(3, '|');
    let (Some("Signature"), Some(access_key_id), Some(instance)) =
        (parts.next(), parts.next(), parts.next())
    else {
        return Err(Refusal::UserName);
    };
    if instance != instance_id {
        return Err(Refusal::Instance);
    }
    let secret = directory
        .secret(access_key_id)
        .ok_or(Refusal::Credentials)?;
    if !bool::from(
        password(&secret, applicant.client_id)
            .as_bytes()
            .ct_eq(applicant.password),
    ) {
        return Err(Refusal::Credentials);
    }
    if !directory.has_group(group) {
        return Err(Refusal::Group);
    }
    // The library publishes a will without asking whether its topic is allowed.
    if applicant
        .will_topic
        .is_some_and(|topic| !may_publish(topic, directory))
    {
        return Err(Refusal::Topic);
    }
    Ok(())
}

/// The password of a device: base64 of HMAC-SHA1 over the client id.
fn password(secret: &SecretString, client_id: &str) -> String {
    let mut mac = match Hmac::<Sha1>::new_from_slice(secret.expose_secret().as_bytes()) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes keys of any length"),
    };
    mac.update(client_id.as_bytes());
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::password;
    use crate::SecretString;

    #[test]
    fn passwords_are_those_of_the_published_examples() {
        assert_eq!(
            password(&SecretString::from("testsecret"), "GID_test@@@test"),
            "mG/PZJV8ixPG2ofrQ0TieDzNGio="
        );
        assert_eq!(
            password(&SecretString::from("XXXXX"), "GID_Test@@@0001"),
            "vI009IZJZVGRwBwZvnbwjfuXxVM="
        );
    }
}
