//! What went wrong, for people and for scripts.

use std::io;
use std::process::ExitCode;

use pop_client::{BuildError, EndpointError, Error, Problem};
use pop_docs::Reference;
use pop_rpc::error::Code;
use pop_rpc::format::BodyError;

use crate::explain::{self, UnknownPage};
use crate::screen::{complain, harmless};

/// Exit codes, for `--help`.
pub const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 the service answered with an error or cannot run, 2 wrong
usage, 3 no credentials or no endpoint, 4 no answer, 5 too many calls.";

/// The operating system does not let the program start a thread, or wait for the network.
#[derive(Debug, thiserror::Error)]
#[error("cannot start: {0}")]
pub struct RuntimeError(#[source] pub io::Error);

/// Why nothing was done, or not all; `C` are the error codes of the product.
#[derive(Debug, thiserror::Error)]
pub enum Failure<C: Code> {
    /// The call failed.
    #[error(transparent)]
    Call(#[from] Error<C>),
    /// The options make no client.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The response cannot be shown in the form that was asked for.
    #[error("the response cannot be shown: {0}")]
    Show(#[from] BodyError),
    /// Standard output takes nothing.
    #[error("cannot write the output: {0}")]
    Print(#[from] io::Error),
    /// The operating system does not let the program start a thread, or wait for the network.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// The reference has no such page.
    #[error(transparent)]
    Page(#[from] UnknownPage),
}

impl<C: Code> Failure<C> {
    /// Shows the failure on standard error and gives the exit code.
    pub fn report(&self, reference: &Reference) -> ExitCode {
        complain(&format!("error: {}", harmless(&self.to_string())));
        if let Self::Call(error) = self {
            report_details(error, reference);
        }
        ExitCode::from(self.exit_code())
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
            Self::Build(BuildError::Endpoint(_)) | Self::Page(_) => 2,
            Self::Build(BuildError::Transport(_)) | Self::Runtime(_) => 4,
            Self::Show(_) | Self::Print(_) => 1,
        }
    }
}

/// What the reference knows of the error, or the body that could not be read.
fn report_details<C: Code>(error: &Error<C>, reference: &Reference) {
    const SHOWN: usize = 1000;
    if let Some(code) = error.code()
        && let Some(text) = explain::error_code(&code.to_string(), reference)
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
