//! What went wrong, for people and for scripts.

use std::io;
use std::process::ExitCode;

use ons_mqtt_broker::Error as BrokerError;
use ons_mqtt_client::{BuildError, EndpointError, Error, Problem};
use ons_mqtt_server::config::ConfigError;
use ons_mqtt_server::{StartError, StopError};
use pop_rpc::format::BodyError;

use crate::demo::DemoError;
use crate::explain;
use crate::screen::{complain, harmless};

/// Exit codes, for `--help`.
pub(crate) const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 the service answered with an error or cannot run, 2 wrong
usage, 3 no credentials or no endpoint, 4 no answer, 5 too many calls.";

/// Why nothing was done, or not all.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The call failed.
    #[error(transparent)]
    Call(#[from] Error),
    /// The options make no client.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The response cannot be shown in the form that was asked for.
    #[error("the response cannot be shown: {0}")]
    Show(#[from] BodyError),
    /// Standard output takes nothing.
    #[error("cannot write the output: {0}")]
    Print(#[from] io::Error),
    /// The operating system does not let the program wait for the network.
    #[error("cannot prepare the network: {0}")]
    Runtime(io::Error),
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
    /// The reference has no such page.
    #[error(
        "nothing is called `{name}`{}",
        .near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
    )]
    Page {
        /// What was asked for.
        name: String,
        /// The name of a page that is nearly the same.
        near: Option<&'static str>,
    },
}

impl Failure {
    /// Shows the failure on standard error and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        match self {
            // Each of its mistakes begins with the word.
            Self::Config(ConfigError::Mistaken(report)) => complain(&harmless(&report.to_string())),
            failure => complain(&format!("error: {}", harmless(&failure.to_string()))),
        }
        if let Self::Call(error) = self {
            report_details(error);
        }
        if let Some(remedy) = self.remedy() {
            complain(&format!("help: {remedy}"));
        }
        ExitCode::from(self.exit_code())
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

    /// One of [`EXIT_CODES`].
    fn exit_code(&self) -> u8 {
        match self {
            Self::Call(error) if error.is_throttled() => 5,
            Self::Call(error) => match error.problem() {
                Problem::Credentials(_) => 3,
                Problem::Transport(_) => 4,
                _ => 1,
            },
            Self::Build(BuildError::Endpoint(EndpointError::None)) => 3,
            Self::Build(BuildError::Endpoint(_)) | Self::Config(_) | Self::Page { .. } => 2,
            Self::Build(BuildError::Transport(_)) | Self::Runtime(_) => 4,
            Self::Start(_) | Self::Stop(_) => 1,
            Self::Demo(_) | Self::Show(_) | Self::Print(_) => 1,
        }
    }
}

/// What the reference knows of the error, or the body that could not be read.
fn report_details(error: &Error) {
    const SHOWN: usize = 1000;
    if let Some(code) = error.code()
        && let Some(text) = explain::error_code(&code.to_string())
    {
        complain(&format!("\n{text}"));
    }
    if let Some(body) = error.body() {
        let shown: String = body.chars().take(SHOWN).collect();
        complain(&format!("\n{}", harmless(&shown)));
        if shown.len() < body.len() {
            complain(&format!("… {} bytes in all", body.len()));
        }
    }
}
