//! Input that a client must tolerate: missing, null, empty, quoted, misspelled or new values.

#![allow(clippy::unwrap_used, clippy::panic)]

use ons_mqtt_models::*;
use pop_rpc::Format;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

fn from_json<T: DeserializeOwned>(body: &Value) -> T {
    let body = body.to_string();
    match Format::Json.read(&body) {
        Ok(value) => value,
        Err(error) => panic!("{error}: {body}"),
    }
}

fn from_xml<T: DeserializeOwned>(body: &str) -> T {
    match Format::Xml.read(body) {
        Ok(value) => value,
        Err(error) => panic!("{error}: {body}"),
    }
}

fn written(format: Format, value: &impl Serialize) -> String {
    String::from_utf8(format.write("R", value).unwrap()).unwrap()
}

fn to_json(value: &impl Serialize) -> Value {
    serde_json::from_str(&written(Format::Json, value)).unwrap()
}

#[test]
fn numbers_and_truth_values_may_be_quoted_and_are_written_bare() {
    let quoted: GroupIdListResponse = from_json(&json!({"Data": {"MqttGroupIdDo": [{
        "CreateTime": "1555293113000", "IndependentNaming": "TRUE", "Id": "7", "ChannelId": "0",
        "Status": "1",
    }]}}));
    let group = &quoted.data[0];
    assert_eq!(group.create_time, 1_555_293_113_000);
    assert!(group.independent_naming);
    assert_eq!(group.id, Some(7));
    assert_eq!(group.channel_id, Some(0));
    assert_eq!(group.status, Some(GroupStatus::Frozen));

    let written = to_json(&quoted);
    let group = &written["Data"]["MqttGroupIdDo"][0];
    assert_eq!(group["CreateTime"], json!(1_555_293_113_000_i64));
    assert_eq!(group["IndependentNaming"], json!(true));
    assert_eq!(group["Id"], json!(7));
    assert_eq!(group["Status"], json!(1));
}

#[test]
fn whole_numbers_are_read_however_they_are_written() {
    for (body, expected) in [
        (json!(1_570_960_501_000_i64), 1_570_960_501_000),
        (json!("1570960501000"), 1_570_960_501_000),
        (json!(" 1570960501000 "), 1_570_960_501_000),
        (json!(1.570960501e12), 1_570_960_501_000),
        (json!("1.570960501E12"), 1_570_960_501_000),
        (json!(-1), -1),
        (json!(i64::MAX), i64::MAX),
        (json!(i64::MAX.to_string()), i64::MAX),
        (json!(""), 0),
        (json!(null), 0),
    ] {
        let point: StatsData = from_json(&json!({ "X": body }));
        assert_eq!(point.x, expected, "{body}");
    }
    for body in [
        json!("many"),
        json!(1.5),
        json!("9223372036854775808"),
        json!([1]),
        json!({}),
    ] {
        let text = json!({ "X": body }).to_string();
        let read: Result<StatsData, _> = Format::Json.read(&text);
        assert!(read.is_err(), "{text} {read:?}");
    }
}

#[test]
fn text_may_be_a_number() {
    let list: GroupIdListResponse =
        from_json(&json!({"RequestId": 12, "Data": {"MqttGroupIdDo": [{"Owner": 1234567}]}}));
    assert_eq!(list.request_id, "12");
    assert_eq!(list.data[0].owner.as_deref(), Some("1234567"));
}

