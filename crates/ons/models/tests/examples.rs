//! The response examples, exactly as the reference document prints them, decode to the values that
//! they show.
//!
//! XML examples that a page break splits are joined.

#![allow(clippy::unwrap_used)]

use ons_mqtt_models::*;
use pop_rpc::{Format, format::BodyError, xml};
use serde::de::DeserializeOwned;

/// Reads the same response from both formats.
fn both<T: DeserializeOwned>(xml: &str, json: &str) -> [(&'static str, T); 2] {
    [
        ("XML", Format::Xml.read(xml).unwrap()),
        ("JSON", Format::Json.read(json).unwrap()),
    ]
}

#[test]
fn group_id_create() {
    let examples = both::<GroupIdCreateResponse>(
        "<OnsMqttGroupIdCreateResponse>
  <RequestId>E052918F-CC0D-4FD8-948F-60E89C479E23</RequestId>
</OnsMqttGroupIdCreateResponse>",
        r#"{
  "RequestId": "E052918F-CC0D-4FD8-948F-60E89C479E23"
}"#,
    );
    for (format, response) in examples {
        assert_eq!(
            response.request_id, "E052918F-CC0D-4FD8-948F-60E89C479E23",
            "{format}"
        );
        assert_eq!(response.help_url, None, "{format}");
    }
}

#[test]
fn group_id_delete() {
    let examples = both::<GroupIdDeleteResponse>(
        "<OnsMqttGroupIdDeleteResponse>
  <RequestId>BD96ED5A-04CB-4FC2-BCE5-625FD603B6C3</RequestId>
</OnsMqttGroupIdDeleteResponse>",
        r#"{
  "RequestId": "BD96ED5A-04CB-4FC2-BCE5-625FD603B6C3"
}"#,
    );
    for (format, response) in examples {
        assert_eq!(
            response.request_id, "BD96ED5A-04CB-4FC2-BCE5-625FD603B6C3",
            "{format}"
        );
        assert_eq!(response.help_url, None, "{format}");
    }
}

#[test]
fn group_id_list() {
    let examples = both::<GroupIdListResponse>(
        "<OnsMqttGroupIdListResponse>
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
</OnsMqttGroupIdListResponse>",
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
    );
    for (format, response) in examples {
        assert_eq!(
            response.request_id, "BC0DF068-D028-4C85-8C23-53E2C3A12599",
            "{format}"
        );
        assert_eq!(response.data.len(), 1, "{format}");
        let group = &response.data[0];
        assert!(group.independent_naming, "{format}");
        assert_eq!(group.instance_id, "post-cn-0pp12gl****", "{format}");
        assert_eq!(group.create_time, 1_555_293_113_000, "{format}");
        assert_eq!(group.update_time, 1_555_293_113_000, "{format}");
        assert_eq!(group.group_id, "GID_test", "{format}");
        // Members that the document does not show are absent.
        assert_eq!(group.id, None, "{format}");
        assert_eq!(group.channel_id, None, "{format}");
        assert_eq!(group.owner, None, "{format}");
        assert_eq!(group.topic, None, "{format}");
        assert_eq!(group.status, None, "{format}");
    }
}

/// The document quotes `X` and `Y` in JSON; both are numbers.
#[test]
fn query_history_online() {
    let examples = both::<QueryHistoryOnlineResponse>(
        "<OnsMqttQueryHistoryOnlineResponse>
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
</OnsMqttQueryHistoryOnlineResponse>",
        r#"{
  "Data":{
    "XUnit":"时间",
    "Records":{
      "StatsDataDo":[
        {
          "Y":"2",
          "X":"1570960501"
        }
      ]
    },
    "YUnit":"数量",
    "Title":"客户端连接数"
  },
  "RequestId":"5BC91C2F-C202-4AD8-9322-9F2AB3E320DC"
}"#,
    );
    for (format, response) in examples {
        assert_eq!(
            response.request_id, "5BC91C2F-C202-4AD8-9322-9F2AB3E320DC",
            "{format}"
        );
        assert_eq!(response.data.records.len(), 1, "{format}");
        assert_eq!(response.data.records[0].x, 1_570_960_501, "{format}");
        assert_eq!(response.data.records[0].y, 2.0, "{format}");
        assert_eq!(response.data.x_unit, "时间", "{format}");
        assert_eq!(response.data.y_unit, "数量", "{format}");
        assert_eq!(response.data.title, "客户端连接数", "{format}");
    }
}

