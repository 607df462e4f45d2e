//! Counts the dependencies of the program.

use super::table::verdict;
use crate::budget::packages;
use crate::error::Error;
use crate::folders::root;

/// Largest number of packages in the program, itself included.
const GOAL: usize = 250;

pub(super) fn run() -> Result<(), Error> {
    let packages = packages(root(), "ons-mqtt", "normal").map_err(Error::io("cargo tree"))?;
    let count = packages.len();
    let verdict = verdict(count as f64, GOAL as f64);
    println!("packages in the program\n  ons-mqtt {count} <= {GOAL} {verdict}");
    Ok(())
}
