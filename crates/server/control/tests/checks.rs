//! Checks of the gateway: accepted requests, and the errors of all others.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Barrier;
use std::time::{Duration, UNIX_EPOCH};

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use pop_rpc::Format;
use sha1::Sha1;
use support::{ID, NOW, SECRET, Server, TestRequest};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n";

/// A broken request: name, function that breaks a valid request, expected code and status.
type Case = (
    &'static str,
    fn(TestRequest) -> TestRequest,
    &'static str,
    u16,
);

const CASES: &[Case] = &[
    (
        "method",
        |request| TestRequest {
            method: "PUT",
            ..request
        },
        "UnsupportedHTTPMethod",
        400,
    ),
    (
        "path",
        |request| TestRequest {
            path: "/x",
            ..request
        },
        "InvalidAction.NotFound",
        404,
    ),
    (
        "form repeats",
        |request| form(request.also("Action", "x")),
        "InvalidAction",
        400,
    ),
    (
        "query repeats",
        |request| request.also("RegionId", "cn-hangzhou"),
        "InvalidRegionId",
        400,
    ),
    (
        "query and form repeat",
        |request| body(request, "Action=x"),
        "InvalidAction",
        400,
    ),
    (
        "repeats no name",
        |request| request.also("a b", "1").also("a b", "2"),
        "InvalidParameter",
        400,
    ),
    (
        "body of another type",
        |request| TestRequest {
            headers: "Content-Type: application/json\r\n".to_owned(),
            ..body(request, "{}")
        },
        "InvalidContentType",
        400,
    ),
    (
        "body too long",
        |request| body(request, &"x".repeat(64 * 1024 + 1)),
        "InvalidBody",
        400,
    ),
    (
        "no action",
        |request| request.without("Action"),
        "MissingAction",
        400,
    ),
    (
        "empty action",
        |request| request.with("Action", ""),
        "MissingAction",
        400,
    ),
    (
        "unknown action",
        |request| request.with("Action", "OnsMqttGroupIdlist"),
        "InvalidAction.NotFound",
        404,
    ),
    (
        "no version",
        |request| request.without("Version"),
        "MissingVersion",
        400,
    ),
    (
        "other version",
        |request| request.with("Version", "2018-06-28"),
        "InvalidVersion",
        400,
    ),
    (
        "no access key",
        |request| request.without("AccessKeyId"),
        "MissingAccessKeyId",
        400,
    ),
    (
        "no signature",
        |request| request.with("Signature", ""),
        "MissingSignature",
        400,
    ),
    (
        "no signature method",
        |request| request.without("SignatureMethod"),
        "MissingSignatureMethod",
        400,
    ),
    (
        "no signature version",
        |request| request.without("SignatureVersion"),
        "MissingSignatureVersion",
        400,
    ),
    (
        "no nonce",
        |request| request.without("SignatureNonce"),
        "MissingSignatureNonce",
        400,
    ),
    (
        "no timestamp",
        |request| request.without("Timestamp"),
        "MissingTimestamp",
        400,
    ),
    (
        "signature method",
        |request| request.with("SignatureMethod", "HMAC-MD5"),
        "InvalidSignatureMethod",
        400,
    ),
    (
        "signature version",
        |request| request.with("SignatureVersion", "2.0"),
        "InvalidSignatureVersion",
        400,
    ),
    (
        "long nonce",
        |request| request.with("SignatureNonce", &"n".repeat(129)),
        "InvalidSignatureNonce",
        400,
    ),
    (
        "unknown access key",
        |request| request.with("AccessKeyId", "nobody"),
        "InvalidAccessKeyId.NotFound",
        404,
    ),
    (
        "a token",
        |request| request.with("SecurityToken", "t"),
        "InvalidSecurityToken.MismatchWithAccessKey",
        400,
    ),
    (
        "time with a fraction",
        |request| request.with("Timestamp", "2020-05-18T08:00:00.5Z"),
        "InvalidTimeStamp.Format",
        400,
    ),
    (
        "time of another zone",
        |request| request.with("Timestamp", "2020-05-18T16:00:00+08"),
        "InvalidTimeStamp.Format",
        400,
    ),
    (
        "time without a zone",
        |request| request.with("Timestamp", "2020-05-18 08:00:00"),
        "InvalidTimeStamp.Format",
        400,
    ),
    (
        "impossible time",
        |request| request.with("Timestamp", "2020-02-30T08:00:00Z"),
        "InvalidTimeStamp.Format",
        400,
    ),
    (
        "past time",
        |request| request.with("Timestamp", "2020-05-18T07:44:59Z"),
        "InvalidTimeStamp.Expired",
        400,
    ),
    (
        "future time",
        |request| request.with("Timestamp", "2020-05-18T08:15:01Z"),
        "InvalidTimeStamp.Expired",
        400,
    ),
    (
        "other secret",
        |request| TestRequest {
            secret: "othersecret",
            ..request
        },
        "SignatureDoesNotMatch",
        400,
    ),
    (
        "other access key's secret",
        |request| request.with("AccessKeyId", "otherid"),
        "SignatureDoesNotMatch",
        400,
    ),
    (
        "changed after signing",
        |request| request.signed().with("InstanceId", "x"),
        "SignatureDoesNotMatch",
        400,
    ),
    (
        "signed as GET",
        |request| TestRequest {
            method: "POST",
            ..request.signed()
        },
        "SignatureDoesNotMatch",
        400,
    ),
    (
        "signature in another case",
        |request| {
            let signature = request
                .clone()
                .signed()
                .get("Signature")
                .unwrap()
                .to_lowercase();
            request.with("Signature", &signature)
        },
        "SignatureDoesNotMatch",
        400,
    ),
    (
        "unknown region",
        |request| request.with("RegionId", "cn-nowhere"),
        "BIZ_REGION_NOT_FOUND",
        400,
    ),
    (
        "no GID",
        |request| request.with("Action", "OnsMqttGroupIdDelete"),
        "MissingGroupId",
        400,
    ),
    (
        "bad GID",
        |request| {
            request
                .with("Action", "OnsMqttGroupIdDelete")
                .with("GroupId", "x")
        },
        "BIZ_FIELD_CHECK_INVALID",
        400,
    ),
    (
        "service refuses",
        |request| {
            request
                .with("Action", "OnsMqttGroupIdDelete")
                .with("GroupId", "GID_gone")
        },
        "BIZ_SUBSCRIPTION_NOT_FOUND",
        400,
    ),
];

