//! Servers of NATS, started for a test.

use std::ffi::OsString;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Environment variable with the path of `nats-server`.
pub(crate) const VARIABLE: &str = "ONS_MQTT_TEST_NATS";

/// Runs a program until the standard input ends, which it does when the test ends, however that is.
const UNTIL_THE_TEST_ENDS: &str = r#""$@" & read -r _; kill -9 $!"#;

/// Ports that this process has taken.
static TAKEN: AtomicU16 = AtomicU16::new(0);

/// Returns a port that no other test of this process gets, and none of those that the system hands out. Otherwise, another test could
/// get it before the server has it, and its nodes would be in the same cluster.
fn free_port() -> u16 {
    const FIRST: u16 = 10_000;
    const PER_PROCESS: u16 = 100;
    let process = u16::try_from(std::process::id() % 200).unwrap();
    loop {
        let taken = TAKEN.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + (process * PER_PROCESS + taken) % (200 * PER_PROCESS);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Servers that are one NATS. They are killed when this value is dropped.
pub(crate) struct Nats {
    servers: Vec<Child>,
    ports: Vec<u16>,
    program: OsString,
    folder: TempDir,
}

impl Nats {
    /// Starts one server, or more that replicate.
    pub(crate) fn start(number: usize) -> Self {
        let program = std::env::var_os(VARIABLE).unwrap_or_else(|| {
            panic!(
                "set {VARIABLE} to the path of nats-server, as `cargo xtask interop cluster` does"
            )
        });
        let folder = tempfile::tempdir().unwrap();
        let free: Vec<_> = (0..2 * number).map(|_| free_port()).collect();
        let (ports, routes) = free.split_at(number);
        let known: Vec<_> = routes
            .iter()
            .map(|port| format!("nats://127.0.0.1:{port}"))
            .collect();
        for at in 0..number {
            let cluster = if number > 1 {
                format!(
                    "cluster {{ name: c, listen: \"127.0.0.1:{}\", routes: [{}] }}",
                    routes[at],
                    known.join(", ")
                )
            } else {
                String::new()
            };
            let store = folder.path().join(format!("store-{at}"));
            let text = format!(
                "server_name: s{at}\nlisten: \"127.0.0.1:{}\"\n\
                 jetstream {{ store_dir: {:?}, sync_interval: always }}\n{cluster}\n",
                ports[at],
                store.display().to_string()
            );
            std::fs::write(folder.path().join(format!("{at}.conf")), &text).unwrap();
        }
        let mut nats = Self {
            servers: Vec::new(),
            ports: ports.to_vec(),
            program,
            folder,
        };
        nats.servers = (0..number).map(|at| nats.spawn(at)).collect();
        for at in 0..number {
            nats.wait_for(at);
        }
        nats
    }

    fn spawn(&self, at: usize) -> Child {
        Command::new("sh")
            .args(["-c", UNTIL_THE_TEST_ENDS, "sh"])
            .arg(&self.program)
            .arg("-c")
            .arg(self.folder.path().join(format!("{at}.conf")))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Waits until a server accepts connections.
    fn wait_for(&self, at: usize) {
        let begin = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.ports[at])).is_err() {
            assert!(
                begin.elapsed() < Duration::from_secs(20),
                "NATS does not start"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn port(&self, at: usize) -> u16 {
        self.ports[at]
    }

    pub(crate) fn urls(&self) -> Vec<String> {
        let ports = self.ports.iter();
        ports
            .map(|port| format!("nats://127.0.0.1:{port}"))
            .collect()
    }

    /// Kills a server.
    pub(crate) fn kill(&mut self, at: usize) {
        drop(self.servers[at].stdin.take());
        self.servers[at].wait().unwrap();
    }

    /// Starts a server again that was killed.
    #[allow(dead_code, reason = "not all tests do")]
    pub(crate) fn restart(&mut self, at: usize) {
        self.servers[at] = self.spawn(at);
        self.wait_for(at);
    }

    /// Starts a server again that was killed and has lost its data.
    #[allow(dead_code, reason = "not all tests do")]
    pub(crate) fn restart_empty(&mut self, at: usize) {
        std::fs::remove_dir_all(self.folder.path().join(format!("store-{at}"))).unwrap();
        self.restart(at);
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        for server in &mut self.servers {
            drop(server.stdin.take());
            let _ = server.wait();
        }
    }
}
