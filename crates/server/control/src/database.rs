//! Location of the database.

use ons_mqtt_store::{Error, Store};
use pop_gateway::ExposeSecret;

use crate::config::Config;
use crate::node::Identity;

/// Name of the SQLite file in the data directory.
pub(crate) const FILE: &str = "ons-mqtt.db";

/// Opens the database of a configuration, as a node together with others.
///
/// # Errors
///
/// As of [`Store::open`] and [`Store::open_as_node`].
pub(crate) async fn open(config: &Config, node: Option<Identity<'_>>) -> Result<Store, Error> {
    let location = match &config.store {
        Some(url) => url.expose_secret().to_owned(),
        None => config.data_dir.join(FILE).to_string_lossy().into_owned(),
    };
    match node {
        None => Store::open(&location).await,
        Some(Identity { name, epoch }) => Store::open_as_node(&location, name, epoch).await,
    }
}
