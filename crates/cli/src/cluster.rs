//! `cluster`: shows the nodes of a cluster.

use std::time::{SystemTime, UNIX_EPOCH};

use clap::Subcommand;
use ons_mqtt_server::{ClusterStatus, cluster_status};
use pop_cli::failure::RuntimeError;
use pop_cli::screen;
use pop_cli::table::lines;

use crate::failure::Failure;
use crate::serve;

/// Subcommands of `cluster`.
#[derive(Clone, Subcommand)]
pub(crate) enum Command {
    /// Shows all nodes, as the running node of this configuration sees them.
    ///
    /// For each node: its state, the time since it last renewed its lease, its devices online, chunks of the log that it has
    /// not delivered yet, sessions that came from other nodes and are still being brought up, messages of other nodes that it
    /// dropped, and the time since the end of the last interval whose counts it wrote.
    Status(serve::Arguments),
}

/// Runs a subcommand.
pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    let Command::Status(service) = command;
    let config = service.load()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(RuntimeError)?;
    let status = runtime.block_on(cluster_status(&config))?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    });
    screen::print(&text(&status, now))?;
    if let Some(problem) = &status.problem {
        screen::complain(&format!("warning: {problem}"));
    }
    Ok(())
}

fn text(status: &ClusterStatus, now: i64) -> String {
    let titles = [
        "node", "state", "seen", "devices", "lag", "arriving", "dropped", "counts",
    ];
    let mut rows = vec![titles.map(str::to_owned).to_vec()];
    rows.extend(status.nodes.iter().map(|node| {
        let unknown = || "–".to_owned();
        let number = |number: Option<u64>| number.map_or_else(unknown, |number| number.to_string());
        vec![
            node.name.clone(),
            node.state.clone(),
            ago(now - node.seen),
            number(node.online),
            number(node.lag),
            number(node.arriving),
            number(node.dropped),
            node.written.map_or_else(unknown, |end| ago(now - end)),
        ]
    }));
    lines(&rows)
}

/// Returns a time that has passed, in whole units. Clocks of two nodes may differ a little.
fn ago(milliseconds: i64) -> String {
    let seconds = milliseconds.max(0) / 1_000;
    match seconds {
        0..120 => format!("{seconds} s ago"),
        120..7_200 => format!("{} min ago", seconds / 60),
        _ => format!("{} h ago", seconds / 3_600),
    }
}
