//! Reads the configuration of `serve` again when the process gets SIGHUP.

use ons_mqtt_server::Reloader;
use ons_mqtt_server::config::{Config, ConfigError};
use pop_cli::screen::harmless;
use tokio::signal::unix::Signal;

use crate::log::Log;

/// Applies the configuration after each signal, until it is dropped. A closed terminal sends this
/// signal too, which then changes nothing.
pub(crate) async fn reload_when_asked(
    mut hangup: Signal,
    load: impl Fn() -> Result<Config, ConfigError>,
    reloader: Reloader,
    log: Log,
) {
    while hangup.recv().await.is_some() {
        let config = match load() {
            Ok(config) => config,
            Err(error) => {
                refused(&error);
                continue;
            }
        };
        let level = config.log.level;
        match reloader.reload(config).await {
            Ok(changes) => {
                log.set_level(level);
                for change in &changes {
                    tracing::info!("{change}");
                }
                tracing::info!(changes = changes.len(), "configuration read again");
            }
            Err(error) => refused(&error),
        }
    }
}

fn refused(error: &impl ToString) {
    let reason = error.to_string();
    tracing::error!(
        "the configuration is not applied, and the one before stays in force:\n{}",
        harmless(&reason)
    );
}
