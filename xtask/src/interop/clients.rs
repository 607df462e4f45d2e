//! Tests the broker with MQTT client libraries as devices, over each transport.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::tally::Tally;
use crate::certificate::{Certificate, HOST};
use crate::error::{Error, same};
use crate::folders::root;
use crate::prepare;
use crate::program::{finish, free_port};
use crate::service::{INSTANCE, KEY_ID, SECRET, Service, Settings, Tls};

/// Checks that each client makes over each transport with each version of MQTT.
const CHECKS: [&str; 8] = [
    "QoS 0",
    "QoS 1",
    "QoS 2",
    "retained message",
    "will after a lost connection",
    "kept session",
    "point-to-point",
    "wrong password",
];

/// Check that only MQTT 5 has.
const CHECK_OF_MQTT_5: &str = "shared subscription";

const VERSIONS: [&str; 2] = ["3.1.1", "5"];

/// A client library: its name, and the command of the script that uses it.
type Client = (&'static str, Vec<PathBuf>);

/// Installs and builds what the clients need. Returns the clients.
pub(super) fn programs() -> Result<[Client; 3], Error> {
    let paho = root().join("tests/interop/mqtt_paho.py");
    Ok([
        ("paho-mqtt", vec![prepare::python()?, paho]),
        ("mqtt.js", vec!["node".into(), prepare::mqtt_js()?]),
        ("rumqttc", vec![prepare::mqtt_rumqttc()?]),
    ])
}

pub(super) fn run(binary: &Path, tally: &mut Tally) -> Result<(), Error> {
    let clients = programs()?;
    let data_dir = tempfile::tempdir().map_err(Error::io("a data directory"))?;
    let server = Server {
        binary,
        data_dir: data_dir.path(),
        certificate: Certificate::new()?,
        websocket: free_port()?,
        tls: free_port()?,
        websocket_tls: free_port()?,
    };
    let service = server.start()?;
    service.call(&["group", "create", "GID_test"])?;
    for client in &clients {
        for transport in ["tcp", "tls", "ws", "wss"] {
            for version in VERSIONS {
                let what = format!("{} over {transport}, MQTT {version}", client.0);
                let only_5 = (version == "5").then_some(CHECK_OF_MQTT_5);
                let checks: Vec<&str> = CHECKS.into_iter().chain(only_5).collect();
                let way = (transport, version);
                tally.check(&what, || {
                    server.test(&service, client, way, "checks", &checks)
                });
            }
        }
    }
    restart(&server, service, &clients, tally)
}

/// Checks that sessions of each client survive a restart.
fn restart(
    server: &Server<'_>,
    service: Service,
    clients: &[Client],
    tally: &mut Tally,
) -> Result<(), Error> {
    let mut visit = |service: &Service, stage, check| {
        for client in clients {
            for version in VERSIONS {
                let what = format!("{}, MQTT {version}: {check}", client.0);
                tally.check(&what, || {
                    server.test(service, client, ("tcp", version), stage, &[check])
                });
            }
        }
    };
    visit(&service, "leave", "session before a restart");
    service.stop()?;
    let service = server.start()?;
    visit(&service, "return", "session after a restart");
    tally.check("the service stops cleanly", || service.stop());
    Ok(())
}

/// The program, data, certificate and ports of the service, which a restart does not change.
struct Server<'a> {
    binary: &'a Path,
    data_dir: &'a Path,
    certificate: Certificate,
    websocket: u16,
    tls: u16,
    websocket_tls: u16,
}

impl Server<'_> {
    fn start(&self) -> Result<Service, Error> {
        let settings = Settings {
            data_dir: Some(self.data_dir),
            websocket: Some(self.websocket),
            tls: Some(Tls {
                port: self.tls,
                websocket: Some(self.websocket_tls),
                certificate: &self.certificate,
            }),
            ..Settings::default()
        };
        Service::start(self.binary, &settings)
    }

    fn port(&self, service: &Service, transport: &str) -> String {
        let port = match transport {
            "tcp" => return service.mqtt.rsplit(':').take(1).collect(),
            "tls" => self.tls,
            "ws" => self.websocket,
            _ => self.websocket_tls,
        };
        port.to_string()
    }

    /// Runs a client's script, and checks that it made every check and that all passed.
    fn test(
        &self,
        service: &Service,
        (_, command): &Client,
        (transport, version): (&str, &str),
        stage: &str,
        checks: &[&str],
    ) -> Result<(), Error> {
        let [program, arguments @ ..] = command.as_slice() else {
            unreachable!("a client has a program");
        };
        let port = self.port(service, transport);
        let user = format!("Signature|{KEY_ID}|{INSTANCE}");
        let mut command = Command::new(program);
        command.args(arguments);
        command.args([stage, HOST, &port, transport, version, &user, SECRET]);
        let output = finish(command.arg(&self.certificate.file))?;
        let passed: Vec<String> = checks.iter().map(|check| format!("ok {check}")).collect();
        same("lines", output.lines().collect::<Vec<_>>(), passed)
    }
}
