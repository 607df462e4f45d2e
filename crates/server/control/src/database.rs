//! Location of the database.

use ons_mqtt_store::{Error, Store};
use pop_gateway::ExposeSecret;

use crate::config::Config;

/// Name of the SQLite file in the data directory.
pub(crate) const FILE: &str = "ons-mqtt.db";

/// Opens the database of a configuration.
///
/// # Errors
///
/// As of [`Store::open`].
pub(crate) async fn open(config: &Config) -> Result<Store, Error> {
    match &config.store {
        Some(url) => Store::open(url.expose_secret()).await,
        None => Store::open(&config.data_dir.join(FILE).to_string_lossy()).await,
    }
}
