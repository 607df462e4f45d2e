//! Compares nodes of a cluster with one server that is none: CPU time and rates of messages and connections.

use super::broker::{Broker, Listener, Programs, address};
use super::connecting::connect;
use super::device::prepare_for;
use super::load::Load;
use super::messages::LOADS;
use super::running::{Outcome, Site};
use super::table::{Rounds, median, p99};
use crate::error::Error;
use crate::nats::Nats;
use crate::postgres::Server;
use crate::prepare;
use crate::process::{ON_BROKER_CORE, cpu_seconds_of};
use crate::program::until;
use crate::service::{Service, Settings};

const ROUNDS: usize = 5;

/// Servers of NATS.
const SERVERS: usize = 3;
const NODES: [&str; 2] = ["a", "b"];

/// Devices that connect in a round, to each kind of server.
const DEVICES: usize = 1_000;

/// Messages per second that arrive, while their latency is measured.
const PACE: u64 = 2_000;
/// Seconds of each of these runs.
const SECONDS: u64 = 3;

/// Names of the places where a load runs.
const SITES: [&str; 3] = [
    "one server, no cluster",
    "on one node of two",
    "from node to node",
];

/// One server, and nodes with what they need.
struct Servers {
    alone: Broker,
    nodes: Vec<Service>,
    listeners: Vec<Listener>,
    nats: Nats,
    _database: Server,
}

pub(super) fn run(programs: &Programs) -> Result<(), Error> {
    let nats = prepare::nats()?;
    prepare::postgres()?;
    prepare_for(2 * ROUNDS * DEVICES + 200)?;
    let nats = Nats::start(&nats, &ON_BROKER_CORE, SERVERS)?;
    let servers = Servers::start(programs, nats)?;
    println!(
        "{} nodes, {SERVERS} servers of NATS; medians and ranges of {ROUNDS} rounds",
        NODES.len()
    );
    // A message of QoS 1 is on the disks of NATS before it is acknowledged.
    for (qos, messages) in [(0, 4_000), (1, 1_000)] {
        let load = Load {
            name: "50 pairs",
            qos,
            messages,
            ..LOADS[3]
        };
        let outcomes = servers.rounds(&load)?;
        rates(&load, &outcomes);
        let paced = Load {
            messages: PACE * SECONDS / 50,
            window: 1,
            chunk: 1,
            pace: PACE,
            ..load
        };
        latencies(&paced, &servers.rounds(&paced)?);
    }
    servers.connects()
}

/// Prints rates and CPU times of a load that runs as fast as it can, which is mostly as fast as this program can.
fn rates(load: &Load, outcomes: &[Vec<Outcome>; 3]) {
    let rate = |outcome: &Outcome| load.deliveries() as f64 / outcome.seconds;
    let serving = |outcome: &Outcome| outcome.cpu_seconds * 1e6 / load.deliveries() as f64;
    let nats = |outcome: &Outcome| outcome.cpu_seconds_behind * 1e6 / load.deliveries() as f64;
    let both = |outcome: &Outcome| serving(outcome) + nats(outcome);
    println!(
        "{}, QoS {}: messages of 64 bytes per second; microseconds of CPU time per message; ratios",
        load.name, load.qos
    );
    print(
        [
            "",
            "per second",
            "serving",
            "NATS",
            "per second",
            "serving",
            "both",
        ]
        .map(str::to_owned),
    );
    for (site, of_site) in SITES.iter().zip(outcomes) {
        let ratio = |figure: &dyn Fn(&Outcome) -> f64| {
            each(of_site, figure).ratio(&each(&outcomes[0], figure))
        };
        print([
            (*site).to_owned(),
            format!("{:.0}", each(of_site, &rate)),
            format!("{:.1}", each(of_site, &serving)),
            format!("{:.1}", each(of_site, &nats)),
            ratio(&rate).to_string(),
            format!("{:.1}", ratio(&serving)),
            format!("{:.1}", ratio(&both)),
        ]);
    }
}

/// Prints latencies and CPU times of a load at a moderate pace.
fn latencies(load: &Load, outcomes: &[Vec<Outcome>; 3]) {
    let serving = |outcome: &Outcome| outcome.cpu_seconds * 1e6 / load.deliveries() as f64;
    let nats = |outcome: &Outcome| outcome.cpu_seconds_behind * 1e6 / load.deliveries() as f64;
    println!("{PACE} per second: milliseconds to arrival; microseconds of CPU time per message");
    print(["", "median", "99th percentile", "serving", "NATS"].map(str::to_owned));
    for (site, of_site) in SITES.iter().zip(outcomes) {
        print([
            (*site).to_owned(),
            each(of_site, &|outcome| median(outcome.arrivals.clone())).to_string(),
            format!(
                "{:.1}",
                each(of_site, &|outcome| p99(outcome.arrivals.clone()))
            ),
            format!("{:.0}", each(of_site, &serving)),
            format!("{:.0}", each(of_site, &nats)),
        ]);
    }
}

