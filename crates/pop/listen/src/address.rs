//! Addresses of this machine and of peers.

use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use tokio::net::{TcpListener, TcpSocket};

/// Connections that the system holds until they are accepted.
const BACKLOG: u32 = 4096;

/// Binds an address. With port 0, the system picks one.
///
/// Must be called on a tokio runtime.
///
/// # Errors
///
/// The address is in use, or does not belong to this machine.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // Elsewhere the option lets two processes share the port.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Returns the address of a peer as its user knows it.
///
/// A socket that listens on `[::]` sees IPv4 addresses as `[::ffff:127.0.0.1]`.
pub(crate) fn peer(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// Returns what counts as one address: an IPv4 address, or the /64 network of an IPv6 address.
pub fn source(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (!0 << 64))),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mapped_addresses_are_ipv4_addresses() {
        for (seen, shown, counted) in [
            ("[::ffff:10.1.2.3]:5", "10.1.2.3:5", "10.1.2.3"),
            ("10.1.2.3:5", "10.1.2.3:5", "10.1.2.3"),
            (
                "[2001:db8:1:2:3::4]:5",
                "[2001:db8:1:2:3::4]:5",
                "2001:db8:1:2::",
            ),
            ("[::1]:5", "[::1]:5", "::"),
        ] {
            let seen: SocketAddr = seen.parse().unwrap();
            assert_eq!(peer(seen).to_string(), shown);
            assert_eq!(source(seen.ip()).to_string(), counted);
        }
    }
}
