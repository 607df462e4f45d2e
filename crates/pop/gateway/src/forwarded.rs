//! Addresses and schemes of clients behind proxies.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

/// Header to which each proxy adds the address of its peer.
pub(super) const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Header in which a proxy tells the scheme that the client used.
pub(super) const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Returns `true` if an address belongs to a proxy whose headers count.
pub(super) fn is_trusted(address: IpAddr, proxies: &[IpNet]) -> bool {
    let address = address.to_canonical();
    proxies.iter().any(|proxies| proxies.contains(&address))
}

/// Returns `true` if every proxy on the way says that the client used HTTPS.
pub(super) fn is_forwarded_https(headers: &HeaderMap) -> bool {
    let mut schemes = headers.get_all(FORWARDED_PROTO).iter().peekable();
    schemes.peek().is_some()
        && schemes.all(|scheme| scheme.as_bytes().eq_ignore_ascii_case(b"https"))
}

/// Returns the address of the client of a request that came from a trusted proxy.
///
/// Only what trusted proxies added counts: entries are read from the last one to the first one that
/// is not such a proxy. What comes before is the client's own text.
pub(super) fn client(headers: &HeaderMap, proxy: IpAddr, proxies: &[IpNet]) -> IpAddr {
    let lines: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .map(|line| line.to_str().unwrap_or_default())
        .collect();
    let mut client = proxy;
    for entry in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let Some(address) = address(entry.trim()) else {
            break;
        };
        client = address;
        if !is_trusted(client, proxies) {
            break;
        }
    }
    client
}

/// Reads an address, to which some proxies add a port.
fn address(text: &str) -> Option<IpAddr> {
    let with_port = || text.parse().map(|address: SocketAddr| address.ip());
    let address: IpAddr = text.parse().or_else(|_| with_port()).ok()?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_trusted_proxies_added_counts() {
        let proxies: Vec<IpNet> = ["10.0.0.0/8", "::1/128"]
            .iter()
            .map(|network| network.parse().unwrap())
            .collect();
        for (lines, client_address) in [
            (&[][..], "10.0.0.1"),
            (&["192.0.2.1"], "192.0.2.1"),
            (&["198.51.100.7, 192.0.2.1"], "192.0.2.1"),
            (&["192.0.2.1, 10.0.0.2"], "192.0.2.1"),
            (
                &["198.51.100.7", "192.0.2.1", "10.0.0.2 , ::1"],
                "192.0.2.1",
            ),
            (&["10.0.0.3"], "10.0.0.3"),
            (&["192.0.2.1:80"], "192.0.2.1"),
            (&["[2001:db8::1]:80"], "2001:db8::1"),
            (&["::ffff:192.0.2.1"], "192.0.2.1"),
            (&["192.0.2.1, unknown"], "10.0.0.1"),
            (&["192.0.2.1, unknown, 10.0.0.2"], "10.0.0.2"),
            (&[""], "10.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(FORWARDED_FOR, line.parse().unwrap());
            }
            let found = client(&headers, "10.0.0.1".parse().unwrap(), &proxies);
            assert_eq!(found.to_string(), client_address, "{lines:?}");
        }
        assert!(is_trusted("::ffff:10.1.1.1".parse().unwrap(), &proxies));
        assert!(!is_trusted("11.1.1.1".parse().unwrap(), &proxies));
    }
}
