//! `cargo xtask build-cost`: the CPU time that the client costs whoever builds it.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::budget;
use crate::folders::root;

/// Packages of `benches/build-cost`, the one to compare with first.
const PROGRAMS: [&str; 2] = ["build-cost-bare", "build-cost-client"];

/// Most that the program with the client may cost, in terms of the other one.
const GOAL: f64 = 1.10;

/// Parts of a second in which Linux tells times.
const TICKS: f64 = 100.0;

/// Measure an optimized build of a program with one call, against the same without the client.
///
/// Both are built from nothing in a temporary folder, one after the other; the second uses reqwest,
/// rustls on ring, hmac, sha1 and base64. What counts is the CPU time of cargo and of all that it
/// starts. Other work on the machine makes times longer, so let it rest meanwhile. Needs Linux and
/// some minutes.
#[derive(clap::Args)]
pub(crate) struct Arguments {}

/// Why the chore could not be done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot measure the build: {0}")]
    Io(#[from] io::Error),
    #[error("`cargo {0}` failed; what it says stands above")]
    Cargo(String),
}

pub(crate) fn run() -> Result<ExitCode, Error> {
    // Downloads are no part of a build.
    cargo(&["fetch", "--quiet"])?;
    let mut costs = Vec::new();
    for program in PROGRAMS {
        let dependencies = budget::packages(root(), program)?.len() - 1;
        let seconds = build(program)?;
        println!("{program}: {seconds:.1} s of CPU time, {dependencies} dependencies");
        costs.push(seconds);
    }
    let ratio = costs[1] / costs[0];
    let verdict = if ratio > GOAL { "missed" } else { "met" };
    println!("ratio: {ratio:.3}; the goal of at most {GOAL:.2} is {verdict}");
    Ok(ExitCode::SUCCESS)
}

/// Builds a program from nothing and gives the seconds of CPU time that it took.
fn build(program: &str) -> Result<f64, Error> {
    let folder = tempfile::tempdir()?;
    let target = folder.path().to_string_lossy();
    let before = children()?;
    cargo(&[
        "build",
        "--release",
        "--quiet",
        "--package",
        program,
        "--target-dir",
        &target,
    ])?;
    Ok(children()? - before)
}

fn cargo(arguments: &[&str]) -> Result<(), Error> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root()).args(arguments);
    cargo.env("CARGO_INCREMENTAL", "0");
    match cargo.status()?.success() {
        true => Ok(()),
        false => Err(Error::Cargo(arguments.join(" "))),
    }
}

/// Seconds of CPU time of all children that have ended, and of theirs.
fn children() -> io::Result<f64> {
    let stat = fs::read_to_string(Path::new("/proc/self/stat"))?;
    // The name of the program, in parentheses, may hold anything.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |index: usize| {
        fields
            .get(index)
            .and_then(|field| field.parse::<u64>().ok())
    };
    match (ticks(13), ticks(14)) {
        (Some(user), Some(system)) => Ok((user + system) as f64 / TICKS),
        _ => Err(io::Error::other("/proc/self/stat is not as expected")),
    }
}
