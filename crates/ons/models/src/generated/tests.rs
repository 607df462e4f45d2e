// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Values survive a round trip in both formats; examples decode to the same value in both.

use pop_rpc::Format;
use proptest::arbitrary::{Arbitrary, any};
use proptest::test_runner::{Config, TestRunner};
use serde::Serialize;
use serde::de::DeserializeOwned;
use crate::*;

#[test]
fn group_id_create_round_trip() {
    assert_any_round_trip::<GroupIdCreateRequest>(Format::Xml);
    assert_any_round_trip::<GroupIdCreateRequest>(Format::Json);
    assert_any_round_trip::<GroupIdCreateResponse>(Format::Xml);
    assert_any_round_trip::<GroupIdCreateResponse>(Format::Json);
}

#[test]
fn group_id_create_example() {
    assert_example::<
        GroupIdCreateResponse,
    >(
        r#"{
  "RequestId": "E052918F-CC0D-4FD8-948F-60E89C479E23"
}"#,
        r#"<OnsMqttGroupIdCreateResponse>
  <RequestId>E052918F-CC0D-4FD8-948F-60E89C479E23</RequestId>
</OnsMqttGroupIdCreateResponse>"#,
    );
}

#[test]
fn group_id_delete_round_trip() {
    assert_any_round_trip::<GroupIdDeleteRequest>(Format::Xml);
    assert_any_round_trip::<GroupIdDeleteRequest>(Format::Json);
    assert_any_round_trip::<GroupIdDeleteResponse>(Format::Xml);
    assert_any_round_trip::<GroupIdDeleteResponse>(Format::Json);
}

#[test]
fn group_id_delete_example() {
    assert_example::<
        GroupIdDeleteResponse,
    >(
        r#"{
  "RequestId": "BD96ED5A-04CB-4FC2-BCE5-625FD603B6C3"
}"#,
        r#"<OnsMqttGroupIdDeleteResponse>
  <RequestId>BD96ED5A-04CB-4FC2-BCE5-625FD603B6C3</RequestId>
</OnsMqttGroupIdDeleteResponse>"#,
    );
}

#[test]
fn group_id_list_round_trip() {
    assert_any_round_trip::<GroupIdListRequest>(Format::Xml);
    assert_any_round_trip::<GroupIdListRequest>(Format::Json);
    assert_any_round_trip::<GroupIdListResponse>(Format::Xml);
    assert_any_round_trip::<GroupIdListResponse>(Format::Json);
}

#[test]
fn group_id_list_example() {
    assert_example::<
        GroupIdListResponse,
    >(
        r#"{
  "Data": {
    "MqttGroupIdDo": [
      {
        "IndependentNaming": true,
        "InstanceId": "post-cn-0pp12gl****",
        "CreateTime": 1555293113000,
        "UpdateTime": 1555293113000,
        "GroupId": "GID_test"
      }
    ]
  },
  "RequestId": "BC0DF068-D028-4C85-8C23-53E2C3A12599"
}"#,
        r#"<OnsMqttGroupIdListResponse>
  <Data>
    <MqttGroupIdDo>
      <IndependentNaming>true</IndependentNaming>
      <InstanceId>post-cn-0pp12gl****</InstanceId>
      <CreateTime>1555293113000</CreateTime>
      <UpdateTime>1555293113000</UpdateTime>
      <GroupId>GID_test</GroupId>
    </MqttGroupIdDo>
  </Data>
  <RequestId>BC0DF068-D028-4C85-8C23-53E2C3A12599</RequestId>
</OnsMqttGroupIdListResponse>"#,
    );
}

#[test]
fn query_history_online_round_trip() {
    assert_any_round_trip::<QueryHistoryOnlineRequest>(Format::Xml);
    assert_any_round_trip::<QueryHistoryOnlineRequest>(Format::Json);
    assert_any_round_trip::<QueryHistoryOnlineResponse>(Format::Xml);
    assert_any_round_trip::<QueryHistoryOnlineResponse>(Format::Json);
}

