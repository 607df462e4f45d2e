//! Shows the request that a call would send.

use pop_client::Settings;
use pop_rpc::signature::SignedRequest;

/// Returns method, endpoint, request line, form body, signature headers and string to sign, one per
/// line.
pub fn show(settings: &Settings, signed: &SignedRequest) -> String {
    let method = signed.method.as_str();
    let endpoint = &settings.endpoint;
    let target = match signed.query.as_str() {
        "" => path(endpoint).to_owned(),
        query => format!("{}?{query}", path(endpoint)),
    };
    let mut text = format!(
        "method: {method}\nendpoint: {endpoint}\nrequest line: {method} {target} HTTP/1.1\n"
    );
    if let Some(form) = &signed.form {
        text.push_str(&format!("form body: {form}\n"));
    }
    for (name, value) in &signed.headers {
        text.push_str(&format!("{name}: {value}\n"));
    }
    if let Some(request) = &signed.canonical_request {
        text.push_str(&format!("canonical request: {request}\n"));
    }
    text.push_str(&match signed.string_to_sign.as_str() {
        "" => "not signed: the action needs no access key\n".to_owned(),
        to_sign => format!("string to sign: {to_sign}\n"),
    });
    text
}

/// Returns the path of a URL, `/` if it has none.
fn path(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + "://".len());
    url[host..].find('/').map_or("/", |at| &url[host + at..])
}
