//! Dispatches queries and form bodies to a service in this process, and checks the answers.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::field_reassign_with_default
)]

mod support;

use std::fmt::Debug;

use ons_mqtt_models::*;
use ons_mqtt_service::{Service, dispatch};
use pop_rpc::error::{ErrorBody, Failure};
use pop_rpc::service::{Answer, Context, ParameterError, read_parameters};
use pop_rpc::signature::{self, CommonParameters, Signer, Stamp, name};
use pop_rpc::{Action, Format, Method, Parameters, SignatureMethod, SigningKey};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use support::{AnyRequest, Recorder, Sample};

const REQUEST_ID: &str = "E4581CCF-62AF-44D9-B5B4-D1DBBC0ED875";
const HOST: &str = "ons.cn-hangzhou.aliyuncs.com";
const FORMATS: [Format; 2] = [Format::Json, Format::Xml];

fn context() -> Context {
    Context {
        request_id: REQUEST_ID.to_owned(),
        host: HOST.to_owned(),
        access_key_id: "testid".to_owned(),
        region_id: Some("cn-hangzhou".to_owned()),
        error_pages: None,
    }
}

fn failing(failure: impl Into<Failure>) -> Recorder {
    let mut service = Recorder::default();
    service.failure = Some(failure.into());
    service
}

fn answer(service: &impl Service, parameters: &Parameters) -> Answer {
    pollster::block_on(dispatch(service, &context(), parameters))
}

fn answer_query(service: &impl Service, query: &str) -> Answer {
    answer(service, &read_parameters(query, b"").unwrap())
}

fn text(answer: &Answer) -> &str {
    std::str::from_utf8(&answer.body).unwrap()
}

fn content_type(format: Format) -> &'static str {
    match format {
        Format::Json => "application/json;charset=utf-8",
        Format::Xml => "text/xml;charset=utf-8",
    }
}

/// Dispatches a query that must succeed, and returns the single request that the service receives.
#[track_caller]
fn received(query: &str) -> AnyRequest {
    let service = Recorder::default();
    let answer = answer_query(&service, query);
    assert_eq!(answer.status, 200, "{query} {}", text(&answer));
    match &service.received()[..] {
        [(_, request)] => request.clone(),
        received => panic!("{query} {received:?}"),
    }
}

/// Asserts that a query fails with `code` in both formats, and that no method of the service runs.
#[track_caller]
fn assert_refused(query: &str, code: &str) {
    let status = ErrorCode::from(code).facts().status;
    for format in FORMATS {
        let query = format!("{query}&Format={}", format.as_str());
        let service = Recorder::default();
        let answer = answer_query(&service, &query);
        assert_eq!(answer.error_code.as_deref(), Some(code), "{query}");
        assert_eq!(answer.status, status, "{query}");
        assert_eq!(answer.content_type, content_type(format), "{query}");
        let body = ErrorBody::read(format, text(&answer)).unwrap();
        assert_eq!(body.code, code, "{query}");
        assert_eq!(body.request_id, REQUEST_ID, "{query}");
        assert_eq!(body.host_id, HOST, "{query}");
        assert_eq!(service.received(), [], "{query}");
    }
}

/// Ways in which SDKs distribute the parameters between query and form body.
#[derive(Clone, Copy, Debug)]
enum Placement {
    Get,
    PostQuery,
    PostForm,
    PostBoth,
}

impl Placement {
    const ALL: [Self; 4] = [Self::Get, Self::PostQuery, Self::PostForm, Self::PostBoth];

    fn method(self) -> Method {
        match self {
            Self::Get => Method::Get,
            Self::PostQuery | Self::PostForm | Self::PostBoth => Method::Post,
        }
    }

    /// Splits encoded parameters into query and form body.
    fn split(self, parameters: &str) -> (String, String) {
        match self {
            Self::Get | Self::PostQuery => (parameters.to_owned(), String::new()),
            Self::PostForm => (String::new(), parameters.to_owned()),
            Self::PostBoth => {
                let mut parts = [Vec::new(), Vec::new()];
                for (index, pair) in parameters.split('&').enumerate() {
                    parts[index % 2].push(pair);
                }
                let [query, form] = parts.map(|pairs| pairs.join("&"));
                (query, form)
            }
        }
    }
}

