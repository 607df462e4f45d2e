//! Options that all calls share, and the width of help.

use std::io;
use std::time::Duration;

use clap::{Arg, ArgAction, Args, Command, ValueEnum};
use pop_client::builder::{ENDPOINT, REGION};
use pop_client::credentials::{DefaultChain, Environment, environment};
use pop_client::transport::Http;
use pop_client::{self, BuildError, Builder, Retry};
use pop_rpc::Method;
use textwrap::WordSplitter;
use tracing::Level;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::failure::EXIT_CODES;
use crate::output::Output;
use crate::screen::PAGE_WIDTH;
use crate::time;
use crate::values::Values;
use crate::{Given as _, Product};

/// Time limit for connecting to the service that knows the role of a machine.
const ROLE_TIMEOUT: Duration = Duration::from_secs(5);

/// Completes a derived command: sets regions and variables of its [`Options`], the width of its
/// help, and the help about exit codes and access keys.
pub fn complete(command: Command, product: &Product) -> Command {
    let regions = (product.regions)();
    let regions = regions.into_iter().map(|(id, name)| (id.to_owned(), name));
    // With an endpoint, any other region is allowed.
    let regions = Values::new(regions).or_other();
    // The client reads the variables. If clap did, usage would show the options as required.
    let with_variable = |option: Arg, name: &str| {
        let help = option.get_help().map(ToString::to_string);
        let variable = format!("{}_{name}", product.variables);
        option.help(format!("{} [env: {variable}]", help.unwrap_or_default()))
    };
    let mut command = command
        .max_term_width(PAGE_WIDTH)
        .after_help(EXIT_CODES)
        .after_long_help(format!("{}\n\n{EXIT_CODES}", credentials_help()))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .mut_arg("region", |region| {
            with_variable(region, REGION).value_parser(regions)
        })
        .mut_arg("endpoint", |endpoint| with_variable(endpoint, ENDPOINT));
    command.build();
    narrow(command)
}

/// Wraps usage lines that are too long.
fn narrow(command: Command) -> Command {
    let mut command = command.mut_subcommands(narrow);
    let usage = command.render_usage().to_string();
    if usage.chars().count() <= PAGE_WIDTH {
        return command;
    }
    const LABEL: &str = "Usage: ";
    let indent = " ".repeat(LABEL.len());
    let options = textwrap::Options::new(PAGE_WIDTH)
        .subsequent_indent(&indent)
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(false);
    let wrapped = textwrap::fill(&usage, options);
    command.override_usage(wrapped.trim_start_matches(LABEL).to_owned())
}

/// Options that all calls share.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Global options")]
pub struct Options {
    /// Region to call; `explain regions` lists all.
    #[arg(long, global = true, value_name = "ID", hide_possible_values = true)]
    region: Option<String>,
    /// Endpoint to call instead of the region's: a host or a URL.
    #[arg(long, global = true, value_name = "URL")]
    endpoint: Option<String>,
    /// Profile in the credential files; an access key in the environment is then ignored.
    #[arg(long, global = true, value_name = "NAME")]
    profile: Option<String>,
    /// Output format; default: table on a terminal, otherwise json.
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    output: Option<Output>,
    /// Send nothing; print the signed request and its string to sign.
    #[arg(long, global = true)]
    dry_run: bool,
    /// HTTP method of the request, if the action accepts it.
    #[arg(long, global = true, value_enum, ignore_case = true)]
    method: Option<HttpMethod>,
    /// Time limit of one try: seconds, or a duration such as `1m` or `500ms`.
    #[arg(long, global = true, value_name = "TIME", value_parser = time::length)]
    timeout: Option<Duration>,
    /// Number of retries after a failure, where a retry is safe.
    #[arg(long, global = true, value_name = "COUNT", default_value_t = Retry::default().tries - 1)]
    retries: u32,
    /// Log calls on standard error; twice (-vv): log everything.
    #[arg(short, long = "verbose", global = true, action = ArgAction::Count)]
    verbosity: u8,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum HttpMethod {
    /// Everything in the URL.
    Get,
    /// Parameters in the URL, or in a form body if the action has a form.
    Post,
}

impl Options {
    /// Returns a builder for a client that follows the options.
    pub fn client<P: pop_client::Product>(&self) -> Builder<P> {
        let retry = Retry {
            tries: self.retries.saturating_add(1),
            ..Retry::default()
        };
        let method = self.method.map(|method| match method {
            HttpMethod::Get => Method::Get,
            HttpMethod::Post => Method::Post,
        });
        Builder::default()
            .retry(retry)
            .given(self.region.as_ref(), Builder::region)
            .given(self.endpoint.as_ref(), Builder::endpoint)
            .given(self.profile.as_ref(), Builder::profile)
            .given(self.timeout, Builder::timeout)
            .given(method, Builder::method)
    }

    /// Returns the source of the access key that the client has.
    ///
    /// # Errors
    ///
    /// HTTP cannot be set up, which asks for the role of a machine.
    pub fn credentials(&self) -> Result<DefaultChain, BuildError> {
        let http = Http::new(ROLE_TIMEOUT)?;
        let environment = Environment::process();
        Ok(DefaultChain::new(environment, self.profile.clone(), http))
    }

    /// Returns the output format.
    pub fn output(&self) -> Output {
        self.output.unwrap_or_else(Output::suitable)
    }

    /// Returns `true` if nothing is to be sent.
    pub fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    /// Returns the level of the log that `--verbose` asks for.
    pub fn level(&self) -> Option<Level> {
        match self.verbosity {
            0 => None,
            1 => Some(Level::DEBUG),
            _ => Some(Level::TRACE),
        }
    }

    /// Prints spans and events on standard error if `--verbose` was given.
    pub fn trace(&self) {
        let Some(level) = self.level() else {
            return;
        };
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(level)
            .with_span_events(FmtSpan::CLOSE)
            .with_writer(io::stderr)
            // Otherwise it panics if standard error is closed.
            .log_internal_errors(false)
            .finish();
        // `init` would also print what libraries log through the crate `log`. This fails only if
        // there is a log already.
        let _ = tracing::subscriber::set_global_default(subscriber);
    }
}

fn credentials_help() -> String {
    format!(
        "The access key is read from the first of these places that has one:\n  \
         the variables {} and\n  {}, with\n  {} if it is temporary;\n  \
         ~/.aliyun/config.json; ~/.alibabacloud/credentials.ini; the role of the machine.\n\
         There is no option for it, because other users of the machine can see options.",
        environment::ID,
        environment::SECRET,
        environment::TOKEN
    )
}
