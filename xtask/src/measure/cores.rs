//! Compares throughput on both cores with that of a broker and a load that have one each.

use super::broker::{Broker, Programs};
use super::load::Load;
use super::messages::{LOADS, alternate};
use super::table::Rounds;
use crate::error::Error;
use crate::process::{ON_BOTH_CORES, ON_BROKER_CORE, free_load, pin_load};

const ROUNDS: usize = 3;

pub(super) fn run(programs: &Programs) -> Result<(), Error> {
    println!("messages per second that arrive, in thousands: one core each, and both free on both");
    println!(
        "  {:<36} {:>20} {:>20} {:>20}",
        "", "one core each", "free", "ratio"
    );
    let pinned = rates(&Broker::both(programs, &ON_BROKER_CORE)?)?;
    free_load()?;
    let free = Broker::both(programs, &ON_BOTH_CORES).and_then(|brokers| rates(&brokers));
    pin_load()?;
    for ((name, pinned), (_, free)) in pinned.iter().zip(free?) {
        let ratio = free.ratio(pinned);
        println!("  {name:<36} {pinned:>20.0} {free:>20.0} {ratio:>20}");
    }
    Ok(())
}

/// Returns the rates of each load, by broker.
fn rates(brokers: &[Broker; 2]) -> Result<Vec<(String, Rounds)>, Error> {
    let mut rates = Vec::new();
    for load in &LOADS {
        let rate = |load: &Load, seconds: f64| load.deliveries() as f64 / seconds / 1000.0;
        let both = alternate(load, brokers, ROUNDS, |outcome| rate(load, outcome.seconds))?;
        for (broker, figures) in brokers.iter().zip(both) {
            rates.push((format!("{}, {}", load.name, broker.name), figures));
        }
    }
    Ok(rates)
}
