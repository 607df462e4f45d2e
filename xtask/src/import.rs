//! `cargo xtask import`: converts published metadata to a spec.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use codegen_evolve::import::{self, File, Imported, Options};
use codegen_spec::Spec;

use crate::files::{self, FileError};
use crate::folders::root;
use crate::generate::SPEC;

/// Make a spec from the metadata that the vendor publishes.
///
/// FILE is the `api-docs.json` of one version of a product. The older metadata, made for a command
/// line, has one file per action: pass the folder of the product, whose name is in the
/// `products.json` beside that folder. The files can also be passed one by one.
///
/// The spec passes every check. Every fact that the spec cannot hold unchanged is reported, with
/// its JSON pointer; `--report` writes the full report to a file.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    metadata: Metadata,
    /// An older spec of the product. Its translations, errata, limits and other handwritten parts
    /// are kept wherever the fact they describe is unchanged.
    #[arg(long, value_name = "OLD_SPEC")]
    from: Option<PathBuf>,
    /// File for the full report.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// File for the spec.
    #[arg(short, long, value_name = "SPEC")]
    output: PathBuf,
}

/// The metadata to import.
#[derive(clap::Args)]
pub(crate) struct Metadata {
    /// The metadata: one file, the folder of a product, or several files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Import only these actions.
    #[arg(long, value_delimiter = ',', value_name = "A,B,…")]
    actions: Vec<String>,
}

/// The reason why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Import(#[from] import::Error),
    #[error("cannot write the spec: {0}")]
    Write(serde_json::Error),
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let start = Instant::now();
    let older = arguments.from.as_deref().map(files::spec).transpose()?;
    let imported = imported(&arguments.metadata, older.as_ref())?;
    files::write(&arguments.output, &text(&imported.spec)?)?;
    if let Some(path) = &arguments.report {
        files::write(path, &format!("{}\n", imported.findings))?;
    }
    let spec = &imported.spec;
    files::print(&format!(
        "{}\n{}: {} actions, {} types, {} error codes, in {} ms\n",
        imported.findings.summary(),
        arguments.output.display(),
        spec.actions.len(),
        spec.structs.len() + spec.enums.len(),
        spec.error_codes.len(),
        start.elapsed().as_millis(),
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Imports metadata. Without an older spec of the product, the protocol comes from this
/// repository's.
pub(crate) fn imported(metadata: &Metadata, older: Option<&Spec>) -> Result<Imported, Error> {
    let files = content(&metadata.files)?;
    let own;
    let gateway = match older {
        Some(older) => older,
        None => {
            own = files::spec(&root().join(SPEC))?;
            &own
        }
    };
    let actions = metadata.actions.iter().map(|name| name.trim().to_owned());
    let actions: Vec<String> = actions.collect();
    let options = Options {
        actions: &actions,
        from: older,
        gateway,
    };
    Ok(import::import(&files, options)?)
}

/// Returns the text of a spec's file.
pub(crate) fn text(spec: &Spec) -> Result<String, Error> {
    codegen_spec::pretty::spec(spec).map_err(Error::Write)
}

/// Reads the files of the metadata; for a folder, all its files and the list of products beside it.
fn content(paths: &[PathBuf]) -> Result<Vec<File>, FileError> {
    let mut found = Vec::new();
    for path in paths {
        if !path.is_dir() {
            found.push(path.clone());
            continue;
        }
        let folder = path.canonicalize().map_err(FileError::of(path))?;
        let entries = fs::read_dir(&folder).map_err(FileError::of(path))?;
        let mut inside = Vec::new();
        for entry in entries {
            let file = entry.map_err(FileError::of(path))?.path();
            if file
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                inside.push(file);
            }
        }
        inside.sort();
        let products = folder.parent().map(|parent| parent.join("products.json"));
        found.extend(inside);
        found.extend(products.filter(|products| products.is_file()));
    }
    let read = |path: PathBuf| {
        let text = files::read(&path)?;
        let name = path.display().to_string();
        Ok(File { name, text })
    };
    found.into_iter().map(read).collect()
}
