//! Checks the addresses of a configuration.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};

use pop_gateway::IpNet;

use crate::config::check::Check;

impl Check<'_> {
    /// Reads an address to listen on and checks that nothing else uses it.
    pub(super) fn address(&mut self, key: &str, text: &str) -> Option<SocketAddr> {
        let address = match resolve(text) {
            Ok(address) => address,
            Err(message) => {
                let hint = "write an address such as 127.0.0.1:8080, [::1]:8080 or localhost:8080";
                self.mistake(key, message, hint);
                return None;
            }
        };
        let collides = |other: &&(String, SocketAddr)| collide(other.1, address);
        if let Some((other, _)) = self.listen.iter().find(collides) {
            let message = format!("{address} is already used by `{other}`");
            self.mistake(key, message, "use another port");
        }
        self.listen.push((key.to_owned(), address));
        Some(address)
    }

    /// Reads the addresses and networks of trusted proxies.
    pub(super) fn proxies(&mut self, proxies: &[String]) -> Vec<IpNet> {
        let mut networks = Vec::new();
        for (index, text) in proxies.iter().enumerate() {
            let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
            let Some(network) = text.parse().ok().or_else(address) else {
                let key = self.item("api.trusted_proxies", index);
                let message = format!("`{text}` is neither an IP address nor a network");
                self.mistake(&key, message, "write 10.0.0.1, 10.0.0.0/8 or fd00::/8");
                continue;
            };
            networks.push(network);
        }
        networks
    }

    /// Reads host names of the server.
    pub(super) fn hosts(&mut self, hosts: &[String]) -> Vec<String> {
        for (index, host) in hosts.iter().enumerate() {
            let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
            let is_name = !host.is_empty() && host.chars().all(is_part);
            if !is_name && host.parse::<IpAddr>().is_err() {
                let key = self.item("console.hosts", index);
                let message = format!("`{host}` is neither a host name nor an IP address");
                self.mistake(&key, message, "write it without scheme, port and path");
            }
        }
        hosts.to_vec()
    }
}

/// Returns the address that a text is, or that its host name has: the first IPv4 address, because
/// devices and proxies that know only the name `localhost` expect that one.
fn resolve(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let port = text.rsplit_once(':').map(|(_, port)| port.parse::<u16>());
    if !matches!(port, Some(Ok(_))) {
        return Err(format!("`{text}` is not an address with a port"));
    }
    let addresses = text.to_socket_addrs();
    let addresses = addresses.map_err(|error| format!("cannot resolve `{text}`: {error}"))?;
    let addresses: Vec<SocketAddr> = addresses.collect();
    let ipv4 = addresses.iter().find(|address| address.is_ipv4());
    let address = ipv4.or(addresses.first()).copied();
    address.ok_or_else(|| format!("`{text}` has no address"))
}

/// Returns `true` if two listeners cannot both use their address. Port 0 never collides, as the
/// system then chooses a free port.
///
/// `[::]` listens for IPv4 too; `0.0.0.0` does not listen for IPv6.
fn collide(a: SocketAddr, b: SocketAddr) -> bool {
    let covers = |one: IpAddr, other: IpAddr| match one {
        IpAddr::V4(one) => one.is_unspecified() && other.is_ipv4(),
        IpAddr::V6(one) => one.is_unspecified(),
    };
    let (one, other) = (a.ip().to_canonical(), b.ip().to_canonical());
    let overlap = one == other || covers(one, other) || covers(other, one);
    a.port() == b.port() && a.port() != 0 && overlap
}
