//! Errors of the API recommend the pages about their codes.

use axum::extract::Request;
use pop_rpc::service::ErrorPages;

use crate::forwarded::is_forwarded_https;
use crate::http;

/// Returns the pages at `path`, as the sender of a request reaches them.
pub(super) fn error_pages(
    request: &Request,
    path: &'static str,
    is_encrypted: bool,
) -> Option<ErrorPages> {
    let connection = http::connection(request)?;
    let is_https = is_encrypted || connection.is_proxy && is_forwarded_https(request.headers());
    let scheme = if is_https { "https" } else { "http" };
    Some(ErrorPages { scheme, path })
}
