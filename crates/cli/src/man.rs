//! `man`: writes manual pages.

use std::fs;
use std::io;
use std::path::PathBuf;

/// Arguments of `man`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder for the pages; created if it does not exist.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Writes a page for the program and one for each of its subcommands.
pub(crate) fn write(arguments: &Arguments, command: clap::Command) -> io::Result<()> {
    fs::create_dir_all(&arguments.folder)?;
    clap_mangen::generate_to(command, &arguments.folder)
}
