//! Addresses: bound before the broker starts, free when it has stopped.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ons_mqtt_broker::{Broker, Config, Error, Tls};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

use crate::support::device::{Device, Version, options, persistent};
use crate::support::raw::{self, Raw};
use crate::support::{config, instance, start};

#[tokio::test]
async fn a_stopped_broker_frees_its_address_at_once() {
    let mut broker = start().await;
    let address = broker.local_addr();
    for _ in 0..5 {
        let mut device = Device::connect(&broker, persistent(Version::V311, "GID_test@@@a")).await;
        device.publish("lamps", "", 1).await;
        let mut idle = Raw::connect(&broker, "GID_test@@@idle", 0, true).await;
        let begin = Instant::now();
        let stopping = tokio::spawn(async move { broker.stop().await });
        let left = stopping.await.unwrap();
        assert_eq!((left.counts.len(), left.departed.len()), (1, 2));
        assert!(begin.elapsed() < Duration::from_secs(2));
        device.closed().await;
        idle.closed().await;
        broker = Broker::start(
            Config {
                listen: address,
                ..config()
            },
            instance(),
        )
        .await
        .unwrap();
        assert_eq!((broker.local_addr(), broker.connections()), (address, 0));
    }
}

#[tokio::test]
async fn two_brokers_have_nothing_in_common() {
    let (one, other) = (start().await, start().await);
    let mut here = Device::connect(&one, options(Version::V311, "GID_test@@@a")).await;
    let mut there = Device::connect(&other, options(Version::V311, "GID_test@@@a")).await;
    assert!(here.subscribe("lamps", 1).await && there.subscribe("lamps", 1).await);
    here.publish("lamps", "here", 1).await;
    there.publish("lamps", "there", 1).await;
    assert_eq!(
        (here.next().await.payload, there.next().await.payload),
        ("here".to_owned(), "there".to_owned())
    );
    one.stop().await;
    here.closed().await;
    assert_eq!(other.connections(), 1);
}

#[tokio::test]
async fn a_device_that_came_by_ipv4_to_an_ipv6_address_has_an_ipv4_address() {
    let listen = "[::]:0".parse().unwrap();
    let broker = Broker::start(Config { listen, ..config() }, instance())
        .await
        .unwrap();
    for (host, shown) in [("127.0.0.1", "127.0.0.1:"), ("[::1]", "[::1]:")] {
        let to = format!("{host}:{}", broker.local_addr().port());
        let mut device = Raw::open_at(to.parse().unwrap()).await;
        device.send(&raw::connect("GID_test@@@a", 0, true)).await;
        assert_eq!(device.packet().await.unwrap().0, raw::CONNACK);
        let client = broker.client("GID_test@@@a").unwrap();
        let address = client.address.unwrap().to_string();
        assert!(address.starts_with(shown), "{address}");
    }
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let broker = start().await;
    let address = broker.local_addr();
    let error = Broker::start(
        Config {
            listen: address,
            ..config()
        },
        instance(),
    )
    .await
    .err()
    .unwrap();
    assert!(matches!(error, Error::Bind { address: named, .. } if named == address));
    let said = error.to_string();
    assert!(
        said.contains(&address.to_string()) && said.contains("choose another"),
        "{said}"
    );
}

#[tokio::test]
async fn tls_without_its_files_is_an_error_that_names_them() {
    let tls = Tls {
        listen: config().listen,
        websocket: None,
        certificate: "/none/certificate.pem".into(),
        key: "/none/key.pem".into(),
    };
    let error = Broker::start(
        Config {
            tls: Some(tls),
            ..config()
        },
        instance(),
    )
    .await
    .err()
    .unwrap();
    assert!(
        error.to_string().contains("/none/certificate.pem"),
        "{error}"
    );
}

#[tokio::test]
async fn devices_connect_over_tls() {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (
        folder.path().join("certificate.pem"),
        folder.path().join("key.pem"),
    );
    std::fs::write(&certificate, certified.cert.pem()).unwrap();
    std::fs::write(&key, certified.signing_key.serialize_pem()).unwrap();
    let tls = Tls {
        listen: config().listen,
        websocket: None,
        certificate,
        key,
    };
    let broker = Broker::start(
        Config {
            tls: Some(tls),
            ..config()
        },
        instance(),
    )
    .await
    .unwrap();

    let mut roots = RootCertStore::empty();
    roots.add(certified.cert.der().clone()).unwrap();
    let client =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
    let socket = TcpStream::connect(broker.tls_addr().unwrap())
        .await
        .unwrap();
    let mut socket = TlsConnector::from(Arc::new(client))
        .connect("localhost".try_into().unwrap(), socket)
        .await
        .unwrap();
    socket
        .write_all(&raw::connect("GID_test@@@secure", 30, true))
        .await
        .unwrap();
    let mut accepted = [0; 4];
    socket.read_exact(&mut accepted).await.unwrap();
    assert_eq!(accepted, [0x20, 2, 0, 0]);
    assert!(broker.client("GID_test@@@secure").unwrap().is_online);
}

#[tokio::test]
async fn devices_connect_over_websocket() {
    let broker = Broker::start(
        Config {
            websocket: Some(config().listen),
            ..config()
        },
        instance(),
    )
    .await
    .unwrap();
    let mut socket = Raw::open_at(broker.websocket_addr().unwrap()).await;
    let answer = socket
        .upgrade(
            "GET /mqtt HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: mqtt\r\n\r\n",
        )
        .await;
    assert!(answer.starts_with("HTTP/1.1 101"), "{answer}");
    socket
        .send(&raw::in_frame(&raw::connect(
            "GID_test@@@browser",
            30,
            true,
        )))
        .await;
    // A binary frame of four bytes: CONNACK, accepted.
    assert_eq!(socket.bytes::<6>().await, [0x82, 4, 0x20, 2, 0, 0]);
    assert!(broker.client("GID_test@@@browser").unwrap().is_online);
}
