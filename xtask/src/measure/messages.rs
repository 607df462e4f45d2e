//! Compares the CPU time of messages in the service, the bare library and mosquitto.

use super::broker::{Broker, Programs};
use super::load::Load;
use super::table::{median, verdict};
use crate::error::Error;

/// Rounds; each broker runs once per round.
const ROUNDS: usize = 5;

/// Largest ratio of CPU times, the service to the bare library.
const GOAL: f64 = 1.10;

const LOADS: [Load; 4] = [
    Load {
        name: "fan-in 20 to 1, QoS 0",
        publishers: 20,
        receivers: 1,
        qos: 0,
        messages: 8_000,
    },
    Load {
        name: "fan-in 20 to 1, QoS 1",
        publishers: 20,
        receivers: 1,
        qos: 1,
        messages: 3_000,
    },
    Load {
        name: "fan-out 1 to 100, QoS 0",
        publishers: 1,
        receivers: 100,
        qos: 0,
        messages: 2_500,
    },
    Load {
        name: "50 pairs, QoS 1",
        publishers: 50,
        receivers: 50,
        qos: 1,
        messages: 1_200,
    },
];

pub(super) fn run(programs: &Programs) -> Result<(), Error> {
    let brokers = [
        Broker::ons_mqtt(programs)?,
        Broker::bare(programs)?,
        Broker::mosquitto()?,
    ];
    println!("messages of 64 bytes delivered per second of CPU time, in thousands; medians");
    println!(
        "  {:<24} {:>9} {:>9} {:>9} {:>24} {:>14}",
        "",
        brokers[0].name,
        brokers[1].name,
        brokers[2].name,
        "CPU time to library's",
        "to mosquitto's"
    );
    for load in &LOADS {
        let [ours, library, mosquitto] = seconds(load, &brokers)?;
        let rate = |seconds: &[f64]| load.deliveries() as f64 / median(seconds.to_vec()) / 1000.0;
        let (to_library, to_mosquitto) = (ratio(&ours, &library), ratio(&ours, &mosquitto));
        println!(
            "  {:<24} {:>9.0} {:>9.0} {:>9.0} {to_library:>7.3} <= {GOAL:.2} {:<8} {to_mosquitto:>14.2}",
            load.name,
            rate(&ours),
            rate(&library),
            rate(&mosquitto),
            verdict(to_library, GOAL),
        );
    }
    Ok(())
}

/// Returns the CPU time of each round, by broker.
fn seconds(load: &Load, brokers: &[Broker; 3]) -> Result<[Vec<f64>; 3], Error> {
    let mut seconds = [const { Vec::new() }; 3];
    for round in 0..ROUNDS {
        for turn in 0..brokers.len() {
            let at = (round + turn) % brokers.len();
            seconds[at].push(load.run(&brokers[at])?);
        }
    }
    Ok(seconds)
}

/// Returns the median of the rounds' ratios, which ignores rounds that were disturbed.
fn ratio(ours: &[f64], theirs: &[f64]) -> f64 {
    let ratios = ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs);
    median(ratios.collect())
}
