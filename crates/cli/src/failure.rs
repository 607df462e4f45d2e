//! What went wrong, for people and for scripts.

use std::io;
use std::process::ExitCode;

use ons_mqtt_broker::Error as BrokerError;
use ons_mqtt_client::BuildError;
use ons_mqtt_server::config::ConfigError;
use ons_mqtt_server::{StartError, StopError};
use pop_cli::explain::UnknownPage;
use pop_cli::failure::RuntimeError;
use pop_cli::screen::{complain, harmless};
use pop_rpc::format::BodyError;

use crate::demo::error::DemoError;
use crate::generated;

/// Why nothing was done, or not all.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// What may happen to any command line.
    #[error(transparent)]
    Common(#[from] generated::Failure),
    /// The configuration of the service has mistakes.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The service cannot start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The service stopped, but not in order.
    #[error(transparent)]
    Stop(#[from] StopError),
    /// The demo did not come to its end, or was told something wrong.
    #[error(transparent)]
    Demo(#[from] DemoError),
}

impl Failure {
    /// Shows the failure on standard error and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        match self {
            Self::Common(failure) => return failure.report(ons_mqtt_docs::reference()),
            // Each of its mistakes begins with the word.
            Self::Config(ConfigError::Mistaken(report)) => complain(&harmless(&report.to_string())),
            failure => complain(&format!("error: {}", harmless(&failure.to_string()))),
        }
        if let Some(remedy) = self.remedy() {
            complain(&format!("help: {remedy}"));
        }
        // One of `pop_cli::failure::EXIT_CODES`.
        ExitCode::from(match self {
            Self::Config(_) => 2,
            _ => 1,
        })
    }

    /// What to do about a service that does not start, as far as the error itself does not say it.
    fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::Config(ConfigError::Unreadable { .. }) => {
                Some("without --config, an instance starts for this machine only")
            }
            Self::Start(StartError::Listen { .. }) => Some(
                "the API listens where `listen` of [api] or ONS_MQTT_API_LISTEN says; \
                 port 0 is any free one",
            ),
            Self::Start(StartError::Broker(BrokerError::Bind { .. })) => Some(
                "MQTT listens where `mqtt_listen` of [[instance]] or \
                 ONS_MQTT_INSTANCE_MQTT_LISTEN says; port 0 is any free one",
            ),
            _ => None,
        }
    }
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        Self::Common(error.into())
    }
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        Self::Common(error.into())
    }
}

impl From<UnknownPage> for Failure {
    fn from(error: UnknownPage) -> Self {
        Self::Common(error.into())
    }
}

impl From<RuntimeError> for Failure {
    fn from(error: RuntimeError) -> Self {
        Self::Common(error.into())
    }
}

/// Standard output takes nothing.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Common(error.into())
    }
}
