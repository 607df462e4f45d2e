//! Wills of clients whose node is lost, and of those that change nodes.

use std::net::SocketAddr;
use std::time::Duration;

use async_nats::jetstream::kv::{Entry, Store};
use ons_mqtt_broker::Direction;

use crate::failures::wait_for_lags;
use crate::jetstream::{append, stream, table};
use crate::kept::rows;
use crate::messages::id;
use crate::nats::Nats;
use crate::node::{Node, Process};
use crate::support::device::{Device, VERSIONS, Version, message, options, persistent};
use crate::support::raw::{self, Raw};
use crate::support::{INSTANCE, password, user_name, within};

/// Longer than a lease, and the time until the others notice that it is over.
pub(crate) const LEASE: Duration = Duration::from_secs(25);
/// DISCONNECT of a client that wants no will.
const DISCONNECT: [u8; 2] = [0xe0, 0];

/// A CONNECT of MQTT 5 with a will for `lamps/will`.
pub(crate) fn connect(client_id: &str, payload: &str, qos: u8, delay: u32) -> Vec<u8> {
    let mut body = b"\0\x04MQTT\x05".to_vec();
    body.extend([0xc6 | qos << 3, 0, 0, 0, 5, 0x18]);
    let topic_and_payload = ["lamps/will", payload];
    let (user_name, password) = (user_name(), password(client_id));
    let text = |text: &str| [&(text.len() as u16).to_be_bytes(), text.as_bytes()].concat();
    let head = text(client_id);
    // The client ID comes before the properties of the will.
    let properties = body.split_off(body.len() - 2);
    body.extend(head);
    body.extend(properties);
    body.extend(delay.to_be_bytes());
    for part in topic_and_payload
        .into_iter()
        .chain([&*user_name, &*password])
    {
        body.extend(text(part));
    }
    let length = u8::try_from(body.len()).unwrap();
    // Longer than 127 bytes, it takes two bytes to say so.
    let length = if length < 128 {
        vec![length]
    } else {
        vec![length, 1]
    };
    [vec![0x10], length, body].concat()
}

pub(crate) async fn connected(address: SocketAddr, name: &str, qos: u8, delay: u32) -> Raw {
    let mut socket = Raw::open_at(address).await;
    socket.send(&connect(&id(name), name, qos, delay)).await;
    let (kind, body) = socket.packet().await.unwrap();
    assert_eq!((kind, body[1]), (raw::CONNACK, 0), "{name}");
    socket
}

/// Devices that read wills, one on each node.
pub(crate) async fn readers<const N: usize>(nodes: &[Node; N]) -> Vec<Device> {
    let mut readers = Vec::new();
    for (at, (node, version)) in nodes.iter().zip(VERSIONS.into_iter().cycle()).enumerate() {
        let options = options(version, &id(&format!("reader-{at}")));
        let mut reader = Device::connect(&node.broker, options).await;
        assert!(reader.subscribe("lamps/will", 2).await);
        readers.push(reader);
    }
    readers
}

/// Expects wills in any order, and nothing else before a message that is published now.
pub(crate) async fn expect(readers: &mut [Device], node: &Node, mut expected: Vec<(String, u8)>) {
    expected.sort();
    for reader in &mut *readers {
        let mut wills = Vec::new();
        for _ in 0..expected.len() {
            let will = reader.next().await;
            wills.push((will.payload, will.qos));
        }
        wills.sort();
        assert_eq!(wills, expected);
    }
    let mut publisher = Device::connect(&node.broker, options(Version::V5, &id("end"))).await;
    publisher.publish("lamps/will", "end", 1).await;
    for reader in readers {
        let end = message("lamps/will", "end", 1);
        assert_eq!(reader.next().await, end, "nothing came twice");
    }
    publisher.disconnect().await;
}

/// The table of clients.
pub(crate) async fn clients(nats: &Nats) -> Store {
    table(nats, "ons_clients").await
}

pub(crate) fn key(client_id: &str) -> String {
    format!("{INSTANCE}.{}", client_id.replace('@', "=40"))
}

