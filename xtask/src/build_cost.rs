//! `cargo xtask build-cost`: the CPU time that the client costs whoever builds it.

use std::io;
use std::process::{Command, ExitCode};

use crate::budget;
use crate::folders::root;
use crate::process::cpu_seconds_of_children;

/// Packages of `benches/build-cost`, the one to compare with first.
const PROGRAMS: [&str; 2] = ["build-cost-bare", "build-cost-client"];

/// Most that the program with the client may cost, in terms of the other one.
const GOAL: f64 = 1.10;

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
    #[error(transparent)]
    Process(#[from] crate::error::Error),
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
    let before = cpu_seconds_of_children()?;
    cargo(&[
        "build",
        "--release",
        "--quiet",
        "--package",
        program,
        "--target-dir",
        &target,
    ])?;
    Ok(cpu_seconds_of_children()? - before)
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
