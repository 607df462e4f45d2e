//! Nodes and servers that fail.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::jetstream;
use crate::messages::{connect_v5, id};
use crate::nats::Nats;
use crate::node::{Node, Process, cluster_config};
use crate::proxy::Proxy;
use crate::support::device::{Device, Version, message, options};
use crate::support::raw::{self, Raw};
use crate::support::{INSTANCE, until, within};

/// Longer than a lease, and the time until the others notice that it is over.
const LEASE: Duration = Duration::from_secs(25);

async fn connected(address: std::net::SocketAddr, name: &str) -> Raw {
    let mut socket = Raw::open_at(address).await;
    socket.send(&connect_v5(&id(name))).await;
    let (kind, body) = socket.packet().await.unwrap();
    assert_eq!((kind, body[1]), (raw::CONNACK, 0), "{name}");
    socket
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_of_a_killed_node_are_departed_once_and_connect_elsewhere() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b"], &nats.urls()).await;
    let mut killed = Process::start("c", &nats.urls());
    let mut devices = Vec::new();
    for number in 0..20 {
        let address = ([127, 0, 0, 1], killed.port).into();
        devices.push(connected(address, &number.to_string()).await);
    }
    within(LEASE, "the node is known", || {
        nodes.iter().all(|node| node.cluster.nodes().len() == 3)
    })
    .await;
    killed.child.kill().unwrap();
    killed.child.wait().unwrap();
    within(LEASE, "the node is over", || {
        nodes.iter().all(|node| node.cluster.nodes().len() == 2)
    })
    .await;
    let departed = RefCell::new(Vec::new());
    let take_departed = || {
        let taken = nodes.iter().flat_map(|node| node.broker.take_departed());
        departed.borrow_mut().extend(taken.map(|one| one.client_id));
    };
    within(LEASE, "all are departed", || {
        take_departed();
        departed.borrow().len() >= 20
    })
    .await;
    let mut again = Vec::new();
    for number in 0..20 {
        let node = &nodes[number % 2];
        again.push(connected(node.broker.local_addr(), &number.to_string()).await);
    }
    // All clients are claimed again, so no claim of the lost node is left to report.
    take_departed();
    let mut departed = departed.into_inner();
    departed.sort();
    let mut expected: Vec<_> = (0..20).map(|number| id(&number.to_string())).collect();
    expected.sort();
    assert_eq!(departed, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_was_frozen_past_its_lease_can_do_no_harm() {
    let nats = Nats::start(1);
    let [node] = Node::start_all(["a"], &nats.urls()).await;
    let frozen = Process::start("b", &nats.urls());
    let mut reader = Device::connect(&node.broker, options(Version::V5, &id("reader"))).await;
    assert!(reader.subscribe("lamps/#", 1).await);
    let address = ([127, 0, 0, 1], frozen.port).into();
    let mut device = connected(address, "d").await;
    within(LEASE, "the node is known", || {
        node.cluster.nodes().len() == 2
    })
    .await;
    frozen.freeze().await;
    // QoS 1, handled when the node wakes.
    let body = b"\0\x07lamps/a\0\x01\0stale";
    device
        .send(&[&[0x32, body.len() as u8][..], body].concat())
        .await;
    within(LEASE, "the node is over", || {
        node.cluster.nodes().len() == 1
    })
    .await;
    let again = connected(node.broker.local_addr(), "d").await;
    frozen.thaw();
    // The old connection is closed, and its message is neither acknowledged nor delivered.
    let (kind, body) = device.packet().await.unwrap();
    assert_eq!((kind, body[0]), (0xe0, 0x9c));
    let mut publisher = Device::connect(&node.broker, options(Version::V5, &id("p"))).await;
    publisher.publish("lamps/a", "fresh", 1).await;
    assert_eq!(reader.next().await, message("lamps/a", "fresh", 1));
    assert!(
        node.broker
            .client(&id("d"))
            .is_some_and(|client| client.is_online)
    );
    within(LEASE, "it is a node again", || {
        node.cluster.nodes().len() == 2
    })
    .await;
    connected(address, "e").await;
    drop(again);
}

/// Waits until nodes have that many chunks of the log to deliver.
pub(crate) async fn wait_for_lags<const N: usize>(node: &Node, wanted: [(&str, u64); N]) {
    let wanted = wanted.map(|(name, lag)| (name.to_owned(), lag));
    let seen = async {
        let mut lags = Vec::new();
        while lags != wanted {
            tokio::time::sleep(Duration::from_millis(20)).await;
            lags = node.broker.lags().await;
            lags.sort();
        }
    };
    let in_time = tokio::time::timeout(LEASE, seen).await;
    assert!(in_time.is_ok(), "{wanted:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_does_not_read_the_log_lags_until_it_has_delivered_it() {
    let nats = Nats::start(1);
    let [node] = Node::start_all(["a"], &nats.urls()).await;
    let frozen = Process::start("b", &nats.urls());
    wait_for_lags(&node, [("a", 0), ("b", 0)]).await;
    frozen.freeze().await;
    let mut publisher = Device::connect(&node.broker, options(Version::V5, &id("p"))).await;
    for _ in 0..3 {
        publisher.publish("lamps/a", "on", 1).await;
    }
    wait_for_lags(&node, [("a", 0), ("b", 3)]).await;
    frozen.thaw();
    wait_for_lags(&node, [("a", 0), ("b", 0)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_in_the_log_is_passed_over() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b"], &nats.urls()).await;
    let mut publisher = Device::connect(&nodes[0].broker, options(Version::V5, &id("p"))).await;
    publisher.publish("lamps/a", "on", 1).await;
    let log = jetstream::stream(&nats, "ons_log").await;
    let last = log.get_last_raw_message_by_subject("ons_log.>").await;
    jetstream::append(&nats, &last.unwrap().subject, "?".into()).await;
    for node in &nodes {
        wait_for_lags(node, [("a", 0), ("b", 0)]).await;
        assert_eq!(node.cluster.dropped(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_cut_off_from_nats_closes_its_sessions_when_its_lease_ends() {
    let nats = Nats::start(1);
    let proxy = Proxy::start(nats.port(0)).await;
    let [other] = Node::start_all(["a"], &nats.urls()).await;
    let cut = Node::try_start(&cluster_config("b", &[proxy.url()]))
        .await
        .unwrap();
    let mut device = connected(cut.broker.local_addr(), "d").await;
    proxy.set_open(false);
    // A CONNECT that cannot be decided is refused.
    let mut refused = Raw::open(&cut.broker).await;
    refused.send(&connect_v5(&id("e"))).await;
    let (_, body) = tokio::time::timeout(LEASE, refused.packet())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(body[1], 0x88);
    let (kind, body) = tokio::time::timeout(LEASE, device.packet())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((kind, body[0]), (0xe0, 0x9c));
    assert!(!cut.cluster.is_alive());
    within(LEASE, "the node is over", || {
        other.cluster.nodes().len() == 1
    })
    .await;
    proxy.set_open(true);
    within(LEASE, "the node is alive again", || cut.cluster.is_alive()).await;
    connected(cut.broker.local_addr(), "d").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_cannot_be_read_is_counted() {
    let nats = Nats::start(1);
    let [node] = Node::start_all(["a"], &nats.urls()).await;
    let mut other = TcpStream::connect(("127.0.0.1", nats.port(0)))
        .await
        .unwrap();
    // It begins with a version that nobody knows.
    let publish = format!("CONNECT {{}}\r\nPUB ons.{INSTANCE}.$node.a.message 2\r\n99\r\n");
    other.write_all(publish.as_bytes()).await.unwrap();
    until("it is counted", || node.cluster.dropped() == 1).await;
}

/// Returns the server that leads a stream.
async fn leader(nats: &Nats, stream: &str) -> usize {
    let stream = jetstream::stream(nats, stream).await;
    let cluster = stream.cached_info().cluster.clone();
    let leader = cluster.unwrap().leader.unwrap();
    leader.strip_prefix('s').unwrap().parse().unwrap()
}

/// Streams of the tables of nodes and of clients.
const TABLES: [&str; 2] = ["KV_ons_nodes", "KV_ons_clients"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_leader_of_the_tables_may_be_killed() {
    for table in TABLES {
        let mut nats = Nats::start(3);
        let urls = nats.urls();
        let nodes = Node::start_all(["a", "b", "c"], &urls).await;
        let mut reader =
            Device::connect(&nodes[2].broker, options(Version::V5, &id("reader"))).await;
        assert!(reader.subscribe("lamps/#", 1).await);
        let mut publisher = Device::connect(&nodes[0].broker, options(Version::V5, &id("p"))).await;
        publisher.publish("lamps/a", "before", 1).await;
        assert_eq!(reader.next().await.payload, "before");
        nats.kill(leader(&nats, table).await);
        // It waits for another leader, or is refused when that takes too long.
        let begin = Instant::now();
        let device = options(Version::V5, &id("new"));
        while Device::try_connect(&nodes[1].broker, device.clone())
            .await
            .is_err()
        {
            assert!(begin.elapsed() < LEASE, "{table}");
        }
        println!(
            "{table}: CONNECT was accepted {:?} after the leader was killed",
            begin.elapsed()
        );
        // Longer than a lease, so that it was renewed.
        tokio::time::sleep(Duration::from_secs(15).saturating_sub(begin.elapsed())).await;
        for node in &nodes {
            assert!(node.cluster.is_alive());
        }
        publisher.publish("lamps/a", "after", 1).await;
        let mut payload = reader.next().await.payload;
        if payload == "before" {
            payload = reader.next().await.payload;
        }
        assert_eq!(payload, "after");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_most_servers_of_nats_devices_are_disconnected_when_the_leases_end() {
    let mut nats = Nats::start(3);
    let nodes = Node::start_all(["a", "b"], &nats.urls()).await;
    let mut device = connected(nodes[0].broker.local_addr(), "d").await;
    let mut publisher = Device::connect(&nodes[1].broker, options(Version::V311, &id("p"))).await;
    publisher.publish_retained("lamps/a", "kept", 1).await;
    wait_for_lags(&nodes[0], [("a", 0), ("b", 0)]).await;
    nats.kill(0);
    nats.kill(1);
    let begin = Instant::now();
    let mut refused = Raw::open(&nodes[0].broker).await;
    refused.send(&connect_v5(&id("e"))).await;
    let answer = tokio::time::timeout(LEASE, refused.packet()).await;
    assert_eq!(answer.unwrap().unwrap().1[1], 0x88);
    println!("CONNECT was refused after {:?}", begin.elapsed());
    let (kind, body) = tokio::time::timeout(LEASE, device.packet())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((kind, body[0]), (0xe0, 0x9c));
    println!("the session was closed after {:?}", begin.elapsed());
    assert!(!nodes[0].cluster.is_alive());
    let begin = Instant::now();
    nats.restart(0);
    nats.restart(1);
    within(2 * LEASE, "the nodes are alive again", || {
        nodes.iter().all(|node| node.cluster.is_alive())
    })
    .await;
    println!("the nodes were alive again after {:?}", begin.elapsed());
    connected(nodes[1].broker.local_addr(), "d").await;
    // Each stream of NATS chooses a leader of its own, which takes a while.
    let mut reader = Raw::connect(&nodes[0].broker, &id("r"), 60, true).await;
    reader.send(&raw::subscribe("lamps/a", 0)).await;
    let expected = [
        (raw::SUBACK, vec![0, 1, 0]),
        (0x31, b"\0\x07lamps/akept".to_vec()),
    ];
    for expected in expected {
        let packet = tokio::time::timeout(2 * LEASE, reader.packet_whenever()).await;
        assert_eq!(packet.unwrap(), Some(expected));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn devices_of_a_lost_node_keep_no_others_from_connecting() {
    /// More than a node asks NATS about at once.
    const DEVICES: usize = 80;
    let nats = Nats::start(1);
    let [node] = Node::start_all(["a"], &nats.urls()).await;
    let frozen = Process::start("b", &nats.urls());
    let mut devices = Vec::new();
    for number in 0..DEVICES {
        let address = ([127, 0, 0, 1], frozen.port).into();
        devices.push(connected(address, &number.to_string()).await);
    }
    frozen.freeze().await;
    let mut waiting = Vec::new();
    for number in 0..DEVICES {
        let mut socket = Raw::open(&node.broker).await;
        socket.send(&connect_v5(&id(&number.to_string()))).await;
        waiting.push(socket);
    }
    let others = async {
        for number in 0..DEVICES {
            connected(node.broker.local_addr(), &format!("other-{number}")).await;
        }
    };
    let soon = Duration::from_secs(3);
    tokio::time::timeout(soon, others)
        .await
        .expect("others connect");
}
