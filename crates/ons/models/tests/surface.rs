//! Facts known before any call: actions, regions, releases, and how requests pass their
//! parameters.

#![allow(clippy::unwrap_used)]

use ons_mqtt_models::*;
use pop_rpc::{Action, Operation, ParameterSink, RateLimit};
use serde_json::Value;

fn spec() -> Value {
    serde_json::from_str(include_str!("../../../../spec/ons-2019-02-14.json")).unwrap()
}

/// A list of the spec.
fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn product_and_version_are_those_on_the_wire() {
    assert_eq!(PRODUCT, "Ons");
    assert_eq!(VERSION, "2019-02-14");
}

#[test]
fn every_action_of_the_spec_is_known_with_its_operation_and_limit() {
    let spec = spec();
    let actions = list(&spec["actions"]);
    assert_eq!(ACTIONS.len(), actions.len());
    for (found, action) in ACTIONS.iter().zip(actions) {
        assert_eq!(found.name, action["name"]);
        assert_eq!(found.version, VERSION);
        let operation = match found.operation {
            Operation::Read => "read",
            Operation::Write => "write",
        };
        assert_eq!(operation, action["operation"], "{}", found.name);
        assert_eq!(found.idempotent, action["idempotent"], "{}", found.name);
        let limit = action.get("rate_limit").map(|limit| RateLimit {
            requests: limit["requests"].as_u64().unwrap().try_into().unwrap(),
            seconds: limit["seconds"].as_u64().unwrap().try_into().unwrap(),
        });
        assert_eq!(found.rate_limit, limit, "{}", found.name);
    }
}

#[test]
fn the_five_queries_of_the_document_are_limited_to_thirty_calls_per_minute() {
    let limit = RateLimit {
        requests: 30,
        seconds: 60,
    };
    let limited = ACTIONS.iter().filter(|a| a.rate_limit == Some(limit));
    let names: Vec<_> = limited.map(|action| action.name).collect();
    for name in [
        "OnsMqttQueryHistoryOnline",
        "OnsMqttQueryClientByTopic",
        "OnsMqttQueryClientByGroupId",
        "OnsMqttQueryClientByClientId",
        "OnsMqttQueryMsgTransTrend",
    ] {
        assert!(names.contains(&name), "{name}");
    }
}

#[test]
fn every_region_of_the_spec_resolves_to_its_endpoint() {
    let spec = spec();
    let regions = list(&spec["regions"]);
    assert_eq!(Region::ALL.len(), regions.len());
    for expected in regions {
        let id = expected["id"].as_str().unwrap();
        let region = Region::find(id).unwrap();
        assert_eq!(region.id, id);
        assert_eq!(region.name_zh, expected["name"]["zh"]);
        assert_eq!(region.endpoint, expected["endpoint"]);
        let vpc_endpoint = expected["vpc_endpoint"].as_str();
        assert_eq!(region.vpc_endpoint, vpc_endpoint, "{id}");
    }
    for id in ["", "cn-Hangzhou", "cn-hangzhou ", "us-east-1"] {
        assert_eq!(Region::find(id), None, "{id}");
    }
}

#[test]
fn releases_are_those_of_the_spec_newest_first() {
    let spec = spec();
    let expected: Vec<_> = list(&spec["releases"])
        .iter()
        .map(|release| {
            let text = |key: &str| release[key].as_str().unwrap();
            (
                text("version"),
                text("date"),
                list(&release["changes"]).len(),
            )
        })
        .collect();
    let releases: Vec<_> = Release::ALL
        .iter()
        .map(|release| (release.version, release.date, release.changes.len()))
        .collect();
    assert_eq!(releases, expected);
    assert!(releases.is_sorted_by(|newer, older| newer.1 > older.1));
}

/// Keeps parameters in the order of their arrival.
#[derive(Default)]
struct InOrder(Vec<(String, String)>);

impl ParameterSink for InOrder {
    fn parameter(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }
}

fn handed_over<A: Action>(request: &A) -> Vec<(String, String)> {
    let mut sink = InOrder::default();
    request.parameters(&mut sink);
    sink.0
}

