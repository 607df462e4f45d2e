//! Recorded requests of official SDKs reach the service with the values that their users set.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::field_reassign_with_default
)]

mod support;

use ons_mqtt_models::*;
use ons_mqtt_service::dispatch;
use pop_rpc::service::{Context, read_parameters};
use pop_rpc::signature::{self, name};
use pop_rpc::{Format, Method, SignatureMethod, SigningKey};
use support::{AnyRequest, Recorder, Sample};

/// A recorded request: its method, query and form body.
struct Recorded<'a> {
    method: Method,
    query: &'a str,
    form: &'a str,
}

/// Splits a capture into requests: each is a heading, then head and body as sent.
fn recorded(capture: &str) -> Vec<Recorded<'_>> {
    let sections = capture.split("### request ").skip(1);
    sections
        .map(|section| {
            let (_number, request) = section.split_once('\n').unwrap();
            let (head, body) = request
                .split_once("\r\n\r\n")
                .or_else(|| request.split_once("\n\n"))
                .unwrap();
            let mut line = head.lines().next().unwrap().split(' ');
            let method = match line.next().unwrap() {
                "GET" => Method::Get,
                "POST" => Method::Post,
                other => panic!("{other}"),
            };
            let target = line.next().unwrap().strip_prefix('/').unwrap();
            Recorded {
                method,
                query: target.strip_prefix('?').unwrap_or(target),
                form: body.trim_end(),
            }
        })
        .collect()
}

/// Verifies the signature of a request and returns the request that the service receives.
#[track_caller]
fn received(request: &Recorded<'_>) -> AnyRequest {
    let parameters = read_parameters(request.query, request.form.as_bytes()).unwrap();
    let key = SigningKey::new(SignatureMethod::HmacSha1, "testsecret");
    let to_sign = signature::string_to_sign(request.method, &parameters);
    assert!(
        key.verify(&to_sign, parameters.get(name::SIGNATURE).unwrap()),
        "{to_sign}"
    );

    let service = Recorder::default();
    let answer = pollster::block_on(dispatch(&service, &Context::default(), &parameters));
    assert_eq!(
        answer.status,
        200,
        "{}",
        String::from_utf8_lossy(&answer.body)
    );
    // All three SDKs request JSON, one of them in lower case.
    assert_eq!(answer.content_type, Format::Json.content_type());
    let received = service.received();
    assert_eq!(received.len(), 1);
    received[0].1.clone()
}

#[test]
fn requests_of_the_python_sdk() {
    let requests = recorded(include_str!("../../../pop/rpc/tests/captures/py.txt"));
    assert_eq!(requests.len(), 2);
    let mut expected = QueryMsgTransTrendRequest::new(
        1_570_957_261_000,
        1_570_962_601_000,
        "test",
        TpsType::Tps,
        TransType::Pub,
    );
    expected.sub_topic = Some("/a b*~+中/".to_owned());
    expected.instance_id = Some("post-cn-0pp12gl".to_owned());
    expected.qos = Some(Qos::AtMostOnce);
    expected.msg_type = Some(MsgType::PointToPoint);
    assert_eq!(received(&requests[0]), expected.into());
    assert_eq!(received(&requests[1]), GroupIdListRequest::new().into());
}

/// The capture has one request twice: as GET, and as POST with everything in the body.
#[test]
fn requests_of_the_node_sdk() {
    let requests = recorded(include_str!("../../../pop/rpc/tests/captures/node.txt"));
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].method, Method::Get);
    assert_eq!(requests[0].form, "");
    assert_eq!(requests[1].method, Method::Post);
    assert_eq!(requests[1].query, "");
    let mut expected = QueryClientByTopicRequest::new("test");
    expected.sub_topic = Some("/a b*~+'()!中/".to_owned());
    for request in &requests {
        assert_eq!(received(request), expected.clone().into());
    }
}

/// Common parameters are in the query, and the action's own in the body.
#[test]
fn requests_of_the_tea_sdk() {
    let requests = recorded(include_str!("../../../pop/rpc/tests/captures/tea.txt"));
    assert_eq!(requests.len(), 1);
    assert!(!requests[0].query.contains("GroupId"));
    let mut expected =
        QueryHistoryOnlineRequest::new(1_570_957_261_000, 1_570_962_601_000, "GID_test");
    expected.instance_id = Some("post-cn-0pp12gl".to_owned());
    assert_eq!(received(&requests[0]), expected.into());
}

/// The oldest Java SDK sends unsorted form encoding: `+` for a space, a plain `*`, `%7E` for `~`.
/// But it signs the canonical encoding. It also sends `ServiceCode` and an unusual nonce.
#[test]
fn requests_encoded_like_those_of_the_oldest_java_sdk() {
    let mut expected = QueryClientByTopicRequest::new("test");
    expected.sub_topic = Some("/a b*~+中/".to_owned());
    expected.instance_id = Some("post-cn-0pp12gl".to_owned());
    let to_sign = "GET&%2F&AccessKeyId%3Dtestid%26Action%3DOnsMqttQueryClientByTopic\
        %26Format%3DJSON%26InstanceId%3Dpost-cn-0pp12gl%26ParentTopic%3Dtest\
        %26RegionId%3Dmq-internet-access%26ServiceCode%3Dons%26SignatureMethod%3DHMAC-SHA1\
        %26SignatureNonce%3D3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf15897888000001\
        %26SignatureVersion%3D1.0%26SubTopic%3D%252Fa%2520b%252A~%252B%25E4%25B8%25AD%252F\
        %26Timestamp%3D2020-05-18T08%253A00%253A00Z%26Version%3D2019-02-14";
    let key = SigningKey::new(SignatureMethod::HmacSha1, "testsecret");
    let signature = key
        .sign(to_sign)
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    let query = format!(
        "SignatureVersion=1.0&Action=OnsMqttQueryClientByTopic&Format=JSON\
         &SignatureNonce=3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf15897888000001\
         &SubTopic=%2Fa+b*%7E%2B%E4%B8%AD%2F&Version=2019-02-14&AccessKeyId=testid\
         &Signature={signature}&SignatureMethod=HMAC-SHA1&ServiceCode=ons&ParentTopic=test\
         &InstanceId=post-cn-0pp12gl&RegionId=mq-internet-access\
         &Timestamp=2020-05-18T08%3A00%3A00Z"
    );
    let request = Recorded {
        method: Method::Get,
        query: &query,
        form: "",
    };
    assert_eq!(received(&request), expected.into());
}

#[test]
fn the_answer_to_a_captured_request_contains_the_response_of_the_service() {
    let request = &recorded(include_str!("../../../pop/rpc/tests/captures/tea.txt"))[0];
    let parameters = read_parameters(request.query, request.form.as_bytes()).unwrap();
    let mut context = Context::default();
    context.request_id = "5BC91C2F-C202-4AD8-9322-9F2AB3E320DC".to_owned();
    let answer = pollster::block_on(dispatch(&Recorder::default(), &context, &parameters));
    let body = String::from_utf8(answer.body).unwrap();
    let response: QueryHistoryOnlineResponse = Format::Json.read(&body).unwrap();
    assert_eq!(response, Sample::sample(&context.request_id));
}
