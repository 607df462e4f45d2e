//! Measures the CPU time of devices that only say that they are still there.

use std::thread;
use std::time::{Duration, Instant};

use super::broker::{Broker, Programs};
use super::device::prepare_for;
use super::idle::connect;
use super::table::verdict;
use crate::error::Error;
use crate::process::{ON_BROKER_CORE, cpu_seconds};

const DEVICES: usize = 15_000;

/// Seconds in which each device sends one PINGREQ; also its keepalive.
const INTERVAL: u16 = 60;

/// Largest share of a core, in percent.
const GOAL: f64 = 1.0;

pub(super) fn run(programs: &Programs) -> Result<(), Error> {
    let devices = prepare_for(DEVICES)?;
    println!("share of a core for {devices} idle devices that ping every {INTERVAL} s, in percent");
    for broker in Broker::both(programs, &ON_BROKER_CORE)? {
        let percent = measure(&broker, devices)?;
        let goal = match broker.name {
            "ons-mqtt" => format!("<= {GOAL} {}", verdict(percent, GOAL)),
            _ => String::new(),
        };
        println!("  {:<24} {percent:>9.2} {goal}", broker.name);
    }
    Ok(())
}

fn measure(broker: &Broker, count: usize) -> Result<f64, Error> {
    let mut devices = connect(&broker.tcp, 0..count, INTERVAL)?;
    let before = cpu_seconds(broker.process)?;
    let start = Instant::now();
    let interval = Duration::from_secs(INTERVAL.into());
    for (device, number) in devices.iter_mut().zip(1u32..) {
        let due = interval * number / count as u32;
        thread::sleep(due.saturating_sub(start.elapsed()));
        device.ping()?;
    }
    let cpu = cpu_seconds(broker.process)? - before;
    Ok(cpu / start.elapsed().as_secs_f64() * 100.0)
}
