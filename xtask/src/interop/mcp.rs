//! Calls the service through `ons-mqtt mcp`, with the official Python client.

use std::path::Path;
use std::process::Command;

use super::tally::Tally;
use crate::error::{Error, same};
use crate::folders::root;
use crate::prepare;
use crate::program::finish;
use crate::service::{INSTANCE, KEY_ID, SECRET, Service, Settings};

/// Checks that the script makes.
const CHECKS: [&str; 6] = [
    "reads are offered",
    "a read is answered",
    "a write is refused",
    "writes are offered, in Chinese",
    "a group is created, found, and deleted",
    "a dry run sends nothing",
];

pub(super) fn run(binary: &Path, tally: &mut Tally) -> Result<(), Error> {
    let python = prepare::python()?;
    let service = Service::start(binary, &Settings::default())?;
    tally.check("mcp_client.py", || {
        let mut command = Command::new(&python);
        command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY_ID);
        command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET);
        command.arg(root().join("tests/interop/mcp_client.py"));
        command.arg(binary).arg(format!("http://{}", service.api));
        let output = finish(command.arg(INSTANCE))?;
        let passed = CHECKS.map(|check| format!("ok {check}"));
        same("lines", output.lines().collect::<Vec<_>>(), passed.to_vec())
    });
    tally.check("the service stops cleanly", || service.stop());
    Ok(())
}
