//! Checks who is told about devices that come and go.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ons_mqtt_broker::check_group;
use pop_gateway::{ExposeSecret, SecretString};
use reqwest::Url;

use crate::config::check::{Check, is_name, name_rule};
use crate::config::file;
use crate::config::settings::{Notify, NotifyTopic, Receiver, Webhook};

/// Begin of a secret of a webhook, which is the form of Standard Webhooks.
const SECRET_PREFIX: &str = "whsec_";

/// Bytes that a secret of a webhook may have, without its prefix and before base64.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

impl Check<'_> {
    pub(super) fn notify(
        &mut self,
        table: &str,
        notify: &[file::Notify],
        topics: &[String],
    ) -> Vec<Notify> {
        let mut checked: Vec<Notify> = Vec::new();
        for (index, notify) in notify.iter().enumerate() {
            let table = format!("{table}.notify.{index}");
            let groups = self.groups(&table, "groups", &notify.groups);
            let Some(receiver) = self.receiver(&table, notify, topics) else {
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

    fn receiver(
        &mut self,
        table: &str,
        notify: &file::Notify,
        topics: &[String],
    ) -> Option<Receiver> {
        match (&notify.url, &notify.topic) {
            (Some(url), None) => {
                self.needless(table, "readers", !notify.readers.is_empty(), "topic");
                self.webhook(table, url, notify).map(Receiver::Webhook)
            }
            (None, Some(topic)) => {
                self.needless(table, "secret", notify.secret.is_some(), "url");
                self.needless(
                    table,
                    "second_secret",
                    notify.second_secret.is_some(),
                    "url",
                );
                Some(Receiver::Topic(
                    self.notify_topic(table, topic, notify, topics),
                ))
            }
            (Some(_), Some(_)) => {
                let hint = "write an `[[instance.notify]]` for each";
                self.mistake(table, "`url` and `topic` are two receivers", hint);
                None
            }
            (None, None) => {
                let is_left_out = |key: &str| self.is_left_out(&format!("{table}.{key}"));
                if !is_left_out("url") && !is_left_out("topic") {
                    let hint = "set `url` and `secret` of a webhook, or `topic` and `readers`";
                    self.mistake(table, "neither `url` nor `topic` is set", hint);
                }
                None
            }
        }
    }

    /// Reports a key that is set although it belongs to another kind of receiver.
    fn needless(&mut self, table: &str, key: &str, is_set: bool, owner: &str) {
        if is_set {
            let message = format!("`{key}` belongs to `{owner}`, which is not set");
            self.mistake(&format!("{table}.{key}"), message, "remove it");
        }
    }

    fn notify_topic(
        &mut self,
        table: &str,
        name: &str,
        notify: &file::Notify,
        topics: &[String],
    ) -> NotifyTopic {
        let key = format!("{table}.topic");
        if !is_name(name) {
            let message = format!("`{name}` is not a valid parent topic");
            self.mistake(&key, message, name_rule());
        }
        if topics.iter().any(|topic| topic == name) {
            let message = format!("devices may publish to `{name}`, a topic of the instance");
            let hint = "use another topic, or remove it from `topics`";
            self.mistake(&key, message, hint);
        }
        NotifyTopic {
            name: name.to_owned(),
            readers: self.groups(table, "readers", &notify.readers),
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
                self.mistake(&self.item(&list, index), message, hint);
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
        (Receiver::Topic(other), Receiver::Topic(topic)) => other.name == topic.name,
        _ => false,
    };
    let key = match receiver {
        Receiver::Webhook(_) => ("url", "URL"),
        Receiver::Topic(_) => ("topic", "topic"),
    };
    others.iter().any(is_same).then_some(key)
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
