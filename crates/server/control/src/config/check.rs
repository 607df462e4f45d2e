//! Checks the values of a configuration file.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pop_gateway::{CertificateFiles, ExposeSecret};
use tracing::Level;

use crate::config::file::{self, File};
use crate::config::mistake::{Mistake, did_you_mean};
use crate::config::settings::{AccessKey, Config, Console, Log, LogFormat, Stats};
use crate::config::variables;

/// Shortest time between two samples.
const MIN_INTERVAL: Duration = Duration::from_secs(1);

/// Longest time between two samples, because a chart shows at most one day.
const MAX_INTERVAL: Duration = Duration::from_secs(24 * 60 * 60);

/// Levels of the log, the most important one first.
const LEVELS: [(&str, Level); 5] = [
    ("error", Level::ERROR),
    ("warn", Level::WARN),
    ("info", Level::INFO),
    ("debug", Level::DEBUG),
    ("trace", Level::TRACE),
];

/// Forms of the log.
const FORMATS: [(&str, LogFormat); 2] = [("text", LogFormat::Text), ("json", LogFormat::Json)];

/// Length of the longest ID or topic, in characters.
const MAX_NAME: usize = 64;

/// Groups that an access key may have unless configured.
const GROUPS: usize = 10_000;

/// Rows per instance and day that count sub topics apart unless configured.
const HISTORY_ROWS: usize = 1_000_000;

/// Collects the mistakes of a file.
pub(super) struct Check<'a> {
    /// Folder that relative paths of the file start from.
    folder: &'a Path,
    /// Keys that were set by a variable.
    set: &'a [&'a str],
    /// Keys whose values cannot be read, which was reported before.
    left_out: &'a [String],
    mistakes: Vec<Mistake>,
    /// Addresses so far, each with its key.
    pub(super) listen: Vec<(String, SocketAddr)>,
}