/// Turns a request into a POST with all parameters in a form body.
fn form(request: TestRequest) -> TestRequest {
    let headers = FORM.to_owned();
    TestRequest {
        method: "POST",
        form: true,
        headers,
        ..request
    }
}

/// Turns a request into a POST with a form body in addition to the query.
fn body(request: TestRequest, body: &str) -> TestRequest {
    let (headers, body) = (FORM.to_owned(), body.to_owned());
    TestRequest {
        method: "POST",
        headers,
        body,
        ..request
    }
}

#[test]
fn each_check_answers_its_code_in_the_requested_format() {
    let server = Server::start();
    for (name, spoil, code, status) in CASES {
        for (text, format) in [
            ("JSON", Format::Json),
            ("xml", Format::Xml),
            ("", Format::Xml),
        ] {
            let request = spoil(TestRequest::list().with("Format", text)).signed();
            let response = server.call(&request);
            assert_eq!(
                response.header("content-type"),
                Some(format.content_type()),
                "{name}"
            );
            let error = response.error(format);
            assert_eq!((&*error.code, response.status), (*code, *status), "{name}");
            assert!(
                !error.message.is_empty() && !error.message.contains('{'),
                "{name}"
            );
            assert_eq!(error.host_id, "ons.example.com", "{name}");
            assert_eq!(
                response.header("x-acs-request-id"),
                Some(&*error.request_id),
                "{name}"
            );
            assert!(is_uuid(&error.request_id), "{}", error.request_id);
        }
    }
    let contexts = server.notes.0.contexts.lock().unwrap();
    assert!(contexts.is_empty(), "{contexts:?}");
}