#[test]
fn query_history_online_example() {
    assert_example::<
        QueryHistoryOnlineResponse,
    >(
        r#"{
  "Data": {
    "XUnit": "时间",
    "Records": {
      "StatsDataDo": [
        {
          "Y": "2",
          "X": "1570960501"
        }
      ]
    },
    "YUnit": "数量",
    "Title": "客户端连接数"
  },
  "RequestId": "5BC91C2F-C202-4AD8-9322-9F2AB3E320DC"
}"#,
        r#"<OnsMqttQueryHistoryOnlineResponse>
  <Data>
    <Records>
      <StatsDataDo>
        <X>1570960501</X>
        <Y>2</Y>
      </StatsDataDo>
    </Records>
    <XUnit>时间</XUnit>
    <YUnit>数量</YUnit>
    <Title>客户端连接数</Title>
  </Data>
  <RequestId>5BC91C2F-C202-4AD8-9322-9F2AB3E320DC</RequestId>
</OnsMqttQueryHistoryOnlineResponse>"#,
    );
}

#[test]
fn query_client_by_topic_round_trip() {
    assert_any_round_trip::<QueryClientByTopicRequest>(Format::Xml);
    assert_any_round_trip::<QueryClientByTopicRequest>(Format::Json);
    assert_any_round_trip::<QueryClientByTopicResponse>(Format::Xml);
    assert_any_round_trip::<QueryClientByTopicResponse>(Format::Json);
}

#[test]
fn query_client_by_topic_example() {
    assert_example::<
        QueryClientByTopicResponse,
    >(
        r#"{
  "RequestId": "F7C7E53F-B753-4EAA-B204-5DDA173DE86F",
  "MqttClientSetDo": {
    "OnlineCount": 4
  }
}"#,
        r#"<OnsMqttQueryClientByTopicResponse>
  <RequestId>F7C7E53F-B753-4EAA-B204-5DDA173DE86F</RequestId>
  <MqttClientSetDo>
    <OnlineCount>4</OnlineCount>
  </MqttClientSetDo>
</OnsMqttQueryClientByTopicResponse>"#,
    );
}

#[test]
fn query_client_by_group_id_round_trip() {
    assert_any_round_trip::<QueryClientByGroupIdRequest>(Format::Xml);
    assert_any_round_trip::<QueryClientByGroupIdRequest>(Format::Json);
    assert_any_round_trip::<QueryClientByGroupIdResponse>(Format::Xml);
    assert_any_round_trip::<QueryClientByGroupIdResponse>(Format::Json);
}

#[test]
fn query_client_by_group_id_example() {
    assert_example::<
        QueryClientByGroupIdResponse,
    >(
        r#"{
  "RequestId": "E54CBFC3-7700-44BC-8FFA-B61E471D4876",
  "MqttClientSetDo": {
    "OnlineCount": 1
  }
}"#,
        r#"<OnsMqttQueryClientByGroupIdResponse>
  <RequestId>E54CBFC3-7700-44BC-8FFA-B61E471D4876</RequestId>
  <MqttClientSetDo>
    <OnlineCount>1</OnlineCount>
  </MqttClientSetDo>
</OnsMqttQueryClientByGroupIdResponse>"#,
    );
}

#[test]
fn query_client_by_client_id_round_trip() {
    assert_any_round_trip::<QueryClientByClientIdRequest>(Format::Xml);
    assert_any_round_trip::<QueryClientByClientIdRequest>(Format::Json);
    assert_any_round_trip::<QueryClientByClientIdResponse>(Format::Xml);
    assert_any_round_trip::<QueryClientByClientIdResponse>(Format::Json);
}