/// Waits until no node serves a client.
pub(crate) async fn given_back(clients: &Store, client_id: &str) {
    let attempt = async {
        while clients.get(key(client_id)).await.unwrap().is_some() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let given_back = tokio::time::timeout(LEASE, attempt).await;
    given_back.expect("the client is given back");
}

async fn known<const N: usize>(nodes: &[Node; N], number: usize) {
    within(LEASE, "the others are known", || {
        let mut nodes = nodes.iter();
        nodes.all(|node| node.cluster.nodes().len() == number)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wills_of_a_killed_nodes_clients_are_published_once() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b"], &nats.urls()).await;
    let mut killed = Process::start("c", &nats.urls());
    let address = ([127, 0, 0, 1], killed.port).into();
    let mut readers = readers(&nodes).await;
    let mut devices = Vec::new();
    let mut expected = Vec::new();
    for number in 0..20_u8 {
        let (name, qos) = (number.to_string(), number % 3);
        // A session that is not kept ends with its connection, so its will does not wait.
        devices.push(connected(address, &name, qos, 3_600 * u32::from(qos)).await);
        expected.push((name, qos));
    }
    // One disconnects properly, and one has lost its connection before, so that its will is published by its node.
    let mut proper = connected(address, "proper", 1, 0).await;
    proper.send(&DISCONNECT).await;
    drop(connected(address, "lost", 1, 0).await);
    for reader in &mut readers {
        assert_eq!(reader.next().await, message("lamps/will", "lost", 1));
    }
    let clients = clients(&nats).await;
    for name in ["proper", "lost"] {
        given_back(&clients, &id(name)).await;
    }
    known(&nodes, 3).await;
    for node in &nodes {
        node.broker.take_counts();
    }
    killed.child.kill().unwrap();
    killed.child.wait().unwrap();
    known(&nodes, 2).await;
    expect(&mut readers, &nodes[0], expected).await;
    let counts = nodes.iter().flat_map(|node| node.broker.take_counts());
    let received = counts.filter(|count| {
        count.direction == Direction::Received && count.sub_topic.as_deref() == Some("/will")
    });
    assert_eq!(received.map(|count| count.count).sum::<u64>(), 21);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wills_are_published_once_though_the_node_that_publishes_them_is_killed_too() {
    const WILLS: usize = 200;
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a"], &nats.urls()).await;
    let mut killed = Process::start("b", &nats.urls());
    let mut survivor = Process::start("c", &nats.urls());
    let mut readers = readers(&nodes).await;
    let address = ([127, 0, 0, 1], killed.port).into();
    let mut devices = Vec::new();
    for number in 0..WILLS {
        devices.push(connected(address, &number.to_string(), 1, 0).await);
    }
    known(&nodes, 3).await;
    killed.child.kill().unwrap();
    killed.child.wait().unwrap();
    within(LEASE, "wills are published", || {
        nodes[0].broker.traffic().pushed > 0
    })
    .await;
    survivor.child.kill().unwrap();
    survivor.child.wait().unwrap();
    known(&nodes, 1).await;
    let expected = (0..WILLS).map(|number| (number.to_string(), 1)).collect();
    expect(&mut readers, &nodes[0], expected).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_will_that_is_published_again_is_dropped() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b"], &nats.urls()).await;
    let mut killed = Process::start("c", &nats.urls());
    let mut readers = readers(&nodes).await;
    let device = connected(([127, 0, 0, 1], killed.port).into(), "1", 1, 0).await;
    let clients = clients(&nats).await;
    let entry = clients.entry(key(&id("1"))).await.unwrap().unwrap();
    known(&nodes, 3).await;
    killed.child.kill().unwrap();
    killed.child.wait().unwrap();
    given_back(&clients, &id("1")).await;
    drop(device);
    put_again(&clients, &entry).await;
    let other = Node::start("d", &nats.urls()).await;
    given_back(&clients, &id("1")).await;
    expect(&mut readers, &other, vec![("1".to_owned(), 1)]).await;
}

/// Writes an entry of client 1 again, as if the node that published its will had failed before it could say so.
async fn put_again(clients: &Store, entry: &Entry) {
    let end = entry.value.iter().position(|byte| *byte == b'\n').unwrap();
    let (line, will) = entry.value.split_at(end);
    let line = String::from_utf8_lossy(line).replace(" 0 ", &format!(" {} ", entry.revision));
    let again = [line.as_bytes(), will].concat();
    clients.put(key(&id("1")), again.into()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kept_session_that_has_a_will_does_not_get_it_again_on_another_node() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b"], &nats.urls()).await;
    let mut killed = Process::start("c", &nats.urls());
    known(&nodes, 3).await;
    let options_of_reader = persistent(Version::V5, &id("kept"));
    let reader = Device::try_connect_to(killed.port, options_of_reader.clone());
    let mut reader = reader.await.unwrap();
    assert!(reader.subscribe("lamps/will", 1).await);
    drop(connected(nodes[0].broker.local_addr(), "1", 1, 0).await);
    assert_eq!(reader.next().await, message("lamps/will", "1", 1));
    reader.disconnect().await;
    let kept = stream(&nats, "ons_kept").await;
    let all_acknowledged = async {
        while rows(&kept).await.1 > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(LEASE, all_acknowledged).await;
    waited.expect("nothing waits for the reader");
    // Its node has said that the session has all of the log.
    wait_for_lags(&nodes[0], [("a", 0), ("b", 0), ("c", 0)]).await;
    killed.child.kill().unwrap();
    killed.child.wait().unwrap();
    log_again(&nats, "lamps/will").await;
    known(&nodes, 2).await;
    let mut reader = Device::connect(&nodes[0].broker, options_of_reader).await;
    assert!(reader.session_present);
    let mut publisher = Device::connect(&nodes[1].broker, options(Version::V5, &id("p"))).await;
    publisher.publish("lamps/will", "end", 1).await;
    assert_eq!(reader.next().await, message("lamps/will", "end", 1));
}

/// Appends the last chunk that names a topic to the log again, as a node does that has not heard that the will was published.
async fn log_again(nats: &Nats, topic: &str) {
    let log = stream(nats, "ons_log").await;
    let mut place = log.cached_info().state.last_sequence;
    let message = loop {
        let message = log.get_raw_message(place).await.unwrap();
        if String::from_utf8_lossy(&message.payload).contains(topic) {
            break message;
        }
        place -= 1;
    };
    append(nats, &message.subject, message.payload).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_will_of_a_frozen_nodes_client_is_published_once_though_the_node_wakes() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b"], &nats.urls()).await;
    let frozen = Process::start("c", &nats.urls());
    let mut readers = readers(&nodes).await;
    let mut device = connected(([127, 0, 0, 1], frozen.port).into(), "1", 1, 0).await;
    known(&nodes, 3).await;
    frozen.freeze().await;
    known(&nodes, 2).await;
    frozen.thaw();
    device.closed().await;
    known(&nodes, 3).await;
    expect(&mut readers, &nodes[1], vec![("1".to_owned(), 1)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_comes_to_another_node_leaves_the_will_of_its_earlier_connection() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b"], &nats.urls()).await;
    let mut readers = readers(&nodes).await;
    let clients = clients(&nats).await;
    let address = |at: usize| nodes[at].broker.local_addr();
    let wills = [("first", 0), ("second", 1), ("third", 2), ("fourth", 1)];
    let mut devices = Vec::new();
    for (at, (payload, qos)) in [0, 1, 1, 0].into_iter().zip(wills) {
        let mut device = Raw::open_at(address(at)).await;
        device.send(&connect(&id("1"), payload, qos, 0)).await;
        assert_eq!(device.packet().await.unwrap().0, raw::CONNACK);
        devices.push(device);
    }
    let mut expected: Vec<_> = wills.map(|(payload, qos)| (payload.to_owned(), qos)).into();
    let last = expected.pop().unwrap();
    expect(&mut readers, &nodes[0], expected).await;
    // Only the last connection is left to its entry.
    let entry = clients.get(key(&id("1"))).await.unwrap().unwrap();
    let count = |will: &str| String::from_utf8_lossy(&entry).matches(will).count();
    assert_eq!(wills.map(|(payload, _)| count(payload)), [0, 0, 0, 1]);
    devices.pop();
    expect(&mut readers, &nodes[1], vec![last]).await;
    given_back(&clients, &id("1")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_comes_back_before_the_lease_of_its_node_is_over_leaves_its_will() {
    let nats = Nats::start(1);
    let nodes = Node::start_all(["a", "b"], &nats.urls()).await;
    let mut killed = Process::start("c", &nats.urls());
    let mut readers = readers(&nodes).await;
    let device = connected(([127, 0, 0, 1], killed.port).into(), "1", 1, 0).await;
    known(&nodes, 3).await;
    killed.child.kill().unwrap();
    killed.child.wait().unwrap();
    drop(device);
    // Refused until nobody can serve the client any more.
    let mut again = loop {
        let mut socket = Raw::open(&nodes[0].broker).await;
        socket.send(&connect(&id("1"), "2", 1, 0)).await;
        let answer = tokio::time::timeout(LEASE, socket.packet()).await.unwrap();
        match answer.unwrap() {
            (raw::CONNACK, body) if body[1] == 0 => break socket,
            (raw::CONNACK, body) => assert_eq!(body[1], 0x88),
            other => panic!("{other:?}"),
        }
    };
    expect(&mut readers, &nodes[1], vec![("1".to_owned(), 1)]).await;
    again.send(&DISCONNECT).await;
    again.closed().await;
    expect(&mut readers, &nodes[1], vec![]).await;
}
