//! Changes a running service to another configuration, entirely or not at all.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use ons_mqtt_service::Api;
use pop_gateway::{ExposeSecret, Gateway};
use tokio::sync::{Mutex, watch};

use crate::brokers::Brokers;
use crate::config::{AccessKey, Config, Instance, Log};
use crate::directory::Directory;
use crate::service::ControlApi;
use crate::start_error::StartError;

/// Changes a running service to another configuration; cheap to clone.
#[derive(Clone)]
pub struct Reloader(pub(crate) Arc<Parts>);

/// Parts of the service that a configuration changes.
pub(crate) struct Parts {
    pub(crate) current: Mutex<Config>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) brokers: Arc<Brokers>,
    pub(crate) gateway: Arc<Gateway<Api<ControlApi>>>,
    /// Tells who sends status notifications about the instances.
    pub(crate) notify: watch::Sender<Vec<Instance>>,
}

/// Reasons why a configuration cannot be used. The one before stays in force entirely.
#[derive(Debug, thiserror::Error)]
pub struct ReloadError(pub Vec<StartError>);

impl fmt::Display for ReloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reasons: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&reasons.join("\n"))
    }
}

impl Reloader {
    /// Changes access keys, instances, their topics, addresses and certificates, and limits. Returns
    /// a sentence about each change, and about each that needs a restart.
    ///
    /// Devices stay connected, except those of removed instances and those whose access key is
    /// removed or has another secret. Removed instances and topics keep their data.
    ///
    /// # Errors
    ///
    /// [`ReloadError`] if an address cannot be bound, or a certificate or what is kept for a new
    /// instance cannot be read. Then nothing has changed.
    pub async fn reload(&self, config: Config) -> Result<Vec<String>, ReloadError> {
        let Parts {
            current,
            directory,
            brokers,
            gateway,
            notify,
        } = &*self.0;
        let mut current = current.lock().await;
        let mut changes = Vec::new();
        let config = keep_fixed(&current, config, &mut changes);
        let plan = brokers.plan(&config, directory).await;
        let plan = plan.map_err(ReloadError)?;

        // From here on nothing can fail.
        directory.configure(&config);
        gateway.set_access_keys(access_keys(&config));
        gateway.set_queries_per_minute(config.queries_per_minute);
        brokers.apply(plan, &config, directory).await;
        notify.send_replace(config.instances.clone());
        compare(&current, &config, &mut changes);
        for instance in with_other_key(&current, &config) {
            let Some(broker) = brokers.get(&instance.id) else {
                continue;
            };
            let devices = broker.disconnect_all();
            changes.push(format!(
                "instance {}: {devices} devices disconnected, because its access key changed",
                instance.id
            ));
        }
        *current = config;
        Ok(changes)
    }
}

/// Returns the IDs and secrets of a configuration.
pub(crate) fn access_keys(
    config: &Config,
) -> impl Iterator<Item = (String, pop_gateway::SecretString)> {
    let keys = config.access_keys.iter();
    keys.map(|key| (key.id.clone(), key.secret.clone()))
}

/// Puts back what cannot change while the service runs, and says so.
fn keep_fixed(current: &Config, mut config: Config, changes: &mut Vec<String>) -> Config {
    let url = |config: &Config| {
        let url = config.store.as_ref();
        url.map(|url| url.expose_secret().to_owned())
    };
    let mut fixed = vec![
        ("data_dir", config.data_dir == current.data_dir),
        ("store", url(&config) == url(current)),
        ("api.listen", config.api_listen == current.api_listen),
        ("api.tls", config.api_tls == current.api_tls),
        (
            "api.trusted_proxies",
            config.trusted_proxies == current.trusted_proxies,
        ),
        ("admin.listen", config.admin_listen == current.admin_listen),
        ("console", config.console == current.console),
        ("stats", config.stats == current.stats),
        ("cluster", config.cluster == current.cluster),
        ("limits.groups", config.groups == current.groups),
        (
            "limits.history_rows",
            config.history_rows == current.history_rows,
        ),
        ("log.format", config.log.format == current.log.format),
    ];
    config = Config {
        limits: config.limits,
        queries_per_minute: config.queries_per_minute,
        log: Log {
            level: config.log.level,
            ..current.log
        },
        access_keys: config.access_keys,
        instances: config.instances,
        ..current.clone()
    };
    for instance in &mut config.instances {
        if let Some(before) = find(current, &instance.id) {
            let is_same = instance.independent_naming == before.independent_naming;
            fixed.push(("instance.independent_naming", is_same));
            instance.independent_naming = before.independent_naming;
        }
    }
    let changed = fixed.into_iter().filter(|(_, is_same)| !is_same);
    changes.extend(
        changed.map(|(key, _)| format!("`{key}` cannot change while the server runs: restart it")),
    );
    config
}

