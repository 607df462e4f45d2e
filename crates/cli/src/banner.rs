//! Text that `serve` prints after its start: addresses, and commands for another shell.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use ons_mqtt_client::credentials::environment;
use ons_mqtt_server::config::{AccessKey, Config, Instance};
use ons_mqtt_server::{CONSOLE, Server};

use crate::default_instance;

/// Variable for the endpoint of calls, which the client reads.
const ENDPOINT: &str = "ONS_MQTT_ENDPOINT";

/// Device of the commands.
const DEVICE: &str = "GID_test@@@lamp";

/// Returns listeners, instances, topics, store, and instructions for callers and devices.
pub(crate) fn text(file: Option<&Path>, config: &Config, server: &Server) -> String {
    let api = url(config, server.api_address());
    let mut text = format!("API   {api}\n");
    if config.console.enabled {
        let _ = writeln!(text, "Web   {}", web(config, server));
    }
    if let Some(admin) = server.admin_address() {
        let _ = writeln!(text, "Admin http://{admin}");
    }
    for (id, scheme, address) in server.listeners() {
        let label = scheme.to_uppercase();
        let topics = match config.instances.iter().find(|instance| instance.id == id) {
            Some(instance) if scheme == "mqtt" => topics(instance),
            _ => String::new(),
        };
        let _ = writeln!(text, "{label:<5} {address}  instance {id}{topics}");
    }
    let store = match &config.store {
        Some(_) => "PostgreSQL",
        None => "SQLite, in the data directory",
    };
    let _ = writeln!(text, "Store {store}");
    let _ = writeln!(text, "Data  {}", absolute(&config.data_dir));
    text.push_str(&commands(file, config, server).unwrap_or_default());
    text
}

/// Returns the URL of the API at an address.
fn url(config: &Config, address: SocketAddr) -> String {
    let scheme = if config.api_tls.is_some() {
        "https"
    } else {
        "http"
    };
    format!("{scheme}://{address}")
}

/// Returns the address of the web pages; on this machine only, one that signs in once.
fn web(config: &Config, server: &Server) -> String {
    let url = url(config, for_browsers(server.api_address()));
    let key = config.access_keys.first();
    let is_loopback = server.api_address().ip().is_loopback();
    let key = key.filter(|_| is_loopback);
    match key.and_then(|key| server.sign_in_link(&key.id)) {
        Some(path) => format!("{url}{path}  (signs in once, within five minutes)"),
        None => format!("{url}{CONSOLE}"),
    }
}

/// Returns an address that browsers on this machine can open. They refuse `0.0.0.0` and `[::]`, which stand for all addresses.
fn for_browsers(address: SocketAddr) -> SocketAddr {
    match address.ip().is_unspecified() {
        true => (Ipv4Addr::LOCALHOST, address.port()).into(),
        false => address,
    }
}

fn topics(instance: &Instance) -> String {
    match instance.topics.as_slice() {
        [] => ", without topics".to_owned(),
        topics => format!(", topics: {}", topics.join(", ")),
    }
}

/// Returns commands for another shell, if there are a key and an instance for them.
fn commands(file: Option<&Path>, config: &Config, server: &Server) -> Option<String> {
    let key = config.access_keys.first()?;
    let mut instances = config.instances.iter();
    let instance = instances.find(|instance| instance.owner == key.id)?;
    let topic = instance.topics.first().map_or("TOPIC", String::as_str);
    let addresses = server.mqtt_addresses();
    let (_, broker) = addresses.iter().find(|(id, _)| *id == instance.id)?;
    let program = program();
    let (key_id, id) = (&key.id, &instance.id);
    let user_name = quoted(&format!("Signature|{key_id}|{id}"));
    Some(format!(
        "\nTo call it from another shell:\n  export {}={key_id}\n  export {}={}\n  \
         export {ENDPOINT}={}\n  export {}={id}\n  {program} group create GID_test\n  \
         mosquitto_pub -h {} -p {} -i {DEVICE} -t {} -q 1 -m hello -u {user_name} \\\n    \
         -P \"$({program} password {DEVICE})\"\n\n\
         Charts begin with the first finished interval, after {:?}.",
        environment::ID,
        environment::SECRET,
        where_secret_is(file, key, config),
        url(config, server.api_address()),
        default_instance::VARIABLE,
        broker.ip(),
        broker.port(),
        quoted(&format!("{topic}/lamp")),
        config.stats.interval,
    ))
}

/// Returns a shell expression that reads the secret, or a hint at where it is.
///
/// The secret itself is not printed, because terminals and logs keep it.
fn where_secret_is(file: Option<&Path>, key: &AccessKey, config: &Config) -> String {
    match (file, &config.key_file) {
        (_, Some(path)) => format!(
            "$(sed -n 's/^secret = \"\\(.*\\)\"$/\\1/p' {})",
            quoted(&absolute(path))
        ),
        (Some(path), None) => format!("…  # the secret of {} in {}", key.id, path.display()),
        (None, None) => format!("…  # the secret of {}", key.id),
    }
}

/// Returns the command that started this program, in a form that works in any folder.
fn program() -> String {
    let name = PathBuf::from(std::env::args_os().next().unwrap_or_default());
    if name.components().count() > 1 {
        quoted(&absolute(&name))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_an_address_that_they_can_open() {
        for (address, expected) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:8080", "127.0.0.1:8080"),
            ("[::1]:8080", "[::1]:8080"),
            ("192.0.2.1:80", "192.0.2.1:80"),
        ] {
            let found = for_browsers(address.parse().unwrap());
            assert_eq!(found.to_string(), expected, "{address}");
        }
    }
}
