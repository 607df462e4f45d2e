//! Measures the memory of idle connections.

use super::broker::{Broker, Programs};
use super::device::Device;
use super::table::verdict;
use crate::error::Error;
use crate::process::resident_kib;

/// Devices connected before the first reading, so that one-time allocations do not count.
const BEFORE: usize = 500;

/// Devices connected between the two readings.
const DEVICES: usize = 5_000;

/// Largest memory of a connection with its own subscription, in KiB.
const GOAL: f64 = 20.0;

type Start = fn(&Programs) -> Result<Broker, Error>;

pub(super) fn run(programs: &Programs) -> Result<(), Error> {
    println!("memory of an idle connection with its own subscription, in KiB");
    let brokers: [Start; 3] = [Broker::ons_mqtt, Broker::bare, |_| Broker::mosquitto()];
    for start in brokers {
        let broker = start(programs)?;
        let _before = connect(&broker, 0..BEFORE)?;
        let before = resident_kib(broker.process)?;
        let _devices = connect(&broker, BEFORE..BEFORE + DEVICES)?;
        let kib = (resident_kib(broker.process)? - before) / DEVICES as f64;
        let goal = match broker.name {
            "ons-mqtt" => format!("<= {GOAL:.0} {}", verdict(kib, GOAL)),
            _ => String::new(),
        };
        println!("  {:<24} {kib:>9.1} {goal}", broker.name);
    }
    Ok(())
}

fn connect(broker: &Broker, numbers: std::ops::Range<usize>) -> Result<Vec<Device>, Error> {
    let device = |number| {
        let filter = format!("test/idle/{number}");
        let name = format!("idle{number}");
        Device::connect(broker.address, number, &name, Some((&filter, 1)))
    };
    numbers.map(device).collect()
}
