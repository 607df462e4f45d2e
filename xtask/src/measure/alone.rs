//! Compares a server that is no node of a cluster with one that cannot be any, because it was built without the feature.

use std::fs;
use std::path::{Path, PathBuf};

use super::broker::{Broker, Programs};
use super::messages::{LOADS, alternate, heading, row};
use crate::error::Error;
use crate::prepare;
use crate::process::{ON_BROKER_CORE, resident_kib};

const ROUNDS: usize = 3;

/// Largest ratio of CPU times.
const GOAL: f64 = 1.05;

pub(super) fn run(programs: &Programs) -> Result<(), Error> {
    let folder = tempfile::tempdir().map_err(Error::io("a folder for programs"))?;
    let with = copy(&programs.ons_mqtt, folder.path().join("with"))?;
    build(&["--no-default-features"])?;
    let without = copy(&programs.ons_mqtt, folder.path().join("without"))?;
    // Other figures need it.
    build(&[])?;
    let start = |server| Broker::ons_mqtt(&programs.with_server(server), &ON_BROKER_CORE);
    let brokers = [start(with)?, start(without)?];
    let [with, without] = [
        resident_kib(brokers[0].process)?,
        resident_kib(brokers[1].process)?,
    ];
    println!(
        "memory after the start, with and without the feature: {with:.0} and {without:.0} KiB"
    );
    println!("CPU time per message of 64 bytes that arrives, in microseconds; medians and ranges");
    heading(["with `cluster`", "without"]);
    for load in &LOADS {
        let [with, without] = alternate(load, &brokers, ROUNDS, |outcome| {
            outcome.cpu_seconds * 1e6 / load.deliveries() as f64
        })?;
        row(load.name, &with, &without, GOAL);
    }
    Ok(())
}

fn build(arguments: &[&str]) -> Result<(), Error> {
    let program = ["--release", "--package", "ons-mqtt", "--bin", "ons-mqtt"];
    prepare::build(&[&program, arguments].concat())
}

fn copy(program: &Path, to: PathBuf) -> Result<PathBuf, Error> {
    fs::copy(program, &to).map_err(Error::io("a copy of the program"))?;
    Ok(to)
}
