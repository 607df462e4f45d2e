//! `ons-mqtt`: the command line of the control API of Message Queue for MQTT.
//!
//! | what | where |
//! |---|---|
//! | options, and what comes after them | [`arguments`] |
//! | a subcommand an action | [`generated`], made from the spec |
//! | what command lines of all products share | [`pop_cli`] |
//! | errors and exit codes | [`failure`] |
//! | the service on this machine | [`serve`] |
//! | devices that try the service out | [`demo`] |

mod arguments;
mod demo;
mod failure;
#[rustfmt::skip]
// Its doc comments are help texts: plain, not Markdown.
#[allow(rustdoc::all, missing_docs)]
mod generated;
mod serve;
mod stop;

use std::process::ExitCode;

use pop_cli::options::Options;
use pop_cli::{completions, explain};

use arguments::{Arguments, Subcommands};
use failure::Failure;
use generated::Session;

fn main() -> ExitCode {
    let Arguments {
        options,
        subcommand,
    } = Arguments::read();
    match run(&options, subcommand) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(options: &Options, subcommand: Subcommands) -> Result<(), Failure> {
    match subcommand {
        Subcommands::Call(command) => {
            options.trace();
            let session = Session::new(options)?;
            Ok(pop_cli::wait(session.run(command))?)
        }
        Subcommands::Serve(arguments) => {
            options.log();
            serve::serve(&arguments)
        }
        Subcommands::Demo => {
            options.trace();
            demo::demo()
        }
        Subcommands::Explain(arguments) => explain::print(&arguments, ons_mqtt_docs::reference()),
        Subcommands::Completions(arguments) => Ok(completions::print(
            arguments,
            Arguments::complete_command(),
        )?),
    }
}
