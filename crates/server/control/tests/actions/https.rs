//! The API over HTTPS.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rcgen::{CertifiedKey, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::support::{Service, start_server, until};

const TLS: &str = "[api.tls]\ncertificate = \"certificate.pem\"\nkey = \"key.pem\"\n";

fn certified() -> CertifiedKey<KeyPair> {
    rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap()
}

fn put(folder: &Path, certified: &CertifiedKey<KeyPair>) {
    fs::write(folder.join("certificate.pem"), certified.cert.pem()).unwrap();
    fs::write(
        folder.join("key.pem"),
        certified.signing_key.serialize_pem(),
    )
    .unwrap();
}

/// Asks `/healthz` over TLS, and trusts one certificate only.
async fn ask(service: &Service, trusted: &CertifiedKey<KeyPair>) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.cert.der().clone()).unwrap();
    let client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(service.api).await?;
    let name = "localhost".try_into().unwrap();
    let connector = TlsConnector::from(Arc::new(client));
    let mut stream = connector.connect(name, stream).await?;
    let request = b"GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn the_api_speaks_https_with_the_certificate_that_is_in_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (certified(), certified());
    let error = start_server(folder.path(), TLS).await.err().unwrap();
    assert!(error.to_string().contains("certificate.pem"), "{error}");
    put(folder.path(), &first);
    let service = Service::run(folder, TLS.to_owned()).await;
    let answer = ask(&service, &first).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    put(service.folder.path(), &second);
    until("the new certificate is used", async || {
        ask(&service, &second).await.is_ok()
    })
    .await;
    assert!(ask(&service, &first).await.is_err());
    // Who does not speak TLS is not answered.
    let mut plain = TcpStream::connect(service.api).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP"));
}
