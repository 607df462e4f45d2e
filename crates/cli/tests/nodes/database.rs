//! Nodes while their database is away.

use ons_mqtt_client::ErrorCode;
use rumqttc::QoS;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::machine::{Device, Machine, create_group, receiver, until};
use crate::program::{next_interval, now, published};

/// A way to the database that a test can cut.
struct Gate {
    port: u16,
    is_open: watch::Sender<bool>,
}

impl Gate {
    async fn start(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gate = Self {
            port: listener.local_addr().unwrap().port(),
            is_open: watch::channel(true).0,
        };
        let mut watched = gate.is_open.subscribe();
        tokio::spawn(async move {
            loop {
                let (mut client, _) = listener.accept().await.unwrap();
                if !*watched.borrow_and_update() {
                    continue;
                }
                let mut watched = watched.clone();
                tokio::spawn(async move {
                    let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                    tokio::select! {
                        _ = copy_bidirectional(&mut client, &mut server) => {}
                        _ = watched.wait_for(|is_open| !is_open) => {}
                    }
                });
            }
        });
        gate
    }
}

/// Returns the port in the URL of a server of PostgreSQL on this machine.
fn port(store: &str) -> u16 {
    let rest = store.split("127.0.0.1:").nth(1).unwrap();
    rest.split('/').next().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_database_messages_go_on_changes_are_refused_and_no_count_is_lost() {
    let mut machine = Machine::start().await;
    let direct = port(&machine.store);
    let gate = Gate::start(direct).await;
    let [at, through] = [direct, gate.port].map(|port| format!(":{port}/"));
    machine.store = machine.store.replace(&at, &through);
    let begin = now();
    let nodes = machine.nodes(["a", "b"]).await;
    let mut receiver = receiver(&nodes[1]).await;
    let sender = Device::connect(&nodes[0], "GID_test@@@sender").await;
    let client = sender.unwrap().into_publisher();

    gate.is_open.send_replace(false);
    for number in 0..3 {
        let payload = number.to_string();
        let sent = client.publish("test/a", QoS::AtLeastOnce, false, payload);
        sent.await.unwrap();
    }
    receiver.receive(3).await;
    // The counts would be written now.
    next_interval().await;
    next_interval().await;
    for node in &nodes {
        let refused = create_group(node, "GID_other").await.unwrap_err();
        assert_eq!(
            refused.code(),
            Some(&ErrorCode::OnsSystemError),
            "{refused}"
        );
    }

    gate.is_open.send_replace(true);
    for (node, group) in nodes.iter().zip(["GID_other_a", "GID_other_b"]) {
        until("changes are made again", async || {
            create_group(node, group).await.is_ok()
        })
        .await;
        let client = node.client();
        until("all messages are counted", async || {
            let count = published(&client, begin).await;
            (count - 3.0).abs() < f64::EPSILON
        })
        .await;
    }
}