/// Every response without content, in each form in which servers send an empty value.
#[test]
fn members_may_be_missing_null_or_empty() {
    fn is_default<T>(members: &[&str])
    where
        T: DeserializeOwned + Default + PartialEq + std::fmt::Debug,
    {
        let all = |value: Value| -> Value {
            let members = members
                .iter()
                .map(|name| ((*name).to_owned(), value.clone()));
            Value::Object(members.collect())
        };
        assert_eq!(from_json::<T>(&json!({})), T::default());
        assert_eq!(from_json::<T>(&all(Value::Null)), T::default());
        assert_eq!(from_xml::<T>("<R/>"), T::default());
        assert_eq!(from_xml::<T>("<R></R>"), T::default());
        assert_eq!(from_xml::<T>("<R>\n</R>"), T::default());
    }
    is_default::<GroupIdCreateResponse>(&["RequestId", "HelpUrl"]);
    is_default::<GroupIdDeleteResponse>(&["RequestId", "HelpUrl"]);
    is_default::<GroupIdListResponse>(&["RequestId", "HelpUrl", "Data"]);
    is_default::<QueryHistoryOnlineResponse>(&["RequestId", "HelpUrl", "Data"]);
    is_default::<QueryClientByTopicResponse>(&["RequestId", "HelpUrl", "MqttClientSetDo"]);
    is_default::<QueryClientByGroupIdResponse>(&["RequestId", "HelpUrl", "MqttClientSetDo"]);
    is_default::<QueryClientByClientIdResponse>(&["RequestId", "HelpUrl", "MqttClientInfoDo"]);
    is_default::<QueryMsgTransTrendResponse>(&["RequestId", "HelpUrl", "Data"]);
    is_default::<MqttGroupId>(&[
        "GroupId",
        "InstanceId",
        "IndependentNaming",
        "CreateTime",
        "UpdateTime",
        "Id",
        "ChannelId",
        "Owner",
        "Topic",
        "Status",
    ]);
    is_default::<MqttClientInfo>(&[
        "ClientId",
        "LastTouch",
        "Online",
        "SocketChannel",
        "SubScriptonData",
    ]);
    is_default::<Subscription>(&["ParentTopic", "SubTopic", "Qos"]);
    is_default::<MqttClientSet>(&["OnlineCount", "PersistCount"]);
    is_default::<StatsChart>(&["Records", "Title", "XUnit", "YUnit"]);
    is_default::<StatsData>(&["X", "Y"]);
}

#[test]
fn an_empty_element_is_no_number_and_no_struct_but_text() {
    let client: QueryClientByClientIdResponse = from_xml(
        "<R><HelpUrl/><MqttClientInfoDo><LastTouch/><Online/><SocketChannel/><SubScriptonData/>\
         </MqttClientInfoDo></R>",
    );
    assert_eq!(client.help_url.as_deref(), Some(""));
    assert_eq!(client.mqtt_client_info.last_touch, None);
    assert!(!client.mqtt_client_info.online);
    assert_eq!(client.mqtt_client_info.socket_channel.as_deref(), Some(""));
    assert_eq!(client.mqtt_client_info.subscription_data, []);
    let client: QueryClientByClientIdResponse = from_xml("<R><MqttClientInfoDo/></R>");
    assert_eq!(client.mqtt_client_info, MqttClientInfo::default());
}

#[test]
fn a_list_without_items_is_empty() {
    for data in [
        json!({"MqttGroupIdDo": []}),
        json!({"MqttGroupIdDo": null}),
        json!({}),
        json!([]),
        json!(null),
        json!(""),
    ] {
        let list: GroupIdListResponse = from_json(&json!({ "Data": data }));
        assert_eq!(list.data, [], "{data}");
    }
    for data in ["", "<Data/>", "<Data></Data>", "<Data>\n  </Data>"] {
        let list: GroupIdListResponse = from_xml(&format!("<R>{data}</R>"));
        assert_eq!(list.data, [], "{data}");
    }
}

/// In XML, a list of one item differs from a longer list only in the number of elements.
#[test]
fn a_list_in_xml_holds_as_many_items_as_it_has_elements() {
    for count in [1, 2, 3] {
        let items: String = (0..count)
            .map(|n| format!("\n<MqttGroupIdDo><GroupId>GID_{n}</GroupId></MqttGroupIdDo>"))
            .collect();
        let list: GroupIdListResponse = from_xml(&format!(
            "<R><Data>{items}</Data><RequestId>Q</RequestId></R>"
        ));
        let names: Vec<_> = list.data.iter().map(|group| &*group.group_id).collect();
        assert_eq!(names, ["GID_0", "GID_1", "GID_2"][..count]);
        assert_eq!(list.request_id, "Q");
    }
}

/// An early official SDK models lists this way; the service may one day follow it.
#[test]
fn a_list_need_not_be_wrapped() {
    let list: GroupIdListResponse = from_json(&json!({"Data": [{"GroupId": "GID_test"}]}));
    assert_eq!(list.data[0].group_id, "GID_test");
}

