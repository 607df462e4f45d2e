//! `cargo xtask bump`: turns new metadata into a release that is ready for review.

mod changelog;
mod review;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Instant, SystemTime};

use codegen::output::Plan;
use codegen_evolve::diff::{Comparison, NotAVersion};
use codegen_spec::{Action, Spec};

use crate::files::{self, FileError, read, write};
use crate::folders::root;
use crate::generate::{self, SPEC, Target};
use crate::import::{self, Metadata};
use crate::version;

/// Adopt new metadata: import, compare, generate, set the version, extend the changelog.
///
/// The metadata is imported into the spec; handwritten parts of the spec are kept wherever the fact
/// they describe is unchanged. Then everything is generated again, the version is raised as far as
/// the changes require, and the changelog gets an entry for users. Review the result like any other
/// change, with `git diff` and the tests. Nothing is committed or published.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    metadata: Metadata,
    /// Spec of another product, instead of this repository's.
    #[arg(long, value_name = "SPEC", requires = "out")]
    spec: Option<PathBuf>,
    /// Folder of the workspace that was generated from that spec.
    #[arg(long, value_name = "DIR", requires = "spec")]
    out: Option<PathBuf>,
    /// File for a review: every change of the API, and the diff of the generated files.
    #[arg(long, value_name = "FILE")]
    review: Option<PathBuf>,
    /// Only show what would change; write nothing but the review.
    #[arg(long)]
    dry_run: bool,
}

const MANIFEST: &str = "Cargo.toml";

/// The reason why the metadata was not adopted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Import(#[from] import::Error),
    #[error(transparent)]
    Generate(#[from] generate::Error),
    #[error(transparent)]
    Output(#[from] codegen::output::Error),
    #[error(
        "{}: `[workspace.package]` has no `version = \"…\"`; \
         was this workspace written by `cargo xtask generate`?",
        .0.display()
    )]
    NoVersion(PathBuf),
    #[error(transparent)]
    Version(#[from] NotAVersion),
    #[error(
        "the metadata describes {new}, but the spec describes {old}; to start a new product, \
         run `cargo xtask import` and `cargo xtask generate`"
    )]
    OtherProduct { old: String, new: String },
    #[error(
        "the metadata contains none of the spec's actions; is it the right file? \
         The older metadata of a product may contain other actions than its `api-docs.json`"
    )]
    NoActionLeft,
}

/// Everything that a release writes.
struct Release {
    spec: String,
    generated: Plan,
    /// The manifest of this repository; `None` for another workspace, whose manifest is generated.
    manifest: Option<String>,
    changelog: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let own = root().join(SPEC);
    let spec = arguments.spec.as_deref().unwrap_or(&own);
    let folder = arguments.out.as_deref().unwrap_or(root());
    let mut steps = Steps::begin();

    let old = files::spec(spec)?;
    let imported = import::imported(&arguments.metadata, Some(&old))?;
    is_next(&old, &imported.spec)?;
    steps.done("import", &imported.findings.summary())?;

    let manifest_path = folder.join(MANIFEST);
    let manifest = read(&manifest_path)?;
    let no_version = || Error::NoVersion(manifest_path.clone());
    let current = version::of(&manifest).ok_or_else(no_version)?;
    let comparison = Comparison::new(&old, &imported.spec, current)?;
    steps.done("compare", &comparison.terminal())?;
    if comparison.changes.is_empty() {
        files::print("nothing to adopt: the metadata and the spec agree\n")?;
        return Ok(ExitCode::SUCCESS);
    }

    let version = &comparison.called_for;
    let text = import::text(&imported.spec)?;
    let (target, manifest) = match &arguments.out {
        Some(folder) => {
            let target = Target::Workspace {
                folder,
                version: Some(version),
                runtime: None,
            };
            (target, None)
        }
        None => {
            let manifest = version::replaced(&manifest, version).ok_or_else(no_version)?;
            (Target::Own, Some(manifest))
        }
    };
    let generated = target.plan(spec, &text)?.0;
    steps.done("generate", &review::summary(&generated))?;

    let changelog_path = folder.join("CHANGELOG.md");
    let changelog = if changelog_path.exists() {
        read(&changelog_path)?
    } else {
        String::new()
    };
    let date = &pop_rpc::timestamp::write(SystemTime::now())[..10];
    let entry = changelog::entry(&comparison);
    steps.done(
        "version and changelog",
        &format!("{current} → {version}\n\n{entry}"),
    )?;

    if let Some(path) = &arguments.review {
        write(path, &review::whole(&comparison, &generated))?;
        steps.done("review", &path.display().to_string())?;
    }
    if arguments.dry_run {
        files::print("\nnothing was written; run without --dry-run to write\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    let release = Release {
        spec: text,
        generated,
        manifest,
        changelog: changelog::with(&changelog, version, date, &entry),
    };
    release.write(spec, folder)?;
    steps.done(
        "write",
        &format!("{}, {}", spec.display(), folder.display()),
    )?;
    files::print("\nnext: run `cargo test --workspace` and `git diff` there, then commit\n")?;
    Ok(ExitCode::SUCCESS)
}

/// Checks that new metadata describes the product of the old spec.
fn is_next(old: &Spec, new: &Spec) -> Result<(), Error> {
    if old.product != new.product {
        return Err(Error::OtherProduct {
            old: old.product.clone(),
            new: new.product.clone(),
        });
    }
    let is_left = |action: &Action| new.actions.iter().any(|other| other.name == action.name);
    if old.actions.iter().any(is_left) {
        Ok(())
    } else {
        Err(Error::NoActionLeft)
    }
}

impl Release {
    /// Writes manifest, changelog and spec last, so that the same command can be repeated after a
    /// failure.
    fn write(mut self, spec: &Path, folder: &Path) -> Result<(), Error> {
        let of_workspace = self.generated.take(MANIFEST);
        let manifest = self.manifest.or(of_workspace);
        self.generated.apply(folder)?;
        let manifest = manifest.map(|manifest| (folder.join(MANIFEST), manifest));
        let mut texts = vec![
            (folder.join("CHANGELOG.md"), self.changelog),
            (spec.to_owned(), self.spec),
        ];
        texts.extend(manifest);
        Ok(files::write_together(&texts)?)
    }
}

/// Prints each step when it is done.
struct Steps {
    number: usize,
    start: Instant,
}

impl Steps {
    fn begin() -> Self {
        Self {
            number: 1,
            start: Instant::now(),
        }
    }

    fn done(&mut self, name: &str, what: &str) -> Result<(), FileError> {
        let took = self.start.elapsed().as_millis();
        let mut shown = format!("\n{}. {name} ({took} ms)\n", self.number);
        for line in what.lines() {
            shown += &format!("   {line}\n");
        }
        self.number += 1;
        self.start = Instant::now();
        files::print(&shown)
    }
}
