//! `cargo xtask kept`: shows that what is acknowledged is on disk.

mod client;
mod disk;
mod load;
mod power;
mod sync;
mod trace;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::error::Error;
use crate::prepare;
use crate::service::{INSTANCE, Service, Settings};
use trace::Call;

/// Show that messages are on disk before they are acknowledged.
///
/// Runs the service under strace while messages for kept sessions and retained ones are published,
/// and checks that each acknowledgement was sent after the journal was synced. Then it takes the
/// power away at random moments: it writes the files as they were, without what was not synced, starts the
/// service on them, and checks that every acknowledged message is there.
///
/// strace is installed if it is missing, which requires root.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Number of messages.
    #[arg(long, default_value_t = 9_000)]
    messages: u64,
    /// Number of moments at which power is lost.
    #[arg(long, default_value_t = 200)]
    points: u64,
    /// First of the numbers that moments are made of.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What was recorded, and on which files.
struct Record {
    calls: Vec<Call>,
    /// Data directory, as it was when recording began.
    data_dir: PathBuf,
    /// Folder of kept messages, which was not there then.
    kept: PathBuf,
}

/// Runs the chore.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    prepare::strace()?;
    let binary = prepare::ons_mqtt()?;
    let folder = tempfile::tempdir().map_err(Error::io("a folder for the chore"))?;
    let record = prepare::timed("recorded", || {
        record(&binary, folder.path(), arguments.messages)
    })?;
    sync::check(&record)?;
    power::check(&binary, &record, arguments.points, arguments.seed)?;
    Ok(ExitCode::SUCCESS)
}

/// Runs the service under strace while messages are published.
fn record(binary: &Path, folder: &Path, messages: u64) -> Result<Record, Error> {
    // The group is in the database, which is not what is looked at here.
    let folder = folder
        .canonicalize()
        .map_err(Error::io("the folder of the chore"))?;
    let data_dir = folder.join("data");
    let settings = Settings {
        data_dir: Some(&data_dir),
        interval: "1h",
        ..Settings::default()
    };
    let service = Service::start(binary, &settings)?;
    service.call(&["group", "create", "GID_test"])?;
    service.stop()?;
    let kept = data_dir.join("kept");
    std::fs::remove_dir_all(&kept).map_err(Error::io("to remove what is kept"))?;

    let output = folder.join("trace").to_string_lossy().into_owned();
    let launcher: Vec<&str> = trace::STRACE.into_iter().chain([output.as_str()]).collect();
    let traced = Settings {
        launcher: &launcher,
        ..settings
    };
    let service = Service::start(binary, &traced)?;
    load::subscribe(&service.mqtt)?;
    load::publish(&service.mqtt, messages)?;
    service.stop()?;
    let calls = trace::read(output.as_ref())?;
    println!(
        "recorded {} system calls for instance {INSTANCE}",
        calls.len()
    );
    Ok(Record {
        calls,
        data_dir,
        kept,
    })
}
