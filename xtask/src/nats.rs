//! Starts servers of NATS that are one cluster, on a temporary folder.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::error::Error;
use crate::program::{Program, free_ports};
use crate::service::launched;

/// Servers of NATS that replicate; they are killed when this value is dropped.
pub(crate) struct Nats {
    urls: Vec<String>,
    programs: Vec<Program>,
    _folder: TempDir,
}

impl Nats {
    /// Starts servers through a launcher such as `taskset`, and waits until each accepts connections.
    pub(crate) fn start(server: &Path, launcher: &[&str], number: usize) -> Result<Self, Error> {
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
            let mut command = launched(launcher, server);
            programs.push(Program::start(command.arg("-c").arg(&file))?);
        }
        for program in &mut programs {
            program.wait_for("Server is ready")?;
        }
        let urls = ports.iter().map(|port| format!("nats://127.0.0.1:{port}"));
        Ok(Self {
            urls: urls.collect(),
            programs,
            _folder: folder,
        })
    }

    /// Returns the IDs of the processes.
    pub(crate) fn processes(&self) -> Vec<u32> {
        self.programs.iter().map(Program::process).collect()
    }

    /// Returns the URLs of the servers.
    pub(crate) fn urls(&self) -> &[String] {
        &self.urls
    }
}
