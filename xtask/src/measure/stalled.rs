//! Measures memory under full load with subscribers that do not read.

use std::time::{Duration, Instant};

use super::broker::{Broker, Programs};
use super::device::{Device, Login};
use super::table::verdict;
use crate::error::Error;
use crate::packet::publish;
use crate::process::{ON_BROKER_CORE, resident_kib};

const SUBSCRIBERS: usize = 5;

/// Interval at which the subscribers reconnect and stall again.
const RECONNECTS: Duration = Duration::from_secs(3);

const SECONDS: usize = 30;
const PAYLOAD_BYTES: usize = 4096;

/// Largest number of messages in flight.
const WINDOW: u64 = 50;

/// Largest ratio of peak memory, second half of the time to the first.
const GOAL: f64 = 1.1;

pub(super) fn run(programs: &Programs) -> Result<(), Error> {
    let broker = Broker::ons_mqtt(programs, &ON_BROKER_CORE)?;
    let login = Login {
        name: "publisher",
        ..Login::default()
    };
    let mut publisher = Device::connect(&broker.tcp, login)?;
    let idle = resident_kib(broker.process)? / 1024.0;
    let message = publish("test/stall", 1, 1, &[0; PAYLOAD_BYTES], false);
    let start = Instant::now();
    let (mut sent, mut acknowledged) = (0, 0);
    let mut memory = Vec::new();
    let mut subscribers = connect(&broker)?;
    let mut connected = start;
    while memory.len() < SECONDS {
        while sent < acknowledged + WINDOW {
            publisher.write(&message)?;
            sent += 1;
        }
        publisher.read(|_| {
            acknowledged += 1;
            Ok(())
        })?;
        if start.elapsed().as_secs_f64() >= (memory.len() + 1) as f64 {
            memory.push(resident_kib(broker.process)? / 1024.0);
        }
        if connected.elapsed() >= RECONNECTS {
            subscribers = connect(&broker)?;
            connected = Instant::now();
        }
    }
    drop(subscribers);
    let (first, second) = memory.split_at(SECONDS / 2);
    let most = |memory: &[f64]| memory.iter().copied().fold(0.0, f64::max);
    let growth = most(second) / most(first);
    let mib = (sent as usize * PAYLOAD_BYTES) >> 20;
    println!(
        "memory with {SUBSCRIBERS} subscribers that stall, {mib} MiB sent to each with QoS 1 in {SECONDS} s, in MiB"
    );
    let series: Vec<String> = memory.iter().map(|mib| format!("{mib:.0}")).collect();
    println!("  {idle:.0} before; every second: {}", series.join(" "));
    println!(
        "  peak of the second half to the first {growth:>7.2} <= {GOAL:.2} {}",
        verdict(growth, GOAL)
    );
    Ok(())
}

fn connect(broker: &Broker) -> Result<Vec<Device>, Error> {
    let device = |number: usize| {
        let login = Login {
            name: &format!("stalled{number}"),
            subscription: Some(("test/stall", 1)),
            ..Login::default()
        };
        Device::connect(&broker.tcp, login)
    };
    (0..SUBSCRIBERS).map(device).collect()
}
