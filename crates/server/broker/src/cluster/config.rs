//! Configuration of a node, and reasons why it cannot join.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use async_nats::ServerAddr;
use percent_encoding::percent_decode_str;

use super::lease::MAX_NODES;

/// Longest name of a node, in bytes.
const MAX_NAME: usize = 64;

/// A node of a cluster, and the servers of NATS that all nodes use.
#[derive(Clone)]
pub struct ClusterConfig {
    /// Name of this node: letters, digits, `-` and `_`. No other process has it.
    pub node: String,
    /// URLs of servers, `nats://…` or `tls://…`, with user name and password if they ask for them, the same for all.
    pub servers: Vec<String>,
    /// PEM file with the certificates to trust, in place of those of the system.
    pub certificates: Option<PathBuf>,
    /// Copies that NATS keeps of its tables: 1, 3 or 5, and no more than it has servers.
    pub replicas: usize,
    /// Most bytes of all kept sessions and retained messages in NATS, in each copy.
    pub kept_bytes: usize,
    /// Time for which the log is kept beyond the last node that needs it, [`Self::LOG_KEPT`] except in tests.
    pub log_kept: Duration,
}

/// Reason why a process cannot be a node.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// The name is empty, too long, or has other characters.
    #[error("`{0}` is not a name of a node: choose 1 to {MAX_NAME} letters, digits, `-` and `_`")]
    Name(String),
    /// No server, or one that is not a URL.
    #[error(
        "`{0}` is not the URL of a NATS server: give it as nats://host:port or tls://host:port"
    )]
    Server(String),
    /// Other machines need TLS and credentials, because access to NATS is full access.
    #[error(
        "the NATS server {0} is not on this machine: \
         use tls:// and a user name and password, because access to NATS is full access"
    )]
    Insecure(String),
    /// The client has one user name and password for all servers.
    #[error("the NATS servers have different user names or passwords: give all of them the same")]
    Credentials,
    /// Another process has this name.
    #[error("another process is node `{0}`: stop it, or give this one another name")]
    InUse(String),
    /// The record of all nodes is full.
    #[error(
        "there are {MAX_NODES} other names of nodes: use one of them, or wait an hour until those that have stopped are forgotten"
    )]
    TooMany,
    /// NATS cannot be reached, or refuses.
    #[error(
        "NATS: {0}; check that its servers run, with JetStream, and that `replicas` is not greater than their number"
    )]
    Nats(String),
}

/// Leaves out user names and passwords.
impl fmt::Debug for ClusterConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let servers: Vec<_> = self.servers.iter().map(|url| host(url)).collect();
        f.debug_struct("ClusterConfig")
            .field("node", &self.node)
            .field("servers", &servers)
            .field("certificates", &self.certificates)
            .field("replicas", &self.replicas)
            .field("kept_bytes", &self.kept_bytes)
            .field("log_kept", &self.log_kept)
            .finish()
    }
}

impl ClusterConfig {
    /// Much longer than a session takes to change nodes.
    pub const LOG_KEPT: Duration = Duration::from_secs(120);

    /// Returns the addresses of the servers.
    pub(super) fn check(&self) -> Result<Vec<ServerAddr>, ClusterError> {
        Self::check_name(&self.node)?;
        if self.servers.is_empty() {
            return Err(ClusterError::Server(String::new()));
        }
        let servers = self.servers.iter().map(|url| read_server(url));
        servers.collect()
    }

    /// Returns user name and password for all servers, if they ask for them.
    pub(super) fn credentials(
        servers: &[ServerAddr],
    ) -> Result<Option<(String, String)>, ClusterError> {
        let mut credentials = servers.iter().map(|server| {
            let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
            Some((decoded(server.username()?), decoded(server.password()?)))
        });
        let first = credentials.next().flatten();
        if credentials.all(|other| other == first) {
            Ok(first)
        } else {
            Err(ClusterError::Credentials)
        }
    }

    /// Checks the name of a node.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Name`].
    pub fn check_name(name: &str) -> Result<(), ClusterError> {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if (1..=MAX_NAME).contains(&name.len()) && name.chars().all(is_allowed) {
            Ok(())
        } else {
            Err(ClusterError::Name(name.to_owned()))
        }
    }

    /// Checks the URL of a server.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Server`] or [`ClusterError::Insecure`].
    pub fn check_server(url: &str) -> Result<(), ClusterError> {
        read_server(url).map(|_| ())
    }
}

/// Returns the part of a URL behind user name and password.
fn host(url: &str) -> &str {
    url.rsplit('@').next().unwrap_or_default()
}

fn read_server(url: &str) -> Result<ServerAddr, ClusterError> {
    let shown = || host(url).to_owned();
    let server: ServerAddr = url.parse().map_err(|_| ClusterError::Server(shown()))?;
    let host = server.host().trim_matches(['[', ']']);
    let is_local = host == "localhost"
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback());
    let has_credentials = server.username().is_some() && server.password().is_some();
    if is_local || server.tls_required() && has_credentials {
        Ok(server)
    } else {
        Err(ClusterError::Insecure(shown()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(node: &str, server: &str) -> ClusterConfig {
        ClusterConfig {
            node: node.to_owned(),
            servers: vec![server.to_owned()],
            certificates: None,
            replicas: 1,
            kept_bytes: 1 << 30,
            log_kept: ClusterConfig::LOG_KEPT,
        }
    }

    #[test]
    fn servers_on_other_machines_need_tls_and_credentials() {
        for (server, is_allowed) in [
            ("nats://127.0.0.1:4222", true),
            ("nats://localhost", true),
            ("nats://[::1]:4222", true),
            ("nats://10.0.0.1:4222", false),
            ("nats://user:secret@10.0.0.1:4222", false),
            ("tls://10.0.0.1:4222", false),
            ("tls://secret@10.0.0.1:4222", false),
            ("tls://user:secret@10.0.0.1:4222", true),
        ] {
            let checked = config("a", server).check();
            assert_eq!(checked.is_ok(), is_allowed, "{server}");
            if let Err(error) = checked {
                assert!(!error.to_string().contains("secret"), "{error}");
            }
        }
    }

    #[test]
    fn all_servers_have_one_user_name_and_password() {
        let credentials = |urls: &[&str]| {
            let servers: Vec<_> = urls.iter().map(|url| read_server(url).unwrap()).collect();
            ClusterConfig::credentials(&servers)
        };
        let same = credentials(&["tls://a:b%40c@10.0.0.1", "tls://a:b%40c@10.0.0.2"]);
        assert_eq!(same.unwrap(), Some(("a".to_owned(), "b@c".to_owned())));
        assert_eq!(credentials(&["nats://localhost"]).unwrap(), None);
        let different = credentials(&["nats://localhost", "tls://a:b@10.0.0.2"]);
        assert!(matches!(different, Err(ClusterError::Credentials)));
    }

    #[test]
    fn the_debug_output_has_no_password() {
        let config = config("a", "tls://user:secret@10.0.0.1:4222");
        let output = format!("{config:?}");
        assert!(output.contains("10.0.0.1:4222"), "{output}");
        assert!(!output.contains("secret"), "{output}");
    }

    #[test]
    fn a_name_is_one_word() {
        for name in ["", "a.b", "a b", "灯", &"a".repeat(65)] {
            let refused = config(name, "nats://127.0.0.1:4222").check();
            assert!(matches!(refused, Err(ClusterError::Name(_))), "{name}");
        }
        assert!(config("node-1_a", "nats://127.0.0.1:4222").check().is_ok());
    }
}
