//! `ons-mqtt`: the command line of the control API of Message Queue for MQTT.
//!
//! | what | where |
//! |---|---|
//! | options, and what comes after them | [`arguments`] |
//! | a subcommand an action | [`generated`], made from the spec |
//! | calls, or what they would send | [`session`], [`dry_run`] |
//! | responses as table, JSON, XML, chart | [`output`], [`table`], [`chart`] |
//! | errors and exit codes | [`failure`] |
//! | times and other values of parameters | [`time`], [`values`] |
//! | the service on this machine | [`serve`] |
//! | devices that try the service out | [`demo`] |
//! | the reference | [`explain`], [`markdown`] |

mod arguments;
mod chart;
mod demo;
mod dry_run;
mod explain;
mod failure;
#[rustfmt::skip]
// Its doc comments are help texts: plain, not Markdown.
#[allow(rustdoc::all, missing_docs)]
mod generated;
mod markdown;
mod output;
mod screen;
mod serve;
mod session;
mod table;
mod time;
mod values;

use std::process::ExitCode;

use arguments::{Arguments, Options, Subcommands};
use failure::Failure;
use session::Session;

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
            // One call at a time needs no second thread.
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(Failure::Runtime)?
                .block_on(session.run(command))
        }
        Subcommands::Serve(arguments) => {
            options.log();
            serve::serve(&arguments)
        }
        Subcommands::Demo => {
            options.trace();
            demo::demo()
        }
        Subcommands::Explain { name, language } => explain::explain(&name.join(" "), language),
        Subcommands::Completions { shell } => {
            let mut script = Vec::new();
            let mut command = Arguments::narrow_command();
            let name = command.get_name().to_owned();
            clap_complete::generate(shell, &mut command, name, &mut script);
            Ok(screen::print(&String::from_utf8_lossy(&script))?)
        }
    }
}
