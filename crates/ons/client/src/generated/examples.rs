// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! The examples of the reference as a service, a stub and calls, to test every way of calling.

use ons_mqtt_models as models;
use ons_mqtt_service::Service;
use pop_rpc::Format;
use pop_rpc::error::Failure;
use pop_rpc::service::Context;
use crate::{Answer, Client, Error, Stub};

/// Answers each action with its example.
#[derive(Clone, Copy, Debug)]
pub struct Examples;

impl Service for Examples {
    async fn group_id_create(
        &self,
        _: &Context,
        _: models::GroupIdCreateRequest,
    ) -> Result<models::GroupIdCreateResponse, Failure> {
        Ok(group_id_create())
    }

    async fn group_id_delete(
        &self,
        _: &Context,
        _: models::GroupIdDeleteRequest,
    ) -> Result<models::GroupIdDeleteResponse, Failure> {
        Ok(group_id_delete())
    }

    async fn group_id_list(
        &self,
        _: &Context,
        _: models::GroupIdListRequest,
    ) -> Result<models::GroupIdListResponse, Failure> {
        Ok(group_id_list())
    }

    async fn query_history_online(
        &self,
        _: &Context,
        _: models::QueryHistoryOnlineRequest,
    ) -> Result<models::QueryHistoryOnlineResponse, Failure> {
        Ok(query_history_online())
    }

    async fn query_client_by_topic(
        &self,
        _: &Context,
        _: models::QueryClientByTopicRequest,
    ) -> Result<models::QueryClientByTopicResponse, Failure> {
        Ok(query_client_by_topic())
    }

    async fn query_client_by_group_id(
        &self,
        _: &Context,
        _: models::QueryClientByGroupIdRequest,
    ) -> Result<models::QueryClientByGroupIdResponse, Failure> {
        Ok(query_client_by_group_id())
    }

    async fn query_client_by_client_id(
        &self,
        _: &Context,
        _: models::QueryClientByClientIdRequest,
    ) -> Result<models::QueryClientByClientIdResponse, Failure> {
        Ok(query_client_by_client_id())
    }

    async fn query_msg_trans_trend(
        &self,
        _: &Context,
        _: models::QueryMsgTransTrendRequest,
    ) -> Result<models::QueryMsgTransTrendResponse, Failure> {
        Ok(query_msg_trans_trend())
    }
}

impl Stub for Examples {
    fn group_id_create(
        &self,
        _: models::GroupIdCreateRequest,
    ) -> Answer<'_, models::GroupIdCreateResponse> {
        Box::pin(async { Ok(group_id_create()) })
    }

    fn group_id_delete(
        &self,
        _: models::GroupIdDeleteRequest,
    ) -> Answer<'_, models::GroupIdDeleteResponse> {
        Box::pin(async { Ok(group_id_delete()) })
    }

    fn group_id_list(
        &self,
        _: models::GroupIdListRequest,
    ) -> Answer<'_, models::GroupIdListResponse> {
        Box::pin(async { Ok(group_id_list()) })
    }

    fn query_history_online(
        &self,
        _: models::QueryHistoryOnlineRequest,
    ) -> Answer<'_, models::QueryHistoryOnlineResponse> {
        Box::pin(async { Ok(query_history_online()) })
    }

    fn query_client_by_topic(
        &self,
        _: models::QueryClientByTopicRequest,
    ) -> Answer<'_, models::QueryClientByTopicResponse> {
        Box::pin(async { Ok(query_client_by_topic()) })
    }

    fn query_client_by_group_id(
        &self,
        _: models::QueryClientByGroupIdRequest,
    ) -> Answer<'_, models::QueryClientByGroupIdResponse> {
        Box::pin(async { Ok(query_client_by_group_id()) })
    }

    fn query_client_by_client_id(
        &self,
        _: models::QueryClientByClientIdRequest,
    ) -> Answer<'_, models::QueryClientByClientIdResponse> {
        Box::pin(async { Ok(query_client_by_client_id()) })
    }

    fn query_msg_trans_trend(
        &self,
        _: models::QueryMsgTransTrendRequest,
    ) -> Answer<'_, models::QueryMsgTransTrendResponse> {
        Box::pin(async { Ok(query_msg_trans_trend()) })
    }
}

