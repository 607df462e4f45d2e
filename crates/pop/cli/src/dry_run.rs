//! Shows the request that a call would send.

use pop_client::{Placement, Settings};
use pop_rpc::Method;
use pop_rpc::signature::SignedRequest;

/// Returns method, endpoint, parameters, signature headers and string to sign, one per line.
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

/// Returns the path of a URL, `/` if it has none.
fn path(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + "://".len());
    url[host..].find('/').map_or("/", |at| &url[host + at..])
}
