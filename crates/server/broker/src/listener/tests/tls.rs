//! MQTT over TLS, and certificates that are replaced.

use std::fs;
use std::path::Path;

use pop_listen::{CertificateFiles, Encryption};
use rcgen::CertifiedKey;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::*;
use crate::listener::{Error, Tls};

type Certified = CertifiedKey<rcgen::KeyPair>;

fn certified() -> Certified {
    rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap()
}

fn files(folder: &TempDir) -> Tls {
    Tls {
        listen: any_port(),
        websocket: Some(any_port()),
        certificate: folder.path().join("certificate.pem"),
        key: folder.path().join("key.pem"),
    }
}

/// Replaces a file in one step.
fn put(path: &Path, text: &str) {
    let new = path.with_extension("new");
    fs::write(&new, text).unwrap();
    fs::rename(new, path).unwrap();
}

fn put_both(files: &Tls, certified: &Certified) {
    put(&files.certificate, &certified.cert.pem());
    put(&files.key, &certified.signing_key.serialize_pem());
}

async fn connect_tls(
    address: SocketAddr,
    trusted: &Certified,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.cert.der().clone()).unwrap();
    let client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(client))
        .connect("localhost".try_into().unwrap(), opened(address).await)
        .await
}

#[tokio::test]
async fn mqtt_and_websocket_are_spoken_over_tls() {
    let (folder, certified) = (TempDir::new().unwrap(), certified());
    let tls = files(&folder);
    put_both(&tls, &certified);
    let config = Config {
        tls: Some(tls),
        ..config()
    };
    let (_serving, addresses) = serve(&config, generous());
    let mut socket = connect_tls(addresses.tls.unwrap(), &certified)
        .await
        .unwrap();
    socket.write_all(&connect(0)).await.unwrap();
    expect(&mut socket, &CONNACK).await;
    subscribe(&mut socket).await;
    let many = publish(5000).repeat(100);
    let (mut reader, mut writer) = tokio::io::split(socket);
    let writing = async {
        writer.write_all(&many).await.unwrap();
        writer.flush().await.unwrap();
    };
    tokio::join!(writing, expect(&mut reader, &many));
    writer.write_all(&DISCONNECT).await.unwrap();
    writer.flush().await.unwrap();
    // Ends in order, with TLS's own notice, or reading would fail.
    assert_eq!(reader.read(&mut [0]).await.unwrap(), 0);

    let mut socket = connect_tls(addresses.websocket_tls.unwrap(), &certified)
        .await
        .unwrap();
    socket.write_all(UPGRADE.as_bytes()).await.unwrap();
    expect(&mut socket, b"HTTP/1.1 101 ").await;
}

#[tokio::test]
async fn a_replaced_pair_is_used_at_once_and_a_bad_one_never() {
    let folder = TempDir::new().unwrap();
    let (first, second) = (certified(), certified());
    let tls = files(&folder);
    put_both(&tls, &first);
    let files = CertificateFiles {
        certificate: tls.certificate.clone(),
        key: tls.key.clone(),
    };
    let encryption = Encryption::checking(files, Duration::ZERO).unwrap();
    let config = Config {
        tls: Some(tls.clone()),
        ..config()
    };
    let listeners = Listeners::bind_with(&config.endpoints(), Some(encryption), &[]).unwrap();
    let address = listeners.addresses().tls.unwrap();
    let _serving = listeners.serve(&core(&config), generous());
    let mut before = connect_tls(address, &first).await.unwrap();

    put(&tls.certificate, "not PEM");
    assert!(connect_tls(address, &first).await.is_ok());
    put(&tls.certificate, &second.cert.pem());
    assert!(connect_tls(address, &first).await.is_ok()); // the key is still the other one
    fs::remove_file(&tls.key).unwrap();
    assert!(connect_tls(address, &first).await.is_ok());
    put(&tls.key, &second.signing_key.serialize_pem());
    assert!(connect_tls(address, &second).await.is_ok());
    assert!(connect_tls(address, &first).await.is_err());

    before.write_all(&connect(0)).await.unwrap();
    expect(&mut before, &CONNACK).await;
}

#[tokio::test]
async fn files_that_cannot_be_used_are_named_and_nothing_is_bound() {
    let folder = TempDir::new().unwrap();
    let (one, other) = (certified(), certified());
    let tls = files(&folder);
    let listen = {
        let listeners = Listeners::bind(&config().endpoints()).unwrap();
        listeners.addresses().tcp
    };
    let config = Config {
        listen,
        tls: Some(tls.clone()),
        ..config()
    };
    let check = || {
        let error = Listeners::bind(&config.endpoints()).err().unwrap();
        assert!(matches!(error, Error::Tls { .. }), "{error}");
        assert!(
            error.to_string().contains(&tls.key.display().to_string()),
            "{error}"
        );
        std::net::TcpListener::bind(listen).unwrap();
    };
    check();
    put_both(&tls, &one);
    put(&tls.key, &other.signing_key.serialize_pem());
    check();
    put(&tls.certificate, "");
    check();
}

#[tokio::test]
async fn a_handshake_that_is_none_ends_and_is_counted() {
    let (folder, certified) = (TempDir::new().unwrap(), certified());
    let tls = files(&folder);
    put_both(&tls, &certified);
    let config = Config {
        tls: Some(tls),
        ..config()
    };
    let (serving, addresses) = serve(&config, generous());
    let mut plain = opened(addresses.tls.unwrap()).await;
    plain.write_all(&connect(0)).await.unwrap();
    closed(&mut plain).await;
    // A record that promises a huge greeting.
    let mut huge = opened(addresses.tls.unwrap()).await;
    let mut greeting = vec![22, 3, 1, 0x40, 0, 1, 0, 0xff, 0];
    greeting.resize(5 + 0x4000, 0);
    let _ = huge.write_all(&greeting).await;
    closed(&mut huge).await;
    while rejected(&serving, Rejection::Handshake) < 2 {
        tokio::task::yield_now().await;
    }
}
