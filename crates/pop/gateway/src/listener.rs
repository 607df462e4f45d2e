//! Settings of a listening socket of the gateway.

use ipnet::IpNet;
use pop_listen::Encryption;
use tokio::net::TcpListener;

use crate::bounds::Bounds;
use crate::pages::Pages;

/// A listening socket, with what is spoken and answered on it.
pub struct Listener {
    pub(super) socket: TcpListener,
    pub(super) encryption: Option<Encryption>,
    pub(super) bounds: Bounds,
    pub(super) proxies: Vec<IpNet>,
    pub(super) paths: Paths,
    pub(super) pages: Option<Pages>,
}

/// Paths that are answered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Paths {
    /// The API, probes and metrics.
    All,
    /// The API and probes, for a gateway with a second socket for its operator.
    Callers,
    /// Probes and metrics.
    Operator,
}

impl From<TcpListener> for Listener {
    fn from(socket: TcpListener) -> Self {
        Self {
            socket,
            encryption: None,
            bounds: Bounds::default(),
            proxies: Vec::new(),
            paths: Paths::All,
            pages: None,
        }
    }
}

impl Listener {
    /// Speaks HTTPS instead of HTTP.
    pub fn tls(mut self, encryption: Encryption) -> Self {
        self.encryption = Some(encryption);
        self
    }

    /// Sets the bounds on connections.
    pub fn bounds(mut self, bounds: Bounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// Sets the proxies whose header `X-Forwarded-For` tells the address of the client.
    pub fn trusted_proxies(mut self, proxies: Vec<IpNet>) -> Self {
        self.proxies = proxies;
        self
    }

    /// Answers web pages beside the API.
    pub fn pages(mut self, pages: Pages) -> Self {
        self.pages = Some(pages);
        self
    }

    /// Sets the paths that are answered; all by default.
    pub fn paths(mut self, paths: Paths) -> Self {
        self.paths = paths;
        self
    }
}
