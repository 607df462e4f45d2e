//! `completions`: completion scripts for shells.

use clap::Command;

use crate::screen;

/// Arguments of `completions`.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct Arguments {
    /// Shell to print the script for.
    shell: clap_complete::Shell,
}

/// Prints a completion script for a command.
///
/// # Errors
///
/// Returns an error if standard output cannot be written.
pub fn print(arguments: Arguments, mut command: Command) -> std::io::Result<()> {
    let mut script = Vec::new();
    let name = command.get_name().to_owned();
    clap_complete::generate(arguments.shell, &mut command, name, &mut script);
    screen::print(&String::from_utf8_lossy(&script))
}
