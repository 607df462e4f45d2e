//! Measures messages to sessions that are kept, all of which are on disk before they are acknowledged.

use super::broker::{Broker, Programs};
use super::load::{Load, Sessions};
use super::messages::LOADS;
use super::table::{Rounds, p99, verdict};
use crate::error::Error;
use crate::process::ON_BROKER_CORE;

const ROUNDS: usize = 3;

/// Fewest messages per second.
const RATE_GOAL: f64 = 50_000.0;

/// Longest 99th percentile of the time until a publisher's acknowledgement, in milliseconds.
const TIME_GOAL: f64 = 15.0;

const SESSIONS: [(&str, Sessions); 2] = [
    ("online", Sessions::KeptOnline),
    ("offline", Sessions::KeptOffline),
];

pub(super) fn run(programs: &Programs) -> Result<(), Error> {
    let brokers = Broker::both(programs, &ON_BROKER_CORE)?;
    println!("messages to 50 kept sessions with QoS 1; mosquitto acknowledges before it writes");
    println!(
        "  {:<24} {:>32} {:>28} goals >= {RATE_GOAL}, <= {TIME_GOAL}",
        "", "messages per second", "ms to PUBACK, p99"
    );
    for (state, sessions) in SESSIONS {
        let load = Load {
            messages: 4_000,
            window: 12,
            chunk: 4,
            sessions,
            ..LOADS[3]
        };
        for broker in &brokers {
            measure(&load, broker, state)?;
        }
    }
    Ok(())
}

fn measure(load: &Load, broker: &Broker, state: &str) -> Result<(), Error> {
    let (mut rates, mut times) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let outcome = load.run(broker)?;
        rates.push(load.deliveries() as f64 / outcome.seconds);
        times.push(p99(outcome.acknowledgements));
    }
    let (rates, times) = (Rounds::from_iter(rates), Rounds::from_iter(times));
    let name = format!("{}, {state}", broker.name);
    let verdicts = match broker.name {
        "ons-mqtt" => format!(
            "{}, {}",
            verdict(-rates.median(), -RATE_GOAL),
            verdict(times.median(), TIME_GOAL)
        ),
        _ => String::new(),
    };
    println!("  {name:<24} {rates:>32.0} {times:>28.1} {verdicts}");
    Ok(())
}
