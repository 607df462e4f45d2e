//! `cargo xtask cluster-faults`: makes nodes of a cluster and servers of NATS fail again and again.

use std::process::ExitCode;

use crate::cargo::cargo;
use crate::error::Error;
use crate::folders::root;
use crate::prepare;

/// The test that runs the rounds.
const TEST: &str =
    "history::nothing_is_lost_doubled_or_out_of_order_when_nodes_and_servers_of_nats_fail";

/// Check that nothing is lost while nodes and servers of NATS fail again and again.
///
/// Starts three servers of NATS and three nodes on 127.0.0.1. Clients publish with QoS 1 and 2, and
/// others with kept sessions note what they get while they change nodes. In each round something
/// fails: a node is killed, frozen past its lease or cut off from NATS; one or two servers of NATS are
/// killed; or all of that at once. At the end, the notes say what was lost, doubled or out of order.
/// `interop cluster` has two rounds.
///
/// Python is installed if it is missing, which requires root.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Number of rounds. Each takes about half a minute, so 200 take more than an hour.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
}

/// Runs the chore.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let nats = prepare::nats()?;
    let mut cargo = cargo();
    cargo.current_dir(root());
    cargo.env("ONS_MQTT_TEST_NATS", nats);
    cargo.env("ONS_MQTT_TEST_ROUNDS", arguments.rounds.to_string());
    cargo.args(["test", "--quiet", "--workspace", "--test", "cluster"]);
    cargo.args(["--", "--nocapture", "--exact", TEST]);
    let status = cargo.status().map_err(Error::io("cargo test"))?;
    Ok(ExitCode::from(u8::from(!status.success())))
}
