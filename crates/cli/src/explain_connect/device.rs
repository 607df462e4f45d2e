//! Checks of what a device sends, without the service.

use ons_mqtt_broker::{UserName, UserNameError, check_client_id, device_password};
use ons_mqtt_client::Credentials;
use ons_mqtt_server::SecretString;

use super::key::Key;
use super::report::{Report, Verdict};

const CLIENT_ID: &str = "Client ID: GID@@@DeviceId";
const USER_NAME: &str = "User name: Signature|AccessKeyId|InstanceId";
const PASSWORD: &str = "Password: base64(HMAC-SHA1(secret, client ID))";

/// Checks the rules of client IDs.
pub(super) fn client_id(report: &mut Report, client_id: &str) {
    match check_client_id(client_id) {
        Ok(group) => {
            let characters = client_id.chars().count();
            let text = format!("{client_id:?}: group {group}, {characters} of 64 characters");
            report.add(CLIENT_ID, Verdict::Right, text);
        }
        Err(error) => report.add(CLIENT_ID, Verdict::Wrong, format!("{client_id:?}: {error}")),
    }
}

/// Checks the parts of a user name.
pub(super) fn user_name(
    report: &mut Report,
    user_name: Result<UserName<'_>, UserNameError>,
    key: &Key,
) {
    let user_name = match user_name {
        Ok(user_name) => user_name,
        Err(error) => return report.add(USER_NAME, Verdict::Wrong, error),
    };
    let mut add = |verdict, text: String| report.add(USER_NAME, verdict, text);
    add(Verdict::Right, "Signature".to_owned());
    let id = user_name.access_key_id;
    match key {
        Ok(key) if key.access_key_id() == id => {
            add(Verdict::Right, format!("access key {id:?}, which is yours"));
        }
        Ok(key) => {
            let own = key.access_key_id();
            let text = format!("access key {id:?}, while yours is {own:?}");
            add(Verdict::Unknown, text);
        }
        Err(_) => add(Verdict::Unknown, format!("access key {id:?}")),
    }
    let instance = user_name.instance_id;
    if instance.is_empty() {
        add(Verdict::Wrong, "the instance is empty".to_owned());
    } else {
        add(Verdict::Right, format!("instance {instance:?}"));
    }
}

/// Says which user name the device has to send.
pub(super) fn missing_user_name(report: &mut Report, key: &Key, instance: Option<&str>) {
    let id = key
        .as_ref()
        .map_or("AccessKeyId", Credentials::access_key_id);
    let instance = instance.unwrap_or("InstanceId");
    let text = format!("Signature|{id}|{instance}");
    report.add(USER_NAME, Verdict::Send, text);
}

/// Compares the password with the one that the profile's secret makes, or says which one to send.
pub(super) fn password(
    report: &mut Report,
    client_id: &str,
    access_key_id: Option<&str>,
    sent: Option<&str>,
    key: &Key,
) {
    let mut add = |verdict, text: String| report.add(PASSWORD, verdict, text);
    let key = match key {
        Ok(key) if Some(key.access_key_id()) == access_key_id => key,
        Ok(_) => {
            let text = "not checked: only the secret of your own access key is known here";
            return add(Verdict::Unknown, text.to_owned());
        }
        Err(error) => return add(Verdict::Unknown, format!("not checked: {error}")),
    };
    let secret = SecretString::from(key.access_key_secret());
    let expected = device_password(&secret, client_id);
    match sent {
        None => add(Verdict::Send, expected),
        Some(sent) if sent == expected => add(Verdict::Right, "fits the access key".to_owned()),
        Some(sent) => {
            add(Verdict::Wrong, difference(sent, &expected));
            add(Verdict::Send, expected);
        }
    }
}

/// Describes the first difference between two passwords.
fn difference(sent: &str, expected: &str) -> String {
    let pairs = sent.char_indices().zip(expected.chars());
    let byte = pairs
        .take_while(|((_, sent), expected)| sent == expected)
        .map(|((at, sent), _)| at + sent.len_utf8())
        .last()
        .unwrap_or_default();
    let (sent, expected) = (&sent[byte..], &expected[byte..]);
    format!("byte {byte} differs: sent {sent:?}, expected {expected:?}")
}
