//! Status notifications of nodes: receivers hear of all devices, whichever node delivers.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::hook::Hook;
use crate::machine::{Device, Machine, create_group, probe, until};
use crate::program::Program;

const DEVICES: usize = 10;
const TOPIC: &str = "status";

/// Returns the configuration of a node with receivers.
fn config(machine: &Machine, node: &str, notify: &[String]) -> String {
    machine.config(node) + &notify.concat()
}

/// Returns the configuration of a receiver that is a topic.
fn topic() -> String {
    format!(
        "\n[[instance.notify]]\ngroups = [\"GID_load\"]\ntopic = \"{TOPIC}\"\nreaders = [\"GID_reader\"]\n"
    )
}

/// Starts nodes, of which the first one delivers.
async fn nodes<const N: usize>(
    machine: &Machine,
    names: [&str; N],
    notify: &[String],
) -> [Program; N] {
    let mut nodes = Vec::new();
    for name in names {
        let config = config(machine, name, notify);
        nodes.push(Program::start_configured(&machine.folder(name), &config));
        until_it_delivers(&nodes[0]).await;
    }
    for group in ["GID_load", "GID_reader"] {
        create_group(&nodes[0], group).await.unwrap();
    }
    nodes.try_into().ok().unwrap()
}

/// Reads another configuration while a node runs.
fn reload(node: &Program, folder: &Path, config: &str) {
    std::fs::write(folder.join("ons-mqtt.toml"), config).unwrap();
    node.signal("-HUP");
}

async fn until_it_delivers(node: &Program) {
    until("the node delivers", async || {
        let (_, metrics) = probe(node, "/metrics").await;
        metrics.contains("ons_mqtt_notifications_waiting{")
    })
    .await;
}

/// Connects devices with these numbers.
async fn connect(node: &Program, numbers: Range<usize>) -> Vec<Device> {
    let mut devices = Vec::new();
    for number in numbers {
        devices.push(device(node, &format!("GID_load@@@{number}")).await);
    }
    devices
}

/// Connects a device as soon as the node accepts it: maybe it has not heard yet that the group was created.
async fn device(node: &Program, client_id: &str) -> Device {
    let mut connected = None;
    until("the node accepts the device", async || {
        connected = Device::connect(node, client_id).await;
        connected.is_some()
    })
    .await;
    connected.unwrap()
}

/// Receives messages until so many different ones have come.
async fn receive(reader: &mut Device, all: &mut HashSet<String>, count: usize) {
    while all.len() < count {
        all.extend(reader.receive(1).await.into_keys());
    }
}

