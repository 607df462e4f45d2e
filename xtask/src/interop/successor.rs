//! A service that `generate --out` made, and the official Python SDK of its product.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::report::Report;
use crate::error::{Error, contains};
use crate::folders::{root, target};
use crate::prepare;
use crate::program::{Program, finish};
use crate::service::{KEY_ID, SECRET};

/// Metadata of the successor of `Ons`, with its actions for groups and sessions.
const METADATA: &str = "tests/interop/onsmqtt-2020-04-20.api-docs.json";

/// Package with the server of the generated workspace.
const SERVER: &str = "ons-mqtt-server";

pub(super) fn run(report: &mut Report) -> Result<(), Error> {
    let python = prepare::python()?;
    let server = prepare::timed("service of the successor generated and built", || {
        build(&generate()?)
    })?;
    let mut command = Command::new(server);
    command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY_ID);
    command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET);
    let mut server = Program::start(&mut command)?;
    let screen = server.wait_for("API   http://")?;
    let address = screen
        .lines()
        .find_map(|line| line.strip_prefix("API   http://"));
    report.check("successor_sdk.py", || {
        let mut command = Command::new(&python);
        command.arg(root().join("tests/interop/successor_sdk.py"));
        command.arg(address.unwrap_or_default());
        let output = finish(&mut command)?;
        print!("{output}");
        contains("what the script prints", &output, "ACS3: passed")?;
        contains("what the script prints", &output, "v2: passed")
    });
    Ok(())
}

/// From metadata to a workspace, as a user does it; gives its folder.
fn generate() -> Result<PathBuf, Error> {
    let folder = target().join("interop-successor");
    let spec = target().join("interop-successor.json");
    let xtask = std::env::current_exe().map_err(Error::io("xtask"))?;
    let mut import = Command::new(&xtask);
    finish(
        import
            .arg("import")
            .arg(root().join(METADATA))
            .arg("-o")
            .arg(&spec),
    )?;
    let mut generate = Command::new(&xtask);
    finish(
        generate
            .args(["generate", "--spec"])
            .arg(&spec)
            .arg("--out")
            .arg(&folder),
    )?;
    Ok(folder)
}

/// Builds the server of a generated workspace beside the project, with which it shares crates.
fn build(workspace: &Path) -> Result<PathBuf, Error> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(workspace);
    cargo.env("CARGO_TARGET_DIR", target());
    finish(cargo.args(["build", "--quiet", "--package", SERVER]))?;
    Ok(target().join("debug").join(SERVER))
}
