//! From a file that can be read to a configuration that makes sense.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ons_mqtt_models::Region;
use pop_gateway::ExposeSecret;

use super::file::{self, File};
use super::report::{Mistake, did_you_mean};
use super::{AccessKey, Config, Edition, Instance, Stats, Tls};

/// The shortest time between two samples.
const LEAST_INTERVAL: Duration = Duration::from_secs(1);

/// The longest, as a chart shows no more than a day.
const GREATEST_INTERVAL: Duration = Duration::from_secs(24 * 60 * 60);

/// Characters of the longest ID or topic.
const LONGEST_NAME: usize = 64;

/// Collects mistakes while a file is read.
pub(super) struct Check<'a> {
    /// Where paths of the file start from.
    folder: &'a Path,
    /// Places that a variable has set.
    set: &'a [&'a str],
    mistakes: Vec<Mistake>,
    /// Addresses so far, each with its place.
    listen: Vec<(String, SocketAddr)>,
}

impl<'a> Check<'a> {
    /// Checks a file whose relative paths start from `folder`.
    pub(super) fn run(
        file: &File,
        folder: &'a Path,
        set: &'a [&'a str],
    ) -> Result<Config, Vec<Mistake>> {
        let mut check = Self {
            folder,
            set,
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
        let stats = self.stats(&file.stats);
        let access_keys = self.access_keys(&file.access_key);
        let instances = self.instances(&file.instance, &file.access_key);
        Some(Config {
            data_dir: self.path("data_dir", &file.data_dir),
            store: file.store.clone(),
            api_listen: api_listen?,
            stats: stats?,
            queries_per_minute: file.limits.queries_per_minute,
            access_keys,
            instances,
        })
    }

    fn stats(&mut self, stats: &file::Stats) -> Option<Stats> {
        let interval = self.duration("stats.interval", &stats.interval);
        let retention = self.duration("stats.retention", &stats.retention);
        let (interval, retention) = (interval?, retention?);
        if interval < LEAST_INTERVAL {
            self.mistake("stats.interval", "shorter than a second", "take 1s or more");
        }
        if interval > GREATEST_INTERVAL {
            self.mistake("stats.interval", "longer than a day", "take 1d or less");
        }
        if retention < interval {
            let message = "shorter than `stats.interval`, so that nothing would be kept";
            self.mistake("stats.retention", message, "take a longer time");
        }
        Some(Stats {
            interval,
            retention,
        })
    }

    fn access_keys(&mut self, keys: &[file::AccessKey]) -> Vec<AccessKey> {
        if keys.is_empty() {
            let hint = "add `[[access_key]]` with `id` and `secret`";
            self.mistake("", "no access key", hint);
        }
        let mut checked: Vec<AccessKey> = Vec::new();
        for (index, key) in keys.iter().enumerate() {
            let place = format!("access_key.{index}");
            let id = self.name(&place, "id", key.id.as_deref());
            let secret = self.required(&place, "secret", key.secret.clone());
            if secret
                .as_ref()
                .is_some_and(|secret| secret.expose_secret().is_empty())
            {
                let place = format!("{place}.secret");
                self.mistake(&place, "the secret is empty", "take a long random text");
            }
            let (Some(id), Some(secret)) = (id, secret) else {
                continue;
            };
            if checked.iter().any(|other| other.id == id) {
                let message = format!("there are two access keys `{id}`");
                self.mistake(&format!("{place}.id"), message, "rename or remove one");
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
        if instances.is_empty() {
            let hint = "add `[[instance]]` with `id`, `region` and `mqtt_listen`";
            self.mistake("", "no instance", hint);
        }
        let mut checked: Vec<Instance> = Vec::new();
        for (index, instance) in instances.iter().enumerate() {
            let place = format!("{}.{index}", file::INSTANCE);
            let Some(instance) = self.instance(&place, instance, keys) else {
                continue;
            };
            if checked.iter().any(|other| other.id == instance.id) {
                let message = format!("there are two instances `{}`", instance.id);
                self.mistake(&format!("{place}.id"), message, "rename or remove one");
            }
            self.common_topics(&place, &instance, &checked);
            checked.push(instance);
        }
        checked
    }

    fn instance(
        &mut self,
        place: &str,
        instance: &file::Instance,
        keys: &[file::AccessKey],
    ) -> Option<Instance> {
        let id = self.name(place, "id", instance.id.as_deref());
        let region = self.region(place, instance.region.as_deref());
        let edition = self.edition(place, instance.edition.as_deref());
        let mqtt_listen = self.required(place, "mqtt_listen", instance.mqtt_listen.as_deref());
        let mqtt_listen =
            mqtt_listen.and_then(|text| self.address(&format!("{place}.mqtt_listen"), text));
        let websocket_listen = instance.websocket_listen.as_deref();
        let websocket_listen = websocket_listen
            .and_then(|text| self.address(&format!("{place}.websocket_listen"), text));
        let tls = instance.tls.as_ref();
        let tls = tls.and_then(|tls| self.tls(&format!("{place}.tls"), tls));
        for (index, topic) in instance.topics.iter().enumerate() {
            self.topic(&format!("{place}.topics"), index, topic);
        }
        let owner = self.owner(place, instance.owner.as_deref(), keys);
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

    fn region(&mut self, place: &str, id: Option<&str>) -> Option<&'static Region> {
        let id = self.required(place, "region", id)?;
        let region = Region::find(id);
        if region.is_none() {
            let known: Vec<&str> = Region::ALL.iter().map(|region| region.id).collect();
            let hint = did_you_mean(id, &known);
            let message = format!("there is no region `{id}`");
            self.mistake(&format!("{place}.region"), message, hint);
        }
        region
    }

    fn edition(&mut self, place: &str, name: Option<&str>) -> Option<Edition> {
        let Some(name) = name else {
            return Some(Edition::default());
        };
        let edition = Edition::ALL.iter().find(|edition| edition.name() == name);
        if edition.is_none() {
            let hint = did_you_mean(name, &Edition::ALL.map(Edition::name));
            let message = format!("there is no edition `{name}`");
            self.mistake(&format!("{place}.edition"), message, hint);
        }
        edition.copied()
    }

    fn tls(&mut self, place: &str, tls: &file::Tls) -> Option<Tls> {
        let listen = self.required(place, "listen", tls.listen.as_deref());
        let listen = listen.and_then(|text| self.address(&format!("{place}.listen"), text));
        let certificate = self.required(place, "certificate", tls.certificate.as_deref());
        let key = self.required(place, "key", tls.key.as_deref());
        Some(Tls {
            listen: listen?,
            certificate: self.path(&format!("{place}.certificate"), certificate?),
            key: self.path(&format!("{place}.key"), key?),
        })
    }

    /// The owner of an instance: the first access key, unless another is named.
    fn owner(
        &mut self,
        place: &str,
        owner: Option<&str>,
        keys: &[file::AccessKey],
    ) -> Option<String> {
        let known: Vec<&str> = keys.iter().filter_map(|key| key.id.as_deref()).collect();
        let Some(owner) = owner else {
            return known.first().map(|id| (*id).to_owned());
        };
        if !known.contains(&owner) {
            let hint = did_you_mean(owner, &known);
            let message = format!("the owner `{owner}` is no access key");
            self.mistake(&format!("{place}.owner"), message, hint);
        }
        Some(owner.to_owned())
    }

    fn topic(&mut self, place: &str, index: usize, topic: &str) {
        if !is_name(topic) {
            // A variable sets the whole list.
            let place = match self.set.contains(&place) {
                true => place.to_owned(),
                false => format!("{place}.{index}"),
            };
            let message = format!("`{topic}` is not the first level of a topic");
            self.mistake(&place, message, name_rule());
        }
    }

    /// Without independent naming, the names of topics have to differ as those of groups do.
    fn common_topics(&mut self, place: &str, instance: &Instance, others: &[Instance]) {
        for topic in &instance.topics {
            let common = |other: &&Instance| {
                !other.independent_naming
                    && !instance.independent_naming
                    && other.topics.contains(topic)
            };
            if let Some(other) = others.iter().find(common) {
                let message = format!("instance `{}` has the topic `{topic}` too", other.id);
                let hint = "rename one, or give one of them `independent_naming = true`";
                self.mistake(&format!("{place}.topics"), message, hint);
            }
        }
    }

    /// A value that has to be there.
    fn required<T>(&mut self, place: &str, key: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            let hint = match super::variables::variable(&format!("{place}.{key}")) {
                Some(variable) => format!("set it in the file or by {variable}"),
                None => "set it".to_owned(),
            };
            self.mistake(place, format!("`{key}` is missing"), hint);
        }
        value
    }

    fn name(&mut self, place: &str, key: &str, name: Option<&str>) -> Option<String> {
        let name = self.required(place, key, name)?;
        if !is_name(name) {
            let message = format!("`{name}` is no `{key}`");
            self.mistake(&format!("{place}.{key}"), message, name_rule());
        }
        Some(name.to_owned())
    }

    /// An address to listen at, which nothing else does.
    fn address(&mut self, place: &str, text: &str) -> Option<SocketAddr> {
        let Ok(address) = text.parse::<SocketAddr>() else {
            let message = format!("`{text}` is no address with a port");
            self.mistake(place, message, "write it like 127.0.0.1:8080 or [::1]:8080");
            return None;
        };
        let same = |other: &&(String, SocketAddr)| same(other.1, address);
        if let Some((other, _)) = self.listen.iter().find(same) {
            let message = format!("{address} is taken by `{other}`");
            self.mistake(place, message, "take another port");
        }
        self.listen.push((place.to_owned(), address));
        Some(address)
    }

    fn duration(&mut self, place: &str, text: &str) -> Option<Duration> {
        match humantime::parse_duration(text) {
            Ok(duration) => Some(duration),
            Err(error) => {
                let message = format!("`{text}` is no length of time: {error}");
                self.mistake(place, message, "write it like 60s, 15m, 12h or 30d");
                None
            }
        }
    }

    /// A path: in the file, relative to the file; in a variable, to the working directory.
    fn path(&self, place: &str, path: &Path) -> PathBuf {
        match self.set.contains(&place) {
            true => path.to_owned(),
            false => self.folder.join(path),
        }
    }

    fn mistake(&mut self, place: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.mistakes.push(Mistake::new(place, message).hint(hint));
    }
}

/// Whether two listeners cannot both have their address; any number may ask for a free port.
fn same(a: SocketAddr, b: SocketAddr) -> bool {
    let everywhere = a.ip().is_unspecified() || b.ip().is_unspecified();
    a.port() == b.port() && a.port() != 0 && (a.ip() == b.ip() || everywhere)
}

fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=LONGEST_NAME).contains(&text.len()) && text.chars().all(allowed)
}

fn name_rule() -> String {
    format!("take 1 to {LONGEST_NAME} letters, digits, `-` and `_`")
}