#[test]
fn subscriptions_are_read_in_both_spellings_and_written_as_the_service_misspells_them() {
    for name in ["SubScriptonData", "SubscriptionData"] {
        let from_json: MqttClientInfo =
            from_json(&json!({ name: {"SubscriptionDo": [{"ParentTopic": "test"}]} }));
        let from_xml: MqttClientInfo = from_xml(&format!(
            "<R><{name}><SubscriptionDo><ParentTopic>test</ParentTopic></SubscriptionDo></{name}></R>"
        ));
        assert_eq!(from_json, from_xml);
        assert_eq!(from_json.subscription_data[0].parent_topic, "test");

        let written_json = to_json(&from_json);
        assert_eq!(
            written_json["SubScriptonData"]["SubscriptionDo"][0]["ParentTopic"],
            "test"
        );
        assert_eq!(written_json.get("SubscriptionData"), None);
        let written_xml = written(Format::Xml, &from_json);
        assert!(
            written_xml.contains("<SubScriptonData><SubscriptionDo>"),
            "{written_xml}"
        );
        assert!(!written_xml.contains("SubscriptionData"), "{written_xml}");
    }
}

#[test]
fn enum_values_that_nobody_knows_yet_are_kept_and_written_back() {
    let group: MqttGroupId = from_json(&json!({ "Status": 9 }));
    assert_eq!(group.status, Some(GroupStatus::Unknown(9)));
    assert_eq!(to_json(&group)["Status"], 9);

    let subscription: Subscription = from_xml("<R><Qos>-128</Qos></R>");
    assert_eq!(subscription.qos, Qos::Unknown(-128));
    assert!(!subscription.qos.is_known());
    assert!(written(Format::Xml, &subscription).contains("<Qos>-128</Qos>"));

    let long = i64::from(i32::MAX) + 1;
    let group: MqttGroupId = from_json(&json!({ "Status": long }));
    assert_eq!(group.status, Some(GroupStatus::Unknown(long)));
    assert_eq!(to_json(&group)["Status"], long);
    let subscription: Subscription = from_xml("<R><Qos>9223372036854775807</Qos></R>");
    assert_eq!(subscription.qos, Qos::Unknown(i64::MAX));
    let subscription: Subscription = from_json(&json!({ "Qos": i64::MAX.to_string() }));
    assert_eq!(subscription.qos, Qos::Unknown(i64::MAX));
    let subscription: Subscription = from_json(&json!({ "Qos": i64::MAX }));
    assert_eq!(to_json(&subscription)["Qos"], i64::MAX);

    let request: QueryMsgTransTrendRequest = from_json(&json!({
        "BeginTime": 1, "EndTime": 2, "ParentTopic": "test",
        "TpsType": "MAX", "TransType": "BOTH", "MsgType": "P2p",
    }));
    assert_eq!(request.tps_type, TpsType::Unknown("MAX".to_owned()));
    assert_eq!(request.trans_type, TransType::Unknown("BOTH".to_owned()));
    assert_eq!(request.msg_type, Some(MsgType::Unknown("P2p".to_owned())));
    let written = to_json(&request);
    assert_eq!(written["TpsType"], "MAX");
    assert_eq!(written["TransType"], "BOTH");
    assert_eq!(written["MsgType"], "P2p");
}

#[test]
fn known_enum_values_are_what_the_wire_calls_them() {
    for (value, text) in [(TpsType::Tps, "TPS"), (TpsType::Sum, "SUM")] {
        assert_eq!(TpsType::from(text), value);
        assert_eq!(value.to_string(), text);
        assert!(value.is_known());
    }
    for (value, text) in [(TransType::Pub, "PUB"), (TransType::Sub, "SUB")] {
        assert_eq!(TransType::from(text), value);
        assert_eq!(value.to_string(), text);
    }
    // Old samples write these in lower case; we write the service's own spelling.
    for (value, text, old) in [
        (MsgType::PointToPoint, "P2P", "p2p"),
        (MsgType::PublishSubscribe, "SUB", "sub"),
    ] {
        assert_eq!(MsgType::from(text), value);
        assert_eq!(MsgType::from(old), value);
        assert_eq!(value.to_string(), text);
    }
    for (value, number) in [
        (Qos::AtMostOnce, 0),
        (Qos::AtLeastOnce, 1),
        (Qos::ExactlyOnce, 2),
    ] {
        assert_eq!(Qos::from(number), value);
        assert_eq!(value.value(), number);
    }
    for (value, number) in [
        (GroupStatus::InService, 0),
        (GroupStatus::Frozen, 1),
        (GroupStatus::Suspended, 2),
    ] {
        assert_eq!(GroupStatus::from(number), value);
        assert_eq!(value.value(), number);
    }
}

