//! `cargo xtask interop`: tests the service with programs that other people wrote.

mod clients;
mod cluster;
mod device;
mod explorer;
mod killed_database;
mod mcp;
mod mosquitto;
mod postgres;
mod python;
mod successor;
mod tally;

use std::path::Path;
use std::process::ExitCode;

use clap::ValueEnum;

use tally::Tally;

use crate::error::Error;
use crate::folders::root;
use crate::prepare;
use crate::requests::compare;

/// Metadata of a made-up product with an action for each kind of request.
const REQUESTS: &str = "tests/interop/requests.api-docs.json";

/// Test the service with PostgreSQL, NATS, MQTT clients, the official SDKs and an MCP client.
///
/// Each suite starts `ons-mqtt serve` on free ports of 127.0.0.1, makes its checks, and ends every
/// program it started. The exit code is 1 if any check fails.
///
/// Missing Debian packages are installed, which requires root. Packages of Python and Node.js are
/// installed below `target/`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Suites to run; all of them by default.
    #[arg(value_enum, value_name = "SUITE")]
    suites: Vec<Suite>,
    /// Only install what is missing.
    #[arg(long)]
    prepare: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Suite {
    /// The store's tests, and a restart of the service, on a temporary PostgreSQL server.
    Postgres,
    /// mosquitto's clients over TCP and TLS: QoS, retained messages, wills, sessions, refusals;
    /// then the API's counts.
    Mosquitto,
    /// paho-mqtt, mqtt.js and rumqttc over TCP, TLS, WebSocket, and WebSocket over TLS.
    Clients,
    /// The official Python SDKs: all eight actions and their errors.
    Python,
    /// The Python code that the API Explorer shows, for all eight actions.
    Explorer,
    /// Requests of each kind: the generated client sends what the official SDK sends.
    Requests,
    /// The official Python client of the Model Context Protocol, with `ons-mqtt mcp`.
    Mcp,
    /// Nodes of a cluster: the tests that start servers of NATS, with a temporary PostgreSQL server; then
    /// nodes whose database is killed, with mosquitto's clients.
    Cluster,
    /// The successor's official Python SDK, and the Python code of its API Explorer, with a service
    /// made by `generate --out`.
    Successor,
}

impl Suite {
    fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mosquitto => "mosquitto",
            Self::Clients => "clients",
            Self::Python => "python",
            Self::Explorer => "explorer",
            Self::Requests => "requests",
            Self::Mcp => "mcp",
            Self::Cluster => "cluster",
            Self::Successor => "successor",
        }
    }

    fn prepare(self) -> Result<(), Error> {
        match self {
            Self::Postgres => prepare::postgres().and_then(|()| prepare::mosquitto()),
            Self::Mosquitto => prepare::mosquitto(),
            Self::Cluster => {
                prepare::postgres()?;
                prepare::mosquitto()?;
                prepare::python().map(|_| ())
            }
            Self::Clients => clients::programs().map(|_| ()),
            Self::Python | Self::Explorer | Self::Requests | Self::Mcp | Self::Successor => {
                prepare::python().map(|_| ())
            }
        }
    }

    fn run(self, binary: &Path, tally: &mut Tally) -> Result<(), Error> {
        match self {
            Self::Postgres => postgres::run(binary, tally),
            Self::Mosquitto => mosquitto::run(binary, tally),
            Self::Clients => clients::run(binary, tally),
            Self::Python => python::run(binary, tally),
            Self::Explorer => explorer::run(binary, tally),
            Self::Requests => {
                tally.check("requests_sdk.py", || {
                    compare(&root().join(REQUESTS), "interop-requests")
                });
                Ok(())
            }
            Self::Mcp => mcp::run(binary, tally),
            Self::Cluster => cluster::run(binary, tally),
            Self::Successor => successor::run(tally),
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
    let mut tallies = Vec::new();
    for suite in suites {
        let mut tally = Tally::begin(suite.name());
        if let Err(error) = suite.run(&binary, &mut tally) {
            tally.broke(&error);
        }
        tallies.push(tally);
    }
    Ok(tally::summary(&tallies))
}
