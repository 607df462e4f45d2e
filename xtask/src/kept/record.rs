//! A run of the service under strace, recorded.

use std::path::{Path, PathBuf};

use super::load;
use super::trace::{self, Call};
use crate::error::Error;
use crate::service::{INSTANCE, Service, Settings};

/// A recorded run, and the files that it wrote.
pub(super) struct Record {
    pub(super) calls: Vec<Call>,
    /// Data directory, as it was when recording began.
    pub(super) data_dir: PathBuf,
    /// Folder of kept messages, which was not there then.
    pub(super) kept: PathBuf,
}

/// Runs the service under strace while messages are published.
pub(super) fn record(binary: &Path, folder: &Path, messages: u64) -> Result<Record, Error> {
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