/// Describes the differences between two configurations.
fn compare(before: &Config, after: &Config, changes: &mut Vec<String>) {
    let ids = |config: &Config| ids(&config.access_keys, |key| &key.id);
    for (id, what) in difference(&ids(before), &ids(after)) {
        changes.push(format!("access key {id} {what}"));
    }
    for key in &after.access_keys {
        if secret(before, &key.id).is_some_and(|before| before != key.secret.expose_secret()) {
            changes.push(format!("access key {} has another secret", key.id));
        }
    }
    let ids = |config: &Config| ids_of_instances(config);
    for (id, what) in difference(&ids(before), &ids(after)) {
        let data = match what {
            REMOVED => "; its groups, history and kept messages stay",
            _ => "",
        };
        changes.push(format!("instance {id} {what}{data}"));
    }
    for after in &after.instances {
        if let Some(before) = find(before, &after.id) {
            compare_instances(before, after, changes);
        }
    }
    if before.log.level != after.log.level {
        changes.push(format!("log level is {}", after.log.level));
    }
    if before.limits != after.limits || before.queries_per_minute != after.queries_per_minute {
        changes.push("limits changed".to_owned());
    }
}

fn compare_instances(before: &Instance, after: &Instance, changes: &mut Vec<String>) {
    let id = &after.id;
    let topics = |instance: &Instance| instance.topics.iter().cloned().collect();
    for (topic, what) in difference(&topics(before), &topics(after)) {
        let data = match what {
            REMOVED => "; its history stays",
            _ => "",
        };
        changes.push(format!("topic {topic} of instance {id} {what}{data}"));
    }
    let endpoints = |instance: &Instance| {
        (
            instance.mqtt_listen,
            instance.websocket_listen,
            instance.tls.clone(),
        )
    };
    let changed = [
        (
            "addresses or certificate",
            endpoints(before) != endpoints(after),
        ),
        ("edition", before.edition != after.edition),
        ("owner", before.owner != after.owner),
        ("notify", before.notify != after.notify),
        ("region", before.region.id != after.region.id),
    ];
    for (what, _) in changed.into_iter().filter(|(_, has_changed)| *has_changed) {
        changes.push(format!("instance {id}: {what} changed"));
    }
}

const ADDED: &str = "added";
const REMOVED: &str = "removed";

/// Returns what is only in one of two sets, and whether it was added or removed.
fn difference(before: &BTreeSet<String>, after: &BTreeSet<String>) -> Vec<(String, &'static str)> {
    let added = after.difference(before).map(|id| (id.clone(), ADDED));
    let removed = before.difference(after).map(|id| (id.clone(), REMOVED));
    added.chain(removed).collect()
}

fn ids<T>(items: &[T], id: impl Fn(&T) -> &String) -> BTreeSet<String> {
    items.iter().map(|item| id(item).clone()).collect()
}

fn ids_of_instances(config: &Config) -> BTreeSet<String> {
    ids(&config.instances, |instance| &instance.id)
}

fn find<'a>(config: &'a Config, instance_id: &str) -> Option<&'a Instance> {
    let mut instances = config.instances.iter();
    instances.find(|instance| instance.id == instance_id)
}

fn secret<'a>(config: &'a Config, key_id: &str) -> Option<&'a str> {
    let is_named = |key: &&AccessKey| key.id == key_id;
    let key = config.access_keys.iter().find(is_named)?;
    Some(key.secret.expose_secret())
}

/// Returns the instances whose devices sign with another secret than before.
fn with_other_key<'a>(before: &Config, after: &'a Config) -> Vec<&'a Instance> {
    let has_other = |instance: &&Instance| {
        find(before, &instance.id).is_some_and(|earlier| {
            earlier.owner != instance.owner
                || secret(before, &earlier.owner) != secret(after, &instance.owner)
        })
    };
    after.instances.iter().filter(has_other).collect()
}
