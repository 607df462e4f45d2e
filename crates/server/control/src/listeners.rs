//! Listening sockets of the API and of the operator, and the descriptors that they may use.

use std::net::SocketAddr;

use ons_mqtt_broker::reserved_descriptors;
use pop_gateway::{Bounds, Encryption, Listener, Pages, Paths, bind};

use crate::config::Config;
use crate::start_error::StartError;

/// Descriptors for the database, for files, and for connections that are about to be refused. At
/// most half of those that devices leave.
const FILES: usize = 512;

/// One in this many connections of the API, at least, is reserved: one that waits for its client
/// can always give way to a probe.
const RESERVED_SHARE: usize = 8;

/// One in this many requests and connections may come from the same address.
const ADDRESS_SHARE: usize = 2;

/// Fewest connections that an address may have, whatever its share is.
const ADDRESS_MINIMUM: usize = 64;

/// Bound listening sockets.
pub(crate) struct Listeners {
    pub(crate) api: Listener,
    pub(crate) api_address: SocketAddr,
    /// Socket for probes and metrics, with its address.
    pub(crate) admin: Option<(Listener, SocketAddr)>,
}

impl Listeners {
    /// Binds the addresses of the API and of the operator.
    ///
    /// # Errors
    ///
    /// An address cannot be used, or the certificate.
    pub(crate) fn bind(config: &Config) -> Result<Self, StartError> {
        let (callers, operator) = bounds(reserved_descriptors());
        let (mut api, api_address) = listener(config.api_listen)?;
        if let Some(files) = &config.api_tls {
            let encryption = Encryption::new(files.clone());
            api = api.tls(encryption.map_err(|source| StartError::Tls {
                address: config.api_listen,
                source,
            })?);
        }
        let admin = config.admin_listen.map(listener).transpose()?;
        let paths = match admin {
            Some(_) => Paths::Callers,
            None => Paths::All,
        };
        let proxies = config.trusted_proxies.clone();
        Ok(Self {
            api: api.bounds(callers).trusted_proxies(proxies).paths(paths),
            api_address,
            admin: admin
                .map(|(admin, address)| (admin.bounds(operator).paths(Paths::Operator), address)),
        })
    }

    /// Answers web pages at the address of the API.
    pub(crate) fn with_pages(mut self, pages: Pages) -> Self {
        self.api = self.api.pages(pages);
        self
    }
}

fn listener(address: SocketAddr) -> Result<(Listener, SocketAddr), StartError> {
    let failed = |source| StartError::Listen { address, source };
    let socket = bind(address).map_err(failed)?;
    let local = socket.local_addr().map_err(failed)?;
    Ok((socket.into(), local))
}

/// Splits descriptors between callers and the operator.
fn bounds(descriptors: usize) -> (Bounds, Bounds) {
    let default = Bounds::default();
    let connections = descriptors - FILES.min(descriptors / 2);
    let reserved = default.reserved.min(connections / RESERVED_SHARE).max(1);
    let requests = connections.saturating_sub(2 * reserved).max(1);
    let requests = default.requests.min(requests);
    let callers = Bounds {
        requests,
        reserved,
        per_address: (requests / ADDRESS_SHARE).max(ADDRESS_MINIMUM),
        ..default
    };
    let operator = Bounds {
        requests: 0,
        per_address: reserved,
        ..callers
    };
    (callers, operator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_fit_into_the_descriptors_that_devices_leave() {
        for (descriptors, requests, reserved, per_address) in [
            (5120, 4096, 256, 2048),
            (512, 192, 32, 96),
            (128, 48, 8, 64),
            (0, 1, 1, 64),
        ] {
            let (callers, operator) = bounds(descriptors);
            let found = (callers.requests, callers.reserved, callers.per_address);
            assert_eq!(found, (requests, reserved, per_address));
            assert_eq!((operator.requests, operator.reserved), (0, reserved));
        }
    }
}
