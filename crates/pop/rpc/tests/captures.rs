//! Recorded requests of official SDKs, byte for byte, and the encodings that SDKs use.

#![allow(clippy::unwrap_used, clippy::panic)]

use pop_rpc::{
    Format, Method, Parameters, SignatureMethod, SigningKey,
    format::UnknownFormat,
    service::{ParameterError, read_parameters},
    signature,
};

struct Request<'a> {
    method: Method,
    query: &'a str,
    form: &'a str,
}

/// Splits a capture into requests: each is a heading, then the head and the body as sent.
fn requests(capture: &str) -> Vec<Request<'_>> {
    let sections = capture.split("### request ").skip(1);
    sections
        .map(|section| {
            let (_number, request) = section.split_once('\n').unwrap();
            let (head, body) = match request.split_once("\r\n\r\n") {
                Some(parts) => parts,
                None => request.split_once("\n\n").unwrap(),
            };
            let mut line = head.lines().next().unwrap().split(' ');
            let method = match line.next().unwrap() {
                "GET" => Method::Get,
                "POST" => Method::Post,
                other => panic!("{other}"),
            };
            let target = line.next().unwrap();
            Request {
                method,
                query: target.strip_prefix('/').unwrap().trim_start_matches('?'),
                form: body.trim_end(),
            }
        })
        .collect()
}

fn verifies(request: &Request<'_>) -> bool {
    let parameters = read_parameters(request.query, request.form.as_bytes()).unwrap();
    let key = SigningKey::new(SignatureMethod::HmacSha1, "testsecret");
    key.verify(
        &signature::string_to_sign(request.method, &parameters),
        parameters.get(signature::name::SIGNATURE).unwrap(),
    )
}

#[test]
fn requests_of_official_sdks_verify() {
    for (sdk, capture, count) in [
        ("Node.js", include_str!("captures/node.txt"), 2),
        ("Python", include_str!("captures/py.txt"), 2),
        ("Tea", include_str!("captures/tea.txt"), 1),
        (
            "Tea, successor product",
            include_str!("captures/mqtt.txt"),
            2,
        ),
    ] {
        let requests = requests(capture);
        assert_eq!(requests.len(), count, "{sdk}");
        for (index, request) in requests.iter().enumerate() {
            assert!(verifies(request), "{sdk}, request {}", index + 1);
        }
    }
}

#[test]
fn a_captured_request_does_not_verify_with_the_other_method() {
    for capture in [
        include_str!("captures/node.txt"),
        include_str!("captures/tea.txt"),
    ] {
        for request in requests(capture) {
            let method = match request.method {
                Method::Get => Method::Post,
                _ => Method::Get,
            };
            assert!(!verifies(&Request { method, ..request }));
        }
    }
}

#[test]
fn query_and_form_body_are_read_together() {
    let requests = requests(include_str!("captures/tea.txt"));
    let parameters = read_parameters(requests[0].query, requests[0].form.as_bytes()).unwrap();
    assert_eq!(parameters.get("Action"), Some("OnsMqttQueryHistoryOnline"));
    assert_eq!(parameters.get("GroupId"), Some("GID_test"));
    assert_eq!(parameters.get("BeginTime"), Some("1570957261000"));
}

#[test]
fn empty_values_are_signed() {
    for request in requests(include_str!("captures/py.txt")) {
        let parameters = read_parameters(request.query, b"").unwrap();
        assert_eq!(parameters.get("SignatureType"), Some(""));
        let to_sign = signature::string_to_sign(request.method, &parameters);
        assert!(to_sign.contains("%26SignatureType%3D%26"), "{to_sign}");
    }
}

/// The Java core sends form encoding: `+` for a space, a plain `*`, an escaped `~`. But it signs
/// the canonical encoding.
#[test]
fn the_string_to_sign_does_not_depend_on_the_escapes() {
    let canonical = read_parameters("SubTopic=a%20b%2A~%2B", b"").unwrap();
    for query in [
        "SubTopic=a+b*%7E%2B",
        "SubTopic=a%20b*~%2b",
        "%53ubTopic=%61%20b%2a%7e%2B",
        "&SubTopic=a+b*~%2B&",
    ] {
        let parameters = read_parameters(query, b"").unwrap();
        assert_eq!(parameters.get("SubTopic"), Some("a b*~+"), "{query}");
        assert_eq!(
            signature::string_to_sign(Method::Get, &parameters),
            signature::string_to_sign(Method::Get, &canonical),
            "{query}"
        );
    }
}

#[test]
fn a_name_without_a_value_has_an_empty_value() {
    let parameters = read_parameters("SignatureType&InstanceId=", b"").unwrap();
    let expected = [("SignatureType", ""), ("InstanceId", "")];
    assert!(parameters == expected.into_iter().collect::<Parameters>());
}

#[test]
fn format_is_read_as_sdks_write_it() {
    for (text, expected) in [
        (None, Format::Xml),
        (Some(""), Format::Xml),
        (Some("None"), Format::Xml),
        (Some("XML"), Format::Xml),
        (Some("xml"), Format::Xml),
        (Some("JSON"), Format::Json),
        (Some("json"), Format::Json),
        (Some("Json"), Format::Json),
    ] {
        assert_eq!(Format::from_wire(text), Ok(expected), "{text:?}");
    }
    for text in ["YAML", "none", " JSON", "JSON "] {
        let refused = Err(UnknownFormat(text.to_owned()));
        assert_eq!(Format::from_wire(Some(text)), refused);
    }
}

#[test]
fn a_repeated_name_is_refused_in_query_and_form_body() {
    for (query, form) in [
        ("GroupId=a&GroupId=b", ""),
        ("GroupId=a&GroupId=a", ""),
        ("", "GroupId=a&GroupId="),
        ("GroupId=a", "GroupId=b"),
        ("GroupId=a&Group%49d=b", ""),
    ] {
        assert!(
            matches!(
                read_parameters(query, form.as_bytes()),
                Err(ParameterError::Repeated(name)) if name == "GroupId"
            ),
            "{query} {form}"
        );
    }
    assert!(read_parameters("GroupId=a&groupId=b", b"GroupID=c").is_ok());
}

#[test]
fn invalid_utf8_is_read_without_a_panic_and_does_not_verify() {
    let valid = requests(include_str!("captures/node.txt"));
    let form = valid[1].form.replace("%E4%B8%AD", "%E4%B8");
    assert!(!verifies(&Request {
        form: &form,
        ..valid[1]
    }));
    assert!(read_parameters("a=%FF%", b"b=\xff\xfe").is_ok());
}
