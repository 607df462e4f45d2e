//! Any HTTP request is answered, and no input harms later requests.

#![allow(clippy::unwrap_used)]

mod support;

use std::io::Write;
use std::sync::LazyLock;

use proptest::prelude::*;
use support::{Response, Server, TestRequest};

static SERVER: LazyLock<Server> =
    LazyLock::new(|| Server::start_with(|gateway| gateway.queries_per_minute(0)));

const ACTIONS: [&str; 3] = [
    "OnsMqttGroupIdList",
    "OnsMqttGroupIdCreate",
    "OnsMqttQueryMsgTransTrend",
];

fn assert_server_works() {
    assert_eq!(SERVER.call(&TestRequest::list().signed()).status, 200);
}

/// Generates requests that are correct HTTP but may be wrong in every other way.
fn requests() -> impl Strategy<Value = TestRequest> {
    let name = prop_oneof![
        proptest::sample::select(
            &[
                "Action",
                "Version",
                "Format",
                "AccessKeyId",
                "Signature",
                "SignatureMethod",
                "SignatureNonce",
                "SignatureVersion",
                "Timestamp",
                "TimeStamp",
                "RegionId",
                "SecurityToken",
                "GroupId",
                "BeginTime",
                "Qos",
            ][..]
        )
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    let change = (name, any::<String>(), 0..3_u8);
    let changes = proptest::collection::vec(change, 0..4);
    (
        proptest::sample::select(&ACTIONS[..]),
        changes,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(action, changes, post, form, before)| {
            let mut request = TestRequest::new(action).with("GroupId", "GID_test");
            (request.method, request.form) = (if post { "POST" } else { "GET" }, post && form);
            if !before {
                request = request.signed();
            }
            for (name, value, kind) in changes {
                request = match kind {
                    0 => request.without(&name),
                    1 => request.with(&name, &value),
                    _ => request.also(&name, &value),
                };
            }
            if before { request.signed() } else { request }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn requests_with_changed_parameters_are_answered(request in requests()) {
        let response = SERVER.call(&request);
        prop_assert!(response.status < 500, "{}", response.body);
        prop_assert!(response.header("x-acs-request-id").is_some());
        prop_assert!(response.status == 200 || response.body.contains("Code"));
        assert_server_works();
    }

    #[test]
    fn a_request_with_a_changed_byte_is_answered_unless_it_is_not_http(
        request in requests(), at: prop::sample::Index, byte: u8,
    ) {
        let mut bytes = request.bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let mut stream = SERVER.connect();
        let _ = stream.write_all(&bytes);
        // With a changed length or head, the server may wait for more. Closing our end prevents
        // that.
        let _ = stream.shutdown(std::net::Shutdown::Write);
        if let Some(response) = Response::read(&mut stream) {
            prop_assert!(response.status < 500 || response.status == 505, "{}", response.body);
        }
        assert_server_works();
    }

    #[test]
    fn any_query_is_answered(query in "[!-~&&[^#]]{0,300}") {
        let request = format!("GET /?{query} HTTP/1.1\r\nHost: h\r\n\r\n");
        let response = SERVER.send(request.as_bytes());
        prop_assert!((400..500).contains(&response.status));
    }

    #[test]
    fn any_form_is_answered(form: Vec<u8>) {
        let head = format!("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n", form.len());
        let response = SERVER.send(&[head.as_bytes(), &form].concat());
        prop_assert!((400..500).contains(&response.status));
        prop_assert!(response.body.contains("<Code>"), "{}", response.body);
    }

    #[test]
    fn any_bytes_do_no_harm(bytes: Vec<u8>) {
        let mut stream = SERVER.connect();
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        if let Some(response) = Response::read(&mut stream) {
            prop_assert!((400..500).contains(&response.status) || response.status == 505);
        }
        assert_server_works();
    }
}
