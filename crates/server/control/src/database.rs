//! Location of the database.

use std::path::Path;

use ons_mqtt_store::{Error, Store};
use pop_gateway::ExposeSecret;

use crate::config::Config;
use crate::membership::Identity;

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
        None => text(&config.data_dir.join(FILE))?,
    };
    match node {
        None => Store::open(&location).await,
        Some(Identity { name, epoch }) => Store::open_as_node(&location, name, epoch).await,
    }
}

/// Returns a path as text, without changing which file it names.
fn text(path: &Path) -> Result<String, Error> {
    let text = path.to_str().map(str::to_owned);
    text.ok_or_else(|| Error::Open {
        location: path.display().to_string(),
        reason: "the path is not UTF-8".to_owned(),
        advice: "rename its folders, or set `data_dir`".to_owned(),
    })
}
