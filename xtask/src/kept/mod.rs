//! `cargo xtask kept`: shows that what is acknowledged is on disk.

mod client;
mod disk;
mod load;
mod power;
mod record;
mod sync;
mod trace;

use std::process::ExitCode;

use clap::value_parser;

use crate::error::Error;
use crate::prepare;

/// Show that messages are on disk before they are acknowledged.
///
/// Runs the service under strace while messages for kept sessions and retained ones are published,
/// and checks that each acknowledgement was sent after the journal was synced. Then it takes the
/// power away at random moments: it writes the files as they were, without what was not synced,
/// starts the service on them, and checks that every acknowledged message is there.
///
/// strace is installed if it is missing, which requires root.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Number of messages.
    #[arg(long, default_value_t = 9_000, value_parser = value_parser!(u64).range(1..))]
    messages: u64,
    /// Number of moments at which power is lost.
    #[arg(long, default_value_t = 200)]
    points: u64,
    /// Seed of the first moment; each further one has the next number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs the chore.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    prepare::strace()?;
    let binary = prepare::ons_mqtt()?;
    let folder = tempfile::tempdir().map_err(Error::io("a folder for the chore"))?;
    let record = prepare::timed("recorded", || {
        record::record(&binary, folder.path(), arguments.messages)
    })?;
    let fates = sync::fates(&record)?;
    sync::check(&record, &fates)?;
    let points = arguments.seed..arguments.seed + arguments.points;
    power::check(&binary, &record, &fates, points)?;
    Ok(ExitCode::SUCCESS)
}
