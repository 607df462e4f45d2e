//! Where the pages about error codes are, for errors that recommend them.

use axum::extract::Request;

use crate::forwarded::is_forwarded_https;
use crate::http;

/// URL of the pages about error codes, for the sender of a request of the API.
#[derive(Clone)]
pub(super) struct ErrorPages(pub(super) String);

impl ErrorPages {
    /// Returns the URL at the host that was called, if the request tells it.
    pub(super) fn of(request: &Request, path: &str, is_encrypted: bool) -> Option<Self> {
        let host = http::host(request);
        let connection = http::connection(request)?;
        let is_proxy = connection.is_proxy;
        let scheme = match is_encrypted || is_proxy && is_forwarded_https(request.headers()) {
            true => "https",
            false => "http",
        };
        (!host.is_empty()).then(|| Self(format!("{scheme}://{host}{path}/")))
    }
}
