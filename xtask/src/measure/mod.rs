//! `cargo xtask measure`: what the running service costs, against other brokers and at other sizes.

mod api;
mod broker;
mod device;
mod idle;
mod load;
mod messages;
mod queries;
mod stalled;
mod table;

use std::process::ExitCode;

use clap::ValueEnum;

use crate::error::Error;
use crate::{prepare, process};

/// Measure what messages, connections and queries cost the running service.
///
/// Everything runs on 127.0.0.1, optimized, with each broker on the first core of the machine and
/// the load on the second, and ends by itself after some minutes. What is compared is measured by
/// turns in one run. Other work on the machine disturbs that, so let it rest meanwhile.
///
/// Needs Linux with two cores, and mosquitto from Debian, which root may have installed by this.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What to measure; everything, unless it is named.
    #[arg(value_enum, value_name = "FIGURES")]
    figures: Vec<Figures>,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Figures {
    /// CPU time of messages, against the broker library alone and mosquitto.
    Messages,
    /// Memory of idle connections, and of subscribers that do not read.
    Memory,
    /// Time of queries with few and many clients, and little and much history.
    Queries,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let figures = match arguments.figures.as_slice() {
        [] => Figures::value_variants(),
        named => named,
    };
    prepare::mosquitto_broker()?;
    let programs = broker::Programs::build()?;
    process::pin_load()?;
    for figures in figures {
        println!("\nload of the machine: {}", process::load()?);
        match figures {
            Figures::Messages => messages::run(&programs)?,
            Figures::Memory => {
                idle::run(&programs)?;
                stalled::run(&programs)?;
            }
            Figures::Queries => queries::run(&programs)?,
        }
    }
    Ok(ExitCode::SUCCESS)
}
