//! Measures the memory of idle connections.

use std::ops::Range;

use super::broker::{Broker, Listener, Programs};
use super::device::{Device, Login, prepare_for};
use super::table::verdict;
use crate::error::Error;
use crate::process::{ON_BROKER_CORE, resident_kib};

/// Devices connected before the first reading, so that one-time allocations do not count.
const BEFORE: usize = 500;

/// Devices connected between the two readings.
const DEVICES: usize = 5_000;

/// Largest memory of a connection over TCP, in KiB. Over TLS, the goal is mosquitto's.
const GOAL: f64 = 4.0;

pub(super) fn run(programs: &Programs) -> Result<(), Error> {
    prepare_for(BEFORE + DEVICES)?;
    println!("memory of an idle connection with its own subscription, in KiB");
    println!("  {:<8} {:>12} {:>12} goal", "", "ons-mqtt", "mosquitto");
    let [ours, mosquitto] = measure(programs, |broker| &broker.tcp)?;
    print("TCP", ours, mosquitto, GOAL);
    let [ours, mosquitto] = measure(programs, |broker| &broker.tls)?;
    print("TLS", ours, mosquitto, mosquitto);
    Ok(())
}

fn print(name: &str, ours: f64, mosquitto: f64, goal: f64) {
    let verdict = verdict(ours, goal);
    println!("  {name:<8} {ours:>12.1} {mosquitto:>12.1} <= {goal:.1} {verdict}");
}

/// Returns the memory per connection of each broker.
fn measure(programs: &Programs, listener: fn(&Broker) -> &Listener) -> Result<[f64; 2], Error> {
    let mut figures = [0.0; 2];
    for (broker, figure) in Broker::both(programs, &ON_BROKER_CORE)?
        .iter()
        .zip(&mut figures)
    {
        let _before = connect(listener(broker), 0..BEFORE, 0)?;
        let before = resident_kib(broker.process)?;
        let _devices = connect(listener(broker), BEFORE..BEFORE + DEVICES, 0)?;
        *figure = (resident_kib(broker.process)? - before) / DEVICES as f64;
    }
    Ok(figures)
}

/// Connects devices, each with its own subscription; a keepalive of 0 seconds is none.
pub(super) fn connect(
    listener: &Listener,
    numbers: Range<usize>,
    keepalive: u16,
) -> Result<Vec<Device>, Error> {
    let device = |number| {
        let login = Login {
            name: &format!("idle{number}"),
            number,
            subscription: Some((&format!("test/idle/{number}"), 1)),
            keepalive,
            ..Login::default()
        };
        Device::connect(listener, login)
    };
    numbers.map(device).collect()
}
