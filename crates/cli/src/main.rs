//! `ons-mqtt`: the command line of the control API of Message Queue for MQTT.
//!
//! | what | where |
//! |---|---|
//! | the command line, with one subcommand per action | [`generated`], made from the spec |
//! | what the command lines of all products share | [`pop_cli`] |
//! | subcommands besides those that call one action | [`local`] |
//! | the instance of calls that name none | [`default_instance`] |
//! | the service, and what it prints after its start | [`serve`], [`banner`] |
//! | simulated devices that try the service out | [`demo`] |
//! | reasons why a device would be refused, and its password | [`explain_connect`], [`password`] |
//! | titles of charts in the reader's language | [`titles`] |
//! | copies of all data | [`backup`] |
//! | nodes of a cluster, and sending devices away | [`cluster`], [`drain`] |
//! | manual pages | [`man`] |
//! | their errors and exit codes | [`failure`] |

mod backup;
mod banner;
mod cluster;
mod default_instance;
mod demo;
mod drain;
mod explain_connect;
mod failure;
#[rustfmt::skip]
mod generated;
mod local;
mod log;
mod man;
mod password;
mod reload;
mod serve;
mod stop;
mod titles;

use std::process::ExitCode;

fn main() -> ExitCode {
    generated::main()
}
