//! `cargo xtask interop`: the service against programs that others wrote.

mod device;
mod mosquitto;
mod postgres;
mod python;
mod report;
mod successor;

use std::path::Path;
use std::process::ExitCode;

use clap::ValueEnum;

use report::Report;

use crate::error::Error;
use crate::prepare;

/// Try the service with PostgreSQL, with mosquitto's devices and with the official SDKs.
///
/// Each suite starts `ons-mqtt serve` on free ports of 127.0.0.1, asks, and ends what it started.
/// Fails if a check fails.
///
/// Debian packages that are missing are installed, which takes root; packages of Python go into a
/// virtual environment below `target/`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What to try; everything, unless it is named.
    #[arg(value_enum, value_name = "SUITE")]
    suites: Vec<Suite>,
    /// Install what is missing, and try nothing.
    #[arg(long)]
    prepare: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Suite {
    /// The tests of the store, and the service across a restart, on a PostgreSQL server of their own.
    Postgres,
    /// Devices of mosquitto: QoS, retained messages, wills, sessions, refusals; then the API's counts.
    Mosquitto,
    /// The official Python SDKs: all eight actions and their errors.
    Python,
    /// The successor's official Python SDK against a service that `generate --out` made.
    Successor,
}

impl Suite {
    fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mosquitto => "mosquitto",
            Self::Python => "python",
            Self::Successor => "successor",
        }
    }

    fn prepare(self) -> Result<(), Error> {
        match self {
            Self::Postgres => prepare::postgres().and_then(|()| prepare::mosquitto()),
            Self::Mosquitto => prepare::mosquitto(),
            Self::Python | Self::Successor => prepare::python().map(|_| ()),
        }
    }

    fn run(self, binary: &Path, report: &mut Report) -> Result<(), Error> {
        match self {
            Self::Postgres => postgres::run(binary, report),
            Self::Mosquitto => mosquitto::run(binary, report),
            Self::Python => python::run(binary, report),
            Self::Successor => successor::run(report),
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let suites = match arguments.suites.as_slice() {
        [] => Suite::value_variants(),
        named => named,
    };
    for suite in suites {
        suite.prepare()?;
    }
    if arguments.prepare {
        return Ok(ExitCode::SUCCESS);
    }
    let binary = prepare::ons_mqtt()?;
    let mut reports = Vec::new();
    for suite in suites {
        let mut report = Report::begin(suite.name());
        if let Err(error) = suite.run(&binary, &mut report) {
            report.broke(&error);
        }
        reports.push(report);
    }
    Ok(report::summary(&reports))
}
