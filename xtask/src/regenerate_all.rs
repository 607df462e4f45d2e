//! `cargo xtask regenerate-all`: imports and generates every product of a folder.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use codegen_evolve::import::{self, File, FindingKind, Findings, Options};
use codegen_spec::Spec;

use crate::files::{self, FileError};
use crate::folders::root;
use crate::generate::SPEC;

/// Number of sorts of lost facts that the report lists.
const SORTS: usize = 20;

/// Import the metadata of many products, generate the crates of each, and report failures, time,
/// memory and facts that are not carried over.
///
/// Nothing is written. Each file ending in `.json` below FOLDER is the `api-docs.json` of one
/// version of a product. Files of another style than RPC count as skipped.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    folder: PathBuf,
    /// Number of files at a time; by default, the number of cores.
    #[arg(long)]
    jobs: Option<usize>,
}

/// The reason why the chore stopped before the first file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{}: no file ends in `.json`", .0.display())]
    Empty(PathBuf),
}

/// Results of all files, or of those of one thread.
#[derive(Default)]
struct Total {
    products: usize,
    actions: usize,
    files: usize,
    import: Duration,
    generate: Duration,
    slowest: Vec<(Duration, String)>,
    skipped: Vec<String>,
    failures: Vec<String>,
    lost: BTreeMap<String, usize>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let start = Instant::now();
    let mut paths = Vec::new();
    find(&arguments.folder, &mut paths)?;
    paths.sort();
    if paths.is_empty() {
        return Err(Error::Empty(arguments.folder.clone()));
    }
    let gateway = files::spec(&root().join(SPEC))?;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut total = Total::default();
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            // A panic is a failure of this file alone.
            let added = panic::catch_unwind(AssertUnwindSafe(|| total.add(path, &gateway)));
            if added.is_err() {
                total.failures.push(format!("{}: panicked", path.display()));
            }
        }
        total
    };
    let mut total = Total::default();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..arguments.jobs.unwrap_or(cores).max(1))
            .map(|_| scope.spawn(work))
            .collect();
        for thread in threads {
            match thread.join() {
                Ok(part) => total.join(part),
                Err(cause) => panic::resume_unwind(cause),
            }
        }
    });
    files::print(&total.report(start.elapsed()))?;
    Ok(if total.failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Finds the files of a folder and of the folders inside.
fn find(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), FileError> {
    for entry in fs::read_dir(folder).map_err(FileError::of(folder))? {
        let path = entry.map_err(FileError::of(folder))?.path();
        if path.is_dir() {
            find(&path, found)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            found.push(path);
        }
    }
    Ok(())
}

impl Total {
    /// Imports and generates one file.
    fn add(&mut self, path: &Path, gateway: &Spec) {
        let name = path.display().to_string();
        let text = match files::read(path) {
            Ok(text) => text,
            Err(error) => return self.failures.push(error.to_string()),
        };
        let start = Instant::now();
        let options = Options {
            actions: &[],
            from: None,
            gateway,
        };
        let file = File {
            name: name.clone(),
            text,
        };
        let imported = match import::import(&[file], options) {
            Ok(imported) => imported,
            Err(import::Error::Shape { message, .. }) => {
                return self.skipped.push(format!("{name}: {message}"));
            }
            Err(error) => return self.failures.push(format!("{name}: {error}")),
        };
        self.lost(&imported.findings);
        let text = match codegen_spec::pretty::spec(&imported.spec) {
            Ok(text) => text,
            Err(error) => return self.failures.push(format!("{name}: {error}")),
        };
        let import = start.elapsed();
        match codegen::generate(&name, &text) {
            Ok(generated) => {
                self.products += 1;
                self.actions += generated.actions;
                self.files += generated.files.len();
            }
            Err(error) => self.failures.push(format!("{name}: {error}")),
        }
        self.import += import;
        self.generate += start.elapsed() - import;
        self.slowest.push((start.elapsed(), name));
    }

    fn lost(&mut self, findings: &Findings) {
        for finding in findings.all() {
            if finding.kind == FindingKind::NotCarried {
                *self.lost.entry(finding.message.clone()).or_default() += 1;
            }
        }
    }

    fn join(&mut self, part: Self) {
        self.products += part.products;
        self.actions += part.actions;
        self.files += part.files;
        self.import += part.import;
        self.generate += part.generate;
        self.slowest.extend(part.slowest);
        self.skipped.extend(part.skipped);
        self.failures.extend(part.failures);
        for (sort, count) in part.lost {
            *self.lost.entry(sort).or_default() += count;
        }
    }

    fn report(&mut self, took: Duration) -> String {
        let seconds = |time: Duration| format!("{:.1} s", time.as_secs_f64());
        let mut lines = Vec::new();
        let mut lost: Vec<_> = self.lost.iter().collect();
        lost.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        lines.push(format!(
            "not carried over: {} facts of {} sorts",
            lost.iter().map(|(_, count)| **count).sum::<usize>(),
            lost.len()
        ));
        let shown = lost.iter().take(SORTS);
        lines.extend(shown.map(|(sort, count)| format!("{count:>7} {sort}")));
        self.slowest.sort();
        let slowest = self.slowest.iter().rev().take(3);
        let slowest = slowest.map(|(time, name)| format!("slowest: {} {name}", seconds(*time)));
        lines.extend(slowest);
        lines.extend(self.skipped.iter().map(|name| format!("skipped: {name}")));
        lines.extend(self.failures.iter().map(|name| format!("failed: {name}")));
        lines.push(format!(
            "{} products with {} actions, {} files; {} skipped, {} failed",
            self.products,
            self.actions,
            self.files,
            self.skipped.len(),
            self.failures.len()
        ));
        let memory = peak_mib().map_or_else(|| "?".to_owned(), |mib| mib.to_string());
        lines.push(format!(
            "import {}, generate {}, summed over threads; {} in all; at most {memory} MiB\n",
            seconds(self.import),
            seconds(self.generate),
            seconds(took)
        ));
        lines.join("\n")
    }
}

/// Returns the peak memory of this process, which only Linux reports.
fn peak_mib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}
