//! `ons-mqtt`: the command line of the control API of Message Queue for MQTT.
//!
//! | what | where |
//! |---|---|
//! | the command line, with one subcommand per action | [`generated`], made from the spec |
//! | what the command lines of all products share | [`pop_cli`] |
//! | subcommands besides those that call one action | [`local`] |
//! | the service | [`serve`] |
//! | simulated devices that try the service out | [`demo`] |
//! | reasons why a device would be refused | [`explain_connect`] |
//! | manual pages | [`man`] |
//! | their errors and exit codes | [`failure`] |

mod demo;
mod explain_connect;
mod failure;
#[rustfmt::skip]
mod generated;
mod local;
mod log;
mod man;
mod reload;
mod serve;
mod stop;

use std::process::ExitCode;

fn main() -> ExitCode {
    generated::main()
}