/// Signs a request, sends it with every placement, and checks the received request and the answer.
#[track_caller]
fn assert_served<A>(request: &A)
where
    A: Action<Response: Sample + DeserializeOwned + PartialEq + Debug> + Clone + Into<AnyRequest>,
{
    let key = SigningKey::new(SignatureMethod::HmacSha1, "testsecret");
    for format in FORMATS {
        for placement in Placement::ALL {
            let case = format!("{} {placement:?} {format:?}", A::INFO.name);
            let common = CommonParameters {
                access_key_id: "testid",
                format,
                region_id: Some("cn-hangzhou"),
                security_token: Some("CAIS+/token=="),
            };
            let stamp = Stamp {
                nonce: "15215528852396",
                timestamp: "2020-05-18T08:00:00Z",
            };
            let signed = Signer::new(key.clone(), &common).sign(request, placement.method(), stamp);
            let (query, form) = placement.split(&signed.query);
            let parameters = read_parameters(&query, form.as_bytes()).unwrap();
            let to_sign = signature::string_to_sign(placement.method(), &parameters);
            assert_eq!(to_sign, signed.string_to_sign, "{case}");
            assert!(
                key.verify(&to_sign, parameters.get(name::SIGNATURE).unwrap()),
                "{case}"
            );

            let service = Recorder::default();
            let answer = answer(&service, &parameters);
            assert_eq!(answer.status, 200, "{case}");
            assert_eq!(answer.content_type, content_type(format), "{case}");
            assert_eq!(answer.error_code, None, "{case}");
            let response: A::Response = format.read(text(&answer)).unwrap();
            assert_eq!(response, A::Response::sample(REQUEST_ID), "{case}");
            assert_eq!(
                service.received(),
                [(context(), request.clone().into())],
                "{case}"
            );
        }
    }
}

#[test]
fn every_action_is_served_with_every_placement() {
    let instance = || Some("post-cn-0pp12gl".to_owned());

    assert_served(&GroupIdCreateRequest::new("GID_test"));
    let mut request = GroupIdCreateRequest::new("GID_test");
    request.instance_id = instance();
    request.topic = Some("test".to_owned());
    assert_served(&request);

    let mut request = GroupIdDeleteRequest::new("GID-test");
    request.instance_id = instance();
    assert_served(&request);

    assert_served(&GroupIdListRequest::new());
    let mut request = GroupIdListRequest::new();
    request.instance_id = Some("实例 a+b&c=d%20*~".to_owned());
    assert_served(&request);

    let mut request =
        QueryHistoryOnlineRequest::new(1_570_957_261_000, 1_570_962_601_000, "GID_test");
    request.instance_id = instance();
    assert_served(&request);

    let mut request = QueryClientByTopicRequest::new("test");
    request.sub_topic = Some("/a b*~+'()!中/#".to_owned());
    request.instance_id = instance();
    assert_served(&request);

    let mut request = QueryClientByGroupIdRequest::new("GID_test");
    request.instance_id = instance();
    assert_served(&request);

    let mut request = QueryClientByClientIdRequest::new("GID_test@@@test");
    request.instance_id = instance();
    assert_served(&request);

    let mut request = QueryMsgTransTrendRequest::new(
        1_570_957_261_000,
        1_570_962_601_000,
        "test",
        TpsType::Tps,
        TransType::Pub,
    );
    assert_served(&request);
    request.tps_type = TpsType::Sum;
    request.trans_type = TransType::Sub;
    request.instance_id = instance();
    request.sub_topic = Some("/testMq4Iot".to_owned());
    request.msg_type = Some(MsgType::PublishSubscribe);
    request.qos = Some(Qos::ExactlyOnce);
    assert_served(&request);
}

