//! Configuration: a TOML file, and environment variables, which override it.
//!
//! For example, `ONS_MQTT_STATS_INTERVAL` sets `stats.interval`. The variables of access keys and
//! instances, such as `ONS_MQTT_INSTANCE_TOPICS`, set the first one. Commas separate the items of a
//! list.

mod addresses;
mod check;
mod cluster;
mod file;
mod instances;
mod key_file;
mod limits;
mod load;
mod mistake;
mod notify;
mod recover;
mod report;
mod secrets;
mod settings;
mod variables;

pub(crate) use key_file::NAME as KEY_FILE;
pub use load::ConfigError;
pub(crate) use notify::webhook_key;
pub use report::ConfigMistakes;
pub use settings::{
    AccessKey, Cluster, Config, Console, Edition, Instance, Log, LogFormat, Notify, NotifyTopic,
    Receiver, Stats, Tls, Webhook,
};
pub use variables::unread_variables;
