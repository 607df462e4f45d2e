//! Tests a service made by `generate --out` with the official Python SDK of its product.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::tally::Tally;
use crate::cargo::cargo;
use crate::error::{Error, contains};
use crate::folders::{root, target};
use crate::prepare;
use crate::product::Workspace;
use crate::program::{Program, finish};
use crate::service::{KEY_ID, SECRET};

/// Metadata of the successor of `Ons`: its actions for groups and sessions.
const METADATA: &str = "tests/interop/onsmqtt-2020-04-20.api-docs.json";

/// Package of the generated workspace that contains the server.
const SERVER: &str = "ons-mqtt-20200420-server";

pub(super) fn run(tally: &mut Tally) -> Result<(), Error> {
    let python = prepare::python()?;
    let server = prepare::timed("generated and built the successor's service", || {
        let workspace = Workspace::generate(&root().join(METADATA), "interop-successor")?;
        build(&workspace.folder)
    })?;
    let mut command = Command::new(server);
    command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY_ID);
    command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET);
    let mut server = Program::start(&mut command)?;
    let screen = server.wait_for("API   http://")?;
    let address = screen
        .lines()
        .find_map(|line| line.strip_prefix("API   http://"));
    tally.check("successor_sdk.py", || {
        let mut command = Command::new(&python);
        command.arg(root().join("tests/interop/successor_sdk.py"));
        command.arg(address.unwrap_or_default());
        let output = finish(&mut command)?;
        print!("{output}");
        contains("output of the script", &output, "ACS3: passed")?;
        contains("output of the script", &output, "v2: passed")?;
        contains("output of the script", &output, "snippets: passed")
    });
    Ok(())
}

/// Builds the server of a generated workspace in this project's target folder, to share crates.
fn build(workspace: &Path) -> Result<PathBuf, Error> {
    let mut cargo = cargo();
    cargo.current_dir(workspace);
    cargo.env("CARGO_TARGET_DIR", target());
    // As for its tests, so that dependencies are compiled once for all generated workspaces.
    finish(cargo.args([
        "test",
        "--quiet",
        "--no-run",
        "--workspace",
        "--test",
        "http",
    ]))?;
    Ok(target().join("debug").join(SERVER))
}