/// Returns `true` if a text is a UUID of version 4 in upper case.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let digits = |group: &str| group.chars().all(|c| matches!(c, '0'..='9' | 'A'..='F'));
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| digits(group))
        && groups[2].starts_with('4')
        && groups[3].starts_with(['8', '9', 'A', 'B'])
}

#[test]
fn an_unknown_format_is_answered_in_xml() {
    let server = Server::start();
    let response = server.call(&TestRequest::list().with("Format", "yaml").signed());
    assert_eq!(response.error(Format::Xml).code, "InvalidParameter.Format");
}

#[test]
fn a_wrong_signature_is_answered_with_the_string_to_sign() {
    let server = Server::start();
    let request = TestRequest::list()
        .with("InstanceId", "/ä+")
        .with("Signature", "wrong");
    let error = server.call(&request).error(Format::Json);
    let expected = format!(
        "server string to sign is:{}",
        request.string_to_sign_without_signature()
    );
    assert!(error.message.ends_with(&expected), "{}", error.message);
}

#[test]
fn requests_in_every_form_that_clients_use_are_accepted() {
    let server = Server::start();
    type Shape = (&'static str, fn(TestRequest) -> TestRequest);
    let shapes: &[Shape] = &[
        ("GET", |request| request),
        ("POST with a form", form),
        ("POST with a query and no body", |request| TestRequest {
            method: "POST",
            ..request
        }),
        ("POST with an empty body of any type", |request| {
            TestRequest {
                method: "POST",
                headers: "Content-Type: application/json\r\n".to_owned(),
                ..request
            }
        }),
        ("form without a type", |request| TestRequest {
            headers: String::new(),
            ..form(request)
        }),
        ("GET with a body", |request| TestRequest {
            body: "ignored".to_owned(),
            ..request
        }),
        ("HMAC-SHA256", |request| {
            request.with("SignatureMethod", "HMAC-SHA256")
        }),
        ("method in another case", |request| {
            request.with("SignatureMethod", "Hmac-Sha1")
        }),
        ("Format=None", |request| request.with("Format", "None")),
        ("no format", |request| request.without("Format")),
        ("empty type and token", |request| {
            request.with("SignatureType", "").with("SecurityToken", "")
        }),
        ("no region", |request| request.without("RegionId")),
        ("empty region", |request| request.with("RegionId", "")),
        ("unknown parameters", |request| {
            request.with("ServiceCode", "ons").with("PreventCache", "1")
        }),
        ("old spelling of Timestamp", |request| {
            request
                .without("Timestamp")
                .with("TimeStamp", "2020-05-18T08:00:00Z")
        }),
        ("15 minutes ago", |request| {
            request.with("Timestamp", "2020-05-18T07:45:00Z")
        }),
        ("in 15 minutes", |request| {
            request.with("Timestamp", "2020-05-18T08:15:00Z")
        }),
        ("longest nonce", |request| {
            request.with("SignatureNonce", &"n".repeat(128))
        }),
        ("other access key", |request| TestRequest {
            secret: "othersecret",
            ..request.with("AccessKeyId", "otherid")
        }),
    ];
    for (name, shape) in shapes {
        let request = shape(TestRequest::list()).signed();
        let response = server.call(&request);
        assert_eq!(response.status, 200, "{name}: {}", response.body);
        let id = response.header("x-acs-request-id").unwrap();
        assert!(response.body.contains(id), "{name}: {}", response.body);
        let context = server.notes.0.contexts.lock().unwrap().pop().unwrap();
        assert_eq!(context.request_id, id, "{name}");
        assert_eq!(
            Some(&*context.access_key_id),
            request.get("AccessKeyId"),
            "{name}"
        );
        let region = request.get("RegionId").filter(|region| !region.is_empty());
        assert_eq!(context.region_id.as_deref(), region, "{name}");
    }
}

#[test]
fn a_request_signed_by_hand_is_accepted() {
    let server = Server::start();
    let canonical = "AccessKeyId=testid&Action=OnsMqttGroupIdList&Format=JSON\
        &SignatureMethod=HMAC-SHA1&SignatureNonce=by-hand&SignatureVersion=1.0\
        &Timestamp=2020-05-18T08%3A00%3A00Z&Version=2019-02-14";
    let escaped = canonical
        .replace('%', "%25")
        .replace('=', "%3D")
        .replace('&', "%26");
    let mut mac = Hmac::<Sha1>::new_from_slice(format!("{SECRET}&").as_bytes()).unwrap();
    mac.update(format!("GET&%2F&{escaped}").as_bytes());
    let signature = BASE64_STANDARD.encode(mac.finalize().into_bytes());
    let signature = signature
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    let request =
        format!("GET /?{canonical}&Signature={signature} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let response = server.send(request.as_bytes());
    assert_eq!(response.status, 200, "{}", response.body);
}

/// Their signatures cover the time of their recording, but not the host.
#[test]
fn recorded_requests_of_official_sdks_are_accepted() {
    let recorded = [
        (include_str!("../../../pop/rpc/tests/captures/py.txt"), 2),
        (include_str!("../../../pop/rpc/tests/captures/node.txt"), 2),
        (include_str!("../../../pop/rpc/tests/captures/tea.txt"), 1),
    ];
    let server = Server::start();
    server.set_clock(1_795_398_385); // 2026-11-23T01:46:25Z
    for (capture, count) in recorded {
        let requests: Vec<_> = capture.split("### request ").skip(1).collect();
        assert_eq!(requests.len(), count);
        for request in requests {
            let (_, request) = request.split_once('\n').unwrap();
            let request = if request.contains("\r\n\r\n") {
                request.to_owned()
            } else {
                request.replace('\n', "\r\n")
            };
            let request = if request.starts_with("GET") {
                format!("{}\r\n\r\n", request.trim_end())
            } else {
                request.trim_end().to_owned()
            };
            let response = server.send(request.as_bytes());
            assert_eq!(response.status, 200, "{request}\n{}", response.body);
            let again = server.send(request.as_bytes());
            assert_eq!(again.error(Format::Json).code, "SignatureNonceUsed");
        }
    }
}

#[test]
fn a_request_is_executed_once() {
    let server = Server::start();
    let request = TestRequest::new("OnsMqttGroupIdCreate")
        .with("GroupId", "GID_once")
        .signed();
    assert_eq!(server.code(&request), "OK");
    for later in [0, 1, 899, 900] {
        server.set_clock(NOW + later);
        assert_eq!(
            server.code(&request),
            "SignatureNonceUsed",
            "{later} s later"
        );
    }
    server.set_clock(NOW + 901);
    assert_eq!(server.code(&request), "InvalidTimeStamp.Expired");
    assert_eq!(server.notes.created(), 1);
}

#[test]
fn a_clock_that_is_set_forward_and_back_lets_no_request_run_again() {
    let server = Server::start();
    let request = TestRequest::new("OnsMqttGroupIdCreate")
        .with("GroupId", "GID_once")
        .signed();
    assert_eq!(server.code(&request), "OK");
    let day = 24 * 60 * 60;
    for jump in [NOW + 40 * day, NOW - 40 * day, NOW + 3600] {
        server.jump_to(jump);
        assert_eq!(server.code(&request), "InvalidTimeStamp.Expired");
        let at_jump = TestRequest::list().at(UNIX_EPOCH + Duration::from_secs(jump));
        assert_eq!(server.code(&at_jump.signed()), "OK");
        server.jump_to(NOW);
        assert_eq!(server.code(&request), "SignatureNonceUsed");
    }
    assert_eq!(server.notes.created(), 1);
}

#[test]
fn a_server_that_just_started_refuses_requests_from_before_its_start_and_says_so() {
    let code = |server: &Server, time| {
        let request = TestRequest::list().at(UNIX_EPOCH + Duration::from_secs(time));
        server.code(&request.signed())
    };
    let server = Server::start_now();
    for (running, oldest) in [
        (0, NOW),
        (1, NOW),
        (60, NOW),
        (899, NOW),
        (900, NOW),
        (901, NOW + 1),
    ] {
        server.set_clock(NOW + running);
        assert_eq!(code(&server, oldest), "OK", "{running} s after the start");
        assert_eq!(
            code(&server, oldest - 1),
            "InvalidTimeStamp.Expired",
            "{running} s after the start"
        );
    }

    let server = Server::start_now();
    server.set_clock(NOW + 7);
    let request = TestRequest::list().at(UNIX_EPOCH + Duration::from_secs(NOW - 60));
    let message = server.call(&request.signed()).error(Format::Json).message;
    for part in [
        "started 7 s ago",
        "for 15 minutes",
        "sign the request again",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

/// A machine may start with a wrong clock, which is set right a moment later.
#[test]
fn the_start_is_known_although_the_clock_was_wrong_then() {
    for wrong in [NOW - 10_000, NOW + 10_000] {
        let server = Server::start_now();
        server.jump_to(wrong);
        server.set_clock(wrong + 30);
        server.jump_to(NOW + 30);
        for (time, expected) in [(NOW - 1, "InvalidTimeStamp.Expired"), (NOW, "OK")] {
            let request = TestRequest::list().at(UNIX_EPOCH + Duration::from_secs(time));
            assert_eq!(server.code(&request.signed()), expected);
        }
    }
}

#[test]
fn a_nonce_with_an_old_timestamp_cannot_be_reused_within_a_window() {
    let server = Server::start();
    let request = |time| {
        let request = TestRequest::list().with("SignatureNonce", "n");
        request.at(UNIX_EPOCH + Duration::from_secs(time)).signed()
    };
    assert_eq!(server.code(&request(NOW - 800)), "OK");
    server.set_clock(NOW + 200);
    assert_eq!(server.code(&request(NOW + 200)), "SignatureNonceUsed");
}

/// Such a request is valid for half an hour, so its nonce must be kept for as long.
#[test]
fn a_request_from_the_future_cannot_be_repeated_either() {
    let server = Server::start();
    let request = TestRequest::list()
        .at(UNIX_EPOCH + Duration::from_secs(NOW + 900))
        .signed();
    assert_eq!(server.code(&request), "OK");
    for later in [901, 1800] {
        server.set_clock(NOW + later);
        assert_eq!(
            server.code(&request),
            "SignatureNonceUsed",
            "{later} s later"
        );
    }
    server.set_clock(NOW + 1801);
    assert_eq!(server.code(&request), "InvalidTimeStamp.Expired");
}

#[test]
fn a_nonce_may_be_reused_after_a_window_and_at_once_by_another_access_key() {
    let server = Server::start();
    let request = |time, id, secret| {
        let request = TestRequest {
            secret,
            ..TestRequest::list()
        };
        let request = request.with("SignatureNonce", "n").with("AccessKeyId", id);
        request.at(UNIX_EPOCH + Duration::from_secs(time)).signed()
    };
    assert_eq!(server.code(&request(NOW, ID, SECRET)), "OK");
    assert_eq!(server.code(&request(NOW, "otherid", "othersecret")), "OK");
    server.set_clock(NOW + 900);
    assert_eq!(
        server.code(&request(NOW + 900, ID, SECRET)),
        "SignatureNonceUsed"
    );
    server.set_clock(NOW + 901);
    assert_eq!(server.code(&request(NOW + 901, ID, SECRET)), "OK");
}

#[test]
fn a_request_with_a_wrong_signature_does_not_use_up_its_nonce() {
    let server = Server::start();
    let request = TestRequest::list().with("SignatureNonce", "n");
    let wrong = request.clone().with("Signature", "wrong");
    assert_eq!(server.code(&wrong), "SignatureDoesNotMatch");
    assert_eq!(server.code(&request.signed()), "OK");
}

#[test]
fn exactly_one_of_two_concurrent_requests_with_the_same_nonce_passes() {
    let server = Server::start();
    for _ in 0..50 {
        let request = TestRequest::list().signed();
        let start = Barrier::new(2);
        let codes = std::thread::scope(|scope| {
            let send = || {
                start.wait();
                server.code(&request)
            };
            let both = [scope.spawn(send), scope.spawn(send)];
            both.map(|one| one.join().unwrap())
        });
        let passed = codes.iter().filter(|code| *code == "OK").count();
        assert_eq!(passed, 1, "{codes:?}");
        assert!(
            codes.contains(&"SignatureNonceUsed".to_owned()),
            "{codes:?}"
        );
    }
}

#[test]
fn calls_are_limited_for_each_access_key_and_action() {
    let server = Server::start_with(|gateway| gateway.queries_per_minute(2));
    let request = |action, id, secret, time| {
        let request = TestRequest {
            secret,
            ..TestRequest::new(action)
        };
        let request = request
            .with("AccessKeyId", id)
            .with("GroupId", "GID_test")
            .with("ParentTopic", "t");
        request.at(UNIX_EPOCH + Duration::from_secs(time)).signed()
    };
    let topic = "OnsMqttQueryClientByTopic";
    assert_eq!(server.code(&request(topic, ID, SECRET, NOW)), "OK");
    server.set_clock(NOW + 20);
    assert_eq!(server.code(&request(topic, ID, SECRET, NOW)), "OK");
    server.set_clock(NOW + 30);
    let refused = server.call(&request(topic, ID, SECRET, NOW));
    assert_eq!(refused.error(Format::Json).code, "Throttling.User");
    assert_eq!(refused.header("x-acs-retry-after"), Some("30000"));
    assert_eq!(server.notes.0.contexts.lock().unwrap().len(), 2);

    let group = "OnsMqttQueryClientByGroupId";
    assert_eq!(server.code(&request(group, ID, SECRET, NOW)), "OK");
    assert_eq!(
        server.code(&request(topic, "otherid", "othersecret", NOW)),
        "OK"
    );
    server.set_clock(NOW + 60);
    assert_eq!(server.code(&request(topic, ID, SECRET, NOW)), "OK");
    assert_eq!(
        server.code(&request(topic, ID, SECRET, NOW)),
        "Throttling.User"
    );
}

#[test]
fn actions_without_a_limit_are_not_limited() {
    let server = Server::start_with(|gateway| gateway.queries_per_minute(1));
    for _ in 0..5 {
        assert_eq!(server.code(&TestRequest::list().signed()), "OK");
    }
}

#[test]
fn the_limit_of_the_api_is_the_default_and_0_removes_it() {
    let request = || {
        TestRequest::new("OnsMqttQueryClientByTopic")
            .with("ParentTopic", "t")
            .signed()
    };
    let server = Server::start();
    for _ in 0..30 {
        assert_eq!(server.code(&request()), "OK");
    }
    assert_eq!(server.code(&request()), "Throttling.User");
    let server = Server::start_with(|gateway| gateway.queries_per_minute(0));
    for _ in 0..40 {
        assert_eq!(server.code(&request()), "OK");
    }
}

#[test]
fn refused_requests_do_not_count_against_the_limit() {
    let server = Server::start_with(|gateway| gateway.queries_per_minute(1));
    let request = TestRequest::new("OnsMqttQueryClientByTopic").with("ParentTopic", "t");
    for spoilt in [
        request.clone().with("Signature", "wrong"),
        request.clone().with("RegionId", "cn-nowhere").signed(),
    ] {
        assert_ne!(server.code(&spoilt), "OK");
    }
    let request = request.with("SignatureNonce", "fresh").signed();
    assert_eq!(server.code(&request), "OK");
    assert_eq!(server.code(&request), "SignatureNonceUsed");
}

impl TestRequest {
    /// Returns the string to sign of a request that already has a signature.
    fn string_to_sign_without_signature(&self) -> String {
        self.clone().without("Signature").string_to_sign()
    }
}
