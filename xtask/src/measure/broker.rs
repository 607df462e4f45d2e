//! Starts the brokers to measure, each on the first core.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::error::Error;
use crate::folders::target;
use crate::prepare::{self, MOSQUITTO};
use crate::process::ON_BROKER_CORE;
use crate::program::{Program, free_port, until};
use crate::service::{Service, Settings, launched};

/// Paths of the programs to start, all optimized.
pub(super) struct Programs {
    pub(super) ons_mqtt: PathBuf,
    /// The broker library without this project's code.
    bare: PathBuf,
    /// Fills a database with history.
    pub(super) history: PathBuf,
}

impl Programs {
    /// Builds all programs at once, so that they share their dependencies.
    pub(super) fn build() -> Result<Self, Error> {
        let packages = ["ons-mqtt", "ons-mqtt-broker", "ons-mqtt-store"];
        let mut arguments = vec!["--release", "--bin", "ons-mqtt"];
        arguments.extend(["--example", "bare", "--example", "history"]);
        arguments.extend(packages.iter().flat_map(|package| ["--package", package]));
        prepare::build(&arguments)?;
        let folder = target().join("release");
        Ok(Self {
            ons_mqtt: folder.join("ons-mqtt"),
            bare: folder.join("examples/bare"),
            history: folder.join("examples/history"),
        })
    }
}

/// A running broker; it is stopped when this value is dropped.
pub(super) struct Broker {
    pub(super) name: &'static str,
    pub(super) address: SocketAddr,
    pub(super) process: u32,
    _runs: Runs,
}

/// The values that keep a broker running.
enum Runs {
    Service {
        _service: Service,
    },
    Program {
        _program: Program,
        _folder: Option<TempDir>,
    },
}

impl Broker {
    /// Starts `ons-mqtt serve` with group `GID_test` and topic `test`.
    pub(super) fn ons_mqtt(programs: &Programs) -> Result<Self, Error> {
        let settings = Settings {
            interval: "60s",
            launcher: &ON_BROKER_CORE,
            ..Settings::default()
        };
        let service = Service::start(&programs.ons_mqtt, &settings)?;
        service.call(&["group", "create", "GID_test"])?;
        Ok(Self {
            name: "ons-mqtt",
            address: address(&service.mqtt)?,
            process: service.process(),
            _runs: Runs::Service { _service: service },
        })
    }

    pub(super) fn bare(programs: &Programs) -> Result<Self, Error> {
        let mut program = Program::start(&mut launched(&ON_BROKER_CORE, &programs.bare))?;
        let output = program.wait_for("MQTT  ")?;
        let text = output.trim_start_matches("MQTT  ").trim();
        Self::of("library", address(text)?, program, None)
    }

    pub(super) fn mosquitto() -> Result<Self, Error> {
        let folder = tempfile::tempdir().map_err(Error::io("a folder for mosquitto"))?;
        let file = folder.path().join("mosquitto.conf");
        let port = free_port()?;
        let configuration = format!(
            "listener {port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n\
             max_queued_messages 0\npersistence false\nlog_dest none\n"
        );
        fs::write(&file, configuration).map_err(Error::io("its configuration"))?;
        let mut command = launched(&ON_BROKER_CORE, MOSQUITTO.as_ref());
        let program = Program::start(command.arg("-c").arg(&file))?;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        Self::of("mosquitto", address, program, Some(folder))
    }

    fn of(
        name: &'static str,
        address: SocketAddr,
        program: Program,
        folder: Option<TempDir>,
    ) -> Result<Self, Error> {
        until(|| Ok(std::net::TcpStream::connect(address).is_ok()))?;
        // Lets the broker close the connection that `until` has made.
        thread::sleep(Duration::from_millis(100));
        Ok(Self {
            name,
            address,
            process: program.process(),
            _runs: Runs::Program {
                _program: program,
                _folder: folder,
            },
        })
    }
}

pub(super) fn address(text: &str) -> Result<SocketAddr, Error> {
    text.parse().map_err(|_| Error::Differs {
        what: "address of a broker".to_owned(),
        expected: "host and port".to_owned(),
        found: format!("{text:?}"),
    })
}
