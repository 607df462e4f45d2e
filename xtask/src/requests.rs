//! Compares the requests of a generated client with those of the official SDK.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use codegen::lower::lower;
use codegen_spec::load;

use crate::cargo::cargo;
use crate::error::Error;
use crate::folders::{root, target};
use crate::prepare;
use crate::product::Workspace;
use crate::program::finish;

/// Program that sends requests, without the table of its actions.
const SENDER: &str = include_str!("../../tests/interop/sender/main.rs");

/// Script that sends the same requests with the official SDK and compares them.
const SCRIPT: &str = "tests/interop/requests_sdk.py";

/// Compare the requests of generated clients with those of the official Python SDK.
///
/// For each file, all actions of the product are called with every parameter and with the required
/// ones, signed in parameters and in headers. Method, place, names and values must be the same. The
/// exit code is 1 if a request differs.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Published metadata of products (`api-docs.json`).
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let mut code = ExitCode::SUCCESS;
    for (number, file) in arguments.files.iter().enumerate() {
        println!("{}", file.display());
        if let Err(error) = compare(file, &format!("compare-requests-{number}")) {
            println!("{error}");
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// Compares the requests of a product. Its generated crates go into a folder of this name.
pub(crate) fn compare(metadata: &Path, folder: &str) -> Result<(), Error> {
    let python = prepare::python()?;
    let sender = prepare::timed("generated and built the client", || {
        sender(metadata, folder)
    })?;
    let mut command = Command::new(python);
    let output = finish(command.arg(root().join(SCRIPT)).arg(metadata).arg(sender))?;
    print!("{output}");
    Ok(())
}

/// Generates the crates of a product, and builds the program that sends its requests.
fn sender(metadata: &Path, name: &str) -> Result<PathBuf, Error> {
    let Workspace { spec, folder } = Workspace::generate(metadata, name)?;
    write_sender(&spec, &folder)?;
    let mut cargo = cargo();
    cargo.current_dir(folder.join("sender"));
    cargo.env("CARGO_TARGET_DIR", target());
    finish(cargo.args(["build", "--quiet"]))?;
    Ok(target().join("debug").join("sender"))
}

/// Writes the package of the sender beside the generated crates.
fn write_sender(spec: &Path, workspace: &Path) -> Result<(), Error> {
    let text = fs::read_to_string(spec).map_err(Error::io(spec.display().to_string()))?;
    let api = lower(&load(&spec.display().to_string(), &text).map_err(Error::step)?);
    let arms: String = (api.actions.iter())
        .map(|action| {
            let (name, request) = (&action.name, &action.request);
            format!(
                "        {name:?} => crate::send::<models::{request}>(client, parameters).await,\n"
            )
        })
        .collect();
    let actions = format!(
        "//! Actions of the product.\n\n\
         pub(crate) async fn send(\n    client: &pop_client::Client<models::ErrorCode>,\n    action: &str,\n    \
         parameters: &str,\n) -> Result<(), String> {{\n    match action {{\n{arms}        \
         _ => Err(format!(\"the client has no action {{action}}\")),\n    }}\n}}\n"
    );
    let package = &api.package;
    let manifest = format!(
        "[package]\nname = \"sender\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         models = {{ package = \"{package}-models\", path = \"../models\" }}\n\
         pop-client = {{ path = {client:?}, features = [\"acs3\"] }}\n\
         pop-rpc = {{ path = {rpc:?} }}\n\
         serde = \"1\"\nserde_json = \"1\"\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n",
        client = root().join("crates/pop/client"),
        rpc = root().join("crates/pop/rpc"),
    );
    let folder = workspace.join("sender");
    // With the versions of this project, most dependencies are compiled already.
    let locked = fs::read_to_string(root().join("Cargo.lock")).map_err(Error::io("Cargo.lock"))?;
    let files = [
        ("Cargo.toml", manifest.as_str()),
        ("Cargo.lock", &locked),
        ("src/main.rs", SENDER),
        ("src/actions.rs", &actions),
    ];
    for (name, content) in files {
        let path = folder.join(name);
        let shown = path.display().to_string();
        fs::create_dir_all(path.parent().unwrap_or(&path)).map_err(Error::io(shown.clone()))?;
        fs::write(&path, content).map_err(Error::io(shown))?;
    }
    Ok(())
}
