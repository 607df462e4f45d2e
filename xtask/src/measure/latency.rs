//! Compares the latency of messages at a moderate pace with mosquitto's.

use super::broker::{Broker, Programs};
use super::load::Load;
use super::messages::{LOADS, alternate, heading, row};
use super::running::Outcome;
use super::table::p99;
use crate::error::Error;
use crate::process::ON_BROKER_CORE;

/// Messages per second that arrive.
const PACE: u64 = 5_000;

const SECONDS: u64 = 4;

const ROUNDS: usize = 5;

/// Largest ratio of latencies to mosquitto's.
const GOAL: f64 = 1.0;

pub(super) fn run(programs: &Programs) -> Result<(), Error> {
    let brokers = Broker::both(programs, &ON_BROKER_CORE)?;
    println!(
        "99th percentile of the time to arrival when {PACE} messages per second arrive, in milliseconds"
    );
    heading(["ons-mqtt", "mosquitto"]);
    for load in LOADS {
        let deliveries_of_each = load.deliveries() / load.messages;
        let paced = Load {
            messages: PACE * SECONDS / deliveries_of_each,
            window: 1,
            chunk: 1,
            pace: PACE,
            ..load
        };
        let latency = |outcome: Outcome| p99(outcome.arrivals);
        let [ours, mosquitto] = alternate(&paced, &brokers, ROUNDS, latency)?;
        row(load.name, &ours, &mosquitto, GOAL);
    }
    Ok(())
}
