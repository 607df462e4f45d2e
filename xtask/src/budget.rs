//! Limits on what the generated client costs its users.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use crate::cargo::cargo;

/// Largest average number of lines in models and client per action.
const LINES_PER_ACTION: usize = 185;

/// Largest number of packages that the client builds, itself included.
const DEPENDENCIES: usize = 110;

/// The client's size and number of dependencies.
pub(crate) struct Cost {
    lines_per_action: usize,
    dependencies: usize,
}

impl Cost {
    /// Counts the client's dependencies.
    pub(crate) fn measure(root: &Path, lines_per_action: usize) -> io::Result<Self> {
        Ok(Self {
            lines_per_action,
            dependencies: packages(root, "ons-mqtt-client", "normal,build")?.len(),
        })
    }

    /// Prints each figure with its limit. Returns `true` if none is over budget.
    pub(crate) fn report(&self) -> bool {
        let figures = [
            ("lines per action", self.lines_per_action, LINES_PER_ACTION),
            ("dependencies", self.dependencies, DEPENDENCIES),
        ];
        for (name, figure, limit) in figures {
            let verdict = if figure > limit { ", over budget" } else { "" };
            println!("{name}: {figure} of at most {limit}{verdict}");
        }
        figures.iter().all(|(_, figure, limit)| figure <= limit)
    }
}

/// Asks cargo for all packages that a package needs, itself included; `edges` are the kinds of dependencies to follow.
pub(crate) fn packages(root: &Path, package: &str, edges: &str) -> io::Result<BTreeSet<String>> {
    let tree = cargo()
        .current_dir(root)
        .args(["tree", "--package", package, "--prefix", "none"])
        .args(["--edges", edges, "--format", "{p}"])
        .output()?;
    if !tree.status.success() {
        let reason = String::from_utf8_lossy(&tree.stderr).into_owned();
        return Err(io::Error::other(format!("cargo tree: {reason}")));
    }
    let text = String::from_utf8_lossy(&tree.stdout);
    // `cargo tree` appends a path or a mark to some mentions of a package.
    let package = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    Ok(text.lines().map(package).collect())
}
