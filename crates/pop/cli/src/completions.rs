//! `completions`: scripts for shells.

use clap::Command;

use crate::screen;

/// The shell that is to know the command line.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct Arguments {
    /// The shell.
    shell: clap_complete::Shell,
}

/// Prints a script that completes lines of a command.
///
/// # Errors
///
/// Standard output takes nothing.
pub fn print(arguments: Arguments, mut command: Command) -> std::io::Result<()> {
    let mut script = Vec::new();
    let name = command.get_name().to_owned();
    clap_complete::generate(arguments.shell, &mut command, name, &mut script);
    screen::print(&String::from_utf8_lossy(&script))
}