#[test]
fn members_that_nobody_knows_yet_are_ignored() {
    let list: GroupIdListResponse = from_json(&json!({
        "Code": 200, "Success": true, "New": {"Data": [1, {"Deep": null}]},
        "Data": {"Total": 1, "MqttGroupIdDo": [{"GroupId": "GID_test", "Tags": ["a"]}]},
    }));
    assert_eq!(list.data.len(), 1);
    assert_eq!(list.data[0].group_id, "GID_test");
    let list: GroupIdListResponse = from_xml(
        "<?xml version='1.0' encoding='UTF-8'?><R a='1'><New><Data>1</Data><Data/></New>\
         <Data><Total>1</Total><MqttGroupIdDo><Tags><Tag>a</Tag></Tags>\
         <GroupId>GID_test</GroupId></MqttGroupIdDo></Data></R>",
    );
    assert_eq!(list.data.len(), 1);
    assert_eq!(list.data[0].group_id, "GID_test");
}

#[test]
fn error_codes_are_read_from_their_text() {
    let missing = |name: &str| ErrorCode::Missing(name.to_owned());
    let invalid = |name: &str| ErrorCode::Invalid(name.to_owned());
    let unknown = |code: &str| ErrorCode::Unknown(code.to_owned());
    for (text, code) in [
        (
            "BIZ_SUBSCRIPTION_EXISTED",
            ErrorCode::BizSubscriptionExisted,
        ),
        ("Throttling", ErrorCode::Throttling),
        ("Throttling.User", ErrorCode::ThrottlingUser),
        ("MissingGroupId", missing("GroupId")),
        ("MissingTimestamp", missing("Timestamp")),
        ("MissingSecurityToken", missing("SecurityToken")),
        ("InvalidBeginTime", invalid("BeginTime")),
        ("InvalidClientIdList.2", invalid("ClientIdList.2")),
        // An exact code takes precedence over a pattern that also matches it.
        ("InvalidVersion", ErrorCode::InvalidVersion),
        ("InvalidSignatureMethod", ErrorCode::InvalidSignatureMethod),
        ("InvalidAction.NotFound", ErrorCode::InvalidActionNotFound),
        ("InvalidParameter.Format", ErrorCode::InvalidParameterFormat),
        (
            "InvalidTimeStamp.Expired",
            ErrorCode::InvalidTimeStampExpired,
        ),
        // Neither pattern matches text that cannot be a parameter name.
        ("Missing", unknown("Missing")),
        ("Invalid", unknown("Invalid")),
        ("InvalidApi.NotFound", unknown("InvalidApi.NotFound")),
        (
            "AUTH_RESOURCE_OWNER_ERROR",
            unknown("AUTH_RESOURCE_OWNER_ERROR"),
        ),
        ("biz_no_message", unknown("biz_no_message")),
        ("", unknown("")),
    ] {
        assert_eq!(ErrorCode::from(text), code, "{text}");
        assert_eq!(code.to_string(), text);
    }
}

#[test]
fn every_known_error_code_survives_being_text() {
    let spec = include_str!("../../../../spec/ons-2019-02-14.json");
    let spec: Value = serde_json::from_str(spec).unwrap();
    let known = ErrorCode::known();
    assert_eq!(known.len(), spec["error_codes"].as_array().unwrap().len());
    for code in known {
        // A parameter name turns a pattern into a code.
        let code = match code {
            ErrorCode::Missing(_) => ErrorCode::Missing("GroupId".to_owned()),
            ErrorCode::Invalid(_) => ErrorCode::Invalid("GroupId".to_owned()),
            code => code,
        };
        let text = code.code().into_owned();
        assert_eq!(code.to_string(), text);
        assert_eq!(ErrorCode::from(&*text), code, "{text}");
        assert!(!matches!(code, ErrorCode::Unknown(_)), "{text}");
        assert!(matches!(code.facts().status, 400..=599), "{text}");
        assert!(!code.message().is_empty(), "{text}");
    }
}

