//! Runs the Python code of the API Explorer with the official SDK.

use std::path::Path;
use std::process::Command;

use super::tally::Tally;
use crate::error::{Error, contains};
use crate::folders::root;
use crate::prepare;
use crate::program::finish;
use crate::service::{Service, Settings};

pub(super) fn run(binary: &Path, tally: &mut Tally) -> Result<(), Error> {
    let python = prepare::python()?;
    let service = Service::start(binary, &Settings::default())?;
    let folder = tempfile::tempdir().map_err(Error::io("a folder for snippets"))?;
    tally.check("explorer_snippets.py", || {
        let mut command = Command::new(&python);
        command.arg(root().join("tests/interop/explorer_snippets.py"));
        command.arg(&service.api).arg(folder.path());
        let output = finish(&mut command)?;
        print!("{output}");
        contains("output of the script", &output, "snippets: passed")
    });
    tally.check("the service stops cleanly", || service.stop());
    Ok(())
}