/// Signing relies on the order: an action that promises it and breaks it gets a wrong signature.
#[track_caller]
fn assert_hands_over<A: Action>(request: &A, expected: &[(&str, &str)]) {
    let parameters = handed_over(request);
    let parameters: Vec<_> = parameters.iter().map(|(n, v)| (&**n, &**v)).collect();
    assert_eq!(parameters, expected);
    let is_sorted = parameters.is_sorted_by(|(one, _), (other, _)| one < other);
    assert!(is_sorted || !A::SORTED);
}

#[test]
fn a_full_request_hands_over_all_its_parameters_in_the_order_of_their_names() {
    let instance = ("InstanceId", "post-cn-0pp12gl");
    let id = || Some(instance.1.to_owned());

    let mut request = GroupIdCreateRequest::new("GID_test");
    request.instance_id = id();
    request.topic = Some("test".to_owned());
    assert_hands_over(
        &request,
        &[("GroupId", "GID_test"), instance, ("Topic", "test")],
    );

    let mut request = GroupIdDeleteRequest::new("GID_test");
    request.instance_id = id();
    assert_hands_over(&request, &[("GroupId", "GID_test"), instance]);

    let mut request = GroupIdListRequest::new();
    request.instance_id = id();
    assert_hands_over(&request, &[instance]);

    let mut request = QueryHistoryOnlineRequest::new(1, i64::MAX, "GID_test");
    request.instance_id = id();
    let expected = [
        ("BeginTime", "1"),
        ("EndTime", "9223372036854775807"),
        ("GroupId", "GID_test"),
        instance,
    ];
    assert_hands_over(&request, &expected);

    let mut request = QueryClientByTopicRequest::new("test");
    request.sub_topic = Some("/testmqtt".to_owned());
    request.instance_id = id();
    let expected = [instance, ("ParentTopic", "test"), ("SubTopic", "/testmqtt")];
    assert_hands_over(&request, &expected);

    let mut request = QueryClientByGroupIdRequest::new("GID_test");
    request.instance_id = id();
    assert_hands_over(&request, &[("GroupId", "GID_test"), instance]);

    let mut request = QueryClientByClientIdRequest::new("GID_test@@@test");
    request.instance_id = id();
    assert_hands_over(&request, &[("ClientId", "GID_test@@@test"), instance]);

    let mut request = QueryMsgTransTrendRequest::new(1, 2, "test", TpsType::Sum, TransType::Sub);
    request.instance_id = id();
    request.sub_topic = Some("/testmqtt".to_owned());
    request.msg_type = Some(MsgType::PointToPoint);
    request.qos = Some(Qos::ExactlyOnce);
    let expected = [
        ("BeginTime", "1"),
        ("EndTime", "2"),
        instance,
        ("MsgType", "P2P"),
        ("ParentTopic", "test"),
        ("Qos", "2"),
        ("SubTopic", "/testmqtt"),
        ("TpsType", "SUM"),
        ("TransType", "SUB"),
    ];
    assert_hands_over(&request, &expected);
}

#[test]
fn a_new_request_hands_over_what_is_required_and_nothing_else() {
    let group = [("GroupId", "GID_test")];
    assert_hands_over(&GroupIdCreateRequest::new("GID_test"), &group);
    assert_hands_over(&GroupIdDeleteRequest::new("GID_test"), &group);
    assert_hands_over(&GroupIdListRequest::new(), &[]);
    assert_hands_over(
        &QueryHistoryOnlineRequest::new(1, 2, "GID_test"),
        &[("BeginTime", "1"), ("EndTime", "2"), group[0]],
    );
    assert_hands_over(
        &QueryClientByTopicRequest::new("test"),
        &[("ParentTopic", "test")],
    );
    assert_hands_over(&QueryClientByGroupIdRequest::new("GID_test"), &group);
    assert_hands_over(
        &QueryClientByClientIdRequest::new("GID_test@@@test"),
        &[("ClientId", "GID_test@@@test")],
    );
    assert_hands_over(
        &QueryMsgTransTrendRequest::new(1, 2, "test", TpsType::Tps, TransType::Pub),
        &[
            ("BeginTime", "1"),
            ("EndTime", "2"),
            ("ParentTopic", "test"),
            ("TpsType", "TPS"),
            ("TransType", "PUB"),
        ],
    );
}