/// Checks that a webhook got each event once or more, and those of each connection in order.
fn assert_complete(hook: &Hook) {
    let events = hook.events.lock().unwrap().clone();
    let number = |event: &serde_json::Value| event["id"].as_i64().unwrap();
    let events: BTreeMap<i64, _> = events.iter().map(|event| (number(event), event)).collect();
    let numbers: Vec<i64> = events.keys().copied().collect();
    let last = i64::try_from(numbers.len()).unwrap();
    assert_eq!(numbers, Vec::from_iter(1..=last));
    let mut channels: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for event in events.values() {
        let channel = event["channelId"].as_str().unwrap();
        let kind = event["eventType"].as_str().unwrap();
        channels.entry(channel).or_default().push(kind);
    }
    for (channel, kinds) in channels {
        let all = ["connect", "disconnect", "tcpclean"];
        let is_told = kinds == all[..1] || kinds == all || kinds == ["connect", "tcpclean"];
        assert!(is_told, "{channel}: {kinds:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_kill_of_the_node_that_delivers_another_one_reports_the_end_of_its_devices() {
    let (machine, hook) = (Machine::start().await, Hook::start());
    let notify = [hook.notify(), topic()];
    let [mut first, second] = nodes(&machine, ["a", "b"], &notify).await;
    let mut reader = device(&second, "GID_reader@@@1").await;
    reader.subscribe(TOPIC).await;
    let short = connect(&first, 0..1).await.remove(0);
    short.client.disconnect().await.unwrap();
    let Device { mut events, .. } = short;
    while events.poll().await.is_ok() {}
    let _lost = connect(&first, 1..DEVICES).await;
    let mut devices = connect(&second, DEVICES..2 * DEVICES).await;
    hook.until_open(2 * DEVICES - 1).await;
    let mut told = HashSet::new();
    receive(&mut reader, &mut told, 2 * DEVICES + 2).await;
    first.kill();
    // Nobody waits for the lease of the node that is lost.
    devices.pop();
    hook.until_open(DEVICES - 1).await;
    receive(&mut reader, &mut told, 3 * DEVICES + 2).await;
    let ends = told.iter().filter(|event| event.contains("tcpclean"));
    assert_eq!(ends.count(), DEVICES + 1, "{told:?}");
    until_it_delivers(&second).await;
    // Its next life has connections of its own.
    let config = config(&machine, "a", &notify);
    let first = Program::start_configured(&machine.folder("a"), &config);
    let _again = connect(&first, 0..1).await;
    hook.until_open(DEVICES).await;
    assert_complete(&hook);
}

/// Kills two nodes that have devices, the first of which delivers.
async fn kill_all(machine: &Machine, hook: &Hook) {
    let [mut first, mut second] = nodes(machine, ["a", "b"], &[hook.notify()]).await;
    let _lost = connect(&first, 0..DEVICES).await;
    let _others = connect(&second, DEVICES..2 * DEVICES).await;
    hook.until_open(2 * DEVICES).await;
    first.kill();
    second.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_kill_of_all_nodes_the_first_that_starts_reports_the_ends_of_all() {
    let (machine, hook) = (Machine::start().await, Hook::start());
    kill_all(&machine, &hook).await;
    let config = config(&machine, "b", &[hook.notify()]);
    let second = Program::start_configured(&machine.folder("b"), &config);
    let _again = connect(&second, 0..1).await;
    hook.until_open(1).await;
    until_it_delivers(&second).await;
    assert_complete(&hook);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_of_nodes_that_nats_has_forgotten_end_when_their_leases_would_be_over() {
    /// As long as a node waits for one that it has not heard of.
    const UNHEARD: Duration = Duration::from_secs(15);
    let (mut machine, hook) = (Machine::start().await, Hook::start());
    kill_all(&machine, &hook).await;
    machine.nats.kill(0);
    machine.nats.restart_empty(0);
    let begin = Instant::now();
    let config = config(&machine, "b", &[hook.notify()]);
    let _second = Program::start_configured(&machine.folder("b"), &config);
    // Nobody else can have been this node.
    hook.until_open(DEVICES).await;
    hook.until_open(0).await;
    assert!(begin.elapsed() >= UNHEARD, "{:?}", begin.elapsed());
    assert_complete(&hook);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_frozen_delivers_nothing_and_adds_nothing_when_it_wakes() {
    let (machine, hook) = (Machine::start().await, Hook::start());
    let [first, second] = nodes(&machine, ["a", "b"], &[hook.notify()]).await;
    let _lost = connect(&first, 0..DEVICES).await;
    hook.until_open(DEVICES).await;
    first.signal("-STOP");
    let _device = connect(&second, DEVICES..DEVICES + 1).await;
    hook.until_open(1).await;
    first.signal("-CONT");
    until("it has a lease again", async || {
        first.log().contains("has a lease again")
    })
    .await;
    let _again = connect(&first, 0..1).await;
    hook.until_open(2).await;
    assert_complete(&hook);
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_are_reloaded_one_after_the_other_lose_nothing_and_tell_no_removed_receiver() {
    let (machine, hook, other) = (Machine::start().await, Hook::start(), Hook::start());
    let nodes = nodes(&machine, ["a", "b"], &[hook.notify()]).await;
    let mut devices = connect(&nodes[1], 0..2).await;
    hook.until_open(2).await;
    let reload = |at: usize, notify: &[String]| {
        let name = ["a", "b"][at];
        let config = config(&machine, name, notify);
        reload(&nodes[at], &machine.folder(name), &config);
    };
    // A receiver is added: first on the node that does not deliver.
    let both = [hook.notify(), other.notify()];
    reload(1, &both);
    devices.extend(connect(&nodes[1], 2..3).await);
    hook.until_open(3).await;
    reload(0, &both);
    other.until_open(3).await;
    // The first one is removed: while the node that does not deliver still has it, it keeps its place and is told nothing.
    reload(0, &both[1..]);
    until("it is removed", async || {
        !probe(&nodes[0], "/metrics")
            .await
            .1
            .contains(&hook.address.to_string())
    })
    .await;
    devices.extend(connect(&nodes[1], 3..4).await);
    other.until_open(4).await;
    drop(devices.drain(..2));
    other.until_open(2).await;
    assert_eq!(hook.open().len(), 3);
    reload(0, &both);
    hook.until_open(2).await;
    assert_complete(&hook);
    // Now on both: what comes later is for the other one only.
    reload(0, &both[1..]);
    reload(1, &both[1..]);
    until("it is removed", async || {
        nodes[0]
            .log()
            .contains("a receiver that is gone are dropped")
    })
    .await;
    drop(devices);
    other.until_open(0).await;
    assert_eq!(hook.open().len(), 2);
    assert_complete(&other);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_node_that_delivers_waits_for_a_slow_reader_on_another_one() {
    // More than may wait for a reader, and a batch.
    const TIMES: usize = 600;
    let machine = Machine::start().await;
    let [first, second] = nodes(&machine, ["a", "b"], &[topic()]).await;
    let mut reader = device(&second, "GID_reader@@@1").await;
    reader.subscribe(TOPIC).await;
    for _ in 0..TIMES / DEVICES {
        for device in connect(&first, 0..DEVICES).await {
            device.client.disconnect().await.unwrap();
            let Device { mut events, .. } = device;
            while events.poll().await.is_ok() {}
        }
    }
    until("some events wait for the reader", async || {
        let (_, metrics) = probe(&first, "/metrics").await;
        let value = |name: &str| -> usize {
            let line = metrics.lines().find(|line| line.starts_with(name));
            let value = line.unwrap().rsplit_once(' ').unwrap().1;
            value.parse().unwrap()
        };
        let waiting = value("ons_mqtt_notifications_waiting{");
        let delivered = value("ons_mqtt_notifications_delivered_total{");
        waiting > 0 && waiting + delivered == 3 * TIMES
    })
    .await;
    receive(&mut reader, &mut HashSet::new(), 3 * TIMES).await;
}
