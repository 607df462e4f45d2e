//! Devices that are mosquitto's client programs.

use std::process::Command;

use crate::certificate::{Certificate, HOST};
use crate::error::Error;
use crate::program::{Program, finish};
use crate::service::{INSTANCE, KEY_ID, Service, password};

/// Seconds after which a waiting device gives up.
const GIVE_UP: &str = "60";

/// Format of a shown message: topic, QoS, retained or not, payload.
const SHOWN: &str = "message %t %q %r %p";

/// Service, version and transport with which devices connect.
#[derive(Clone, Copy)]
pub(super) struct Way<'a> {
    pub(super) service: &'a Service,
    /// `mqttv311` or `mqttv5`.
    pub(super) version: &'static str,
    /// The port for TLS and the certificate to trust; `None` for TCP.
    pub(super) tls: Option<(u16, &'a Certificate)>,
}

impl<'a> Way<'a> {
    /// Returns a device, which is not yet connected.
    pub(super) fn device(self, name: &'a str) -> Device<'a> {
        Device { way: self, name }
    }
}

/// A device of group `GID_test`.
#[derive(Clone, Copy)]
pub(super) struct Device<'a> {
    way: Way<'a>,
    name: &'a str,
}

impl Device<'_> {
    pub(super) fn client_id(self) -> String {
        format!("GID_test@@@{}", self.name)
    }

    /// Connects and subscribes. The returned program shows each message that arrives.
    pub(super) fn subscribe(self, options: &[&str]) -> Result<Program, Error> {
        let mut program = Program::start(&mut self.subscriber(options))?;
        program.wait_for("Subscribed")?;
        Ok(program)
    }

    /// Returns the command of a subscriber, which is not yet started.
    pub(super) fn subscriber(self, options: &[&str]) -> Command {
        let mut command = self.command("mosquitto_sub");
        command.args(["-d", "-F", SHOWN, "-W", GIVE_UP]);
        command.args(options);
        command
    }

    /// Publishes a message and waits until it is acknowledged, if its QoS is above 0.
    pub(super) fn publish(
        self,
        topic: &str,
        qos: &str,
        payload: &str,
        options: &[&str],
    ) -> Result<(), Error> {
        finish(&mut self.publisher(topic, qos, payload, options)).map(|_| ())
    }

    /// Returns the command of a publisher, which is not yet started.
    pub(super) fn publisher(
        self,
        topic: &str,
        qos: &str,
        payload: &str,
        options: &[&str],
    ) -> Command {
        let mut command = self.command("mosquitto_pub");
        command.args(["-t", topic, "-q", qos, "-m", payload]);
        command.args(options);
        command
    }

    /// Returns the command of a program that connects as this device.
    pub(super) fn command(self, program: &str) -> Command {
        let client_id = self.client_id();
        // mosquitto_sub buffers its output unless it writes to a terminal.
        let mut command = Command::new("stdbuf");
        command.args(["--output=L", program]);
        command.args(["-V", self.way.version]);
        if let Some((port, certificate)) = self.way.tls {
            command.args(["-h", HOST, "-p", &port.to_string(), "--cafile"]);
            command.arg(&certificate.file);
        } else {
            let (host, port) = self.way.service.mqtt.split_once(':').unwrap_or_default();
            command.args(["-h", host, "-p", port]);
        }
        command.args(["-u", &format!("Signature|{KEY_ID}|{INSTANCE}")]);
        command.args(["-P", &password(&client_id), "-i", &client_id]);
        command
    }
}
