//! Tests the service with the official Python SDKs.

use std::path::Path;
use std::process::Command;

use super::tally::Tally;
use crate::error::{Error, contains};
use crate::folders::root;
use crate::prepare;
use crate::program::finish;
use crate::service::{Service, Settings};

/// Requests per minute that the throttling service allows.
const FEW: u32 = 3;

pub(super) fn run(binary: &Path, tally: &mut Tally) -> Result<(), Error> {
    let python = prepare::python()?;
    for script in ["official_sdk", "tea_sdk"] {
        let service = Service::start(binary, &Settings::default())?;
        let strict = Settings {
            queries_per_minute: FEW,
            ..Settings::default()
        };
        let throttling = Service::start(binary, &strict)?;
        tally.check(&format!("{script}.py"), || {
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
            contains("output of the script", &output, "passed")
        });
        tally.check("the service stops cleanly", || service.stop());
    }
    Ok(())
}
