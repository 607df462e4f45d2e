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
        let [ours, mosquitto] = measure(&load, programs)?;
        let verdicts = [
            verdict(-ours.0.median(), -RATE_GOAL),
            verdict(ours.1.median(), TIME_GOAL),
        ];
        print(&format!("ons-mqtt, {state}"), &ours, &verdicts.join(", "));
        print(&format!("mosquitto, {state}"), &mosquitto, "");
    }
    Ok(())
}

/// Returns the rates and times of each broker.
fn measure(load: &Load, programs: &Programs) -> Result<[(Rounds, Rounds); 2], Error> {
    let mut figures = [const { (Vec::new(), Vec::new()) }; 2];
    for _ in 0..ROUNDS {
        // New ones, because mosquitto sends some messages of the round before once more.
        let brokers = Broker::both(programs, &ON_BROKER_CORE)?;
        for (broker, (rates, times)) in brokers.iter().zip(&mut figures) {
            let outcome = load.run(broker)?;
            rates.push(load.deliveries() as f64 / outcome.seconds);
            times.push(p99(outcome.acknowledgements));
        }
    }
    Ok(figures.map(|(rates, times)| (Rounds::from_iter(rates), Rounds::from_iter(times))))
}

fn print(name: &str, (rates, times): &(Rounds, Rounds), verdicts: &str) {
    println!("  {name:<24} {rates:>32.0} {times:>28.1} {verdicts}");
}
