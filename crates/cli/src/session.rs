//! Calls, and what becomes of their responses.

use ons_mqtt_client::{Call, Client};
use pop_rpc::Action;
use serde::de::DeserializeOwned;

use crate::arguments::{Options, Output};
use crate::dry_run;
use crate::failure::Failure;
use crate::output::{self, Shown};
use crate::screen;

/// A client, and what to do with what it gets.
pub(crate) struct Session {
    pub(crate) client: Client,
    output: Output,
    dry_run: bool,
}

impl Session {
    pub(crate) fn new(options: &Options) -> Result<Self, Failure> {
        Ok(Self {
            client: options.client().build()?,
            output: options.output(),
            dry_run: options.dry_run,
        })
    }

    /// Sends a call and shows the response, or shows what would be sent.
    pub(crate) async fn send<A>(&self, call: Call<A>) -> Result<(), Failure>
    where
        A: Action<Response: DeserializeOwned + Shown> + Send + Sync,
    {
        let text = match self.client.settings().filter(|_| self.dry_run) {
            Some(settings) => dry_run::show(settings, &call.sign().await?),
            None => output::show::<A>(self.output, &call.send().await?)?,
        };
        Ok(screen::print(&text)?)
    }
}

/// Optional parameters that may have been given.
pub(crate) trait Given: Sized {
    /// Sets a parameter if there is a value for it.
    fn given<T>(self, value: Option<T>, set: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            Some(value) => set(self, value),
            None => self,
        }
    }
}

impl<A: Action> Given for Call<A> {}
