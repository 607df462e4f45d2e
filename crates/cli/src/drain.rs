//! `drain`: sends all devices of a running service away and stops it.

use std::time::Duration;

use ons_mqtt_server::drain;
use pop_cli::failure::RuntimeError;
use pop_cli::screen;

use crate::failure::Failure;
use crate::serve;

/// Arguments of `drain`.
#[derive(Clone, clap::Args)]
#[group(skip)]
pub(crate) struct Arguments {
    /// Time in which the devices are disconnected, a few at a time.
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    over: u32,
    #[command(flatten)]
    service: serve::Arguments,
}

/// Drains the running service.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let config = arguments.service.load()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(RuntimeError)?;
    let time = Duration::from_secs(arguments.over.into());
    let devices = runtime.block_on(drain(&config, time))?;
    screen::print(&format!("{devices} devices disconnected; the server stops"))?;
    Ok(())
}
