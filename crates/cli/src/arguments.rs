//! The command line.

use clap::{Command as Clap, CommandFactory, FromArgMatches, Parser, Subcommand};
use ons_mqtt_client::models::Region;
use pop_cli::options::{self, Options};
use pop_cli::{Product, completions, explain};

use crate::generated::Command;
use crate::serve;

/// What is special to this command line.
pub(crate) const PRODUCT: Product = Product {
    variables: "ONS_MQTT",
    regions: || {
        let regions = Region::ALL.iter();
        regions.map(|region| (region.id, region.name_en)).collect()
    },
    reference: ons_mqtt_docs::reference,
};

/// Calls the control API of Message Queue for MQTT and explains it.
#[derive(Parser)]
#[command(version)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) options: Options,
    #[command(subcommand)]
    pub(crate) subcommand: Subcommands,
}

impl Arguments {
    /// Reads the arguments of the process; ends it if they are wrong or ask for help.
    pub(crate) fn read() -> Self {
        let read = Self::from_arg_matches(&Self::complete_command().get_matches());
        read.unwrap_or_else(|error| error.exit())
    }

    /// The command with all that it shares with those of other products.
    pub(crate) fn complete_command() -> Clap {
        options::complete(Self::command(), &PRODUCT)
    }
}

#[derive(Subcommand)]
pub(crate) enum Subcommands {
    #[command(flatten)]
    Call(Command),
    /// Serves the API and MQTT on this machine.
    ///
    /// Without a configuration file: one instance, on the loopback interface only, with an access key of its own in
    /// the data directory. Ends on SIGTERM or Ctrl-C, once counts are written. The log goes to standard error.
    Serve(serve::Arguments),
    /// Shows every action on a service of its own with 50 simulated devices.
    ///
    /// Takes some seconds and leaves nothing behind. Each answer is compared with what the devices did; the exit code
    /// is 0 if all are right.
    Demo,
    /// Explains an action, an error code or a subject of the reference.
    ///
    /// Upper and lower case do not matter. The chapter `actions` leads on.
    Explain(explain::Arguments),
    /// Prints a script that completes command lines in a shell.
    Completions(completions::Arguments),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_option_of_a_subcommand_takes_the_name_of_a_global_one() {
        Arguments::complete_command().debug_assert();
    }
}
