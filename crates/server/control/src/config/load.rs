//! Reads the configuration from a file and the environment.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use pop_gateway::ExposeSecret;
use toml::{Table, Value};

use crate::config::check::Check;
use crate::config::file::{self, File};
use crate::config::mistake::Mistake;
use crate::config::recover::{self, Recovered};
use crate::config::report::ConfigMistakes;
use crate::config::settings::Config;
use crate::config::{key_file, variables};

/// Error while reading a configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration file {}: {source}", path.display())]
    Unreadable {
        /// Path of the file.
        path: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// The configuration has mistakes.
    #[error("{0}")]
    Mistaken(ConfigMistakes),
    /// No access key is configured, and the one in the data directory cannot be read or created.
    #[error("cannot read or create the access key in {}: {source}", path.display())]
    AccessKey {
        /// Path of its file.
        path: PathBuf,
        /// Error of the operating system, or of kind `InvalidData` if the file is malformed.
        source: io::Error,
    },
}

impl Config {
    /// Reads the environment, and a configuration file if `path` is given.
    ///
    /// Without a file there is one instance, which listens on the loopback interface only. If the
    /// environment sets no access key either, one is created at the first start and kept in the
    /// data directory.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Unreadable`] if the file cannot be read; [`ConfigError::Mistaken`], with as
    /// many mistakes as can be found at once; [`ConfigError::AccessKey`] if the access key of the
    /// data directory can neither be read nor created.
    pub fn load(
        path: Option<&Path>,
        environment: impl Fn(&str) -> Option<OsString>,
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
            ConfigError::Mistaken(ConfigMistakes::new(name.as_deref(), &text, set, mistakes))
        };
        let unreadable =
            |error: toml::de::Error| mistaken(&[], vec![Mistake::unreadable(&text, &error)]);

        // Read the file alone first: only then do mistakes have a position in the file.
        let Recovered {
            table: mut tree,
            mut mistakes,
            mut left_out,
        } = recover::read(&text).map_err(|mistakes| mistaken(&[], mistakes))?;
        file::add_defaults(&mut tree, defaults(path.is_some()).map_err(unreadable)?);
        let set = variables::apply(&mut tree, environment, &mut mistakes, &mut left_out);
        // All nodes have the same access keys, so none of them creates one.
        let has_key = tree.contains_key(file::ACCESS_KEY) || tree.contains_key(file::CLUSTER);
        let mut key_file = None;
        if path.is_none() && mistakes.is_empty() && !has_key {
            key_file = Some(add_access_key(&mut tree)?);
        }
        let file: File = tree.try_into().map_err(unreadable)?;
        let folder = path.and_then(Path::parent).unwrap_or(Path::new(""));
        let checked = Check::run(&file, folder, &set, &left_out);
        match checked {
            Ok(config) if mistakes.is_empty() => Ok(Self { key_file, ..config }),
            checked => {
                mistakes.extend(checked.err().into_iter().flatten());
                Err(mistaken(&set, mistakes))
            }
        }
    }
}

/// Returns the default settings; with a configuration file, there is no default instance.
fn defaults(has_file: bool) -> Result<Table, toml::de::Error> {
    let mut defaults: Table = toml::from_str(file::DEFAULT)?;
    if has_file {
        defaults.remove(file::INSTANCE);
    }
    Ok(defaults)
}

/// Adds the access key of the data directory; creates it if there is none. Returns its file.
fn add_access_key(tree: &mut Table) -> Result<PathBuf, ConfigError> {
    let data_dir = tree.get("data_dir").and_then(Value::as_str);
    let data_dir = Path::new(data_dir.unwrap_or_default());
    let path = data_dir.join(key_file::NAME);
    let key = match key_file::read_or_create(data_dir) {
        Ok(key) => key,
        Err(source) => return Err(ConfigError::AccessKey { path, source }),
    };
    let mut table = Table::new();
    table.insert("id".to_owned(), Value::String(key.id));
    let secret = key.secret.expose_secret().to_owned();
    table.insert("secret".to_owned(), Value::String(secret));
    let keys = Value::Array(vec![Value::Table(table)]);
    tree.insert(file::ACCESS_KEY.to_owned(), keys);
    Ok(path)
}
