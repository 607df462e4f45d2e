//! Takes all connections that the program has descriptors for.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::program::{INSTANCE, Program};
use crate::wire::{Peer, Version};

/// Limit of descriptors: half of them are for connections, a quarter for those without CONNECT.
const DESCRIPTORS: usize = 600;

/// Opens a connection from the address 127.0.1.`host`.
async fn open(program: &Program, host: u8) -> TcpStream {
    open_at(program.mqtt, host).await
}

async fn open_at(address: SocketAddr, host: u8) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    let from = Ipv4Addr::new(127, 0, 1, host);
    socket.bind(SocketAddr::from((from, 0))).unwrap();
    socket.connect(address).await.unwrap()
}

/// Connects a device. Returns nothing if the program closes its connection.
async fn connect(program: &Program, device: usize) -> Option<Peer> {
    let client_id = format!("GID_test@@@{device}");
    let stream = open(program, 100).await;
    let peer = Peer::start(stream, &client_id, Version::V311, false).await;
    let (peer, session_present) = peer.ok()?;
    assert!(!session_present);
    Some(peer)
}

/// Connects a device, which tries again as devices do: a connection that ends takes a moment to give up its place.
async fn connect_again(program: &Program, device: usize) -> Peer {
    for _ in 0..100 {
        if let Some(peer) = connect(program, device).await {
            return peer;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("device {device} cannot connect");
}

/// Expects that a new caller gets an answer from the API and from `/healthz`.
async fn expect_answers(program: &Program) {
    let list = program.client().group_id_list().instance_id(INSTANCE);
    list.send().await.unwrap();
    let mut stream = TcpStream::connect(program.api).await.unwrap();
    let request = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer);
    timeout(Duration::from_secs(5), read)
        .await
        .expect("an answer in time")
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn when_all_connections_are_taken_the_api_answers_and_devices_can_connect() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start_with_descriptors(folder.path(), DESCRIPTORS);
    let create = program.client().group_id_create("GID_test");
    create.instance_id(INSTANCE).send().await.unwrap();
    // More silent connections than the program has descriptors.
    let mut silent = Vec::new();
    for number in 0..650 {
        silent.push(open(&program, 1 + (number % 20) as u8).await);
    }
    // Those without CONNECT make room.
    let device = connect_again(&program, 0).await;
    let used = program.descriptors();
    assert!(used < 250, "{used} descriptors");
    expect_answers(&program).await;
    drop((silent, device));

    // Devices with all that it takes: as many as there are connections for, and no more.
    let mut devices = Vec::new();
    for number in 0..350 {
        devices.extend(connect(&program, number).await);
    }
    assert!((290..=300).contains(&devices.len()), "{}", devices.len());
    expect_answers(&program).await;
    assert!(program.log().contains("too many connections"));
    // The next one takes the place of one that goes.
    devices.truncate(devices.len() - 10);
    let _device = connect_again(&program, 1_000).await;

    // Idle callers, from more addresses than have a share each, beside all those devices.
    let mut idle = Vec::new();
    for number in 0..600 {
        idle.push(open_at(program.api, 1 + (number % 20) as u8).await);
        if number % 50 == 49 {
            expect_answers(&program).await;
        }
    }
    println!("{used} descriptors in use with 650 silent connections");
}
