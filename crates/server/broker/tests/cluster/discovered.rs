//! A node asks only the servers of NATS of its configuration, unless they are asked with TLS.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::node::{Node, cluster_config};
use crate::wills::LEASE;

#[tokio::test]
async fn a_server_that_another_one_names_gets_no_password() {
    let named = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let known = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (other, port) = (
        named.local_addr().unwrap(),
        known.local_addr().unwrap().port(),
    );
    let info = format!(
        "INFO {{\"server_id\":\"a\",\"server_name\":\"a\",\"version\":\"2.11.0\",\"go\":\"go\",\"host\":\"127.0.0.1\",\
         \"port\":{port},\"max_payload\":1048576,\"proto\":1,\"headers\":true,\"connect_urls\":[\"{other}\"]}}\r\n"
    );
    let config = cluster_config("a", &[format!("nats://user:secret@127.0.0.1:{port}")]);
    let joining = tokio::spawn(async move { Node::try_start(&config).await.map(|_| ()) });
    // It loses the connection each time, so it looks for other servers.
    for _ in 0..4 {
        let accepted = timeout(LEASE, known.accept()).await;
        let (mut connection, _) = accepted.expect("the node connects").unwrap();
        connection.write_all(info.as_bytes()).await.unwrap();
        let mut said = [0; 4096];
        let length = connection.read(&mut said).await.unwrap();
        assert!(String::from_utf8_lossy(&said[..length]).contains("secret"));
        connection.write_all(b"PONG\r\n").await.unwrap();
    }
    assert!(timeout(Duration::ZERO, named.accept()).await.is_err());
    joining.abort();
}
