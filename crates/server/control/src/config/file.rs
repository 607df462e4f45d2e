//! The configuration file as written, before its values are checked.

use std::path::PathBuf;

use pop_gateway::SecretString;
use serde::Deserialize;
use toml::Table;

/// Default values of the configuration.
pub(super) const DEFAULT: &str = include_str!("default.toml");

/// Key of the list of instances.
pub(super) const INSTANCE: &str = "instance";

/// Key of the list of access keys.
pub(super) const ACCESS_KEY: &str = "access_key";

/// Key of the table that makes the process a node.
pub(super) const CLUSTER: &str = "cluster";

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    pub(super) data_dir: PathBuf,
    pub(super) store: Option<SecretString>,
    pub(super) api: Api,
    pub(super) admin: Option<Admin>,
    pub(super) console: Console,
    pub(super) log: Log,
    pub(super) stats: Stats,
    pub(super) limits: Limits,
    pub(super) cluster: Option<Cluster>,
    pub(super) access_key: Vec<AccessKey>,
    pub(super) instance: Vec<Instance>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Api {
    pub(super) listen: String,
    pub(super) trusted_proxies: Vec<String>,
    pub(super) tls: Option<ApiTls>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ApiTls {
    pub(super) certificate: Option<PathBuf>,
    pub(super) key: Option<PathBuf>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Admin {
    pub(super) listen: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Console {
    pub(super) enabled: bool,
    pub(super) hosts: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Log {
    pub(super) level: String,
    pub(super) format: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Stats {
    pub(super) interval: String,
    pub(super) retention: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Limits {
    pub(super) queries_per_minute: Option<u32>,
    pub(super) groups: Option<u32>,
    pub(super) history_rows: Option<u32>,
    pub(super) sessions: Option<u32>,
    pub(super) session_memory: Option<String>,
    pub(super) session_expiry: Option<String>,
    pub(super) session_messages: Option<u32>,
    pub(super) session_bytes: Option<String>,
    pub(super) kept_messages: Option<u32>,
    pub(super) kept_bytes: Option<String>,
    pub(super) retained_messages: Option<u32>,
    pub(super) retained_bytes: Option<String>,
    pub(super) message_memory: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Cluster {
    pub(super) node: Option<String>,
    pub(super) nats: Vec<SecretString>,
    pub(super) certificates: Option<PathBuf>,
    pub(super) replicas: Option<u32>,
    pub(super) kept_bytes: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AccessKey {
    pub(super) id: Option<String>,
    pub(super) secret: Option<SecretString>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Instance {
    pub(super) id: Option<String>,
    pub(super) region: Option<String>,
    pub(super) edition: Option<String>,
    pub(super) independent_naming: Option<bool>,
    pub(super) mqtt_listen: Option<String>,
    pub(super) websocket_listen: Option<String>,
    pub(super) tls: Option<Tls>,
    pub(super) topics: Vec<String>,
    pub(super) owner: Option<String>,
    pub(super) notify: Vec<Notify>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Notify {
    pub(super) groups: Vec<String>,
    pub(super) url: Option<SecretString>,
    pub(super) secret: Option<SecretString>,
    pub(super) second_secret: Option<SecretString>,
    pub(super) topic: Option<String>,
    pub(super) readers: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Tls {
    pub(super) listen: Option<String>,
    pub(super) websocket_listen: Option<String>,
    pub(super) certificate: Option<PathBuf>,
    pub(super) key: Option<PathBuf>,
}

/// Adds the defaults that `table` does not set; a list replaces its default as a whole.
pub(super) fn add_defaults(table: &mut Table, defaults: Table) {
    for (key, default) in defaults {
        match (table.get_mut(&key), default) {
            (Some(toml::Value::Table(table)), toml::Value::Table(defaults)) => {
                add_defaults(table, defaults);
            }
            (Some(_), _) => {}
            (None, default) => {
                table.insert(key, default);
            }
        }
    }
}