/// Calls each action with its example and compares the response, except for the request ID.
///
/// # Errors
///
/// Error of the first call that fails.
///
/// # Panics
///
/// A response differs from the example.
pub async fn call_each(client: &Client) -> Result<(), Error> {
    let mut response = client
        .group_id_create("GID_test")
        .instance_id("post-cn-0pp12gl****")
        .topic("test")
        .send()
        .await?;
    let expected = group_id_create();
    response.request_id = expected.request_id.clone();
    assert_eq!(response, expected, "OnsMqttGroupIdCreate");
    let mut response = client
        .group_id_delete("GID_test_groupId")
        .instance_id("MQ_INST_111111111111_DOxxxxxx")
        .send()
        .await?;
    let expected = group_id_delete();
    response.request_id = expected.request_id.clone();
    assert_eq!(response, expected, "OnsMqttGroupIdDelete");
    let mut response = client
        .group_id_list()
        .instance_id("post-cn-0pp12gl****")
        .send()
        .await?;
    let expected = group_id_list();
    response.request_id = expected.request_id.clone();
    assert_eq!(response, expected, "OnsMqttGroupIdList");
    let mut response = client
        .query_history_online(1570959001000, 1570962601000, "GID_test")
        .instance_id("post-cn-0pp12gl****")
        .send()
        .await?;
    let expected = query_history_online();
    response.request_id = expected.request_id.clone();
    assert_eq!(response, expected, "OnsMqttQueryHistoryOnline");
    let mut response = client
        .query_client_by_topic("test")
        .sub_topic("/testmqtt")
        .send()
        .await?;
    let expected = query_client_by_topic();
    response.request_id = expected.request_id.clone();
    assert_eq!(response, expected, "OnsMqttQueryClientByTopic");
    let mut response = client
        .query_client_by_group_id("GID_test")
        .instance_id("post-cn-0pp12gl****")
        .send()
        .await?;
    let expected = query_client_by_group_id();
    response.request_id = expected.request_id.clone();
    assert_eq!(response, expected, "OnsMqttQueryClientByGroupId");
    let mut response = client
        .query_client_by_client_id("GID_test@@@test")
        .instance_id("post-cn-0pp12gl****")
        .send()
        .await?;
    let expected = query_client_by_client_id();
    response.request_id = expected.request_id.clone();
    assert_eq!(response, expected, "OnsMqttQueryClientByClientId");
    let mut response = client
        .query_msg_trans_trend(
            1570957261000,
            1570962601000,
            "test",
            models::TpsType::from("TPS"),
            models::TransType::from("PUB"),
        )
        .instance_id("post-cn-0pp12gl****")
        .sub_topic("/testMq4Iot")
        .msg_type(models::MsgType::from("P2P"))
        .qos(models::Qos::from(0))
        .send()
        .await?;
    let expected = query_msg_trans_trend();
    response.request_id = expected.request_id.clone();
    assert_eq!(response, expected, "OnsMqttQueryMsgTransTrend");
    Ok(())
}

fn read<T: serde::de::DeserializeOwned>(json: &str) -> T {
    match Format::Json.read(json) {
        Ok(value) => value,
        Err(error) => {
            unreachable!("the example was checked when this was generated: {error}")
        }
    }
}

/// Returns the example response of `OnsMqttGroupIdCreate`.
pub fn group_id_create() -> models::GroupIdCreateResponse {
    read(r#"{
  "RequestId": "E052918F-CC0D-4FD8-948F-60E89C479E23"
}"#)
}

/// Returns the example response of `OnsMqttGroupIdDelete`.
pub fn group_id_delete() -> models::GroupIdDeleteResponse {
    read(r#"{
  "RequestId": "BD96ED5A-04CB-4FC2-BCE5-625FD603B6C3"
}"#)
}

/// Returns the example response of `OnsMqttGroupIdList`.
pub fn group_id_list() -> models::GroupIdListResponse {
    read(
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
    )
}

/// Returns the example response of `OnsMqttQueryHistoryOnline`.
pub fn query_history_online() -> models::QueryHistoryOnlineResponse {
    read(
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
    )
}

/// Returns the example response of `OnsMqttQueryClientByTopic`.
pub fn query_client_by_topic() -> models::QueryClientByTopicResponse {
    read(
        r#"{
  "RequestId": "F7C7E53F-B753-4EAA-B204-5DDA173DE86F",
  "MqttClientSetDo": {
    "OnlineCount": 4
  }
}"#,
    )
}

/// Returns the example response of `OnsMqttQueryClientByGroupId`.
pub fn query_client_by_group_id() -> models::QueryClientByGroupIdResponse {
    read(
        r#"{
  "RequestId": "E54CBFC3-7700-44BC-8FFA-B61E471D4876",
  "MqttClientSetDo": {
    "OnlineCount": 1
  }
}"#,
    )
}

/// Returns the example response of `OnsMqttQueryClientByClientId`.
pub fn query_client_by_client_id() -> models::QueryClientByClientIdResponse {
    read(
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
    )
}

/// Returns the example response of `OnsMqttQueryMsgTransTrend`.
pub fn query_msg_trans_trend() -> models::QueryMsgTransTrendResponse {
    read(
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
    )
}
