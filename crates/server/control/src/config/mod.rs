//! Configuration: a TOML file, and variables of the environment, which go before it.
//!
//! The variable of `stats.interval` is `ONS_MQTT_STATS_INTERVAL`, and so on; those of access keys
//! and instances, such as `ONS_MQTT_INSTANCE_TOPICS`, set the first one. Lists stand between commas.

mod check;
mod file;
mod key_file;
mod report;
mod variables;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ons_mqtt_models::Region;
use pop_gateway::{ExposeSecret, SecretString};
use toml::{Table, Value};

use check::Check;
use file::File;
use report::Mistake;
pub use report::Report;

/// What the service is to do.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Where files are kept.
    pub data_dir: PathBuf,
    /// URL of a database; without one, SQLite in the data directory. It may hold a password.
    pub store: Option<SecretString>,
    /// Where the API listens.
    pub api_listen: SocketAddr,
    /// Sampling and metering.
    pub stats: Stats,
    /// How often a minute an access key may call each action that has a limit; 0 is without limit,
    /// `None` as the API says.
    pub queries_per_minute: Option<u32>,
    /// At least one.
    pub access_keys: Vec<AccessKey>,
    /// At least one.
    pub instances: Vec<Instance>,
}

/// Sampling and metering.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Stats {
    /// Time between two samples, a second or more.
    pub interval: Duration,
    /// How long samples are kept.
    pub retention: Duration,
}

/// Who may call the API.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AccessKey {
    /// `AccessKeyId` of requests.
    pub id: String,
    /// What requests are signed with, never empty.
    pub secret: SecretString,
}

/// An instance, a namespace with a broker of its own.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Instance {
    /// `InstanceId` of requests.
    pub id: String,
    /// Region that it is in.
    pub region: &'static Region,
    /// What it offers.
    pub edition: Edition,
    /// Its names need not differ from those of other instances.
    pub independent_naming: bool,
    /// Where MQTT listens.
    pub mqtt_listen: SocketAddr,
    /// Where MQTT over WebSocket listens, if it does.
    pub websocket_listen: Option<SocketAddr>,
    /// Where MQTT over TLS listens, if it does.
    pub tls: Option<Tls>,
    /// Its parent topics.
    pub topics: Vec<String>,
    /// ID of the access key that owns it.
    pub owner: String,
}

/// MQTT over TLS.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Tls {
    /// Where it listens.
    pub listen: SocketAddr,
    /// File with the certificate and those that lead to its root, in PEM.
    pub certificate: PathBuf,
    /// File with the private key, in PEM.
    pub key: PathBuf,
}

/// What an instance offers.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Edition {
    /// Every action.
    #[default]
    Platinum,
    /// All actions but those that only the platinum edition has.
    Standard,
}

impl Edition {
    const ALL: [Self; 2] = [Self::Platinum, Self::Standard];

    /// Its name in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Platinum => "platinum",
            Self::Standard => "standard",
        }
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration file {}: {source}", path.display())]
    Unreadable {
        /// Where it should be.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The configuration has mistakes.
    #[error("{0}")]
    Mistaken(Report),
    /// The access key that stands in for a configured one cannot be read or made.
    #[error("cannot read or make the access key in {}: {source}", path.display())]
    AccessKey {
        /// Its file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl Config {
    /// File of the access key that is made if none is configured.
    pub fn key_file(&self) -> PathBuf {
        self.data_dir.join(key_file::NAME)
    }

    /// Reads a configuration file, if there is one, and the environment.
    ///
    /// Without a file there is one instance, which listens on this machine only, and, unless the
    /// environment has one, an access key that is made at the first start and kept in the data
    /// directory.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or has mistakes: then all of those that can be seen at once are
    /// reported. Or the access key of the data directory can be neither read nor made.
    pub fn load(
        path: Option<&Path>,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let text = match path {
            None => String::new(),
            Some(path) => {
                std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
                    path: path.to_owned(),
                    source,
                })?
            }
        };
        let name = path.map(|path| path.to_string_lossy());
        let mistaken = |set: &[&str], mistakes| {
            ConfigError::Mistaken(Report::new(name.as_deref(), &text, set, mistakes))
        };
        let unreadable =
            |error: toml::de::Error| mistaken(&[], vec![Mistake::unreadable(&text, &error)]);

        // The file alone, for only this tells where in the file a mistake is.
        toml::from_str::<File>(&text).map_err(unreadable)?;
        let mut tree: Table = toml::from_str(&text).map_err(unreadable)?;
        let mut mistakes = Vec::new();
        file::add_defaults(&mut tree, defaults(path.is_some()).map_err(unreadable)?);
        let set = variables::apply(&mut tree, environment, &mut mistakes);
        if !mistakes.is_empty() {
            return Err(mistaken(&set, mistakes));
        }
        if path.is_none() && !tree.contains_key(file::ACCESS_KEY) {
            add_access_key(&mut tree)?;
        }
        let file: File = tree.try_into().map_err(unreadable)?;
        let folder = path.and_then(Path::parent).unwrap_or(Path::new(""));
        Check::run(&file, folder, &set).map_err(|mistakes| mistaken(&set, mistakes))
    }
}

/// What holds where the file says nothing.
fn defaults(is_file: bool) -> Result<Table, toml::de::Error> {
    let mut defaults: Table = toml::from_str(file::DEFAULT)?;
    if is_file {
        defaults.remove(file::INSTANCE);
    }
    Ok(defaults)
}

/// Adds the access key of the data directory, which is made if there is none.
fn add_access_key(tree: &mut Table) -> Result<(), ConfigError> {
    let data_dir = tree.get("data_dir").and_then(Value::as_str);
    let data_dir = Path::new(data_dir.unwrap_or_default());
    let key = key_file::read_or_make(data_dir).map_err(|source| ConfigError::AccessKey {
        path: data_dir.join(key_file::NAME),
        source,
    })?;
    let mut table = Table::new();
    table.insert("id".to_owned(), Value::String(key.id));
    let secret = key.secret.expose_secret().to_owned();
    table.insert("secret".to_owned(), Value::String(secret));
    let keys = Value::Array(vec![Value::Table(table)]);
    tree.insert(file::ACCESS_KEY.to_owned(), keys);
    Ok(())
}
