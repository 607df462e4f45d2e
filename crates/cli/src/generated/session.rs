// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Sends calls and shows their responses.

use pop_cli::options::Options;
use pop_cli::output::{self, Output};
use pop_cli::{dry_run, failure, screen};
use pop_rpc::Action;
use serde::de::DeserializeOwned;
use ons_mqtt_client::{Call, Client, ErrorCode};
use super::output::Shown;
use crate::titles;

/// Error of a subcommand.
pub(crate) type Failure = failure::Failure<ErrorCode>;

/// A client, and how to show the responses that it receives.
pub(crate) struct Session {
    pub(super) client: Client,
    output: Output,
    is_dry_run: bool,
}

impl Session {
    pub(crate) fn new(options: &Options) -> Result<Self, Failure> {
        Ok(Self {
            client: options.client().build()?,
            output: options.output(),
            is_dry_run: options.is_dry_run(),
        })
    }

    /// Sends a call and shows the response, or shows what would be sent.
    pub(super) async fn send<A>(&self, call: Call<A>) -> Result<(), Failure>
    where
        A: Action<Response: DeserializeOwned + Shown> + Send + Sync,
    {
        let text = match self.client.settings().filter(|_| self.is_dry_run) {
            Some(settings) => dry_run::show(settings, &call.sign().await?),
            None => {
                let response = call.send().await?;
                let facts = titles::translated(response.facts());
                output::show::<A>(self.output, &response, &facts)?
            }
        };
        Ok(screen::print(&text)?)
    }
}
