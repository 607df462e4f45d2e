//! Memory for those who have not shown who they are.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ons_mqtt_broker::Rejection;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::support::packet::{Connect, user_property};
use crate::support::peer::{Peer, client_id};
use crate::support::process::{Memory, alone};
use crate::support::server::Server;
use crate::support::{V5, V311};

/// Connections of an attack: as many as one address may have waiting.
const CONNECTIONS: usize = 60;

const UPGRADE: &str = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Protocol: mqtt\r\n\r\n";

/// Returns the head and the first bytes of a WebSocket frame, masked with zeros.
fn frame(first: u8, length: u64, bytes: &[u8]) -> Vec<u8> {
    let head = [first, 0x80 | 127];
    [&head[..], &length.to_be_bytes(), &[0; 4], bytes].concat()
}

/// Returns a CONNECT of 8 KiB without its last byte.
fn unfinished_connect() -> Vec<u8> {
    let filling = user_property("a", &"x".repeat(7_900));
    let connect = Connect::new(V5, client_id("x")).property(&filling);
    let mut bytes = connect.bytes();
    bytes.pop();
    bytes
}

#[test]
fn websockets_without_credentials_hold_next_to_nothing() {
    alone(
        "before_connect::websockets_without_credentials_hold_next_to_nothing",
        || {
            let server = Server::start();
            let address = server.broker.websocket_addr().unwrap();
            let before = Memory::now();
            let part = vec![0x10; 1 << 20];
            let mut peers = Vec::new();
            for _ in 0..CONNECTIONS / 2 {
                let mut peer = Peer::open(address, V311);
                peer.send(UPGRADE.as_bytes());
                // A message of 60 MiB in one frame, and one in many frames.
                if peer.try_send(&frame(0x82, 60 << 20, &part)) {
                    while peer.try_send(&part) {}
                }
                peers.push(peer);
                let mut peer = Peer::open(address, V311);
                peer.send(UPGRADE.as_bytes());
                while peer.try_send(&frame(0x02, 4 << 10, &part[..4 << 10])) {}
                peers.push(peer);
            }
            before.expect_at_most(4 << 10, "60 WebSockets that send without end");
        },
    );
}

#[test]
fn a_connection_without_connect_holds_a_few_kib() {
    alone(
        "before_connect::a_connection_without_connect_holds_a_few_kib",
        || {
            let server = Server::start();
            let websocket = server.broker.websocket_addr().unwrap();
            let before = Memory::now();
            let unfinished = unfinished_connect();
            let mut peers = Vec::new();
            for number in 0..CONNECTIONS {
                let is_websocket = number % 2 == 0;
                let address = if is_websocket {
                    websocket
                } else {
                    server.address()
                };
                let mut peer = Peer::open(address, V5);
                if is_websocket {
                    peer.send(UPGRADE.as_bytes());
                    peer.send(&frame(0x82, unfinished.len() as u64 + 1, &unfinished));
                } else {
                    peer.send(&unfinished);
                }
                peers.push(peer);
            }
            // Whoever comes now is served after all those before.
            Peer::new(&server, V5, "a").settle();
            before.expect_at_most(
                CONNECTIONS * 48,
                "60 connections that sent all but the last byte of a CONNECT of 8 KiB",
            );
        },
    );
}

#[test]
fn a_slow_request_for_a_websocket_holds_a_few_kib() {
    alone(
        "before_connect::a_slow_request_for_a_websocket_holds_a_few_kib",
        || {
            let server = Server::start();
            let address = server.broker.websocket_addr().unwrap();
            let before = Memory::now();
            let head = format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(8_000));
            let mut peers = Vec::new();
            for _ in 0..CONNECTIONS {
                let mut peer = Peer::open(address, V311);
                peer.send(head.as_bytes());
                peers.push(peer);
            }
            Peer::new(&server, V5, "a").settle();
            before.expect_at_most(CONNECTIONS * 48, "60 HTTP heads that do not end");
            for mut peer in peers {
                peer.try_send(&[b'x'; 1_000]);
                while peer.packet().is_some() {}
            }
            server.until("all are rejected", |broker| {
                let rejected = broker.rejected();
                let of = |reason: Rejection| rejected[reason as usize].1;
                of(Rejection::Handshake) + of(Rejection::Timeout) == CONNECTIONS as u64
            });
        },
    );
}

#[test]
fn tls_without_connect_holds_some_kib() {
    alone("before_connect::tls_without_connect_holds_some_kib", || {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::with_tls(folder.path());
        let (tls, websocket) = (
            server.broker.tls_addr().unwrap(),
            server.broker.websocket_tls_addr().unwrap(),
        );
        let connector = connector(&folder.path().join("certificate.pem"));
        // The first handshakes fill tables that all share.
        drop(server.runtime.block_on(connect_tls(&connector, tls)));
        let before = Memory::now();
        // A record of 16 KiB that never ends.
        let mut hello = vec![0x16, 3, 1, 0x40, 0, 1, 0, 0x3f, 0xfc, 3, 3];
        hello.resize(8_000, 7);
        let mut half_open = Vec::new();
        let mut open = Vec::new();
        let unfinished = unfinished_connect();
        for number in 0..CONNECTIONS {
            if number % 3 == 0 {
                let mut peer = Peer::open(tls, V5);
                peer.send(&hello);
                half_open.push(peer);
                continue;
            }
            let address = if number % 3 == 1 { tls } else { websocket };
            server.runtime.block_on(async {
                let mut stream = connect_tls(&connector, address).await;
                if number % 3 == 2 {
                    stream.write_all(UPGRADE.as_bytes()).await.unwrap();
                    let head = frame(0x82, unfinished.len() as u64 + 1, &unfinished);
                    stream.write_all(&head).await.unwrap();
                } else {
                    stream.write_all(&unfinished).await.unwrap();
                }
                stream.flush().await.unwrap();
                open.push(stream);
            });
        }
        Peer::new(&server, V5, "a").settle();
        before.expect_at_most(
            CONNECTIONS * 160,
            "60 connections of TLS, a third of them half open, the others without CONNECT; \
             their clients are in the same process",
        );
        // They end in time, though each of them sent something.
        server.runtime.block_on(async {
            for mut stream in open {
                let mut rest = Vec::new();
                let closed = stream.read_to_end(&mut rest);
                let closed = tokio::time::timeout(Duration::from_secs(13), closed).await;
                assert!(closed.is_ok(), "still open");
            }
        });
        for mut peer in half_open {
            while peer.packet().is_some() {}
        }
    });
}

/// Returns what connects to a server with this certificate.
fn connector(certificate: &Path) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(certificate).unwrap();
    roots.add(certificate).unwrap();
    let client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(client))
}

async fn connect_tls(connector: &TlsConnector, address: SocketAddr) -> TlsStream<TcpStream> {
    let socket = TcpStream::connect(address).await.unwrap();
    connector
        .connect("localhost".try_into().unwrap(), socket)
        .await
        .unwrap()
}