#[test]
fn the_fifteen_codes_of_the_document_are_known_and_not_the_gateways() {
    for text in [
        "ONS_SYSTEM_ERROR",
        "ONS_SERVICE_UNSUPPORTED",
        "ONS_INVOKE_ERROR",
        "BIZ_FIELD_CHECK_INVALID",
        "BIZ_TOPIC_NOT_FOUND",
        "BIZ_SUBSCRIPTION_NOT_FOUND",
        "BIZ_PUBLISHER_EXISTED",
        "BIZ_SUBSCRIPTION_EXISTED",
        "BIZ_CONSUMER_NOT_ONLINE",
        "BIZ_NO_MESSAGE",
        "BIZ_REGION_NOT_FOUND",
        "BIZ_TOPIC_EXISTED",
        "BIZ_PUBLISH_INFO_NOT_FOUND",
        "EMPOWER_EXIST_ERROR",
        "EMPOWER_OWNER_CHECK_ERROR",
    ] {
        let code = ErrorCode::from(text);
        assert!(ErrorCode::known().contains(&code), "{text}");
        let facts = code.facts();
        assert!(!facts.is_gateway, "{text}");
        let status = match text {
            "ONS_SYSTEM_ERROR" | "ONS_INVOKE_ERROR" => 500,
            _ => 400,
        };
        assert_eq!(facts.status, status, "{text}");
    }
}

/// Clients compare the gateway's messages word for word.
#[test]
fn codes_of_the_gateway_have_its_status_and_message() {
    for (text, status, message) in [
        (
            "InvalidAction.NotFound",
            404,
            "Specified api is not found, please check your url and method.",
        ),
        (
            "InvalidProduct.NotFound",
            404,
            "Cannot find product according to your specified domain.",
        ),
        (
            "InvalidVersion",
            400,
            "Specified parameter Version is not valid.",
        ),
        (
            "MissingGroupId",
            400,
            "GroupId is mandatory for this action.",
        ),
        (
            "InvalidBeginTime",
            400,
            "Specified parameter BeginTime is not valid.",
        ),
        (
            "InvalidParameter.Format",
            400,
            "Specified parameter format is not valid.",
        ),
        (
            "InvalidProtocol.NeedSsl",
            400,
            "Your request is denied as lack of ssl protect.",
        ),
        (
            "UnsupportedHTTPMethod",
            400,
            "This http method is not supported.",
        ),
        (
            "InvalidAccessKeyId.NotFound",
            404,
            "Specified access key is not found.",
        ),
        (
            "InvalidAccessKeyId.Inactive",
            400,
            "Specified access key is disabled.",
        ),
        (
            "InvalidTimeStamp.Format",
            400,
            "Specified time stamp or date value is not well formatted.",
        ),
        (
            "InvalidTimeStamp.Expired",
            400,
            "Specified time stamp or date value is expired.",
        ),
        (
            "SignatureNonceUsed",
            400,
            "Specified signature nonce was used already.",
        ),
        (
            "InvalidSignatureMethod",
            400,
            "Specified signature method is not valid.",
        ),
        (
            "IncompleteSignature",
            400,
            "The request signature does not conform to Aliyun standards.",
        ),
        (
            "InvalidSecurityToken.Expired",
            400,
            "Specified SecurityToken is expired.",
        ),
        (
            "InvalidSecurityToken.Malformed",
            400,
            "Specified SecurityToken is malformed.",
        ),
        (
            "InvalidSecurityToken.MismatchWithAccessKey",
            400,
            "Specified SecurityToken mismatch with the AccessKey.",
        ),
        (
            "Forbidden.RAM",
            403,
            "User not authorized to operate on the specified resource, or this API doesn't \
             support RAM.",
        ),
        (
            "Throttling",
            400,
            "Request was denied due to request throttling.",
        ),
        (
            "Throttling.User",
            400,
            "Request was denied due to user flow control.",
        ),
        (
            "Throttling.Api",
            400,
            "Request was denied due to api flow control.",
        ),
        (
            "ServiceUnavailable",
            503,
            "The request has failed due to a temporary failure of the server.",
        ),
        (
            "InternalError",
            500,
            "The request processing has failed due to some unknown error, exception or failure.",
        ),
    ] {
        let code = ErrorCode::from(text);
        assert_eq!(code.message(), message, "{text}");
        assert_eq!(code.facts().status, status, "{text}");
        assert!(code.facts().is_gateway, "{text}");
    }
    // Clients split it at the colon and compare what follows with their own string to sign.
    let message = ErrorCode::SignatureDoesNotMatch.message().into_owned();
    assert_eq!(
        pop_rpc::error::fill(&message, "GET&%2F&"),
        "Specified signature is not matched with our calculation. \
         server string to sign is:GET&%2F&"
    );
}