/// Decoders of official SDKs are stricter than ours. Lists are inside their objects, text is raw
/// UTF-8, numbers are unquoted, and the outermost XML element is named after the action.
#[test]
fn bodies_have_the_shape_that_official_sdks_decode() {
    let expected = json!({
        "RequestId": REQUEST_ID,
        "MqttClientInfoDo": {
            "ClientId": "GID_test@@@test",
            "LastTouch": 1_570_960_847_101_i64,
            "Online": true,
            "SocketChannel": "/42.120.0.1:50255",
            "SubScriptonData": {"SubscriptionDo": [
                {"ParentTopic": "test", "Qos": 1, "SubTopic": "/中文/<&>\""},
            ]},
        },
    });
    let query = "Action=OnsMqttQueryClientByClientId&ClientId=GID_test@@@test";
    let answer = answer_query(&Recorder::default(), &format!("{query}&Format=JSON"));
    assert_eq!(
        serde_json::from_slice::<Value>(&answer.body).unwrap(),
        expected
    );
    assert!(
        text(&answer).contains(r#""/中文/<&>\"""#),
        "{}",
        text(&answer)
    );
    let answer = answer_query(&Recorder::default(), &format!("{query}&Format=XML"));
    assert_eq!(
        text(&answer),
        "<OnsMqttQueryClientByClientIdResponse>\
         <RequestId>E4581CCF-62AF-44D9-B5B4-D1DBBC0ED875</RequestId>\
         <MqttClientInfoDo>\
         <ClientId>GID_test@@@test</ClientId>\
         <LastTouch>1570960847101</LastTouch>\
         <Online>true</Online>\
         <SocketChannel>/42.120.0.1:50255</SocketChannel>\
         <SubScriptonData><SubscriptionDo>\
         <ParentTopic>test</ParentTopic><Qos>1</Qos><SubTopic>/中文/&lt;&amp;&gt;\"</SubTopic>\
         </SubscriptionDo></SubScriptonData>\
         </MqttClientInfoDo>\
         </OnsMqttQueryClientByClientIdResponse>"
    );

    let query = "Action=OnsMqttQueryHistoryOnline&BeginTime=1&EndTime=2&GroupId=GID_test";
    let answer = answer_query(&Recorder::default(), &format!("{query}&Format=JSON"));
    assert_eq!(
        serde_json::from_slice::<Value>(&answer.body).unwrap(),
        json!({"RequestId": REQUEST_ID, "Data": {
            "Title": "客户端连接数", "XUnit": "时间", "YUnit": "数量",
            "Records": {"StatsDataDo": [
                {"X": 1_570_960_501_000_i64, "Y": 2.0}, {"X": 1_570_960_561_000_i64, "Y": 0.25},
            ]},
        }})
    );
    let answer = answer_query(&Recorder::default(), &format!("{query}&Format=XML"));
    let records = "<Records><StatsDataDo><X>1570960501000</X><Y>2</Y></StatsDataDo>\
                   <StatsDataDo><X>1570960561000</X><Y>0.25</Y></StatsDataDo></Records>";
    assert!(text(&answer).contains(records), "{}", text(&answer));
}

/// A service that returns only default responses.
struct Empty;

impl Service for Empty {
    async fn group_id_list(
        &self,
        _: &Context,
        _: GroupIdListRequest,
    ) -> Result<GroupIdListResponse, Failure> {
        Ok(GroupIdListResponse::default())
    }

    async fn query_history_online(
        &self,
        _: &Context,
        _: QueryHistoryOnlineRequest,
    ) -> Result<QueryHistoryOnlineResponse, Failure> {
        Ok(QueryHistoryOnlineResponse::default())
    }
}

/// Official Java code reads the length of a list from its object.
#[test]
fn an_empty_list_keeps_its_object() {
    let answer = answer_query(&Empty, "Action=OnsMqttGroupIdList&Format=JSON");
    assert_eq!(
        serde_json::from_slice::<Value>(&answer.body).unwrap(),
        json!({"RequestId": REQUEST_ID, "Data": {"MqttGroupIdDo": []}})
    );
    let answer = answer_query(&Empty, "Action=OnsMqttGroupIdList");
    assert!(text(&answer).contains("<Data></Data>"), "{}", text(&answer));
    let query = "Action=OnsMqttQueryHistoryOnline&BeginTime=1&EndTime=2&GroupId=GID_test";
    let answer = answer_query(&Empty, &format!("{query}&Format=JSON"));
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(body["Data"]["Records"], json!({"StatsDataDo": []}));
}

#[test]
fn every_error_code_reaches_the_caller_with_its_status_and_message() {
    for code in ErrorCode::known() {
        let code = match code {
            ErrorCode::Missing(_) => ErrorCode::Missing("Topic".to_owned()),
            ErrorCode::Invalid(_) => ErrorCode::Invalid("Topic".to_owned()),
            code => code,
        };
        for format in FORMATS {
            let service = failing(code.clone());
            let query = format!("Action=OnsMqttGroupIdList&Format={}", format.as_str());
            let answer = answer_query(&service, &query);
            assert_eq!(answer.status, code.facts().status, "{code}");
            assert_eq!(answer.error_code.as_deref(), Some(&*code.code()));
            assert_eq!(answer.content_type, content_type(format), "{code}");
            let expected = ErrorBody {
                request_id: REQUEST_ID.to_owned(),
                host_id: HOST.to_owned(),
                code: code.to_string(),
                message: code.message().into_owned(),
                recommend: None,
            };
            assert_eq!(ErrorBody::read(format, text(&answer)).unwrap(), expected);
            assert_eq!(service.received().len(), 1);
        }
    }
}

#[test]
fn errors_use_the_envelope_of_the_gateway() {
    let failure = Failure::from(ErrorCode::BizTopicNotFound).because("<中&文>");
    let service = failing(failure);
    let answer = answer_query(&service, "Action=OnsMqttGroupIdList&Format=JSON");
    assert_eq!(
        serde_json::from_slice::<Value>(&answer.body).unwrap(),
        json!({
            "RequestId": REQUEST_ID,
            "HostId": HOST,
            "Code": "BIZ_TOPIC_NOT_FOUND",
            "Message": "The topic does not exist (<中&文>)",
        })
    );
    let answer = answer_query(&service, "Action=OnsMqttGroupIdList&Format=XML");
    assert_eq!(
        text(&answer),
        "<?xml version='1.0' encoding='UTF-8'?><Error>\
         <RequestId>E4581CCF-62AF-44D9-B5B4-D1DBBC0ED875</RequestId>\
         <HostId>ons.cn-hangzhou.aliyuncs.com</HostId>\
         <Code>BIZ_TOPIC_NOT_FOUND</Code>\
         <Message>The topic does not exist (&lt;中&amp;文&gt;)</Message>\
         </Error>"
    );
}

#[test]
fn every_action_can_fail() {
    for (action, parameters) in required_parameters() {
        let service = failing(ErrorCode::OnsSystemError);
        let answer = answer_query(&service, &query(action, &parameters));
        assert_eq!(answer.status, 500, "{action}");
        assert_eq!(
            answer.error_code.as_deref(),
            Some("ONS_SYSTEM_ERROR"),
            "{action}"
        );
        assert_eq!(service.received().len(), 1, "{action}");
    }
}

#[test]
fn an_unknown_action_is_not_found() {
    for action in [
        "OnsMqttGroupIdSteal",
        "OnsTopicList",
        // Names are case-sensitive.
        "onsmqttgroupidlist",
        "Onsmqttqueryhistoryonline",
        "OnsMqttGroupIdList%20",
    ] {
        assert_refused(&format!("Action={action}"), "InvalidAction.NotFound");
    }
    assert_eq!(ErrorCode::InvalidActionNotFound.facts().status, 404);
}

#[test]
fn a_request_must_name_an_action() {
    for query in [
        "",
        "Action=",
        "action=OnsMqttGroupIdList",
        "GroupId=GID_test",
    ] {
        assert_refused(query, "MissingAction");
    }
}

/// A service that implements no action.
struct Nothing;

impl Service for Nothing {}

#[test]
fn an_action_that_a_service_does_not_implement_is_not_found() {
    for (action, parameters) in required_parameters() {
        let answer = answer_query(&Nothing, &query(action, &parameters));
        assert_eq!(answer.status, 404, "{action}");
        assert_eq!(
            answer.error_code.as_deref(),
            Some("InvalidAction.NotFound"),
            "{action}"
        );
    }
}

fn own_parameters<A: Action>(request: &A) -> (&'static str, Parameters) {
    let mut parameters = Parameters::default();
    request.parameters(&mut parameters);
    (A::INFO.name, parameters)
}

/// Returns every action with its required parameters.
fn required_parameters() -> [(&'static str, Parameters); 8] {
    [
        own_parameters(&GroupIdCreateRequest::new("GID_test")),
        own_parameters(&GroupIdDeleteRequest::new("GID_test")),
        own_parameters(&GroupIdListRequest::new()),
        own_parameters(&QueryHistoryOnlineRequest::new(1, 2, "GID_test")),
        own_parameters(&QueryClientByTopicRequest::new("test")),
        own_parameters(&QueryClientByGroupIdRequest::new("GID_test")),
        own_parameters(&QueryClientByClientIdRequest::new("GID_test@@@test")),
        own_parameters(&QueryMsgTransTrendRequest::new(
            1,
            2,
            "test",
            TpsType::Tps,
            TransType::Pub,
        )),
    ]
}

fn query(action: &str, parameters: &Parameters) -> String {
    let mut query = format!("Action={action}");
    for (name, value) in parameters.iter() {
        query += &format!("&{name}={value}");
    }
    query
}

#[test]
fn each_required_parameter_must_be_present_and_not_empty() {
    let mut tried = 0;
    for (action, parameters) in required_parameters() {
        for (name, _) in parameters.iter() {
            let mut others = parameters.clone();
            others.insert(name, "");
            let empty = query(action, &others);
            let absent = empty.replace(&format!("&{name}="), "&Other=");
            for query in [empty, absent] {
                assert_refused(&query, &format!("Missing{name}"));
            }
            tried += 1;
        }
    }
    assert_eq!(tried, 13);
}

#[test]
fn the_message_names_the_missing_parameter() {
    let query = "Action=OnsMqttGroupIdCreate&Format=JSON";
    let answer = answer_query(&Recorder::default(), query);
    let body = ErrorBody::read(Format::Json, text(&answer)).unwrap();
    assert!(
        body.message
            .starts_with("GroupId is mandatory for this action"),
        "{}",
        body.message
    );
}

const HISTORY: &str = "Action=OnsMqttQueryHistoryOnline&GroupId=GID_test";
const TREND: &str = "Action=OnsMqttQueryMsgTransTrend&BeginTime=1&EndTime=2&ParentTopic=test\
                     &TpsType=TPS&TransType=PUB";

#[test]
fn text_in_place_of_a_number_is_invalid() {
    for text in [
        "now",
        "1.5",
        "1e3",
        "0x10",
        "%201",
        "1%20",
        "1,000",
        "9223372036854775808",
        "2020-05-18T08:00:00Z",
    ] {
        assert_refused(
            &format!("{HISTORY}&BeginTime={text}&EndTime=2"),
            "InvalidBeginTime",
        );
        assert_refused(
            &format!("{HISTORY}&BeginTime=1&EndTime={text}"),
            "InvalidEndTime",
        );
        assert_refused(&format!("{TREND}&Qos={text}"), "InvalidQos");
    }
}

#[test]
fn a_time_before_1970_is_not_allowed() {
    for query in [
        format!("{HISTORY}&BeginTime=-1&EndTime=2"),
        format!("{HISTORY}&BeginTime=1&EndTime=-2"),
        TREND.replace("BeginTime=1", "BeginTime=-1"),
        TREND.replace("EndTime=2", "EndTime=-2"),
    ] {
        assert_refused(&query, "BIZ_FIELD_CHECK_INVALID");
    }
}

#[test]
fn a_group_id_must_match_its_pattern() {
    let longest = format!("GID_{}", "a".repeat(60));
    let too_long = format!("{longest}a");
    for action in [
        "OnsMqttGroupIdCreate",
        "OnsMqttGroupIdDelete",
        "OnsMqttQueryClientByGroupId",
        "OnsMqttQueryHistoryOnline&BeginTime=1&EndTime=2",
    ] {
        for group in ["GID_abc", "GID-abc", "GID_A-9_z", &longest] {
            received(&format!("Action={action}&GroupId={group}"));
        }
        for group in [
            "GID_ab",
            "gid_test",
            "GIDtest1",
            "XGID_test",
            "GID_test/1",
            "GID_te+st",
            "GID_te%2Bst",
            "GID_test@@@1",
            "GID_%E4%B8%AD%E6%96%87%E5%AD%97",
            "GID_test%0A",
            "%20GID_test",
            &too_long,
        ] {
            let query = format!("Action={action}&GroupId={group}");
            assert_refused(&query, "BIZ_FIELD_CHECK_INVALID");
        }
    }
}

#[test]
fn a_client_id_must_consist_of_a_group_id_and_a_device_id() {
    let action = "Action=OnsMqttQueryClientByClientId";
    let longest = format!("GID_test@@@{}", "d".repeat(53));
    let too_long = format!("{longest}d");
    for client in ["GID_test@@@1", "GID-test@@@a.b_c-d", &longest] {
        received(&format!("{action}&ClientId={client}"));
    }
    for client in [
        "GID_test",
        "GID_test@@@",
        "@@@device",
        "test@@@device",
        "GID_test@@device",
        "GID_te.st@@@device",
        "GID_test@@@a/b",
        "GID_test@@@a:b",
        "GID_test@@@a,b",
        "GID_test@@@a%25b",
        "GID_test@@@a+b",
        "GID_test@@@a%00",
        &too_long,
    ] {
        assert_refused(
            &format!("{action}&ClientId={client}"),
            "BIZ_FIELD_CHECK_INVALID",
        );
    }
}

#[test]
fn a_parent_topic_has_one_level() {
    let longest = "t".repeat(64);
    let too_long = "t".repeat(65);
    let trend = TREND.replace("&ParentTopic=test", "") + "&ParentTopic=";
    for query in [
        "Action=OnsMqttGroupIdCreate&GroupId=GID_test&Topic=",
        "Action=OnsMqttQueryClientByTopic&ParentTopic=",
        &trend,
    ] {
        for topic in ["t", "Test_1-a", &longest] {
            received(&format!("{query}{topic}"));
        }
        for topic in [
            "a/b",
            "a+b",
            "%2B",
            "%23",
            "a:b",
            "%E4%B8%AD",
            "test%0A",
            &too_long,
        ] {
            assert_refused(&format!("{query}{topic}"), "BIZ_FIELD_CHECK_INVALID");
        }
    }
}

#[test]
fn a_sub_topic_may_have_levels_and_wildcards() {
    let longest = format!("/{}", "s".repeat(63));
    let too_long = format!("{longest}s");
    for query in ["Action=OnsMqttQueryClientByTopic&ParentTopic=test", TREND] {
        for topic in [
            "/testmqtt",
            "/a/b/c/",
            "a",
            "/%2B/%23",
            "/%E4%B8%AD%E6%96%87/",
            "/p2p/GID_test@@@1",
            &longest,
        ] {
            received(&format!("{query}&SubTopic={topic}"));
        }
        for topic in [
            "/a:b", "/a,b", "/a%25b", "/a%00b", "/a%0A", "/a%7F", &too_long,
        ] {
            assert_refused(
                &format!("{query}&SubTopic={topic}"),
                "BIZ_FIELD_CHECK_INVALID",
            );
        }
    }
}

#[test]
fn a_value_outside_its_enum_is_not_allowed() {
    for (from, to) in [
        ("TpsType=TPS", "TpsType=AVG"),
        ("TpsType=TPS", "TpsType=tps"),
        ("TransType=PUB", "TransType=P2P"),
        ("TransType=PUB", "TransType=pub"),
        ("TransType=PUB", "TransType=PUB&MsgType=ALL"),
        ("TransType=PUB", "TransType=PUB&MsgType=P2p"),
    ] {
        assert_refused(&TREND.replace(from, to), "BIZ_FIELD_CHECK_INVALID");
    }
}

/// Returns the request that [`TREND`] encodes.
fn trend() -> QueryMsgTransTrendRequest {
    QueryMsgTransTrendRequest::new(1_000, 2_000, "test", TpsType::Tps, TransType::Pub)
}

/// According to the reference document, any other value counts all messages. So the service must
/// receive it.
#[test]
fn an_unknown_qos_reaches_the_service() {
    for (text, qos) in [
        ("0", Qos::AtMostOnce),
        ("1", Qos::AtLeastOnce),
        ("2", Qos::ExactlyOnce),
        ("3", Qos::Unknown(3)),
        ("-1", Qos::Unknown(-1)),
        ("2147483647", Qos::from(i32::MAX)),
    ] {
        let mut expected = trend();
        expected.qos = Some(qos);
        assert_eq!(received(&format!("{TREND}&Qos={text}")), expected.into());
    }
}

#[test]
fn lower_case_message_types_of_old_samples_are_accepted() {
    for (text, msg_type) in [
        ("P2P", MsgType::PointToPoint),
        ("p2p", MsgType::PointToPoint),
        ("SUB", MsgType::PublishSubscribe),
        ("sub", MsgType::PublishSubscribe),
    ] {
        let mut expected = trend();
        expected.msg_type = Some(msg_type);
        assert_eq!(
            received(&format!("{TREND}&MsgType={text}")),
            expected.into()
        );
    }
}

#[test]
fn an_empty_optional_parameter_counts_as_absent() {
    for (query, expected) in [
        (
            "Action=OnsMqttGroupIdCreate&GroupId=GID_test&InstanceId=&Topic=".to_owned(),
            AnyRequest::from(GroupIdCreateRequest::new("GID_test")),
        ),
        (
            "Action=OnsMqttGroupIdDelete&GroupId=GID_test&InstanceId=".to_owned(),
            GroupIdDeleteRequest::new("GID_test").into(),
        ),
        (
            "Action=OnsMqttGroupIdList&InstanceId=".to_owned(),
            GroupIdListRequest::new().into(),
        ),
        (
            format!("{HISTORY}&BeginTime=1&EndTime=2&InstanceId="),
            QueryHistoryOnlineRequest::new(1_000, 2_000, "GID_test").into(),
        ),
        (
            "Action=OnsMqttQueryClientByTopic&ParentTopic=test&SubTopic=&InstanceId=".to_owned(),
            QueryClientByTopicRequest::new("test").into(),
        ),
        (
            "Action=OnsMqttQueryClientByGroupId&GroupId=GID_test&InstanceId=".to_owned(),
            QueryClientByGroupIdRequest::new("GID_test").into(),
        ),
        (
            "Action=OnsMqttQueryClientByClientId&ClientId=GID_test@@@1&InstanceId=".to_owned(),
            QueryClientByClientIdRequest::new("GID_test@@@1").into(),
        ),
        (
            format!("{TREND}&InstanceId=&SubTopic=&MsgType=&Qos="),
            trend().into(),
        ),
    ] {
        assert_eq!(received(&query), expected, "{query}");
    }
}

/// The examples in the reference document are in seconds, all other times in milliseconds.
#[test]
fn seconds_become_milliseconds() {
    for (text, milliseconds) in [
        ("1570957261", 1_570_957_261_000),
        ("1570957261000", 1_570_957_261_000),
        ("0", 0),
        ("99999999999", 99_999_999_999_000),
        ("100000000000", 100_000_000_000),
        ("9223372036854775807", i64::MAX),
    ] {
        let query = format!("{HISTORY}&BeginTime={text}&EndTime={text}");
        let expected = QueryHistoryOnlineRequest::new(milliseconds, milliseconds, "GID_test");
        assert_eq!(received(&query), expected.into());
        let query = TREND
            .replace("BeginTime=1", &format!("BeginTime={text}"))
            .replace("EndTime=2", &format!("EndTime={text}"));
        let mut expected = trend();
        expected.begin_time = milliseconds;
        expected.end_time = milliseconds;
        assert_eq!(received(&query), expected.into());
    }
}

#[test]
fn unknown_parameters_are_ignored() {
    for (action, parameters) in required_parameters() {
        let plain = query(action, &parameters);
        let more = format!(
            "{plain}&PreventCache=1570957261000&ServiceCode=ons&RegionId=mq-internet-access\
             &SignatureType=&OnsRegionId=cn-hangzhou&OnsPlatform=x&OwnerId=1&Type=openAPI&中=文\
             &groupid=x&instanceId=x"
        );
        assert_eq!(received(&plain), received(&more), "{action}");
    }
}

#[test]
fn an_unknown_format_is_refused_in_the_default_format() {
    for format in ["YAML", "none", "JSON%20", "%00", "%3C%26%3E%01"] {
        let service = Recorder::default();
        let query = format!("Action=OnsMqttGroupIdList&Format={format}");
        let answer = answer_query(&service, &query);
        assert_eq!(answer.status, 400, "{format}");
        assert_eq!(
            answer.error_code.as_deref(),
            Some("InvalidParameter.Format"),
            "{format}"
        );
        assert_eq!(answer.content_type, "text/xml;charset=utf-8", "{format}");
        let body = ErrorBody::read(Format::Xml, text(&answer)).unwrap();
        assert_eq!(body.code, "InvalidParameter.Format", "{format}");
        assert_eq!(body.request_id, REQUEST_ID, "{format}");
        assert_eq!(service.received(), [], "{format}");
    }
}

#[test]
fn the_format_is_case_insensitive_and_defaults_to_xml() {
    for (parameter, format) in [
        ("", Format::Xml),
        ("&Format=", Format::Xml),
        // The official Python SDK sends this when its user chose no format.
        ("&Format=None", Format::Xml),
        ("&Format=xml", Format::Xml),
        ("&Format=json", Format::Json),
        ("&Format=Json", Format::Json),
    ] {
        let query = format!("Action=OnsMqttGroupIdList{parameter}");
        let answer = answer_query(&Recorder::default(), &query);
        assert_eq!(answer.content_type, content_type(format), "{parameter}");
        let response: GroupIdListResponse = format.read(text(&answer)).unwrap();
        assert_eq!(response.request_id, REQUEST_ID, "{parameter}");
    }
}

/// The service must not guess which of two values was meant.
#[test]
fn a_repeated_parameter_never_becomes_a_request() {
    for (query, form) in [
        (
            "Action=OnsMqttGroupIdCreate&GroupId=GID_one&GroupId=GID_two",
            "",
        ),
        (
            "Action=OnsMqttGroupIdCreate&GroupId=GID_one",
            "GroupId=GID_two",
        ),
        (
            "Action=OnsMqttGroupIdCreate",
            "GroupId=GID_one&GroupId=GID_one",
        ),
    ] {
        let refused = read_parameters(query, form.as_bytes());
        assert_eq!(refused, Err(ParameterError::Repeated("GroupId".to_owned())));
    }
}

/// Servers spawn the future on any thread, so it must be `Send`.
#[test]
fn the_dispatch_future_can_move_between_threads() {
    fn is_send<T: Send>(future: T) -> T {
        future
    }
    fn of_any_service<S: Service>(service: &S, context: &Context, parameters: &Parameters) {
        drop(is_send(dispatch(service, context, parameters)));
    }
    let service = Recorder::default();
    let (context, parameters) = (context(), Parameters::default());
    of_any_service(&service, &context, &parameters);
    std::thread::scope(|scope| {
        let future = dispatch(&service, &context, &parameters);
        let answer = scope.spawn(|| pollster::block_on(future)).join().unwrap();
        assert_eq!(answer.error_code.as_deref(), Some("MissingAction"));
    });
}