impl<'a> Check<'a> {
    /// Checks a file whose relative paths start from `folder`. `set` lists the keys set by
    /// variables, `left_out` those that the file lacks because of a mistake.
    pub(super) fn run(
        file: &File,
        folder: &'a Path,
        set: &'a [&'a str],
        left_out: &'a [String],
    ) -> Result<Config, Vec<Mistake>> {
        let mut check = Self {
            folder,
            set,
            left_out,
            mistakes: Vec::new(),
            listen: Vec::new(),
        };
        match check.config(file) {
            Some(config) if check.mistakes.is_empty() => Ok(config),
            _ => Err(check.mistakes),
        }
    }

    fn config(&mut self, file: &File) -> Option<Config> {
        let api_listen = self.address("api.listen", &file.api.listen);
        let trusted_proxies = self.proxies(&file.api.trusted_proxies);
        let api_tls = file.api.tls.as_ref();
        let api_tls = api_tls.and_then(|tls| {
            self.certificate("api.tls", tls.certificate.as_deref(), tls.key.as_deref())
        });
        let admin_listen = file.admin.as_ref().and_then(|admin| {
            let listen = self.required("admin", "listen", admin.listen.as_deref());
            self.address("admin.listen", listen?)
        });
        let log = self.log(&file.log);
        let stats = self.stats(&file.stats);
        let groups = self.count("groups", file.limits.groups, GROUPS);
        let history_rows = self.count("history_rows", file.limits.history_rows, HISTORY_ROWS);
        let limits = self.limits(&file.limits);
        let cluster = self.cluster(file);
        let access_keys = self.access_keys(&file.access_key);
        let instances = self.instances(&file.instance, &file.access_key);
        Some(Config {
            data_dir: self.path("data_dir", &file.data_dir),
            store: file.store.clone(),
            api_listen: api_listen?,
            trusted_proxies,
            api_tls,
            admin_listen,
            console: Console {
                enabled: file.console.enabled,
                hosts: self.hosts(&file.console.hosts),
            },
            log: log?,
            stats: stats?,
            queries_per_minute: file.limits.queries_per_minute,
            groups,
            history_rows,
            limits,
            cluster,
            access_keys,
            key_file: None,
            instances,
        })
    }

    fn log(&mut self, log: &file::Log) -> Option<Log> {
        let level = LEVELS.iter().find(|(name, _)| *name == log.level);
        if level.is_none() {
            let message = format!("unknown level `{}`", log.level);
            let hint = did_you_mean(&log.level, &LEVELS.map(|(name, _)| name));
            self.mistake("log.level", message, hint);
        }
        let format = FORMATS.iter().find(|(name, _)| *name == log.format);
        if format.is_none() {
            let message = format!("unknown format `{}`", log.format);
            let hint = did_you_mean(&log.format, &FORMATS.map(|(name, _)| name));
            self.mistake("log.format", message, hint);
        }
        let (level, format) = (level?.1, format?.1);
        Some(Log { level, format })
    }

    fn stats(&mut self, stats: &file::Stats) -> Option<Stats> {
        let interval = self.duration("stats.interval", &stats.interval);
        let retention = self.duration("stats.retention", &stats.retention);
        let (interval, retention) = (interval?, retention?);
        if interval < MIN_INTERVAL {
            self.mistake(
                "stats.interval",
                "the interval is shorter than one second",
                "use 1s or more",
            );
        }
        if interval > MAX_INTERVAL {
            self.mistake(
                "stats.interval",
                "the interval is longer than one day",
                "use 1d or less",
            );
        }
        if retention < interval {
            let message =
                "the retention is shorter than `stats.interval`, so nothing would be kept";
            self.mistake("stats.retention", message, "use a longer time");
        }
        Some(Stats {
            interval,
            retention,
        })
    }

    fn access_keys(&mut self, keys: &[file::AccessKey]) -> Vec<AccessKey> {
        if keys.is_empty() && !self.is_left_out(file::ACCESS_KEY) {
            let hint = "add `[[access_key]]` with `id` and `secret`";
            self.mistake("", "no access key is configured", hint);
        }
        let mut checked: Vec<AccessKey> = Vec::new();
        for (index, key) in keys.iter().enumerate() {
            let table = format!("access_key.{index}");
            let id = self.name(&table, "id", key.id.as_deref());
            let secret = self.required(&table, "secret", key.secret.clone());
            if secret
                .as_ref()
                .is_some_and(|secret| secret.expose_secret().is_empty())
            {
                let key = format!("{table}.secret");
                self.mistake(&key, "the secret is empty", "use a long random text");
            }
            let (Some(id), Some(secret)) = (id, secret) else {
                continue;
            };
            if checked.iter().any(|other| other.id == id) {
                let message = format!("the access key ID `{id}` is used twice");
                self.mistake(
                    &format!("{table}.id"),
                    message,
                    "rename or remove one of them",
                );
            }
            checked.push(AccessKey { id, secret });
        }
        checked
    }

    pub(super) fn certificate(
        &mut self,
        table: &str,
        certificate: Option<&Path>,
        key: Option<&Path>,
    ) -> Option<CertificateFiles> {
        let certificate = self.required(table, "certificate", certificate);
        let key = self.required(table, "key", key);
        Some(CertificateFiles {
            certificate: self.path(&format!("{table}.certificate"), certificate?),
            key: self.path(&format!("{table}.key"), key?),
        })
    }

    /// Returns the key of an item of a list; a variable sets the whole list.
    pub(super) fn item(&self, list: &str, index: usize) -> String {
        if self.set.contains(&list) {
            list.to_owned()
        } else {
            format!("{list}.{index}")
        }
    }

    /// Checks that a value is present.
    pub(super) fn required<T>(&mut self, table: &str, key: &str, value: Option<T>) -> Option<T> {
        if value.is_none() && !self.is_left_out(&format!("{table}.{key}")) {
            let hint = match variables::variable(&format!("{table}.{key}")) {
                Some(variable) => format!("set it in the file or with {variable}"),
                None => "set it".to_owned(),
            };
            self.mistake(table, format!("`{key}` is missing"), hint);
        }
        value
    }

    /// Returns `true` if a key, or one below it, could not be read.
    pub(super) fn is_left_out(&self, key: &str) -> bool {
        let mut left_out = self.left_out.iter();
        left_out.any(|left_out| {
            let rest = left_out.strip_prefix(key);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    pub(super) fn name(&mut self, table: &str, key: &str, name: Option<&str>) -> Option<String> {
        let name = self.required(table, key, name)?;
        if !is_name(name) {
            let message = format!("`{name}` is not a valid `{key}`");
            self.mistake(&format!("{table}.{key}"), message, name_rule());
        }
        Some(name.to_owned())
    }

    pub(super) fn duration(&mut self, key: &str, text: &str) -> Option<Duration> {
        match humantime::parse_duration(text) {
            Ok(duration) => Some(duration),
            Err(error) => {
                let message = format!("`{text}` is not a duration: {error}");
                self.mistake(
                    key,
                    message,
                    "write a duration such as 60s, 15m, 12h or 30d",
                );
                None
            }
        }
    }

    /// Resolves a path: relative to the file, or to the working directory if a variable set it.
    pub(super) fn path(&self, key: &str, path: &Path) -> PathBuf {
        if self.set.contains(&key) {
            path.to_owned()
        } else {
            self.folder.join(path)
        }
    }

    pub(super) fn mistake(
        &mut self,
        key: &str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.mistakes.push(Mistake::new(key, message).hint(hint));
    }
}

pub(super) fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=MAX_NAME).contains(&text.len()) && text.chars().all(allowed)
}

pub(super) fn name_rule() -> String {
    format!("use 1 to {MAX_NAME} letters, digits, `-` and `_`")
}