/// Returns a figure of each outcome.
fn each(outcomes: &[Outcome], figure: &dyn Fn(&Outcome) -> f64) -> Rounds {
    outcomes.iter().map(figure).collect()
}

/// Prints a row of a table.
fn print<const N: usize>(columns: [String; N]) {
    let columns = columns.map(|column| format!("{column:>24}"));
    println!("{}", columns.join(""));
}

impl Servers {
    fn start(programs: &Programs, nats: Nats) -> Result<Self, Error> {
        let database = Server::start()?;
        let store = database.url();
        let settings = Settings {
            store: Some(&store),
            interval: "60s",
            launcher: &ON_BROKER_CORE,
            ..Settings::default()
        };
        let nodes = Service::start_nodes(&programs.ons_mqtt, &NODES, nats.urls(), &settings)?;
        nodes[0].call(&["group", "create", "GID_test"])?;
        until(|| {
            let groups = nodes[1].call(&["group", "list"])?;
            Ok(groups.to_string().contains("GID_test"))
        })?;
        let listeners = nodes
            .iter()
            .map(|node| Ok(Listener::plain(address(&node.mqtt)?)));
        Ok(Self {
            alone: Broker::ons_mqtt(programs, &ON_BROKER_CORE)?,
            listeners: listeners.collect::<Result<_, Error>>()?,
            nodes,
            nats,
            _database: database,
        })
    }

    /// Runs a load at each site in turn. Returns the outcomes of each.
    fn rounds(&self, load: &Load) -> Result<[Vec<Outcome>; 3], Error> {
        let nodes: Vec<u32> = self.nodes.iter().map(Service::process).collect();
        let nats = self.nats.processes();
        let alone = [self.alone.process];
        let between = |from: usize, to: usize| Site {
            publishers: &self.listeners[from],
            receivers: &self.listeners[to],
            servers: &nodes,
            behind: &nats,
        };
        let sites = [
            Site {
                publishers: &self.alone.tcp,
                receivers: &self.alone.tcp,
                servers: &alone,
                behind: &[],
            },
            between(0, 0),
            between(0, 1),
        ];
        let mut outcomes = [const { Vec::new() }; 3];
        for turn in 0..SITES.len() * ROUNDS {
            let at = (turn + turn / SITES.len()) % SITES.len(); // each is first in some round
            outcomes[at].push(load.run_at(&sites[at])?);
        }
        Ok(outcomes)
    }

    /// Prints how fast devices connect to one server and to one node.
    fn connects(&self) -> Result<(), Error> {
        let nodes: Vec<u32> = self.nodes.iter().map(Service::process).collect();
        let nats = self.nats.processes();
        // They stay connected, so that the end of earlier ones costs nothing meanwhile.
        let mut devices = Vec::new();
        let mut rates = [const { Vec::new() }; 2];
        let mut costs = [const { Vec::new() }; 3];
        for round in 0..ROUNDS {
            let numbers = round * DEVICES..(round + 1) * DEVICES;
            for at in [round % 2, (round + 1) % 2] {
                let (listener, servers) = match at {
                    0 => (&self.alone.tcp, &[self.alone.process][..]),
                    _ => (&self.listeners[0], &nodes[..]),
                };
                let before = [cpu_seconds_of(servers)?, cpu_seconds_of(&nats)?];
                let (connected, rate) = connect(listener, numbers.clone())?;
                let per_device = |seconds: f64| seconds * 1e6 / DEVICES as f64;
                costs[at].push(per_device(cpu_seconds_of(servers)? - before[0]));
                if at == 1 {
                    costs[2].push(per_device(cpu_seconds_of(&nats)? - before[1]));
                }
                rates[at].push(rate);
                devices.extend(connected);
            }
        }
        let [alone, node] = rates.map(Rounds::from_iter);
        let [of_alone, of_node, of_nats] = costs.map(Rounds::from_iter);
        println!(
            "devices that connect per second, 16 at once; microseconds of CPU time per device; ratios"
        );
        print(["", "per second", "serving", "NATS", "per second", "serving"].map(str::to_owned));
        for (site, rate, serving, nats) in [
            (SITES[0], &alone, &of_alone, "0".to_owned()),
            ("one node of two", &node, &of_node, format!("{of_nats:.0}")),
        ] {
            print([
                site.to_owned(),
                format!("{rate:.0}"),
                format!("{serving:.0}"),
                nats,
                rate.ratio(&alone).to_string(),
                format!("{:.1}", serving.ratio(&of_alone)),
            ]);
        }
        Ok(())
    }
}
