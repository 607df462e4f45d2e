//! `password`: prints the password of a device.

use ons_mqtt_broker::{check_client_id, device_password};
use ons_mqtt_client::ProvideCredentials as _;
use ons_mqtt_server::SecretString;
use pop_cli::options::Options;
use pop_cli::screen;

use crate::failure::Failure;

/// Arguments of `password`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Client ID of the device, such as `GID_test@@@lamp`.
    client_id: String,
}

/// Prints the password that goes with a client ID and the access key.
pub(crate) fn print(arguments: &Arguments, options: &Options) -> Result<(), Failure> {
    let client_id = &arguments.client_id;
    check_client_id(client_id).map_err(|error| Failure::ClientId(error.to_string()))?;
    let source = options.credentials()?;
    let key = pop_cli::wait(async { source.credentials().await.map_err(Failure::Credentials) })?;
    let secret = SecretString::from(key.access_key_secret());
    Ok(screen::print(&device_password(&secret, client_id))?)
}
