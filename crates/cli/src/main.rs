//! `ons-mqtt`: the command line of the control API of Message Queue for MQTT.
//!
//! | what | where |
//! |---|---|
//! | the command line, with one subcommand per action | [`generated`], made from the spec |
//! | what the command lines of all products share | [`pop_cli`] |
//! | subcommands that run the service on this machine | [`local`] |
//! | the service | [`serve`] |
//! | simulated devices that try the service out | [`demo`] |
//! | their errors and exit codes | [`failure`] |

mod demo;
mod failure;
#[rustfmt::skip]
mod generated;
mod local;
mod serve;
mod stop;

use std::process::ExitCode;

fn main() -> ExitCode {
    generated::main()
}
