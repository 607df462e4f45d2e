//! The official Python SDKs against the service.

use std::path::Path;
use std::process::Command;

use super::report::Report;
use crate::error::{Error, contains};
use crate::folders::root;
use crate::prepare;
use crate::program::finish;
use crate::service::{Service, Settings};

/// Requests a minute of the service that the SDKs are throttled by.
const FEW: u32 = 3;

pub(super) fn run(binary: &Path, report: &mut Report) -> Result<(), Error> {
    let python = prepare::python()?;
    for script in ["official_sdk", "tea_sdk"] {
        let service = Service::start(binary, &Settings::default())?;
        let strict = Settings {
            queries_per_minute: FEW,
            ..Settings::default()
        };
        let throttling = Service::start(binary, &strict)?;
        report.check(&format!("{script}.py"), || {
            let mut command = Command::new(&python);
            command.arg(
                root()
                    .join("tests/interop")
                    .join(script)
                    .with_extension("py"),
            );
            command.args([&service.api, &service.mqtt, &throttling.api]);
            let output = finish(&mut command)?;
            print!("{output}");
            contains("what the script prints", &output, "passed")
        });
        report.check("the service stops in good order", || service.stop());
    }
    Ok(())
}
