//! `cargo xtask import`: published metadata to a spec.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use codegen::import::{self, Kind, Options};
use codegen::spec::Spec;

use crate::generate::{SPEC, root};

/// Make a spec of the metadata that the vendor publishes.
///
/// FILE is the `api-docs.json` of a version of a product. What the spec does not hold as it was is
/// listed, by its place in the metadata.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The metadata.
    file: PathBuf,
    /// Import these actions alone.
    #[arg(long, value_delimiter = ',', value_name = "A,B,…")]
    actions: Vec<String>,
    /// An older spec of the product, whose hand-written parts are kept where the fact is unchanged.
    #[arg(long, value_name = "OLD_SPEC")]
    from: Option<PathBuf>,
    /// Where to write the spec.
    #[arg(short, long, value_name = "SPEC")]
    output: PathBuf,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{0}")]
    Spec(codegen::mistake::Report),
    #[error("{}: {source}", path.display())]
    Import {
        path: PathBuf,
        source: import::Error,
    },
    #[error("cannot write the spec: {0}")]
    Write(serde_json::Error),
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let start = Instant::now();
    let own = root().join(SPEC);
    let gateway = load(arguments.from.as_deref().unwrap_or(&own))?;
    let path = &arguments.file;
    let imported = import::import(
        &read(path)?,
        Options {
            actions: &arguments.actions,
            gateway: &gateway,
        },
    )
    .map_err(|source| Error::Import {
        path: path.clone(),
        source,
    })?;
    let text = codegen::pretty::spec(&imported.spec).map_err(Error::Write)?;
    fs::write(&arguments.output, text).map_err(|source| Error::File {
        path: arguments.output.clone(),
        source,
    })?;
    if !imported.report.findings().is_empty() {
        println!("{}", imported.report);
    }
    let spec = &imported.spec;
    println!(
        "{}: {} actions, {} types, {} error codes; {} facts not carried; in {} ms",
        arguments.output.display(),
        spec.actions.len(),
        spec.structs.len() + spec.enums.len(),
        spec.error_codes.len(),
        imported.report.count(Kind::NotCarried),
        start.elapsed().as_millis(),
    );
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::File {
        path: path.to_owned(),
        source,
    })
}

fn load(path: &Path) -> Result<Spec, Error> {
    codegen::load::load(&path.display().to_string(), &read(path)?).map_err(Error::Spec)
}
