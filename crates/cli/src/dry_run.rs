//! What would be sent.

use ons_mqtt_client::{Method, Settings};
use pop_rpc::signature::SignedRequest;

/// Method, endpoint, parameters and string to sign, a line each.
pub(crate) fn show(settings: &Settings, signed: &SignedRequest) -> String {
    let method = settings.method.as_str();
    let endpoint = &settings.endpoint;
    let parameters = match settings.method {
        Method::Get => {
            let path = path(endpoint);
            format!("request line: GET {path}?{} HTTP/1.1", signed.query)
        }
        Method::Post => format!("form body: {}", signed.query),
    };
    let string_to_sign = &signed.string_to_sign;
    format!(
        "method: {method}\nendpoint: {endpoint}\n{parameters}\nstring to sign: {string_to_sign}\n"
    )
}

/// What follows the host of a URL.
fn path(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + "://".len());
    url[host..].find('/').map_or("/", |at| &url[host + at..])
}
