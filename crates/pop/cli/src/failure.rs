//! Errors of a command line: messages for people, exit codes for scripts.

use std::io;
use std::process::ExitCode;

use pop_client::{BuildError, EndpointError, Error, Problem};
use pop_docs::Reference;
use pop_rpc::error::Code;
use pop_rpc::format::BodyError;

use crate::explain::{self, Language, UnknownPage};
use crate::mcp::McpError;
use crate::screen::{complain, harmless};

/// Exit codes, as `--help` lists them.
pub const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 the service answered with an error or cannot run, 2 wrong
usage, 3 no credentials or no endpoint, 4 no answer, 5 too many calls.";

/// The operating system refuses to start a thread or to wait for the network.
#[derive(Debug, thiserror::Error)]
#[error("cannot start: {0}")]
pub struct RuntimeError(#[source] pub io::Error);

/// Reason why a command failed; `C` is the product's error codes.
#[derive(Debug, thiserror::Error)]
pub enum Failure<C: Code> {
    /// The call failed.
    #[error(transparent)]
    Call(#[from] Error<C>),
    /// A client cannot be built from the options.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The response cannot be shown in the requested format.
    #[error("the response cannot be shown: {0}")]
    Show(#[from] BodyError),
    /// Standard output cannot be written.
    #[error("cannot write the output: {0}")]
    Print(#[from] io::Error),
    /// The operating system refuses to start a thread or to wait for the network.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// The reference has no page of the requested name.
    #[error(transparent)]
    Page(#[from] UnknownPage),
    /// The tools cannot be served.
    #[error(transparent)]
    Mcp(#[from] McpError),
}

impl<C: Code> Failure<C> {
    /// Prints the failure on standard error and returns the exit code.
    pub fn report(&self, reference: &Reference) -> ExitCode {
        complain(&format!("error: {}", harmless(&self.to_string())));
        if let Some(hint) = self.hint(reference) {
            complain(&format!("help: {}", harmless(&hint)));
        }
        ExitCode::from(self.exit_code())
    }

    /// Returns what to do about the failure, on one line, unless its message says so.
    fn hint(&self, reference: &Reference) -> Option<String> {
        let Self::Call(error) = self else {
            return match self {
                Self::Page(UnknownPage { near: None, .. }) => {
                    Some("`explain` without a name lists all names".to_owned())
                }
                _ => None,
            };
        };
        match error.problem() {
            Problem::Service { code, .. } => {
                let code = code.to_string();
                let remedy = explain::remedy(&code, reference, Language::En)?;
                Some(format!("{remedy} See also: explain {code}"))
            }
            Problem::Body { body, .. } => Some(format!("the body begins with: {}", start(body))),
            _ => None,
        }
    }

    /// Returns one of the [`EXIT_CODES`].
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
            Self::Show(_) | Self::Print(_) | Self::Mcp(_) => 1,
        }
    }
}

/// Returns the beginning of a body, on one line.
fn start(body: &str) -> String {
    const SHOWN: usize = 200;
    let words: Vec<&str> = body.split_whitespace().collect();
    let line = words.join(" ");
    let shown: String = line.chars().take(SHOWN).collect();
    if shown.len() < line.len() {
        format!("{shown}… ({} bytes in total)", body.len())
    } else {
        shown
    }
}
