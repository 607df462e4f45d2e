//! Compares the CPU time per message with mosquitto's.

use super::broker::{Broker, Programs};
use super::load::{Load, Sessions};
use super::running::Outcome;
use super::table::{Rounds, verdict};
use crate::error::Error;
use crate::process::ON_BROKER_CORE;

/// Rounds; each broker runs once per round.
const ROUNDS: usize = 5;

/// Largest ratio of CPU times to mosquitto's.
const GOAL: f64 = 0.5;

const PAIRS: Load = Load {
    name: "50 pairs, QoS 1",
    publishers: 50,
    receivers: 50,
    qos: 1,
    messages: 3_000,
    window: 50,
    chunk: 25,
    pace: 0,
    sessions: Sessions::Clean,
};

/// The loads of all figures about messages.
pub(super) const LOADS: [Load; 4] = [
    Load {
        name: "fan-in 20 to 1, QoS 0",
        publishers: 20,
        receivers: 1,
        qos: 0,
        messages: 20_000,
        ..PAIRS
    },
    Load {
        name: "fan-in 20 to 1, QoS 1",
        publishers: 20,
        receivers: 1,
        messages: 7_500,
        ..PAIRS
    },
    Load {
        name: "fan-out 1 to 100, QoS 0",
        publishers: 1,
        receivers: 100,
        qos: 0,
        messages: 5_000,
        ..PAIRS
    },
    PAIRS,
];

pub(super) fn run(programs: &Programs) -> Result<(), Error> {
    let brokers = Broker::both(programs, &ON_BROKER_CORE)?;
    println!("CPU time per message of 64 bytes that arrives, in microseconds; medians and ranges");
    heading(["ons-mqtt", "mosquitto"]);
    for load in &LOADS {
        let [ours, mosquitto] = alternate(load, &brokers, ROUNDS, |outcome| {
            outcome.cpu_seconds * 1e6 / load.deliveries() as f64
        })?;
        row(load.name, &ours, &mosquitto, GOAL);
    }
    Ok(())
}

/// Runs a load against each broker in turn. Returns a figure of each round, by broker.
pub(super) fn alternate(
    load: &Load,
    brokers: &[Broker; 2],
    rounds: usize,
    figure: impl Fn(Outcome) -> f64,
) -> Result<[Rounds; 2], Error> {
    let mut figures = [const { Vec::new() }; 2];
    for turn in 0..2 * rounds {
        let at = (turn + turn / 2) % 2; // each is first in every other round
        figures[at].push(figure(load.run(&brokers[at])?));
    }
    Ok(figures.map(Rounds::from_iter))
}

/// Prints the heading of a table whose rows are printed by [`row`].
pub(super) fn heading([first, second]: [&str; 2]) {
    println!("  {:<24} {first:>24} {second:>24} {:>20} goal", "", "ratio");
}

pub(super) fn row(name: &str, ours: &Rounds, mosquitto: &Rounds, goal: f64) {
    let ratio = ours.ratio(mosquitto);
    println!(
        "  {name:<24} {ours:>24} {mosquitto:>24} {ratio:>20} <= {goal:.2} {}",
        verdict(ratio.median(), goal)
    );
}
