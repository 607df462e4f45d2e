//! The command line.

use std::io::{self, IsTerminal};
use std::time::Duration;

use clap::{
    ArgAction, Args, Command as Clap, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum,
};
use ons_mqtt_client::credentials::environment;
use ons_mqtt_client::models::Region;
use ons_mqtt_client::{Builder, Client, Method, Retry};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::failure;
use crate::generated::Command;
use crate::serve;
use crate::time;
use crate::values::Values;

/// Columns of help and of the reference, however wide the terminal is.
pub(crate) const WIDTH: usize = 80;

/// Calls the control API of Message Queue for MQTT and explains it.
#[derive(Parser)]
#[command(
    version,
    max_term_width = WIDTH,
    after_help = failure::EXIT_CODES,
    after_long_help = format!("{}\n\n{}", credentials_help(), failure::EXIT_CODES),
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) options: Options,
    #[command(subcommand)]
    pub(crate) subcommand: Subcommands,
}

impl Arguments {
    /// Reads the arguments of the process; ends it if they are wrong or ask for help.
    pub(crate) fn read() -> Self {
        let read = Self::from_arg_matches(&Self::narrow_command().get_matches());
        read.unwrap_or_else(|error| error.exit())
    }

    /// The command, with lines of usage that fit, as all other help does.
    pub(crate) fn narrow_command() -> Clap {
        let mut command = Self::command();
        command.build();
        narrow(command)
    }
}

/// Breaks lines of usage that are too long.
fn narrow(command: Clap) -> Clap {
    let mut command = command.mut_subcommands(narrow);
    let usage = command.render_usage().to_string();
    if usage.chars().count() <= WIDTH {
        return command;
    }
    const LABEL: &str = "Usage: ";
    let mut lines = vec![String::new()];
    for word in usage.trim_start_matches(LABEL).split(' ') {
        let is_full =
            |line: &String| LABEL.len() + line.chars().count() + 1 + word.chars().count() > WIDTH;
        match lines.last_mut().filter(|line| !is_full(line)) {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) => line.extend([" ", word]),
            None => lines.push(word.to_owned()),
        }
    }
    let indent = " ".repeat(LABEL.len());
    command.override_usage(lines.join(&format!("\n{indent}")))
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
    Explain {
        /// A subcommand, an action, an error code, a region or a chapter.
        #[arg(required = true)]
        name: Vec<String>,
        /// Language of the text.
        #[arg(long, value_enum, default_value_t = Language::En)]
        language: Language,
    },
    /// Prints a script that completes command lines in a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// What holds for all calls.
#[derive(Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Options {
    /// Region to call; `explain regions` lists all.
    #[arg(
        long,
        global = true,
        value_name = "ID",
        env = "ONS_MQTT_REGION",
        hide_env_values = true,
        hide_possible_values = true,
        value_parser = regions()
    )]
    region: Option<String>,
    /// Endpoint to call instead of the region's: a host or a URL.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = serve::ENDPOINT,
        hide_env_values = true
    )]
    endpoint: Option<String>,
    /// Profile of the files with credentials; the environment's key is not used then.
    #[arg(long, global = true, value_name = "NAME")]
    profile: Option<String>,
    /// Form of the output; table on a terminal, else json.
    #[arg(long, global = true, value_enum, value_name = "FORM")]
    output: Option<Output>,
    /// Send nothing; print the signed request and its string to sign.
    #[arg(long, global = true)]
    pub(crate) dry_run: bool,
    /// HTTP method of the request.
    #[arg(
        long,
        global = true,
        value_enum,
        ignore_case = true,
        hide_default_value = true
    )]
    method: Option<HttpMethod>,
    /// How long one try may take: seconds, or a time such as `1m` or `500ms`.
    #[arg(long, global = true, value_name = "TIME", value_parser = time::length)]
    timeout: Option<Duration>,
    /// How often to try again after a failure, where that is safe.
    #[arg(long, global = true, value_name = "COUNT", default_value_t = Retry::default().tries - 1)]
    retries: u32,
    /// Show calls on standard error; twice: everything.
    #[arg(short, long = "verbose", global = true, action = ArgAction::Count)]
    verbosity: u8,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Output {
    /// For people: a table, or a chart if the terminal shows it.
    Table,
    /// For programs: the response as the service writes it in JSON.
    Json,
    /// For programs: the response as the service writes it in XML.
    Xml,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Language {
    /// Chinese.
    Zh,
    /// English.
    En,
}

#[derive(Clone, Copy, ValueEnum)]
enum HttpMethod {
    /// Parameters in the URL.
    Get,
    /// Parameters in the body, which access logs do not show.
    Post,
}

impl Options {
    /// A client to be built.
    pub(crate) fn client(&self) -> Builder<Client> {
        let mut builder = Client::builder().retry(Retry {
            tries: self.retries.saturating_add(1),
            ..Retry::default()
        });
        if let Some(region) = &self.region {
            builder = builder.region(region);
        }
        if let Some(endpoint) = &self.endpoint {
            builder = builder.endpoint(endpoint);
        }
        if let Some(profile) = &self.profile {
            builder = builder.profile(profile);
        }
        if let Some(timeout) = self.timeout {
            builder = builder.timeout(timeout);
        }
        match self.method {
            Some(HttpMethod::Get) => builder.method(Method::Get),
            Some(HttpMethod::Post) => builder.method(Method::Post),
            None => builder,
        }
    }

    /// Form of the output.
    pub(crate) fn output(&self) -> Output {
        self.output.unwrap_or(match io::stdout().is_terminal() {
            true => Output::Table,
            false => Output::Json,
        })
    }

    /// Lets spans and events appear on standard error, if they are asked for.
    pub(crate) fn trace(&self) {
        if self.verbosity > 0 {
            self.log();
        }
    }

    /// Lets a service write its log to standard error.
    pub(crate) fn log(&self) {
        let level = match self.verbosity {
            0 => LevelFilter::INFO,
            1 => LevelFilter::DEBUG,
            _ => LevelFilter::TRACE,
        };
        tracing_subscriber::fmt()
            .with_max_level(level)
            .with_span_events(FmtSpan::CLOSE)
            .with_writer(io::stderr)
            // It would panic where nobody reads standard error any more.
            .log_internal_errors(false)
            .init();
    }
}

/// Regions that are known; with an endpoint, others may be named.
fn regions() -> Values<String> {
    let regions = Region::ALL.iter();
    Values::new(regions.map(|region| (region.id.to_owned(), region.name_en))).or_other()
}

fn credentials_help() -> String {
    format!(
        "Access key, from the first place that has one:\n  \
         the variables {} and\n  {}, with\n  {} if it is temporary;\n  \
         ~/.aliyun/config.json; ~/.alibabacloud/credentials.ini; the role of the machine.\n\
         There is no option for it: other users of a machine can see options.",
        environment::ID,
        environment::SECRET,
        environment::TOKEN
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_option_of_a_subcommand_takes_the_name_of_a_global_one() {
        Arguments::command().debug_assert();
    }
}