#[test]
fn query_client_by_client_id_example() {
    assert_example::<
        QueryClientByClientIdResponse,
    >(
        r#"{
  "MqttClientInfoDo": {
    "SubScriptonData": {
      "SubscriptionDo": [
        {
          "SubTopic": "/testMq4lot/",
          "Qos": 0,
          "ParentTopic": "test"
        }
      ]
    },
    "LastTouch": 1570960847101,
    "SocketChannel": "/42.120.**.**:50255",
    "Online": true,
    "ClientId": "GID_test@@@test"
  },
  "RequestId": "E4581CCF-62AF-44D9-B5B4-D1DBBC0ED875"
}"#,
        r#"<OnsMqttQueryClientByClientIdResponse>
  <MqttClientInfoDo>
    <SubScriptonData>
      <SubscriptionDo>
        <SubTopic>/testMq4lot/</SubTopic>
        <Qos>0</Qos>
        <ParentTopic>test</ParentTopic>
      </SubscriptionDo>
    </SubScriptonData>
    <LastTouch>1570960847101</LastTouch>
    <SocketChannel>/42.120.**.**:50255</SocketChannel>
    <Online>true</Online>
    <ClientId>GID_test@@@test</ClientId>
  </MqttClientInfoDo>
  <RequestId>E4581CCF-62AF-44D9-B5B4-D1DBBC0ED875</RequestId>
</OnsMqttQueryClientByClientIdResponse>"#,
    );
}

#[test]
fn query_msg_trans_trend_round_trip() {
    assert_any_round_trip::<QueryMsgTransTrendRequest>(Format::Xml);
    assert_any_round_trip::<QueryMsgTransTrendRequest>(Format::Json);
    assert_any_round_trip::<QueryMsgTransTrendResponse>(Format::Xml);
    assert_any_round_trip::<QueryMsgTransTrendResponse>(Format::Json);
}

#[test]
fn query_msg_trans_trend_example() {
    assert_example::<
        QueryMsgTransTrendResponse,
    >(
        r#"{
  "Data": {
    "Records": {
      "StatsDataDo": [
        {
          "X": "1570960800",
          "Y": "3"
        }
      ]
    },
    "XUnit": "时间",
    "YUnit": "条/秒",
    "Title": "消息生产TPS"
  },
  "RequestId": "77B5727C-CCDF-4404-B7A0-EC0D3CF4BEDE"
}"#,
        r#"<OnsMqttQueryMsgTransTrendResponse>
  <Data>
    <Records>
      <StatsDataDo>
        <X>1570960800</X>
        <Y>3</Y>
      </StatsDataDo>
    </Records>
    <XUnit>时间</XUnit>
    <YUnit>条/秒</YUnit>
    <Title>消息生产TPS</Title>
  </Data>
  <RequestId>77B5727C-CCDF-4404-B7A0-EC0D3CF4BEDE</RequestId>
</OnsMqttQueryMsgTransTrendResponse>"#,
    );
}

fn assert_example<T>(json: &str, xml: &str)
where
    T: std::fmt::Debug + PartialEq + Serialize + DeserializeOwned,
{
    let value: T = Format::Json.read(json).expect("the JSON example decodes");
    assert_eq!(value, Format::Xml.read(xml).expect("the XML example decodes"));
    assert_round_trip(Format::Json, &value);
    assert_round_trip(Format::Xml, &value);
}

/// Stack of a test. Without optimization, a strategy for dozens of fields does not fit the usual one.
const STACK: usize = 64 << 20;

fn assert_any_round_trip<T>(format: Format)
where
    T: Arbitrary + Clone + PartialEq + Serialize + DeserializeOwned,
{
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(64)
    };
    let run = move || {
        TestRunner::new(config)
            .run(
                &any::<T>(),
                |value| {
                    assert_round_trip(format, &value);
                    Ok(())
                },
            )
            .expect("every value survives a round trip");
    };
    let thread = std::thread::Builder::new().stack_size(STACK);
    let thread = thread.spawn(run).expect("a thread starts");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

fn assert_round_trip<T>(format: Format, value: &T)
where
    T: std::fmt::Debug + PartialEq + Serialize + DeserializeOwned,
{
    let body = format.write("Value", value).expect("the value can be written");
    let body = String::from_utf8(body).expect("the body is UTF-8");
    let read: T = format.read(&body).expect("the body can be read");
    assert_eq!(* value, read, "{body}");
}
