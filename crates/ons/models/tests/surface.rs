//! What is known before any call: actions, regions, releases, and how requests hand over their
//! parameters.

use ons_mqtt_models::*;
use pop_rpc::{Action, Operation, ParameterSink, RateLimit};

#[test]
fn product_and_version_are_those_on_the_wire() {
    assert_eq!(PRODUCT, "Ons");
    assert_eq!(VERSION, "2019-02-14");
}

/// Name, whether it writes, whether it may be repeated, whether it is limited.
const EXPECTED: [(&str, Operation, bool, bool); 8] = [
    ("OnsMqttGroupIdCreate", Operation::Write, false, false),
    ("OnsMqttGroupIdDelete", Operation::Write, false, false),
    ("OnsMqttGroupIdList", Operation::Read, true, false),
    ("OnsMqttQueryHistoryOnline", Operation::Read, true, true),
    ("OnsMqttQueryClientByTopic", Operation::Read, true, true),
    ("OnsMqttQueryClientByGroupId", Operation::Read, true, true),
    ("OnsMqttQueryClientByClientId", Operation::Read, true, true),
    ("OnsMqttQueryMsgTransTrend", Operation::Read, true, true),
];

#[test]
fn there_are_eight_actions_of_which_the_five_queries_are_limited() {
    let names: Vec<_> = ACTIONS.iter().map(|action| action.name).collect();
    assert_eq!(names, EXPECTED.map(|(name, ..)| name));
    for (action, (name, operation, idempotent, is_limited)) in ACTIONS.iter().zip(EXPECTED) {
        assert_eq!(action.version, "2019-02-14", "{name}");
        assert_eq!(action.operation, operation, "{name}");
        assert_eq!(action.idempotent, idempotent, "{name}");
        let limit = RateLimit {
            requests: 30,
            seconds: 60,
        };
        assert_eq!(action.rate_limit, is_limited.then_some(limit), "{name}");
    }
}

#[test]
fn all_nine_regions_resolve_to_their_endpoints() {
    for (id, name, endpoint) in [
        ("cn-beijing", "公共云华北2", "ons.cn-beijing.aliyuncs.com"),
        (
            "mq-internet-access",
            "公网",
            "ons.mq-internet-access.aliyuncs.com",
        ),
        ("cn-hangzhou", "公共云华东1", "ons.cn-hangzhou.aliyuncs.com"),
        ("cn-shanghai", "公共云华东2", "ons.cn-shanghai.aliyuncs.com"),
        ("cn-shenzhen", "公共云华南1", "ons.cn-shenzhen.aliyuncs.com"),
        (
            "ap-southeast-1",
            "公共云新加坡",
            "ons.ap-southeast-1.aliyuncs.com",
        ),
        (
            "cn-hangzhou-finance",
            "金融云华东1",
            "ons.cn-hangzhou-finance.aliyuncs.com",
        ),
        (
            "cn-shenzhen-finance-1",
            "金融云华南1",
            "ons.cn-shenzhen-finance-1.aliyuncs.com",
        ),
        (
            "cn-shanghai-finance-1",
            "金融云华东2",
            "ons.cn-shanghai-finance-1.aliyuncs.com",
        ),
    ] {
        let region = Region::find(id).unwrap();
        assert_eq!(region.id, id);
        assert_eq!(region.name_zh, name);
        assert_eq!(region.endpoint, endpoint);
    }
    assert_eq!(Region::ALL.len(), 9);
    for id in ["", "cn-Hangzhou", "cn-hangzhou ", "us-east-1"] {
        assert_eq!(Region::find(id), None, "{id}");
    }
}

#[test]
fn releases_come_newest_first() {
    let releases: Vec<_> = Release::ALL
        .iter()
        .map(|release| (release.version, release.date, release.changes.len()))
        .collect();
    assert_eq!(
        releases,
        [
            ("3.1.0", "2019-02-15", 4),
            ("2.1.4", "2019-01-25", 2),
            ("2.0.1", "2018-04-17", 1),
            ("2.0.0", "2017-09-19", 2),
            ("1.3.3", "2017-08-10", 2),
        ]
    );
}

/// Keeps parameters in the order in which they come.
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

/// Signing relies on the order: an action that promises it and breaks it is signed wrongly.
#[track_caller]
fn assert_hands_over<A: Action>(request: &A, expected: &[(&str, &str)]) {
    assert!(A::SORTED);
    let parameters = handed_over(request);
    let parameters: Vec<_> = parameters.iter().map(|(n, v)| (&**n, &**v)).collect();
    assert_eq!(parameters, expected);
    assert!(parameters.is_sorted_by(|(one, _), (other, _)| one < other));
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
