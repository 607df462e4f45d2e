//! What would be sent.

use pop_client::{Placement, Settings};
use pop_rpc::Method;
use pop_rpc::signature::SignedRequest;

/// Method, endpoint, parameters, headers of the signature and string to sign, a line each.
pub fn show(settings: &Settings, signed: &SignedRequest) -> String {
    let method = settings.method.as_str();
    let endpoint = &settings.endpoint;
    let query = &signed.query;
    let parameters = match (settings.placement(), settings.method) {
        (Placement::Form, Method::Post) => format!("form body: {query}"),
        _ => format!("request line: {method} {}?{query} HTTP/1.1", path(endpoint)),
    };
    let mut text = format!("method: {method}\nendpoint: {endpoint}\n{parameters}\n");
    for (name, value) in &signed.headers {
        text.push_str(&format!("{name}: {value}\n"));
    }
    if let Some(request) = &signed.canonical_request {
        text.push_str(&format!("canonical request: {request}\n"));
    }
    text.push_str(&format!("string to sign: {}\n", signed.string_to_sign));
    text
}

/// What follows the host of a URL.
fn path(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + "://".len());
    url[host..].find('/').map_or("/", |at| &url[host + at..])
}
