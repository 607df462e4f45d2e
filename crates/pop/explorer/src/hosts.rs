//! Names under which the pages may be called.
//!
//! A page of another site can lead its own name to this machine. Browsers then send that name, so
//! pages that need a sign-in answer only to names that are known.

use std::net::{IpAddr, SocketAddr};

/// Names under which the pages may be called.
#[derive(Clone, Debug)]
pub(crate) struct Hosts {
    listen: IpAddr,
    names: Vec<String>,
}

impl Hosts {
    /// Knows the address that is listened on, the loopback names, and some more names.
    pub(crate) fn new(listen: SocketAddr, names: Vec<String>) -> Self {
        Self {
            listen: listen.ip(),
            names,
        }
    }

    /// Returns `true` for a value of `Host` that names this server, with any port.
    pub(crate) fn contain(&self, host: &str) -> bool {
        let name = without_port(host);
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = bare.parse::<IpAddr>()
            && (address.to_canonical().is_loopback()
                || address == self.listen && !address.is_unspecified())
        {
            return true;
        }
        let mut names = self.names.iter().map(String::as_str).chain(["localhost"]);
        names.any(|known| known.eq_ignore_ascii_case(bare))
    }
}

/// Returns a host without its port.
pub(crate) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_names_are_answered() {
        let hosts = Hosts::new(
            "192.0.2.1:8080".parse().unwrap(),
            vec!["ons.example.com".into()],
        );
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1:8080",
            "127.0.0.9",
            "[::1]:8080",
            "192.0.2.1:8080",
            "ons.example.com",
            "ONS.example.com:443",
        ] {
            assert!(hosts.contain(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example:8080",
            "192.0.2.2",
            "0.0.0.0:8080",
            "[::]",
            "ons.example.com.",
        ] {
            assert!(!hosts.contain(host), "{host}");
        }
        let everywhere = Hosts::new("0.0.0.0:8080".parse().unwrap(), Vec::new());
        assert!(!everywhere.contain("0.0.0.0:8080"));
    }
}
