//! Runs cargo from a program that cargo has started.

use std::process::Command;

/// Variables that cargo sets for the programs of a package.
const OF_A_PACKAGE: [&str; 2] = ["CARGO_MANIFEST_", "CARGO_PKG_"];

/// Returns a command that runs cargo: the one that runs this program, or the one in `PATH`.
///
/// It does not inherit the variables of this program's package. Build scripts of some packages look at
/// them, and would run again each time, with all that depends on them compiled again.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let is_of_a_package =
            |name: &str| OF_A_PACKAGE.iter().any(|prefix| name.starts_with(prefix));
        if name.to_str().is_some_and(is_of_a_package) {
            cargo.env_remove(name);
        }
    }
    cargo
}
