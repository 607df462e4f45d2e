//! What the generated client may cost those who use it.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::process::Command;

/// Lines of models and client that an action may add, on average.
const LINES_AN_ACTION: usize = 150;

/// Packages that a program with the client may build beside its own.
const DEPENDENCIES: usize = 110;

/// What the client costs.
pub(crate) struct Cost {
    lines_an_action: usize,
    dependencies: usize,
}

impl Cost {
    pub(crate) fn measure(root: &Path, lines_an_action: usize) -> io::Result<Self> {
        Ok(Self {
            lines_an_action,
            dependencies: packages(root, "ons-mqtt-client")?.len(),
        })
    }

    /// Prints each figure with what it may be; whether all are within.
    pub(crate) fn report(&self) -> bool {
        let figures = [
            ("lines an action", self.lines_an_action, LINES_AN_ACTION),
            ("dependencies", self.dependencies, DEPENDENCIES),
        ];
        for (name, is, most) in figures {
            let verdict = if is > most { ", over budget" } else { "" };
            println!("{name}: {is} of at most {most}{verdict}");
        }
        figures.iter().all(|(_, is, most)| is <= most)
    }
}

/// Asks cargo for the packages that are built for a package, itself among them.
pub(crate) fn packages(root: &Path, package: &str) -> io::Result<BTreeSet<String>> {
    let tree = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["tree", "--package", package, "--prefix", "none"])
        .args(["--edges", "normal,build", "--format", "{p}"])
        .output()?;
    if !tree.status.success() {
        let reason = String::from_utf8_lossy(&tree.stderr).into_owned();
        return Err(io::Error::other(format!("cargo tree: {reason}")));
    }
    let text = String::from_utf8_lossy(&tree.stdout);
    // The path or mark behind name and version differs between mentions of one package.
    let package = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    Ok(text.lines().map(package).collect())
}
