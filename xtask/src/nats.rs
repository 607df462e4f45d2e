//! Starts servers of NATS that are one cluster, on a temporary folder.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::error::Error;
use crate::program::{Program, free_ports};

/// Servers of NATS that replicate; they are killed when this value is dropped.
pub(crate) struct Nats {
    urls: Vec<String>,
    _programs: Vec<Program>,
    _folder: TempDir,
}

impl Nats {
    /// Starts servers, and waits until each accepts connections.
    pub(crate) fn start(server: &Path, number: usize) -> Result<Self, Error> {
        let folder = tempfile::tempdir().map_err(Error::io("a folder for NATS"))?;
        let free = free_ports(2 * number)?;
        let (ports, routes) = free.split_at(number);
        let known = routes.iter().map(|port| format!("nats://127.0.0.1:{port}"));
        let known = known.collect::<Vec<_>>().join(", ");
        let mut programs = Vec::new();
        for (at, (port, route)) in ports.iter().zip(routes).enumerate() {
            let store = folder.path().join(at.to_string());
            let text = format!(
                "server_name: s{at}\nlisten: \"127.0.0.1:{port}\"\n\
                 jetstream {{ store_dir: {store:?}, sync_interval: always }}\n\
                 cluster {{ name: c, listen: \"127.0.0.1:{route}\", routes: [{known}] }}\n",
            );
            let file = folder.path().join(format!("{at}.conf"));
            fs::write(&file, text).map_err(Error::io("the configuration of NATS"))?;
            programs.push(Program::start(Command::new(server).arg("-c").arg(&file))?);
        }
        for program in &mut programs {
            program.wait_for("Server is ready")?;
        }
        let urls = ports.iter().map(|port| format!("nats://127.0.0.1:{port}"));
        Ok(Self {
            urls: urls.collect(),
            _programs: programs,
            _folder: folder,
        })
    }

    /// Returns the URLs of the servers.
    pub(crate) fn urls(&self) -> &[String] {
        &self.urls
    }
}
