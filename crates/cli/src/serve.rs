//! `serve`: runs the service on this machine.

use std::path::PathBuf;

use ons_mqtt_server::Server;
use ons_mqtt_server::config::{Config, ConfigError, unread_variables};
use pop_cli::failure::RuntimeError;
use pop_cli::screen;
use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::Level;

use crate::failure::Failure;
use crate::log::Log;
use crate::reload::reload_when_asked;
use crate::stop::run_until_asked;
use crate::{banner, default_instance};

/// Environment variable that `--data-dir` overrides.
const DATA_DIR: &str = "ONS_MQTT_DATA_DIR";

/// Environment variable for the endpoint of calls.
const ENDPOINT: &str = "ONS_MQTT_ENDPOINT";

/// Environment variable for the region of calls.
const REGION: &str = "ONS_MQTT_REGION";

/// Arguments of `serve`.
#[derive(Clone, clap::Args)]
pub(crate) struct Arguments {
    /// Configuration file (TOML); without it, one instance for this machine only.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Data directory; overrides the one in the configuration.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

impl Arguments {
    /// Reads the configuration.
    pub(crate) fn load(&self) -> Result<Config, ConfigError> {
        let data_dir = self.data_dir.as_ref();
        let variable = |name: &str| match data_dir {
            Some(path) if name == DATA_DIR => Some(path.clone().into_os_string()),
            _ => std::env::var_os(name),
        };
        Config::load(self.config.as_deref(), variable)
    }
}

/// Serves until the process is asked to stop.
///
/// `level` is that of the log which `--verbose` asks for.
pub(crate) fn serve(arguments: &Arguments, level: Option<Level>) -> Result<(), Failure> {
    let config = arguments.load()?;
    let log = Log::start(config.log.level, config.log.format, level);
    forbid_core_dumps();
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for warning in unread_variables(names, &[ENDPOINT, REGION, default_instance::VARIABLE]) {
        tracing::warn!("{warning}");
    }
    run_until_asked(|stop| run(arguments, &config, log, stop))
}

/// Forbids core dumps, which would contain the secrets of all access keys.
fn forbid_core_dumps() {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    if let Err(error) = setrlimit(Resource::Core, none) {
        tracing::warn!(%error, "core dumps cannot be forbidden; they would contain secrets");
    }
}

async fn run(
    arguments: &Arguments,
    config: &Config,
    log: Log,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let hangup = signal(SignalKind::hangup()).map_err(RuntimeError)?;
    let Some(server) = stop.run_until_cancelled(Server::start(config)).await else {
        return Ok(());
    };
    let server = server?;
    let file = arguments.config.as_deref();
    screen::print(&banner::text(file, config, &server))?;
    let again = arguments.clone();
    let load = move || again.load();
    let reloading = tokio::spawn(reload_when_asked(hangup, load, server.reloader(), log));
    let stopped = server.run(stop).await;
    reloading.abort();
    stopped?;
    // The terminal may be gone by now, which is no failure of the service.
    let _ = screen::print("stopped: counts written, devices disconnected, requests answered");
    Ok(())
}