#[test]
fn query_client_by_topic() {
    let examples = both::<QueryClientByTopicResponse>(
        "<OnsMqttQueryClientByTopicResponse>
  <RequestId>F7C7E53F-B753-4EAA-B204-5DDA173DE86F</RequestId>
  <MqttClientSetDo>
    <OnlineCount>4</OnlineCount>
  </MqttClientSetDo>
</OnsMqttQueryClientByTopicResponse>",
        r#"{
  "RequestId": "F7C7E53F-B753-4EAA-B204-5DDA173DE86F",
  "MqttClientSetDo": {
    "OnlineCount": 4
  }
}"#,
    );
    for (format, response) in examples {
        assert_eq!(
            response.request_id, "F7C7E53F-B753-4EAA-B204-5DDA173DE86F",
            "{format}"
        );
        assert_eq!(response.mqtt_client_set.online_count, 4, "{format}");
        assert_eq!(response.mqtt_client_set.persist_count, None, "{format}");
    }
}

#[test]
fn query_client_by_group_id() {
    let examples = both::<QueryClientByGroupIdResponse>(
        "<OnsMqttQueryClientByGroupIdResponse>
  <RequestId>E54CBFC3-7700-44BC-8FFA-B61E471D4876</RequestId>
  <MqttClientSetDo>
    <OnlineCount>1</OnlineCount>
  </MqttClientSetDo>
</OnsMqttQueryClientByGroupIdResponse>",
        r#"{
  "RequestId": "E54CBFC3-7700-44BC-8FFA-B61E471D4876",
  "MqttClientSetDo": {
    "OnlineCount": 1
  }
}"#,
    );
    for (format, response) in examples {
        assert_eq!(
            response.request_id, "E54CBFC3-7700-44BC-8FFA-B61E471D4876",
            "{format}"
        );
        assert_eq!(response.mqtt_client_set.online_count, 1, "{format}");
        assert_eq!(response.mqtt_client_set.persist_count, None, "{format}");
    }
}

/// Content of the XML example, without the closing tag of its outermost element.
const CLIENT_XML: &str = "<OnsMqttQueryClientByClientIdResponse>
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
";

#[test]
fn query_client_by_client_id() {
    let examples = both::<QueryClientByClientIdResponse>(
        &format!("{CLIENT_XML}</OnsMqttQueryClientByClientIdResponse>"),
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
    );
    for (format, response) in examples {
        assert_eq!(
            response.request_id, "E4581CCF-62AF-44D9-B5B4-D1DBBC0ED875",
            "{format}"
        );
        let client = &response.mqtt_client_info;
        assert_eq!(client.client_id, "GID_test@@@test", "{format}");
        assert_eq!(client.last_touch, Some(1_570_960_847_101), "{format}");
        assert!(client.online, "{format}");
        assert_eq!(
            client.socket_channel.as_deref(),
            Some("/42.120.**.**:50255"),
            "{format}"
        );
        assert_eq!(client.subscription_data.len(), 1, "{format}");
        let subscription = &client.subscription_data[0];
        assert_eq!(subscription.parent_topic, "test", "{format}");
        assert_eq!(subscription.qos, Qos::AtMostOnce, "{format}");
        assert_eq!(
            subscription.sub_topic.as_deref(),
            Some("/testMq4lot/"),
            "{format}"
        );
    }
}

/// The closing tag in the document does not match the opening tag. Official Java code ignores that
/// and returns an empty response; here it is an error.
#[test]
fn the_closing_tag_that_the_document_prints_is_refused_as_malformed() {
    let printed = format!("{CLIENT_XML}</OnsMqttQueryClientByIdResponse>");
    let read: Result<QueryClientByClientIdResponse, _> = Format::Xml.read(&printed);
    assert!(
        matches!(read, Err(BodyError::Xml(xml::Error::Syntax { .. }))),
        "{read:?}"
    );
}

#[test]
fn query_msg_trans_trend() {
    let examples = both::<QueryMsgTransTrendResponse>(
        "<OnsMqttQueryMsgTransTrendResponse>
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
</OnsMqttQueryMsgTransTrendResponse>",
        r#"{
  "Data": {
    "Records": {
      "StatsDataDo": [{"X": "1570960800",
        "Y": "3"}]
    },
    "XUnit": "时间",
    "YUnit": "条/秒",
    "Title": "消息生产TPS"
  },
  "RequestId": "77B5727C-CCDF-4404-B7A0-EC0D3CF4BEDE"
}"#,
    );
    for (format, response) in examples {
        assert_eq!(
            response.request_id, "77B5727C-CCDF-4404-B7A0-EC0D3CF4BEDE",
            "{format}"
        );
        assert_eq!(response.data.records.len(), 1, "{format}");
        assert_eq!(response.data.records[0].x, 1_570_960_800, "{format}");
        assert_eq!(response.data.records[0].y, 3.0, "{format}");
        assert_eq!(response.data.x_unit, "时间", "{format}");
        assert_eq!(response.data.y_unit, "条/秒", "{format}");
        assert_eq!(response.data.title, "消息生产TPS", "{format}");
    }
}
