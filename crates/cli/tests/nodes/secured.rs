//! A server of NATS that wants TLS and a password.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::joining::refused;
use crate::machine::{Machine, create_group, probe};
use crate::program::{PATIENCE, Program};

/// A server of NATS that wants TLS and a password; killed on drop.
struct Secured {
    server: Child,
    port: u16,
}

impl Secured {
    fn start(folder: &Path) -> Self {
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(folder.join("cert.pem"), certified.cert.pem()).unwrap();
        std::fs::write(
            folder.join("key.pem"),
            certified.signing_key.serialize_pem(),
        )
        .unwrap();
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        drop(socket);
        let text = format!(
            "listen: \"127.0.0.1:{port}\"\njetstream {{ store_dir: \"store\" }}\n\
             tls {{ cert_file: \"cert.pem\", key_file: \"key.pem\" }}\n\
             accounts {{ ONS {{ jetstream: enabled, users: [{{ user: ons, password: hunter2 }}] }} }}\n"
        );
        std::fs::write(folder.join("nats.conf"), text).unwrap();
        let server = Command::new(std::env::var_os("ONS_MQTT_TEST_NATS").unwrap())
            .args(["-c", "nats.conf"])
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begin = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begin.elapsed() < PATIENCE, "NATS does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { server, port }
    }
}

impl Drop for Secured {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_joins_over_tls_with_a_password_and_says_what_is_wrong_with_another_one() {
    let machine = Machine::start().await;
    let folder = machine.folder("nats");
    let nats = Secured::start(&folder);
    let config = |password: &str| {
        let (certificates, port) = (folder.join("cert.pem"), nats.port);
        format!(
            "{}[cluster]\nnode = \"a\"\nreplicas = 1\ncertificates = {certificates:?}\n\
             nats = [\"tls://ons:{password}@localhost:{port}\"]\n",
            machine.config_alone()
        )
    };
    let said = refused(&machine, "a", &config("wrong-one"));
    assert!(said.contains("NATS: "), "{said}");
    assert!(said.contains("authorization violation"), "{said}");
    assert!(!said.contains("wrong-one"), "{said}");
    let node = Program::start_configured(&machine.folder("a"), &config("hunter2"));
    assert_eq!(probe(&node, "/readyz").await.0, 200);
    create_group(&node, "GID_test").await.unwrap();
    assert!(!node.log().contains("hunter2"), "{}", node.log());
}
