// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! The program: reads its arguments, does what they ask for, and reports failures.

use std::process::ExitCode;
use clap::{Command as Clap, CommandFactory, FromArgMatches, Parser, Subcommand};
use pop_cli::options::{self, Options};
use pop_cli::{Product, completions, explain, mcp};
use ons_mqtt_docs::reference;
use ons_mqtt_client::models::Region;
use super::Failure;
use super::command::Command;
use super::session::Session;
use super::tools::Tools;
use crate::local;

/// Facts about the product that the command line needs.
const PRODUCT: Product = Product {
    variables: "ONS_MQTT",
    regions: || Region::ALL.iter().map(|region| (region.id, region.name_en)).collect(),
    reference,
};

/// The command line; its help begins with the description of the package.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    subcommand: Subcommands,
}

#[derive(Subcommand)]
enum Subcommands {
    #[command(flatten)]
    Call(Command),
    #[command(flatten)]
    Local(local::Command),
    /// Explains an action, an error code or a subject of the reference.
    ///
    /// Without a name, lists all names. Case does not matter.
    Explain(explain::Arguments),
    /// Offers the actions as tools to AI assistants and other programs.
    ///
    /// Speaks the Model Context Protocol over standard input and output. Only actions that read
    /// are offered, unless `--allow-writes` is given. With `--dry-run`, a tool returns what it would
    /// send. An answer is cut off after 64 KiB.
    Mcp(mcp::Arguments),
    /// Prints a script that completes command lines in a shell.
    Completions(completions::Arguments),
}

/// Runs the command line of the process.
pub(crate) fn main() -> ExitCode {
    let ended = pop_cli::on_large_stack(|| run(read()));
    ended.unwrap_or_else(|error| Failure::from(error).report(reference()))
}

/// Reads the arguments of the process; ends it if they are wrong or ask for help.
fn read() -> Arguments {
    let read = Arguments::from_arg_matches(&complete_command().get_matches());
    read.unwrap_or_else(|error| error.exit())
}

/// The command with everything that it shares with those of other products.
fn complete_command() -> Clap {
    options::complete(local::complete(Arguments::command()), &PRODUCT)
}

fn run(Arguments { options, subcommand }: Arguments) -> ExitCode {
    let done = match subcommand {
        Subcommands::Call(command) => call(command, &options),
        Subcommands::Local(command) => {
            return local::run(command, &options, complete_command);
        }
        Subcommands::Explain(arguments) => {
            explain::print(&arguments, reference(), Some(local::path_of_page))
        }
        Subcommands::Mcp(arguments) => {
            options.trace();
            pop_cli::wait(mcp::serve::<Tools, Failure>(arguments, &options, reference()))
        }
        Subcommands::Completions(arguments) => {
            completions::print(arguments, complete_command()).map_err(Failure::from)
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(reference()),
    }
}

fn call(command: Command, options: &Options) -> Result<(), Failure> {
    options.trace();
    let session = Session::new(options)?;
    pop_cli::wait(session.run(command))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn every_option_and_subcommand_has_its_own_name() {
        pop_cli::on_large_stack(|| complete_command().debug_assert()).unwrap();
    }
}
