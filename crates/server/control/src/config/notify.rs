//! Checks who is told about devices that come and go.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ons_mqtt_broker::check_group;
use pop_gateway::{ExposeSecret, SecretString};
use reqwest::Url;

use crate::config::check::Check;
use crate::config::file;
use crate::config::settings::{Notify, Receiver, Webhook};

/// Begin of a secret of a webhook, which is the form of Standard Webhooks.
const SECRET_PREFIX: &str = "whsec_";

/// Bytes that a secret of a webhook may have, without its prefix and before base64.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

impl Check<'_> {
    pub(super) fn notify(&mut self, table: &str, notify: &[file::Notify]) -> Vec<Notify> {
        let mut checked: Vec<Notify> = Vec::new();
        for (index, notify) in notify.iter().enumerate() {
            let table = format!("{table}.notify.{index}");
            let groups = self.groups(&table, "groups", &notify.groups);
            let Some(receiver) = self.receiver(&table, notify) else {
                continue;
            };
            if let Some((key, name)) = same_target(&receiver, &checked) {
                let message = format!("another `notify` of the instance has the same {name}");
                let hint = "name all groups in one of them";
                self.mistake(&format!("{table}.{key}"), message, hint);
            }
            checked.push(Notify { groups, receiver });
        }
        checked
    }

    fn receiver(&mut self, table: &str, notify: &file::Notify) -> Option<Receiver> {
        let left_out = |key: &str| self.is_left_out(&format!("{table}.{key}"));
        if left_out("url") {
            return None;
        }
        match &notify.url {
            Some(url) => self.webhook(table, url, notify).map(Receiver::Webhook),
            None => {
                let hint = "set `url` and `secret` of a webhook";
                self.mistake(table, "`url` is missing", hint);
                None
            }
        }
    }

    fn webhook(
        &mut self,
        table: &str,
        url: &SecretString,
        notify: &file::Notify,
    ) -> Option<Webhook> {
        if let Err(message) = check_url(url.expose_secret()) {
            let hint =
                "write https://host/path, or http://host/path within a network that you trust";
            self.mistake(&format!("{table}.url"), message, hint);
        }
        let secret = self.required(table, "secret", notify.secret.as_ref());
        let secrets: Vec<_> = secret.into_iter().chain(&notify.second_secret).collect();
        for (secret, key) in secrets.iter().zip(["secret", "second_secret"]) {
            if let Err(message) = webhook_key(secret) {
                let key = match notify.secret {
                    Some(_) => key,
                    None => "second_secret",
                };
                let hint = "make one with `echo \"whsec_$(openssl rand -base64 32)\"`";
                self.mistake(&format!("{table}.{key}"), message, hint);
            }
        }
        secret?;
        Some(Webhook {
            url: url.clone(),
            secrets: secrets.into_iter().cloned().collect(),
        })
    }

    /// Checks a list of groups. They need not exist yet.
    fn groups(&mut self, table: &str, key: &str, groups: &[String]) -> Vec<String> {
        let list = format!("{table}.{key}");
        if groups.is_empty() && !self.is_left_out(&list) {
            let hint = "name at least one, such as `GID_lamps`";
            self.mistake(table, format!("`{key}` is missing"), hint);
        }
        let mut checked: Vec<String> = Vec::new();
        for (index, group) in groups.iter().enumerate() {
            if let Err(error) = check_group(group) {
                let message = format!("`{group}` is not a group ID: {error}");
                let hint = "write the ID of a group, such as `GID_lamps`";
                self.mistake(&format!("{list}.{index}"), message, hint);
            }
            if !checked.contains(group) {
                checked.push(group.clone());
            }
        }
        checked
    }
}

/// Returns the key of a receiver that another `notify` names as well.
fn same_target(receiver: &Receiver, others: &[Notify]) -> Option<(&'static str, &'static str)> {
    let is_same = |other: &Notify| match (&other.receiver, receiver) {
        (Receiver::Webhook(other), Receiver::Webhook(webhook)) => {
            other.url.expose_secret() == webhook.url.expose_secret()
        }
    };
    let Receiver::Webhook(_) = receiver;
    others.iter().any(is_same).then_some(("url", "URL"))
}

/// Checks a URL. No error repeats it, because it may contain credentials.
fn check_url(url: &str) -> Result<(), String> {
    let parsed = Url::parse(url).map_err(|error| format!("the URL cannot be read: {error}"))?;
    match parsed.scheme() {
        "https" | "http" => Ok(()),
        _ => Err("the URL begins with neither https:// nor http://".to_owned()),
    }
}

/// Returns the key that a secret of a webhook stands for.
///
/// # Errors
///
/// Says what is wrong with the secret, without repeating it.
pub(crate) fn webhook_key(secret: &SecretString) -> Result<Vec<u8>, String> {
    let encoded = secret.expose_secret().strip_prefix(SECRET_PREFIX);
    let encoded =
        encoded.ok_or_else(|| format!("the secret does not begin with {SECRET_PREFIX}"))?;
    let key = BASE64_STANDARD.decode(encoded);
    let key = key.map_err(|_| format!("what follows {SECRET_PREFIX} is not base64"))?;
    if SECRET_BYTES.contains(&key.len()) {
        return Ok(key);
    }
    let (least, most) = (SECRET_BYTES.start(), SECRET_BYTES.end());
    Err(format!(
        "the secret has {} bytes, {least} to {most} are allowed",
        key.len()
    ))
}
