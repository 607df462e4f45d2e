//! `cargo xtask cluster-demo`: three nodes, of which one is killed.

mod answers;
mod device;
mod fleet;
mod ledger;
mod shared;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use self::fleet::Fleet;
use crate::error::{Error, same};
use crate::nats::Nats;
use crate::postgres::Server;
use crate::prepare::{self, timed};
use crate::service::{Service, Settings};

/// Servers of NATS.
const SERVERS: usize = 3;
const NODES: [&str; 3] = ["a", "b", "c"];
/// Index of the node that is killed.
const VICTIM: usize = 1;
/// Devices; each publishes to the next one.
const DEVICES: usize = 300;
/// Messages that each device publishes.
const MESSAGES: usize = 20;
/// Pause between two messages of a device.
const PAUSE: Duration = Duration::from_secs(1);

/// Show what remains when one node of three is killed.
///
/// Starts three servers of NATS, PostgreSQL, three nodes and 300 devices with kept sessions, which
/// publish to each other with QoS 1. Kills a node in the middle, waits until its devices are online
/// on the others, and checks that all acknowledged messages arrive, and that both survivors give the
/// same answers to all actions. Everything runs on 127.0.0.1.
///
/// PostgreSQL and Python are installed if they are missing, which requires root.
#[derive(clap::Args)]
pub(crate) struct Arguments {}

/// Runs the chore.
pub(crate) fn run(_: &Arguments) -> Result<ExitCode, Error> {
    let server = prepare::nats()?;
    prepare::postgres()?;
    let binary = prepare::ons_mqtt()?;
    let begin = Instant::now();
    let nats = timed(&format!("started {SERVERS} servers of NATS"), || {
        Nats::start(&server, &[], SERVERS)
    })?;
    let mut database = timed("started PostgreSQL", Server::start)?;
    let mut nodes = timed(&format!("started nodes {}", NODES.join(", ")), || {
        let store = database.url();
        let settings = Settings {
            store: Some(&store),
            ..Settings::default()
        };
        Service::start_nodes(&binary, &NODES, nats.urls(), &settings)
    })?;
    answers::create_group(&nodes)?;

    let addresses = nodes.iter().map(|node| node.mqtt.clone()).collect();
    let connected = format!("connected {DEVICES} devices with kept sessions");
    let fleet = timed(&connected, || {
        Fleet::start(DEVICES, MESSAGES, PAUSE, addresses)
    })?;
    fleet.wait_for_half()?;
    let killed = Instant::now();
    nodes.remove(VICTIM).kill()?;
    println!("killed node {} in the middle", NODES[VICTIM]);
    fleet.wait_until_online_again()?;
    println!(
        "all devices are online again {:.1} s later",
        killed.elapsed().as_secs_f64()
    );
    let ledger = timed("exchanged the other messages", || fleet.finish())?;
    println!("{ledger}");
    same(
        "acknowledged messages that did not arrive",
        ledger.lost(),
        0,
    )?;
    timed("asked both survivors for all actions", || {
        answers::compare(&nodes)
    })?;
    for node in nodes {
        node.stop()?;
    }
    database.stop()?;
    println!("took {:.0} s", begin.elapsed().as_secs_f64());
    Ok(ExitCode::SUCCESS)
}
