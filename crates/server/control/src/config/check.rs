//! Checks the values of a configuration file.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ons_mqtt_models::Region;
use pop_gateway::{CertificateFiles, ExposeSecret, IpNet};
use tracing::Level;

use crate::config::file::{self, File};
use crate::config::mistake::{Mistake, did_you_mean};
use crate::config::settings::{AccessKey, Config, Edition, Instance, Log, LogFormat, Stats, Tls};
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
    listen: Vec<(String, SocketAddr)>,
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
        let access_keys = self.access_keys(&file.access_key);
        let instances = self.instances(&file.instance, &file.access_key);
        Some(Config {
            data_dir: self.path("data_dir", &file.data_dir),
            store: file.store.clone(),
            api_listen: api_listen?,
            trusted_proxies,
            api_tls,
            admin_listen,
            log: log?,
            stats: stats?,
            queries_per_minute: file.limits.queries_per_minute,
            groups,
            history_rows,
            limits,
            access_keys,
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

    fn instances(
        &mut self,
        instances: &[file::Instance],
        keys: &[file::AccessKey],
    ) -> Vec<Instance> {
        if instances.is_empty() && !self.is_left_out(file::INSTANCE) {
            let hint = "add `[[instance]]` with `id`, `region` and `mqtt_listen`";
            self.mistake("", "no instance is configured", hint);
        }
        let mut checked: Vec<Instance> = Vec::new();
        for (index, instance) in instances.iter().enumerate() {
            let table = format!("{}.{index}", file::INSTANCE);
            let Some(instance) = self.instance(&table, instance, keys) else {
                continue;
            };
            if checked.iter().any(|other| other.id == instance.id) {
                let message = format!("the instance ID `{}` is used twice", instance.id);
                self.mistake(
                    &format!("{table}.id"),
                    message,
                    "rename or remove one of them",
                );
            }
            self.common_topics(&table, &instance, &checked);
            checked.push(instance);
        }
        checked
    }

    fn instance(
        &mut self,
        table: &str,
        instance: &file::Instance,
        keys: &[file::AccessKey],
    ) -> Option<Instance> {
        let id = self.name(table, "id", instance.id.as_deref());
        let region = self.region(table, instance.region.as_deref());
        let edition = self.edition(table, instance.edition.as_deref());
        let mqtt_listen = self.required(table, "mqtt_listen", instance.mqtt_listen.as_deref());
        let mqtt_listen =
            mqtt_listen.and_then(|text| self.address(&format!("{table}.mqtt_listen"), text));
        let websocket_listen = instance.websocket_listen.as_deref();
        let websocket_listen = websocket_listen
            .and_then(|text| self.address(&format!("{table}.websocket_listen"), text));
        let tls = instance.tls.as_ref();
        let tls = tls.and_then(|tls| self.tls(&format!("{table}.tls"), tls));
        for (index, topic) in instance.topics.iter().enumerate() {
            self.topic(&format!("{table}.topics"), index, topic);
        }
        let owner = self.owner(table, instance.owner.as_deref(), keys);
        Some(Instance {
            id: id?,
            region: region?,
            edition: edition?,
            independent_naming: instance.independent_naming.unwrap_or(true),
            mqtt_listen: mqtt_listen?,
            websocket_listen,
            tls,
            topics: instance.topics.clone(),
            owner: owner?,
        })
    }

    fn region(&mut self, table: &str, id: Option<&str>) -> Option<&'static Region> {
        let id = self.required(table, "region", id)?;
        let region = Region::find(id);
        if region.is_none() {
            let known: Vec<&str> = Region::ALL.iter().map(|region| region.id).collect();
            let hint = did_you_mean(id, &known);
            let message = format!("unknown region `{id}`");
            self.mistake(&format!("{table}.region"), message, hint);
        }
        region
    }

    fn edition(&mut self, table: &str, name: Option<&str>) -> Option<Edition> {
        let Some(name) = name else {
            return Some(Edition::default());
        };
        let edition = Edition::ALL.iter().find(|edition| edition.name() == name);
        if edition.is_none() {
            let hint = did_you_mean(name, &Edition::ALL.map(Edition::name));
            let message = format!("unknown edition `{name}`");
            self.mistake(&format!("{table}.edition"), message, hint);
        }
        edition.copied()
    }

    fn tls(&mut self, table: &str, tls: &file::Tls) -> Option<Tls> {
        let listen = self.required(table, "listen", tls.listen.as_deref());
        let listen = listen.and_then(|text| self.address(&format!("{table}.listen"), text));
        let websocket_listen = tls.websocket_listen.as_deref();
        let websocket_listen = websocket_listen
            .and_then(|text| self.address(&format!("{table}.websocket_listen"), text));
        let files = self.certificate(table, tls.certificate.as_deref(), tls.key.as_deref());
        let (listen, files) = (listen?, files?);
        Some(Tls {
            listen,
            websocket_listen,
            certificate: files.certificate,
            key: files.key,
        })
    }

    fn certificate(
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

    /// Reads the addresses and networks of trusted proxies.
    fn proxies(&mut self, proxies: &[String]) -> Vec<IpNet> {
        let mut networks = Vec::new();
        for (index, text) in proxies.iter().enumerate() {
            let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
            let Some(network) = text.parse().ok().or_else(address) else {
                let key = self.item("api.trusted_proxies", index);
                let message = format!("`{text}` is neither an IP address nor a network");
                self.mistake(&key, message, "write 10.0.0.1, 10.0.0.0/8 or fd00::/8");
                continue;
            };
            networks.push(network);
        }
        networks
    }

    /// Returns the key of an item of a list; a variable sets the whole list.
    fn item(&self, list: &str, index: usize) -> String {
        if self.set.contains(&list) {
            list.to_owned()
        } else {
            format!("{list}.{index}")
        }
    }

    /// Returns the owner of an instance: the first access key unless another one is named.
    fn owner(
        &mut self,
        table: &str,
        owner: Option<&str>,
        keys: &[file::AccessKey],
    ) -> Option<String> {
        let known: Vec<&str> = keys.iter().filter_map(|key| key.id.as_deref()).collect();
        let Some(owner) = owner else {
            return known.first().map(|id| (*id).to_owned());
        };
        let all_are_known = !self.is_left_out(file::ACCESS_KEY);
        if !known.contains(&owner) && all_are_known {
            let hint = did_you_mean(owner, &known);
            let message = format!("the owner `{owner}` is not the ID of an access key");
            self.mistake(&format!("{table}.owner"), message, hint);
        }
        Some(owner.to_owned())
    }

    fn topic(&mut self, list: &str, index: usize, topic: &str) {
        if !is_name(topic) {
            let key = self.item(list, index);
            let message = format!("`{topic}` is not a valid parent topic");
            self.mistake(&key, message, name_rule());
        }
    }

    /// Checks that instances without independent naming share no topic names, as with groups.
    fn common_topics(&mut self, table: &str, instance: &Instance, others: &[Instance]) {
        for topic in &instance.topics {
            let common = |other: &&Instance| {
                !other.independent_naming
                    && !instance.independent_naming
                    && other.topics.contains(topic)
            };
            if let Some(other) = others.iter().find(common) {
                let message = format!("the instance `{}` also has the topic `{topic}`", other.id);
                let hint =
                    "rename the topic, or set `independent_naming = true` in one of the instances";
                self.mistake(&format!("{table}.topics"), message, hint);
            }
        }
    }

    /// Checks that a value is present.
    fn required<T>(&mut self, table: &str, key: &str, value: Option<T>) -> Option<T> {
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
    fn is_left_out(&self, key: &str) -> bool {
        let mut left_out = self.left_out.iter();
        left_out.any(|left_out| {
            let rest = left_out.strip_prefix(key);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    fn name(&mut self, table: &str, key: &str, name: Option<&str>) -> Option<String> {
        let name = self.required(table, key, name)?;
        if !is_name(name) {
            let message = format!("`{name}` is not a valid `{key}`");
            self.mistake(&format!("{table}.{key}"), message, name_rule());
        }
        Some(name.to_owned())
    }

    /// Reads an address to listen on and checks that nothing else uses it.
    fn address(&mut self, key: &str, text: &str) -> Option<SocketAddr> {
        let address = match resolve(text) {
            Ok(address) => address,
            Err(message) => {
                let hint = "write an address such as 127.0.0.1:8080, [::1]:8080 or localhost:8080";
                self.mistake(key, message, hint);
                return None;
            }
        };
        let collides = |other: &&(String, SocketAddr)| collide(other.1, address);
        if let Some((other, _)) = self.listen.iter().find(collides) {
            let message = format!("{address} is already used by `{other}`");
            self.mistake(key, message, "use another port");
        }
        self.listen.push((key.to_owned(), address));
        Some(address)
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
    fn path(&self, key: &str, path: &Path) -> PathBuf {
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

/// Returns the address that a text is, or that its host name has: the first IPv4 address, because
/// devices and proxies that know only the name `localhost` expect that one.
fn resolve(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let port = text.rsplit_once(':').map(|(_, port)| port.parse::<u16>());
    if !matches!(port, Some(Ok(_))) {
        return Err(format!("`{text}` is not an address with a port"));
    }
    let addresses = text.to_socket_addrs();
    let addresses = addresses.map_err(|error| format!("cannot resolve `{text}`: {error}"))?;
    let addresses: Vec<SocketAddr> = addresses.collect();
    let ipv4 = addresses.iter().find(|address| address.is_ipv4());
    let address = ipv4.or(addresses.first()).copied();
    address.ok_or_else(|| format!("`{text}` has no address"))
}

/// Returns `true` if two listeners cannot both use their address. Port 0 never collides, as the
/// system then chooses a free port.
///
/// `[::]` listens for IPv4 too; `0.0.0.0` does not listen for IPv6.
fn collide(a: SocketAddr, b: SocketAddr) -> bool {
    let covers = |one: IpAddr, other: IpAddr| match one {
        IpAddr::V4(one) => one.is_unspecified() && other.is_ipv4(),
        IpAddr::V6(one) => one.is_unspecified(),
    };
    let (one, other) = (a.ip().to_canonical(), b.ip().to_canonical());
    let overlap = one == other || covers(one, other) || covers(other, one);
    a.port() == b.port() && a.port() != 0 && overlap
}

fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=MAX_NAME).contains(&text.len()) && text.chars().all(allowed)
}

fn name_rule() -> String {
    format!("use 1 to {MAX_NAME} letters, digits, `-` and `_`")
}
