//! Instance of calls that name none: from the environment, or from the profile.

use std::ffi::OsString;

use clap::{Arg, Command};
use ons_mqtt_client::credentials::{Environment, profile_setting};

/// Variable with the instance. `ONS_MQTT_INSTANCE_ID` is another one: it configures `serve`.
pub(crate) const VARIABLE: &str = "ONS_MQTT_DEFAULT_INSTANCE";

/// Setting of a profile, in either of the files with credentials.
const SETTING: &str = "ons_mqtt_default_instance";

/// Argument of the subcommands that call actions.
const ARGUMENT: &str = "instance_id";

/// Makes the default instance the default of `--instance-id` in all subcommands that have it.
///
/// clap does not read the variable itself, because it would then show the option as required. It
/// loses options that change after the command is built.
pub(crate) fn complete(command: Command) -> Command {
    match find(std::env::args_os()) {
        Some(instance) => with_default(command, &instance),
        None => command,
    }
}

/// Returns the default instance; `arguments` are those of the process.
///
/// A variable that is not UTF-8 names an instance that cannot exist, so that no other one is called.
pub(crate) fn find(arguments: impl Iterator<Item = OsString>) -> Option<String> {
    let variable = std::env::var_os(VARIABLE);
    let variable = variable.map(|id| id.to_string_lossy().into_owned());
    variable.filter(|id| !id.is_empty()).or_else(|| {
        let profile = profile(arguments);
        profile_setting(&Environment::process(), profile.as_deref(), SETTING)
    })
}

/// Returns the value of `--profile`, which has to be known before clap reads the arguments.
///
/// clap reports arguments that are not UTF-8.
fn profile(mut arguments: impl Iterator<Item = OsString>) -> Option<String> {
    while let Some(argument) = arguments.next() {
        let argument = argument.to_str().unwrap_or_default();
        match argument.strip_prefix("--profile") {
            Some("") => return arguments.next()?.into_string().ok(),
            Some(value) if value.starts_with('=') => return Some(value[1..].to_owned()),
            _ => {}
        }
    }
    None
}

fn with_default(command: Command, instance: &str) -> Command {
    let command = command.mut_subcommands(|subcommand| with_default(subcommand, instance));
    let is_argument = |argument: &Arg| argument.get_id() == ARGUMENT;
    if command.get_arguments().any(is_argument) {
        let instance = instance.to_owned();
        return command.mut_arg(ARGUMENT, |argument| argument.default_value(instance));
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_is_found_wherever_it_is() {
        for (line, expected) in [
            ("ons-mqtt group list", None),
            ("ons-mqtt --profile a group list", Some("a")),
            ("ons-mqtt group list --profile=b", Some("b")),
            ("ons-mqtt group list --profiles c", None),
            ("ons-mqtt group list --profile", None),
        ] {
            let arguments = line.split(' ').map(OsString::from);
            assert_eq!(profile(arguments).as_deref(), expected, "{line}");
        }
    }
}
