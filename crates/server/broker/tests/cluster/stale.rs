//! A server of NATS that answers with older entries of clients than others have.

use std::collections::HashMap;
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::kv::{Entry, Operation, Store};
use async_nats::jetstream::message::StreamMessage;
use futures::StreamExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::messages::id;
use crate::nats::Nats;
use crate::node::Node;
use crate::support::raw::{self, Raw};
use crate::wills::{LEASE, clients, connect, given_back, key};

/// Stream of the table of clients.
const STREAM: &str = "KV_ons_clients";

/// Answers in place of NATS from now on: the first question about each change of an entry with what was there before.
async fn answer_late(nats: &Nats) {
    let url = &nats.urls()[0];
    let client = async_nats::connect(url).await.unwrap();
    let jetstream = async_nats::jetstream::new(client.clone());
    let stream = jetstream.get_stream(STREAM).await.unwrap();
    let mut config = stream.cached_info().config.clone();
    // Nodes that have started do not know, and go on to ask all servers.
    config.allow_direct = false;
    jetstream.update_stream(&config).await.unwrap();
    let subject = format!("$JS.API.DIRECT.GET.{STREAM}.>");
    let mut questions = client.subscribe(subject).await.unwrap();
    client.flush().await.unwrap();
    let mut absent = TcpStream::connect(("127.0.0.1", nats.port(0)))
        .await
        .unwrap();
    absent
        .write_all(b"CONNECT {\"headers\":true}\r\n")
        .await
        .unwrap();
    tokio::spawn(async move {
        let mut known: HashMap<String, Option<StreamMessage>> = HashMap::new();
        while let Some(question) = questions.next().await {
            let prefix = format!("$JS.API.DIRECT.GET.{STREAM}.");
            let subject = question.subject.strip_prefix(&prefix).unwrap().to_owned();
            let last = stream.get_last_raw_message_by_subject(&subject).await.ok();
            let before = known.insert(subject, last.clone());
            let place = |message: &Option<StreamMessage>| message.as_ref().map(|one| one.sequence);
            let answer = match before {
                Some(before) if place(&before) != place(&last) => before,
                _ => last,
            };
            let reply = question.reply.unwrap();
            match answer {
                Some(message) => {
                    let headers = headers(&message);
                    client
                        .publish_with_headers(reply, headers, message.payload)
                        .await
                        .unwrap();
                }
                None => {
                    let status = "NATS/1.0 404 Message Not Found\r\n\r\n";
                    let length = status.len();
                    let text = format!("HPUB {reply} {length} {length}\r\n{status}\r\n");
                    absent.write_all(text.as_bytes()).await.unwrap();
                }
            }
        }
    });
}

/// Returns headers as NATS adds them to a message that it is asked for.
fn headers(message: &StreamMessage) -> HeaderMap {
    let mut headers = message.headers.clone();
    headers.insert("Nats-Stream", STREAM);
    headers.insert("Nats-Subject", message.subject.as_str());
    headers.insert("Nats-Sequence", message.sequence.to_string());
    headers.insert("Nats-Time-Stamp", "2026-01-01T00:00:00Z");
    headers
}

/// Waits until the entry of the client is as a test wants it.
async fn wait_for(clients: &Store, what: &str, is_so: impl Fn(Option<Entry>) -> bool) {
    let attempt = async {
        while !is_so(clients.entry(key(&id("1"))).await.unwrap()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LEASE, attempt).await.expect(what);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_does_not_take_an_entry_for_the_last_one_that_is_older_than_its_claim() {
    let nats = Nats::start(1);
    let node = Node::start("a", &nats.urls()).await;
    let clients = clients(&nats).await;
    answer_late(&nats).await;
    let mut devices = Vec::new();
    for will in ["first", "second"] {
        let mut device = Raw::open(&node.broker).await;
        device.send(&connect(&id("1"), will, 1, 0)).await;
        assert_eq!(device.packet().await.unwrap().0, raw::CONNACK);
        devices.push(device);
    }
    // The second will replaces the first one after its claim.
    wait_for(&clients, "the second will", |entry| {
        let wills = ["first", "second"];
        let text = entry.map(|entry| String::from_utf8_lossy(&entry.value).into_owned());
        text.is_some_and(|text| wills.map(|will| text.contains(will)) == [false, true])
    })
    .await;
    drop(devices);
    given_back(&clients, &id("1")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_nats_has_forgotten_is_not_waited_for() {
    let nats = Nats::start(1);
    let node = Node::start("a", &nats.urls()).await;
    let clients = clients(&nats).await;
    let mut device = Raw::open(&node.broker).await;
    device.send(&connect(&id("1"), "1", 1, 0)).await;
    assert_eq!(device.packet().await.unwrap().0, raw::CONNACK);
    // As a minute after another node has deleted it.
    clients.stream.purge().await.unwrap();
    drop(device);
    wait_for(&clients, "the entry is deleted again", |entry| {
        entry.is_some_and(|entry| entry.operation == Operation::Purge)
    })
    .await;
}
