//! Answers of NATS that get lost on their way, though it has done what it was asked.

use std::time::Duration;

use crate::jetstream::table;
use crate::messages::id;
use crate::nats::Nats;
use crate::node::{Node, cluster_config};
use crate::proxy::Proxy;
use crate::support::device::{Device, Version, message, options, persistent};
use crate::support::raw::{self, Raw};
use crate::support::within;
use crate::wills::{LEASE, clients, connect, connected, expect, given_back, key, readers};

/// A node to which the next answers get lost.
async fn losing(name: &str, nats: &Nats, answers: usize) -> (Node, Proxy) {
    let proxy = Proxy::start(nats.port(0)).await;
    proxy.lose(answers);
    let node = Node::try_start(&cluster_config(name, &[proxy.url()])).await;
    (node.unwrap(), proxy)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_whose_answer_is_lost_is_granted_and_leaves_one_will() {
    let nats = Nats::start(1);
    let nodes = [Node::start("a", &nats.urls()).await];
    let (node, proxy) = losing("b", &nats, 1).await;
    let mut readers = readers(&nodes).await;
    let mut device = Raw::open(&node.broker).await;
    device.send(&connect(&id("1"), "1", 1, 0)).await;
    let (kind, body) = device.packet().await.unwrap();
    assert_eq!((kind, body[1], proxy.to_lose()), (raw::CONNACK, 0, 0));
    drop(device);
    given_back(&clients(&nats).await, &id("1")).await;
    expect(&mut readers, &nodes[0], vec![("1".to_owned(), 1)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kept_session_is_adopted_though_the_answer_is_lost() {
    let nats = Nats::start(1);
    let stopped = Node::start("a", &nats.urls()).await;
    let kept = persistent(Version::V5, &id("kept"));
    let mut device = Device::connect(&stopped.broker, kept.clone()).await;
    assert!(device.subscribe("lamps/a", 1).await);
    device.disconnect().await;
    let mut publisher = Device::connect(&stopped.broker, options(Version::V5, &id("p"))).await;
    publisher.publish("lamps/a", "waits", 1).await;
    publisher.disconnect().await;
    given_back(&clients(&nats).await, &id("p")).await;
    let (node, proxy) = losing("b", &nats, 1).await;
    stopped.stop().await;
    within(LEASE, "it is adopted", || {
        node.broker.client(&kept.client_id).is_some()
    })
    .await;
    assert_eq!(proxy.to_lose(), 0);
    let mut device = Device::connect(&node.broker, kept).await;
    assert!(device.session_present);
    assert_eq!(device.next().await, message("lamps/a", "waits", 1));
}

/// Changes the record of all nodes, as a node does.
async fn change_record(nats: &Nats, change: impl Fn(&str) -> String) {
    let nodes = table(nats, "ons_nodes").await;
    loop {
        let entry = nodes.entry("nodes").await.unwrap().unwrap();
        let record = change(std::str::from_utf8(&entry.value).unwrap());
        let changed = nodes.update("nodes", record.into(), entry.revision).await;
        if changed.is_ok() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_of_a_lost_node_depart_and_leave_their_wills_though_answers_are_lost() {
    let nats = Nats::start(1);
    let (node, proxy) = losing("a", &nats, 0).await;
    let node = [node];
    let mut readers = readers(&node).await;
    let clients = clients(&nats).await;
    let mut device = Raw::open(&node[0].broker).await;
    device.send(&connect(&id("1"), "1", 1, 0)).await;
    assert_eq!(device.packet().await.unwrap().0, raw::CONNACK);
    let entry = clients.get(key(&id("1"))).await.unwrap().unwrap();
    device.send(&[0xe0, 0]).await;
    device.closed().await;
    given_back(&clients, &id("1")).await;
    node[0].broker.take_departed();
    let end = entry.iter().position(|byte| *byte == b'\n').unwrap();
    let (line, will) = entry.split_at(end);
    let length = String::from_utf8_lossy(line);
    let length = length.rsplit(' ').next().unwrap();
    for (name, rest) in [
        ("1", [b" ", length.as_bytes(), will].concat()),
        ("2", b" -\n".to_vec()),
    ] {
        // A node that never was, and is lost now.
        let [is_live, is_left] =
            ["live", "left"].map(|state| format!("lost-{name} 5 1 {state} 0\n"));
        change_record(&nats, |record| record.to_owned() + &is_live).await;
        let is_known = || node[0].cluster.nodes().len() == 2;
        within(LEASE, "the node is known", is_known).await;
        let head = format!("lost-{name} 5 0 127.0.0.1:1 -");
        let entry = [head.into_bytes(), rest].concat();
        clients.put(key(&id(name)), entry.into()).await.unwrap();
        proxy.lose(1);
        change_record(&nats, |record| record.replace(&is_live, &is_left)).await;
        within(LEASE, "the client is looked after", || proxy.to_lose() == 0).await;
        given_back(&clients, &id(name)).await;
        within(LEASE, "the client has departed", || {
            let departed = node[0].broker.take_departed();
            departed.iter().any(|one| one.client_id == id(name))
        })
        .await;
    }
    expect(&mut readers, &node[0], vec![("1".to_owned(), 1)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lease_lasts_though_no_answer_comes_for_some_seconds() {
    let nats = Nats::start(1);
    let (node, proxy) = losing("a", &nats, 0).await;
    let mut device = connected(node.broker.local_addr(), "d", 1, 0).await;
    proxy.lose_beats(true);
    tokio::time::sleep(Duration::from_secs(6)).await;
    proxy.lose_beats(false);
    // Until the lease would be over.
    assert!(device.is_silent(Duration::from_secs(6)).await);
    assert!(node.cluster.is_alive());
}
