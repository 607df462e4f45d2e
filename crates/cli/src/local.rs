//! Subcommands besides those that call one action: the service on this machine, and its devices.

use std::process::ExitCode;

use clap::Command as Clap;
use clap::Subcommand;
pub(crate) use ons_mqtt_server::path_of_page;
use pop_cli::options::Options;

use crate::failure::Failure;
use crate::{
    backup, cluster, default_instance, demo, drain, explain_connect, man, password, serve,
};

/// Subcommands in addition to those of all products.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serves the API and MQTT on this machine.
    ///
    /// Without a configuration file, it serves one instance on the loopback interface only, with an
    /// access key that is kept in the data directory. On SIGTERM or Ctrl-C it writes the counts and
    /// ends; a second signal ends it at once. On SIGHUP it reads the configuration again. The log
    /// goes to standard error.
    Serve(serve::Arguments),
    /// Shows every action on a temporary service with 50 simulated devices.
    ///
    /// Takes a few seconds and leaves nothing behind. Compares each answer with what the devices
    /// did; the exit code is 0 if all of them match.
    Demo,
    /// Says why a device would be refused.
    ///
    /// Checks client ID, user name and password with the access key of the profile or the
    /// environment, and asks the service for instance and group. What is left out is printed as the
    /// device has to send it. The exit code is 1 if the device would be refused.
    ExplainConnect(explain_connect::Arguments),
    /// Copies all data of the service to a new folder.
    ///
    /// Copies database, sessions, messages and access key as of one moment, while `serve` runs or not.
    Backup(backup::Arguments),
    /// Shows the nodes of a cluster.
    #[command(subcommand)]
    Cluster(cluster::Command),
    /// Sends all devices of the running service away, then stops it.
    ///
    /// It accepts no further devices, `/readyz` answers with 503, and the devices are disconnected a few at a time, so that
    /// they connect to other nodes. Then the service stops as on SIGTERM.
    Drain(drain::Arguments),
    /// Writes manual pages to a folder.
    Man(man::Arguments),
    /// Prints the password of a device.
    ///
    /// Computes it from the client ID and the access key of the profile or the environment, without
    /// a service: base64 of the HMAC-SHA1 of the client ID, with the secret as the key.
    Password(password::Arguments),
}

/// Completes the command with what only this program has.
pub(crate) fn complete(command: Clap) -> Clap {
    default_instance::complete(command)
}

/// Runs a subcommand of the program and returns its exit code.
pub(crate) fn run(command: Command, options: &Options, program: fn() -> clap::Command) -> ExitCode {
    let done = match command {
        Command::Serve(arguments) => serve::serve(&arguments, options.level()),
        Command::Demo => {
            options.trace();
            demo::demo()
        }
        Command::ExplainConnect(arguments) => {
            options.trace();
            explain_connect::explain(&arguments, options)
        }
        Command::Backup(arguments) => {
            options.trace();
            backup::make(&arguments)
        }
        Command::Cluster(command) => {
            options.trace();
            cluster::run(&command)
        }
        Command::Drain(arguments) => {
            options.trace();
            drain::run(&arguments)
        }
        Command::Man(arguments) => man::write(&arguments, program()).map_err(Failure::from),
        Command::Password(arguments) => {
            options.trace();
            password::print(&arguments, options)
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
