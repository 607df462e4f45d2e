//! Failures of local subcommands, for people and for scripts.

use std::io;
use std::process::ExitCode;

use ons_mqtt_broker::Error as BrokerError;
use ons_mqtt_client::BuildError;
use ons_mqtt_client::credentials::CredentialsError;
use ons_mqtt_server::config::ConfigError;
use ons_mqtt_server::{AskError, BackupError, StartError, StopError};
use pop_cli::failure::RuntimeError;
use pop_cli::screen::{complain, harmless};
use pop_rpc::format::BodyError;

use crate::demo::error::DemoError;
use crate::generated;

/// Failure of a local subcommand.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A failure that any command line can have.
    #[error(transparent)]
    Common(#[from] generated::Failure),
    /// The configuration of the service has mistakes.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The service cannot start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The service did not shut down cleanly.
    #[error(transparent)]
    Stop(#[from] StopError),
    /// There is no backup.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// A running service did not answer.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The demo failed, was interrupted, or got a wrong answer.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// The client ID breaks a rule.
    #[error("the client ID is wrong: {0}")]
    ClientId(String),
    /// There is no access key.
    #[error(transparent)]
    Credentials(CredentialsError),
    /// The device that was examined would be refused.
    #[error("the device would be refused")]
    Refused,
}

impl Failure {
    /// Reports the failure on standard error and returns the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        match self {
            Self::Common(failure) => return failure.report(ons_mqtt_docs::reference()),
            // Each mistake in the report already begins with `error`.
            Self::Config(ConfigError::Mistaken(report)) => complain(&harmless(&report.to_string())),
            failure => complain(&format!("error: {}", harmless(&failure.to_string()))),
        }
        if let Some(remedy) = self.remedy() {
            complain(&format!("help: {remedy}"));
        }
        // One of `pop_cli::failure::EXIT_CODES`.
        ExitCode::from(match self {
            Self::Config(_) | Self::ClientId(_) => 2,
            Self::Credentials(_) => 3,
            _ => 1,
        })
    }

    /// Advice for a service that does not start, unless the error itself contains it.
    fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::Config(ConfigError::Unreadable { .. }) => {
                Some("without --config, the service starts one instance for this machine only")
            }
            Self::Start(StartError::Listen { .. }) => Some(
                "set another address in `listen` of [api] or in ONS_MQTT_API_LISTEN; \
                 port 0 picks any free port",
            ),
            Self::Start(StartError::Broker(BrokerError::Bind { .. })) => Some(
                "set another address in `mqtt_listen` of [[instance]] or in \
                 ONS_MQTT_INSTANCE_MQTT_LISTEN; port 0 picks any free port",
            ),
            Self::ClientId(_) => Some("a client ID is GID@@@DeviceId, such as GID_test@@@lamp"),
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

impl From<RuntimeError> for Failure {
    fn from(error: RuntimeError) -> Self {
        Self::Common(error.into())
    }
}

/// Standard output cannot be written.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Common(error.into())
    }
}
