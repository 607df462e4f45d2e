//! The log of `serve`, whose level can change while it runs.

use std::io::{self, IsTerminal};

use ons_mqtt_server::config::LogFormat;
use tracing::Level;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, Registry, fmt, reload};

/// Running log; cheap to clone.
#[derive(Clone)]
pub(crate) struct Log {
    /// Level that `--verbose` asks for, which overrides that of the configuration.
    asked: Option<Level>,
    level: reload::Handle<LevelFilter, Registry>,
}

impl Log {
    /// Begins to write the log to standard error; `asked` is the level that `--verbose` asks for.
    pub(crate) fn start(level: Level, format: LogFormat, asked: Option<Level>) -> Self {
        let filter = LevelFilter::from_level(asked.unwrap_or(level));
        let (filter, handle) = reload::Layer::new(filter);
        let lines = fmt::layer()
            .with_writer(io::stderr)
            .with_ansi(io::stderr().is_terminal())
            // Otherwise it panics if standard error is closed.
            .log_internal_errors(false);
        let lines = match format {
            LogFormat::Text => lines.boxed(),
            LogFormat::Json => lines
                .json()
                .flatten_event(true)
                .with_span_list(false)
                .boxed(),
        };
        let subscriber = Registry::default().with(filter).with(lines);
        // `init` would also print what libraries log through the crate `log`. This fails only if
        // there is a log already.
        let _ = tracing::subscriber::set_global_default(subscriber);
        Self {
            asked,
            level: handle,
        }
    }

    /// Changes the level, unless `--verbose` decides.
    pub(crate) fn set_level(&self, level: Level) {
        if self.asked.is_none() {
            // Fails only if there is no log any more.
            let _ = self.level.reload(LevelFilter::from_level(level));
        }
    }
}
