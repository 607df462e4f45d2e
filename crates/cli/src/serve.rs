//! `serve`: runs the service on this machine.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use ons_mqtt_client::credentials::environment;
use ons_mqtt_server::Server;
use ons_mqtt_server::config::{AccessKey, Config, ConfigError, unread_variables};
use pop_cli::failure::RuntimeError;
use pop_cli::screen;
use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::Level;

use crate::failure::Failure;
use crate::log::Log;
use crate::reload::reload_when_asked;
use crate::stop::stop_when_asked;

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
    fn load(&self) -> Result<Config, ConfigError> {
        let data_dir = self.data_dir.as_ref();
        let variable = |name: &str| match data_dir {
            Some(path) if name == DATA_DIR => Some(path.to_string_lossy().into_owned()),
            _ => std::env::var(name).ok(),
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
    for warning in unread_variables(names, &[ENDPOINT, REGION]) {
        tracing::warn!("{warning}");
    }
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(RuntimeError)?
        .block_on(run(arguments, &config, log))
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

async fn run(arguments: &Arguments, config: &Config, log: Log) -> Result<(), Failure> {
    let stop = CancellationToken::new();
    let hangup = signal(SignalKind::hangup()).map_err(RuntimeError)?;
    let asked = stop_when_asked(stop.clone()).map_err(RuntimeError)?;
    let Some(server) = stop.run_until_cancelled(Server::start(config)).await else {
        asked.abort();
        return Ok(());
    };
    let server = server?;
    let file = arguments.config.as_deref();
    screen::print(&how_to_call(file, config, &server))?;
    let again = arguments.clone();
    let load = move || again.load();
    let reloading = tokio::spawn(reload_when_asked(hangup, load, server.reloader(), log));
    let stopped = server.run(stop).await;
    reloading.abort();
    asked.abort();
    stopped?;
    // The terminal may be gone by now, which is no failure of the service.
    let _ = screen::print("stopped: counts written, devices disconnected, requests answered");
    Ok(())
}

/// Returns addresses and instructions for callers and devices.
fn how_to_call(file: Option<&Path>, config: &Config, server: &Server) -> String {
    let api = match config.api_tls {
        Some(_) => format!("https://{}", server.api_address()),
        None => format!("http://{}", server.api_address()),
    };
    let mut text = format!("API   {api}\n");
    if config.console.enabled {
        text.push_str(&format!("Web   {api}{}\n", ons_mqtt_server::CONSOLE));
    }
    if let Some(admin) = server.admin_address() {
        text.push_str(&format!("Admin http://{admin}\n"));
    }
    for (instance, address) in server.mqtt_addresses() {
        text.push_str(&format!("MQTT  {address}  instance {instance}\n"));
    }
    text.push_str(&format!("Data  {}\n", absolute(&config.data_dir)));
    let Some(key) = config.access_keys.first() else {
        return text;
    };
    let instances = config.instances.iter();
    let Some(instance) = instances.clone().find(|instance| instance.owner == key.id) else {
        return text;
    };
    let option = if instance.independent_naming {
        format!(" --instance-id {}", instance.id)
    } else {
        String::new()
    };
    text.push_str(&format!(
        "\nTo call it from another shell:\n  export {}={}\n  export {}={}\n  \
         export {ENDPOINT}={api}\n  {} group create GID_test{option}\n\n\
         Then devices can connect:\n  client ID  GID_test@@@NAME\n  \
         user name  Signature|{}|{}\n  \
         password   base64 of HMAC-SHA1 of the client ID, with the secret as key",
        environment::ID,
        key.id,
        environment::SECRET,
        where_secret_is(file, key, config),
        program(),
        key.id,
        instance.id,
    ));
    text
}

/// Returns a shell expression that reads the secret, or a hint at where it is.
///
/// The secret itself is not printed, because terminals and logs keep it.
fn where_secret_is(file: Option<&Path>, key: &AccessKey, config: &Config) -> String {
    match (file, config.key_file()) {
        (None, path) if path.exists() => format!(
            "$(sed -n 's/^secret = \"\\(.*\\)\"$/\\1/p' {})",
            quoted(&absolute(&path))
        ),
        (Some(path), _) => format!("…  # the secret of {} in {}", key.id, path.display()),
        (None, _) => format!("…  # the secret of {}", key.id),
    }
}

/// Returns the command that started this program, in a form that works in any folder.
fn program() -> String {
    let name = std::env::args().next().unwrap_or_default();
    if name.contains('/') {
        quoted(&absolute(Path::new(&name)))
    } else {
        env!("CARGO_PKG_NAME").to_owned()
    }
}

fn absolute(path: &Path) -> String {
    let absolute = std::path::absolute(path);
    absolute.as_deref().unwrap_or(path).display().to_string()
}

/// Quotes a text as one word of a shell; only NUL cannot be quoted, which no path contains.
fn quoted(text: &str) -> String {
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), Cow::into_owned)
}
