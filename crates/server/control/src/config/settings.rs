//! The settings of the service, after their values were checked.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ons_mqtt_broker::Limits;
use ons_mqtt_models::Region;
use pop_gateway::{CertificateFiles, ExposeSecret, IpNet, SecretString};
use tracing::Level;

/// Configuration of the service.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Folder for the SQLite database, the created access key, and what is kept for devices.
    pub data_dir: PathBuf,
    /// URL of the database, which may contain a password. `None` for an SQLite file in the data
    /// directory.
    pub store: Option<SecretString>,
    /// Address of the API.
    pub api_listen: SocketAddr,
    /// Proxies whose header `X-Forwarded-For` tells the address of a caller.
    pub trusted_proxies: Vec<IpNet>,
    /// Certificate of the API, which speaks HTTPS if there is one.
    pub api_tls: Option<CertificateFiles>,
    /// Address of probes and metrics, if they have one of their own.
    pub admin_listen: Option<SocketAddr>,
    /// Web pages beside the API.
    pub console: Console,
    /// The log.
    pub log: Log,
    /// Sampling and metering.
    pub stats: Stats,
    /// Calls per minute for each access key, for each action that has a limit. 0 removes the limit;
    /// `None` keeps the limit of the API.
    pub queries_per_minute: Option<u32>,
    /// Largest number of groups of an access key, in all its instances.
    pub groups: usize,
    /// Rows per instance and day that count sub topics apart.
    pub history_rows: usize,
    /// Bounds on what each instance holds for its devices.
    pub limits: Limits,
    /// The node that the process is, if it is one of several.
    pub cluster: Option<Cluster>,
    /// Access keys, at least one.
    pub access_keys: Vec<AccessKey>,
    /// File with the only access key, which was created because none is configured.
    pub key_file: Option<PathBuf>,
    /// Instances, at least one.
    pub instances: Vec<Instance>,
}

/// Web pages beside the API.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Console {
    /// `true` if there are any.
    pub enabled: bool,
    /// Host names of the server beside its address and the loopback names.
    pub hosts: Vec<String>,
}

/// The log, which goes to standard error.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Log {
    /// Least important level that is logged.
    pub level: Level,
    /// Form of its lines.
    pub format: LogFormat,
}

/// Form of the lines of the log.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// A JSON object per line, for programs.
    Json,
}

/// Sampling and metering.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Stats {
    /// Time between two samples, from a second to a day.
    pub interval: Duration,
    /// Time for which samples and counts are kept.
    pub retention: Duration,
}

/// A node of a cluster.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Cluster {
    /// Name of the node.
    pub node: String,
    /// URLs of the servers of NATS, at least one, which may contain passwords.
    pub nats: Vec<SecretString>,
    /// PEM file with the certificates that their certificates are checked with, in place of those of the system.
    pub certificates: Option<PathBuf>,
    /// Copies that NATS keeps of everything.
    pub replicas: usize,
    /// Most bytes of all kept sessions and retained messages in NATS, in each copy.
    pub kept_bytes: usize,
}

impl Eq for Cluster {}

impl PartialEq for Cluster {
    fn eq(&self, other: &Self) -> bool {
        let urls = |cluster: &Self| -> Vec<String> {
            let urls = cluster.nats.iter();
            urls.map(|url| url.expose_secret().to_owned()).collect()
        };
        self.node == other.node
            && urls(self) == urls(other)
            && self.certificates == other.certificates
            && self.replicas == other.replicas
            && self.kept_bytes == other.kept_bytes
    }
}

/// Credentials of a caller of the API.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AccessKey {
    /// `AccessKeyId` of requests.
    pub id: String,
    /// Secret that signs requests, never empty.
    pub secret: SecretString,
}

/// An instance: a namespace with its own broker.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Instance {
    /// `InstanceId` of requests.
    pub id: String,
    /// Region of the instance.
    pub region: &'static Region,
    /// Edition, which decides on the available actions.
    pub edition: Edition,
    /// `true` if names of groups and topics must be unique in this instance only.
    pub independent_naming: bool,
    /// Address for MQTT over TCP.
    pub mqtt_listen: SocketAddr,
    /// Address for MQTT over WebSocket, if enabled.
    pub websocket_listen: Option<SocketAddr>,
    /// MQTT over TLS, if enabled.
    pub tls: Option<Tls>,
    /// Parent topics.
    pub topics: Vec<String>,
    /// ID of the access key that owns the instance.
    pub owner: String,
    /// Receivers of status notifications.
    pub notify: Vec<Notify>,
}

impl Instance {
    /// Returns the groups that anybody is told about.
    pub(crate) fn watched_groups(&self) -> HashSet<String> {
        let groups = self.notify.iter().flat_map(|notify| &notify.groups);
        groups.cloned().collect()
    }
}

/// A receiver of status notifications.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Notify {
    /// IDs of the groups whose devices it is told about, at least one, each once.
    pub groups: Vec<String>,
    /// The receiver.
    pub receiver: Receiver,
}

/// Way in which status notifications reach their receiver.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Receiver {
    /// In requests to an HTTP server.
    Webhook(Webhook),
    /// In messages of an MQTT topic.
    Topic(NotifyTopic),
}

/// An MQTT topic that only the service publishes to.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct NotifyTopic {
    /// Parent topic, which is not one of the instance.
    pub name: String,
    /// IDs of the groups whose devices may subscribe to it, at least one.
    pub readers: Vec<String>,
}

/// An HTTP server that is told about devices.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Webhook {
    /// URL, which may contain credentials.
    pub url: SecretString,
    /// Secrets that each request is signed with: one, or two while the receiver changes its secret.
    pub secrets: Vec<SecretString>,
}

impl Eq for Webhook {}

impl PartialEq for Webhook {
    fn eq(&self, other: &Self) -> bool {
        let texts = |webhook: &Self| {
            let all = [&webhook.url].into_iter().chain(&webhook.secrets);
            all.map(|text| text.expose_secret().to_owned())
                .collect::<Vec<_>>()
        };
        texts(self) == texts(other)
    }
}

/// MQTT over TLS.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Tls {
    /// Address for MQTT over TLS.
    pub listen: SocketAddr,
    /// Address for MQTT over WebSocket over TLS, if enabled.
    pub websocket_listen: Option<SocketAddr>,
    /// PEM file with the certificate and its chain up to the root.
    pub certificate: PathBuf,
    /// PEM file with the private key.
    pub key: PathBuf,
}

/// Edition of an instance.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Edition {
    /// Offers every action.
    #[default]
    Platinum,
    /// Offers all actions except those reserved for the platinum edition.
    Standard,
}

impl Edition {
    pub(super) const ALL: [Self; 2] = [Self::Platinum, Self::Standard];

    /// Name in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Platinum => "platinum",
            Self::Standard => "standard",
        }
    }
}
