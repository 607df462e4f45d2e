//! Members of shared subscriptions that leave while messages are on their way to them.

use std::collections::BTreeSet;
use std::time::Duration;

use ons_mqtt_broker::Cluster;
use tokio::time::timeout;

use crate::jetstream;
use crate::messages::id;
use crate::nats::Nats;
use crate::node::{Node, cluster_config};
use crate::proxy::Proxy;
use crate::support::device::{Device, Version, message, options};
use crate::support::raw::{self, Raw};
use crate::support::until;

/// Time that a node has to ask for members.
const PATIENCE: Duration = Duration::from_secs(20);
const FILTER: &str = "$share/s/lamps/+";
/// All of them go to one of two members once in half a million runs.
const MESSAGES: u16 = 20;

/// Two nodes, the second of which can be cut off from NATS. Each has a member.
struct World {
    nodes: [Node; 2],
    proxy: Proxy,
    members: [Device; 2],
    /// A device with a subscription of its own.
    reader: Device,
    _nats: Nats,
}

impl World {
    async fn start() -> Self {
        let nats = Nats::start(1);
        let proxy = Proxy::start(nats.port(0)).await;
        let first = Node::start("a", &nats.urls()).await;
        let second = cluster_config("b", &[proxy.url()]);
        let second = Node::try_start(&second).await.unwrap();
        until("the nodes are known", || first.cluster.nodes().len() == 2).await;
        let connect = async |node: &Node, name, filter| {
            let options = options(Version::V5, &id(name));
            let mut device = Device::connect(&node.broker, options).await;
            assert!(device.subscribe(filter, 1).await);
            device
        };
        Self {
            members: [
                connect(&first, "1", FILTER).await,
                connect(&second, "2", FILTER).await,
            ],
            reader: connect(&first, "r", "lamps/#").await,
            nodes: [first, second],
            proxy,
            _nats: nats,
        }
    }

    /// Lets a member leave that is not kept.
    async fn leave(node: &Node, member: Device, name: &str) {
        member.disconnect().await;
        until("the session is over", || {
            node.broker.client(&id(name)).is_none()
        })
        .await;
    }
}

/// Checks that a member got all messages once, and so did the device with a subscription of its own.
async fn expect_all(member: &mut Device, reader: &mut Device) {
    let all: BTreeSet<_> = (0..MESSAGES).map(|number| number.to_string()).collect();
    for device in [member, reader] {
        let mut got = BTreeSet::new();
        for _ in 0..MESSAGES {
            got.insert(device.next().await.payload);
        }
        assert_eq!(got, all);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_for_a_member_that_has_left_goes_to_another_one() {
    let mut world = World::start().await;
    let [mut stays, leaves] = world.members;
    // Its node cannot tell the other one.
    world.proxy.set_open(false);
    World::leave(&world.nodes[1], leaves, "2").await;
    let options = options(Version::V5, &id("p"));
    let mut publisher = Device::connect(&world.nodes[0].broker, options).await;
    for number in 0..MESSAGES {
        let text = number.to_string();
        publisher.publish("lamps/a", &text, 1).await;
    }
    world.proxy.set_open(true);
    expect_all(&mut stays, &mut world.reader).await;
    publisher.publish("lamps/a", "end", 1).await;
    for device in [&mut stays, &mut world.reader] {
        let end = message("lamps/a", "end", 1);
        assert_eq!(device.next().await, end, "nothing came twice");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_behind_the_news_that_its_member_has_left_goes_to_another_one() {
    let mut world = World::start().await;
    let [leaves, mut stays] = world.members;
    let mut publisher = Raw::connect(&world.nodes[1].broker, &id("p"), 60, true).await;
    // The node of the publisher does not hear that the member leaves.
    world.proxy.set_open(false);
    for number in 0..MESSAGES {
        let text = number.to_string();
        let packet = raw::publish("lamps/a", text.as_bytes(), 1, number + 1, false);
        publisher.send(&packet).await;
    }
    // What came before it is on its way then.
    publisher.send(&[0xc0, 0]).await;
    assert_eq!(publisher.packet().await.unwrap().0, 0xd0);
    World::leave(&world.nodes[0], leaves, "1").await;
    // The news are in the log before this is acknowledged.
    let options = options(Version::V5, &id("q"));
    let mut other = Device::connect(&world.nodes[0].broker, options).await;
    other.publish("doors/a", "on", 1).await;
    world.proxy.set_open(true);
    expect_all(&mut stays, &mut world.reader).await;
    for number in 0..MESSAGES {
        let (kind, body) = publisher.packet().await.unwrap();
        assert_eq!((kind, body), (raw::PUBACK, vec![0, number as u8 + 1]));
    }
    other.publish("lamps/a", "end", 1).await;
    for device in [&mut stays, &mut world.reader] {
        let end = message("lamps/a", "end", 1);
        assert_eq!(device.next().await, end, "nothing came twice");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_start_at_the_same_time_hear_of_each_other() {
    let nats = Nats::start(1);
    let join = async |name| Cluster::join(&cluster_config(name, &nats.urls())).await;
    let (first, second) = (join("a").await.unwrap(), join("b").await.unwrap());
    until("the nodes are known", || first.nodes().len() == 2).await;
    let jetstream = jetstream::connect(&nats).await;
    let has_asked = async || {
        let log = jetstream.get_stream("ons_log").await;
        log.is_ok_and(|log| log.cached_info().state.messages > 0)
    };
    let first = tokio::spawn(Node::serve(first));
    // It asks before the other one reads.
    let asked = async { while !has_asked().await {} };
    timeout(PATIENCE, asked).await.unwrap();
    let nodes = [Node::serve(second).await, first.await.unwrap()];
    for node in nodes {
        node.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_does_not_serve_an_instance_keeps_no_other_from_starting_it() {
    let nats = Nats::start(1);
    let join = async |name| Cluster::join(&cluster_config(name, &nats.urls())).await;
    let (first, without) = (join("a").await.unwrap(), join("b").await.unwrap());
    until("the nodes are known", || first.nodes().len() == 2).await;
    let node = timeout(PATIENCE, Node::serve(first)).await;
    node.expect("it starts").stop().await;
    without.leave().await;
}
