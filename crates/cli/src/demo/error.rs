//! Errors of the demo.

use std::io;

/// Reason why the demo did not finish, or found wrong answers.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    #[error("cannot create or remove a temporary directory: {0}; set TMPDIR to use another place")]
    Directory(io::Error),
    #[error("the service has no instance or no access key")]
    Config,
    #[error("the service did not stop cleanly")]
    Service,
    #[error("timed out with {done} of {all} {what}{closed}")]
    Devices {
        what: &'static str,
        done: u64,
        all: u64,
        /// A device that lost its connection and the reason, or nothing.
        closed: String,
    },
    #[error(
        "{} of the answers {} not match what the devices did\n{}",
        .0.len(),
        if .0.len() == 1 { "does" } else { "do" },
        .0.join("\n")
    )]
    Wrong(Vec<String>),
    #[error("stopped before the end; all files are removed")]
    Interrupted,
}
