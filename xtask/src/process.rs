//! Reads and sets what Linux keeps about processes: times, memory, limits, cores.

use std::fs;
use std::process::Command;

use crate::error::Error;
use crate::program::finish;

/// Launcher that starts a broker on the first core.
pub(crate) const ON_BROKER_CORE: [&str; 3] = ["taskset", "--cpu-list", "0"];

/// Launcher that starts a broker on the first two cores.
pub(crate) const ON_BOTH_CORES: [&str; 3] = ["taskset", "--cpu-list", "0,1"];

/// Ticks per second, the unit of Linux's process times.
const TICKS: f64 = 100.0;

/// Moves this program, which generates the load, to the second core.
pub(crate) fn pin_load() -> Result<(), Error> {
    move_load("1")
}

/// Lets this program use the first two cores.
pub(crate) fn free_load() -> Result<(), Error> {
    move_load("0,1")
}

/// Moves the calling thread, and those that it starts later.
fn move_load(cores: &str) -> Result<(), Error> {
    let me = std::process::id().to_string();
    finish(Command::new("taskset").args(["--cpu-list", "--pid", cores, &me])).map(|_| ())
}

/// Raises the limit on open files for this program and those it starts, and returns the new limit.
///
/// The limit is at least the requested one, or the highest that the machine allows. It is never
/// lowered, because only root could raise it again.
pub(crate) fn allow_open_files(wanted: u64) -> Result<u64, Error> {
    let limits = read("/proc/self/limits")?;
    let files = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let mut numbers = files.unwrap_or_default().split_whitespace();
    let mut number = || numbers.next()?.parse::<u64>().ok();
    let (Some(soft), Some(hard)) = (number(), number()) else {
        return Err(unexpected("/proc/self/limits", &limits));
    };
    let set = |files: u64| {
        let me = std::process::id().to_string();
        let limit = format!("--nofile={files}:{}", files.max(hard));
        finish(Command::new("prlimit").args(["--pid", &me, &limit])).map(|_| files)
    };
    if soft >= wanted {
        Ok(soft)
    } else {
        set(wanted).or_else(|_| set(hard))
    }
}

/// Returns the seconds of CPU time of a process.
pub(crate) fn cpu_seconds(process: u32) -> Result<f64, Error> {
    times(&format!("/proc/{process}/stat"), 11)
}

/// Returns the seconds of CPU time of some processes together.
pub(crate) fn cpu_seconds_of(processes: &[u32]) -> Result<f64, Error> {
    processes.iter().map(|process| cpu_seconds(*process)).sum()
}

/// Returns the seconds of CPU time of this program's ended children, and of their children.
pub(crate) fn cpu_seconds_of_children() -> Result<f64, Error> {
    times("/proc/self/stat", 13)
}

/// Adds two adjacent fields, the user and the system time, and returns seconds.
fn times(path: &str, first: usize) -> Result<f64, Error> {
    let stat = read(path)?;
    // The program's name, in parentheses, may contain any character.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let mut fields = fields.split_whitespace().skip(first);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    match (ticks(), ticks()) {
        (Some(user), Some(system)) => Ok((user + system) / TICKS),
        _ => Err(unexpected(path, &stat)),
    }
}

/// Returns the resident memory of a process, in KiB.
pub(crate) fn resident_kib(process: u32) -> Result<f64, Error> {
    let path = format!("/proc/{process}/status");
    let status = read(&path)?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kib.ok_or_else(|| unexpected(&path, &status))
}

/// Returns the average load of the last 1, 5 and 15 minutes.
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
        expected: "the format of Linux".to_owned(),
        found: format!("{text:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_on_open_files_is_never_lowered() {
        let limits = || read("/proc/self/limits").unwrap();
        let before = limits();
        assert!(allow_open_files(3).unwrap() >= 3);
        assert_eq!(limits(), before);
    }
}
