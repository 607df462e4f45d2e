//! Starts the brokers to measure.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::certificate::Certificate;
use crate::error::Error;
use crate::folders::target;
use crate::prepare::{self, MOSQUITTO};
use crate::program::{Program, free_port, until};
use crate::service::{Service, Settings, Tls, launched};

/// Paths of the programs to start, all optimized, and the certificate that brokers show.
pub(super) struct Programs {
    pub(super) ons_mqtt: PathBuf,
    /// Fills a database with history.
    pub(super) history: PathBuf,
    certificate: Arc<Certificate>,
}

impl Programs {
    /// Builds all programs at once, so that they share their dependencies.
    pub(super) fn build() -> Result<Self, Error> {
        let packages = ["ons-mqtt", "ons-mqtt-store"];
        let mut arguments = vec!["--release", "--bin", "ons-mqtt", "--example", "history"];
        arguments.extend(packages.iter().flat_map(|package| ["--package", package]));
        prepare::build(&arguments)?;
        let folder = target().join("release");
        Ok(Self {
            ons_mqtt: folder.join("ons-mqtt"),
            history: folder.join("examples/history"),
            certificate: Arc::new(Certificate::new()?),
        })
    }

    /// Returns the same with another server.
    pub(super) fn with_server(&self, ons_mqtt: PathBuf) -> Self {
        Self {
            ons_mqtt,
            history: self.history.clone(),
            certificate: Arc::clone(&self.certificate),
        }
    }
}

/// A running broker; it is stopped when this value is dropped.
pub(super) struct Broker {
    pub(super) name: &'static str,
    pub(super) tcp: Listener,
    pub(super) tls: Listener,
    pub(super) process: u32,
    _runs: Runs,
}

/// An address to which devices connect.
pub(super) struct Listener {
    pub(super) address: SocketAddr,
    /// Certificate that the listener shows, if it speaks TLS.
    pub(super) certificate: Option<Arc<Certificate>>,
}

/// The values that keep a broker running.
enum Runs {
    Service { _service: Service },
    Program { _program: Program, _folder: TempDir },
}

impl Broker {
    /// Starts `ons-mqtt serve` and mosquitto, in this order; `launcher` chooses their cores.
    pub(super) fn both(programs: &Programs, launcher: &[&str]) -> Result<[Self; 2], Error> {
        Ok([
            Self::ons_mqtt(programs, launcher)?,
            Self::mosquitto(programs, launcher)?,
        ])
    }

    /// Starts `ons-mqtt serve` with group `GID_test` and topic `test`.
    pub(super) fn ons_mqtt(programs: &Programs, launcher: &[&str]) -> Result<Self, Error> {
        let port = free_port()?;
        let settings = Settings {
            interval: "60s",
            launcher,
            tls: Some(Tls {
                port,
                certificate: &programs.certificate,
                websocket: None,
            }),
            ..Settings::default()
        };
        let service = Service::start(&programs.ons_mqtt, &settings)?;
        service.call(&["group", "create", "GID_test"])?;
        Ok(Self {
            name: "ons-mqtt",
            tcp: Listener::plain(address(&service.mqtt)?),
            tls: Listener::tls(port, programs),
            process: service.process(),
            _runs: Runs::Service { _service: service },
        })
    }

    /// Starts mosquitto. It acknowledges before it writes, and writes what it keeps every half hour and at its end.
    pub(super) fn mosquitto(programs: &Programs, launcher: &[&str]) -> Result<Self, Error> {
        let folder = tempfile::tempdir().map_err(Error::io("a folder for mosquitto"))?;
        let file = folder.path().join("mosquitto.conf");
        let (port, tls) = (free_port()?, free_port()?);
        let configuration = format!(
            "allow_anonymous true\nset_tcp_nodelay true\nmax_queued_messages 0\n\
             persistence true\npersistence_location {folder}/\nuser root\nlog_dest none\n\
             listener {port} 127.0.0.1\n\
             listener {tls} 127.0.0.1\ncertfile {certificate}\nkeyfile {key}\n",
            folder = folder.path().display(),
            certificate = programs.certificate.file.display(),
            key = programs.certificate.key.display(),
        );
        fs::write(&file, configuration).map_err(Error::io("its configuration"))?;
        let mut command = launched(launcher, MOSQUITTO.as_ref());
        let program = Program::start(command.arg("-c").arg(&file))?;
        let tcp = Listener::plain(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        until(|| Ok(TcpStream::connect(tcp.address).is_ok()))?;
        // Lets the broker close the connection that `until` has made.
        thread::sleep(Duration::from_millis(100));
        Ok(Self {
            name: "mosquitto",
            tcp,
            tls: Listener::tls(tls, programs),
            process: program.process(),
            _runs: Runs::Program {
                _program: program,
                _folder: folder,
            },
        })
    }
}

impl Listener {
    pub(super) fn plain(address: SocketAddr) -> Self {
        Self {
            address,
            certificate: None,
        }
    }

    fn tls(port: u16, programs: &Programs) -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            certificate: Some(Arc::clone(&programs.certificate)),
        }
    }
}

pub(super) fn address(text: &str) -> Result<SocketAddr, Error> {
    text.parse().map_err(|_| Error::Differs {
        what: "address of a broker".to_owned(),
        expected: "host and port".to_owned(),
        found: format!("{text:?}"),
    })
}
