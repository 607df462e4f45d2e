//! `cargo xtask build-cost`: measures the CPU time that the client adds to a build.

use std::io;
use std::process::ExitCode;

use crate::budget;
use crate::cargo::cargo;
use crate::folders::root;
use crate::process::cpu_seconds_of_children;

/// Packages of `benches/build-cost`; the first is the baseline.
const PROGRAMS: [&str; 2] = ["build-cost-bare", "build-cost-client"];

/// Largest ratio of the build times, with the client to without.
const GOAL: f64 = 1.10;

/// Measure how much longer an optimized build takes with the client than without it.
///
/// Two programs make one call each: the first with reqwest, rustls on ring, hmac, sha1 and base64,
/// the second with the client. Both are built from scratch in a temporary folder, one after the
/// other. The figure is the CPU time of cargo and of every process it starts. Other work on the
/// machine increases the times, so leave it idle meanwhile. Needs Linux and a few minutes.
#[derive(clap::Args)]
pub(crate) struct Arguments {}

/// The reason why the chore failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot measure the build: {0}")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Process(#[from] crate::error::Error),
    #[error("`cargo {0}` failed; see its output above")]
    Cargo(String),
}

pub(crate) fn run() -> Result<ExitCode, Error> {
    // Download first, so that the download does not count as build time.
    run_cargo(&["fetch", "--quiet"])?;
    let mut costs = Vec::new();
    for program in PROGRAMS {
        let dependencies = budget::packages(root(), program, "normal,build")?.len() - 1;
        let seconds = build(program)?;
        println!("{program}: {seconds:.1} s of CPU time, {dependencies} dependencies");
        costs.push(seconds);
    }
    let ratio = costs[1] / costs[0];
    let verdict = if ratio > GOAL { "missed" } else { "met" };
    println!("ratio: {ratio:.3}; the goal of at most {GOAL:.2} is {verdict}");
    Ok(ExitCode::SUCCESS)
}

/// Builds a program from scratch. Returns the seconds of CPU time used.
fn build(program: &str) -> Result<f64, Error> {
    let folder = tempfile::tempdir()?;
    let target = folder.path().to_string_lossy();
    let before = cpu_seconds_of_children()?;
    run_cargo(&[
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

fn run_cargo(arguments: &[&str]) -> Result<(), Error> {
    let mut cargo = cargo();
    cargo.current_dir(root()).args(arguments);
    cargo.env("CARGO_INCREMENTAL", "0");
    if cargo.status()?.success() {
        Ok(())
    } else {
        Err(Error::Cargo(arguments.join(" ")))
    }
}
