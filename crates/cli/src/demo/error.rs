//! Reasons why the demo fails.

use std::io;

/// Why the demo did not come to its end, or not to a good one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    #[error("cannot make or remove a temporary directory: {0}; TMPDIR names another place")]
    Directory(io::Error),
    #[error("the service has no instance or no access key")]
    Config,
    #[error("the service did not end as it should")]
    Service,
    #[error("{done} of {all} {what}, and no more in time{closed}")]
    Devices {
        what: &'static str,
        done: u64,
        all: u64,
        /// Why a device has no connection any more, if so.
        closed: String,
    },
    #[error(
        "{} of the answers {} not what the devices did\n{}",
        .0.len(),
        if .0.len() == 1 { "is" } else { "are" },
        .0.join("\n")
    )]
    Wrong(Vec<String>),
    #[error("stopped before the end; nothing is left behind")]
    Interrupted,
}
