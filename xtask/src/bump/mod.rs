//! `cargo xtask bump`: from new metadata to a release that can be reviewed, in one go.

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

/// Take over new metadata: import, compare, generate, new version, changelog.
///
/// The metadata is imported over the spec, whose hand-written parts stay where the fact that they
/// speak of is unchanged; everything is generated anew; the version becomes the one that the changes
/// call for; the changelog gets an entry with what matters to users. Review it as any other change,
/// by `git diff` and the tests; nothing is committed or published.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    metadata: Metadata,
    /// The spec of another product, instead of that of this repository.
    #[arg(long, value_name = "SPEC", requires = "out")]
    spec: Option<PathBuf>,
    /// Folder of the workspace that was generated of it.
    #[arg(long, value_name = "DIR", requires = "spec")]
    out: Option<PathBuf>,
    /// Where to write every change of the API, and the diff of the generated files.
    #[arg(long, value_name = "FILE")]
    review: Option<PathBuf>,
    /// Show what would be done, and write nothing but the review.
    #[arg(long)]
    dry_run: bool,
}

const MANIFEST: &str = "Cargo.toml";

/// Why nothing was taken over.
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
        "{}: there is no `version = \"…\"` below `[workspace.package]`; \
         is this a workspace that `cargo xtask generate` wrote?",
        .0.display()
    )]
    NoVersion(PathBuf),
    #[error(transparent)]
    Version(#[from] NotAVersion),
    #[error(
        "the metadata is that of {new}, the spec that of {old}: a product of its own begins with \
         `cargo xtask import` and `cargo xtask generate`"
    )]
    OtherProduct { old: String, new: String },
    #[error(
        "the metadata has none of the actions of the spec; is it the right file? The older metadata \
         of a product may have others than its `api-docs.json`"
    )]
    NoActionLeft,
}

/// What is written, once all of it is known.
struct Release {
    spec: String,
    generated: Plan,
    /// Of this repository; that of another workspace is generated.
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
    let current = version::of(&manifest).ok_or_else(|| Error::NoVersion(manifest_path.clone()))?;
    let comparison = Comparison::new(&old, &imported.spec, current)?;
    steps.done("compare", &comparison.terminal())?;
    if comparison.changes.is_empty() {
        files::print("nothing to take over: the metadata says what the spec says\n")?;
        return Ok(ExitCode::SUCCESS);
    }

    let version = &comparison.called_for;
    let text = import::text(&imported.spec)?;
    let (target, manifest) = match &arguments.out {
        Some(folder) => (Target::Workspace { folder, version }, None),
        None => {
            let manifest = version::replaced(&manifest, current, version);
            (Target::Own, Some(manifest))
        }
    };
    let generated = target.plan(spec, &text)?.0;
    steps.done("generate", &review::summary(&generated))?;

    let changelog_path = folder.join("CHANGELOG.md");
    let changelog = match changelog_path.exists() {
        true => read(&changelog_path)?,
        false => String::new(),
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
        files::print("\nnothing was written; without --dry-run it is\n")?;
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
    files::print("\nnext: `cargo test --workspace` and `git diff` there, then commit\n")?;
    Ok(ExitCode::SUCCESS)
}

/// Whether metadata can follow the spec.
fn is_next(old: &Spec, new: &Spec) -> Result<(), Error> {
    if old.product != new.product {
        return Err(Error::OtherProduct {
            old: old.product.clone(),
            new: new.product.clone(),
        });
    }
    let is_left = |action: &Action| new.actions.iter().any(|other| other.name == action.name);
    match old.actions.iter().any(is_left) {
        true => Ok(()),
        false => Err(Error::NoActionLeft),
    }
}

impl Release {
    /// Writes what says that the release is there at once and last, so that after a failure the same
    /// command can be given again.
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

/// Shows each step when it is done.
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
