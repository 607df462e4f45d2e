//! What Linux knows of processes.

use std::fs;
use std::process::Command;

use crate::error::Error;
use crate::program::finish;

/// Starts a broker on the first core.
pub(crate) const ON_BROKER_CORE: [&str; 3] = ["taskset", "--cpu-list", "0"];

/// Parts of a second in which Linux tells times.
const TICKS: f64 = 100.0;

/// Moves this program, which makes the load, to the second core.
pub(crate) fn pin_load() -> Result<(), Error> {
    let me = std::process::id().to_string();
    finish(Command::new("taskset").args(["--cpu-list", "--pid", "1", &me])).map(|_| ())
}

/// How many files this program and those that it starts may have open, after raising that as far as
/// the machine lets it, up to a number.
pub(crate) fn allow_open_files(wanted: u64) -> Result<u64, Error> {
    let me = std::process::id().to_string();
    let limit = |files: u64| format!("--nofile={files}:{files}");
    let raised = finish(Command::new("prlimit").args(["--pid", &me, &limit(wanted)]));
    if raised.is_ok() {
        return Ok(wanted);
    }
    let limits = read("/proc/self/limits")?;
    let files = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let hard = files.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    let hard = hard.ok_or_else(|| unexpected("/proc/self/limits", &limits))?;
    finish(Command::new("prlimit").args(["--pid", &me, &limit(hard)]))?;
    Ok(hard)
}

/// Seconds of CPU time of a process.
pub(crate) fn cpu_seconds(process: u32) -> Result<f64, Error> {
    times(&format!("/proc/{process}/stat"), 11)
}

/// Seconds of CPU time of all children of this program that have ended, and of theirs.
pub(crate) fn cpu_seconds_of_children() -> Result<f64, Error> {
    times("/proc/self/stat", 13)
}

/// The sum of two times in a row: user and system.
fn times(path: &str, first: usize) -> Result<f64, Error> {
    let stat = read(path)?;
    // The name of the program, in parentheses, may hold anything.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let mut fields = fields.split_whitespace().skip(first);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    match (ticks(), ticks()) {
        (Some(user), Some(system)) => Ok((user + system) / TICKS),
        _ => Err(unexpected(path, &stat)),
    }
}

/// Memory that a process has at present, in KiB.
pub(crate) fn resident_kib(process: u32) -> Result<f64, Error> {
    let path = format!("/proc/{process}/status");
    let status = read(&path)?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kib.ok_or_else(|| unexpected(&path, &status))
}

/// Average load of the last 1, 5 and 15 minutes.
pub(crate) fn load() -> Result<String, Error> {
    let load = read("/proc/loadavg")?;
    let averages: Vec<&str> = load.split_whitespace().take(3).collect();
    Ok(averages.join(" "))
}

fn read(path: &str) -> Result<String, Error> {
    fs::read_to_string(path).map_err(Error::io(path))
}

fn unexpected(path: &str, text: &str) -> Error {
    Error::Differs {
        what: path.to_owned(),
        expected: "what Linux writes".to_owned(),
        found: format!("{text:?}"),
    }
}
