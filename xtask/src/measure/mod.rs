//! `cargo xtask measure`: measures the running service against other brokers and at other sizes.

mod alone;
mod api;
mod broker;
mod cluster;
mod connecting;
mod cores;
mod dependencies;
mod device;
mod idle;
mod keepalive;
mod kept;
mod latency;
mod load;
mod messages;
mod payload;
mod publisher;
mod queries;
mod receiver;
mod running;
mod stalled;
mod table;

use std::process::ExitCode;

use clap::ValueEnum;

use crate::error::Error;
use crate::{prepare, process};
use broker::Programs;

/// Measure the cost of messages, connections and queries in the running service.
///
/// All programs are optimized and run on 127.0.0.1, each broker on the first core and the load on
/// the second. Figures that are compared are measured alternately within one run. Other work on the
/// machine disturbs the figures, so leave it otherwise idle.
///
/// Needs Linux with two cores, and mosquitto from Debian, which is installed if run as root; `cluster`
/// also needs PostgreSQL and Python, and `alone` builds the program twice more.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Figures to measure; all of them by default.
    #[arg(value_enum, value_name = "FIGURES")]
    figures: Vec<Figures>,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Figures {
    /// CPU time of messages, compared with mosquitto.
    Messages,
    /// Latency of messages at a moderate pace, compared with mosquitto.
    Latency,
    /// Messages to sessions that outlive their connections.
    Kept,
    /// Memory of idle connections and of subscribers that do not read.
    Memory,
    /// CPU time of idle connections.
    Keepalive,
    /// Throughput of a broker on two cores.
    Cores,
    /// CPU time and rates of messages and connections with nodes of a cluster, compared with one server.
    Cluster,
    /// CPU time of messages in a server that is no node, compared with one built without the feature `cluster`.
    Alone,
    /// Number of packages in the program.
    Dependencies,
    /// Time of queries in a small and a large service (clients and history).
    Queries,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let figures = match arguments.figures.as_slice() {
        [] => Figures::value_variants(),
        named => named,
    };
    // Counting packages needs no programs, which take minutes to build.
    let mut programs = None;
    for figures in figures {
        let measure: fn(&Programs) -> Result<(), Error> = match figures {
            Figures::Messages => messages::run,
            Figures::Latency => latency::run,
            Figures::Kept => kept::run,
            Figures::Memory => memory,
            Figures::Keepalive => keepalive::run,
            Figures::Cores => cores::run,
            Figures::Cluster => cluster::run,
            Figures::Alone => alone::run,
            Figures::Dependencies => {
                println!();
                dependencies::run()?;
                continue;
            }
            Figures::Queries => queries::run,
        };
        let programs = match &programs {
            Some(programs) => programs,
            None => programs.insert(prepare_programs()?),
        };
        if !matches!(figures, Figures::Cluster | Figures::Alone) {
            prepare::mosquitto_broker()?;
        }
        println!("\nload of the machine: {}", process::load()?);
        measure(programs)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn memory(programs: &Programs) -> Result<(), Error> {
    idle::run(programs)?;
    stalled::run(programs)
}

/// Builds what the figures need, and leaves the first core to the brokers.
fn prepare_programs() -> Result<Programs, Error> {
    let programs = Programs::build()?;
    process::pin_load()?;
    Ok(programs)
}
