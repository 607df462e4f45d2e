// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! One method per action.

use ons_mqtt_models::*;
use super::call::Call;
use super::client::Client;
use super::stub::Stub;

impl Client {
    /// Creates a group, which is identified by its group ID (GID).
    ///
    /// `OnsMqttGroupIdCreate`, see [`GroupIdCreateRequest`].
    pub fn group_id_create(
        &self,
        group_id: impl Into<String>,
    ) -> Call<GroupIdCreateRequest> {
        let request = GroupIdCreateRequest::new(group_id);
        Call::new(self, request, Stub::group_id_create)
    }

    /// Deletes a group.
    ///
    /// `OnsMqttGroupIdDelete`, see [`GroupIdDeleteRequest`].
    pub fn group_id_delete(
        &self,
        group_id: impl Into<String>,
    ) -> Call<GroupIdDeleteRequest> {
        let request = GroupIdDeleteRequest::new(group_id);
        Call::new(self, request, Stub::group_id_delete)
    }

    /// Lists groups.
    ///
    /// `OnsMqttGroupIdList`, see [`GroupIdListRequest`].
    pub fn group_id_list(&self) -> Call<GroupIdListRequest> {
        let request = GroupIdListRequest::new();
        Call::new(self, request, Stub::group_id_list)
    }

    /// Charts the number of online devices of a group over a period.
    ///
    /// `OnsMqttQueryHistoryOnline`, see [`QueryHistoryOnlineRequest`].
    pub fn query_history_online(
        &self,
        begin_time: i64,
        end_time: i64,
        group_id: impl Into<String>,
    ) -> Call<QueryHistoryOnlineRequest> {
        let request = QueryHistoryOnlineRequest::new(begin_time, end_time, group_id);
        Call::new(self, request, Stub::query_history_online)
    }

    /// Counts the online devices that subscribe to a topic.
    ///
    /// `OnsMqttQueryClientByTopic`, see [`QueryClientByTopicRequest`].
    pub fn query_client_by_topic(
        &self,
        parent_topic: impl Into<String>,
    ) -> Call<QueryClientByTopicRequest> {
        let request = QueryClientByTopicRequest::new(parent_topic);
        Call::new(self, request, Stub::query_client_by_topic)
    }

    /// Counts the online devices of a group.
    ///
    /// `OnsMqttQueryClientByGroupId`, see [`QueryClientByGroupIdRequest`].
    pub fn query_client_by_group_id(
        &self,
        group_id: impl Into<String>,
    ) -> Call<QueryClientByGroupIdRequest> {
        let request = QueryClientByGroupIdRequest::new(group_id);
        Call::new(self, request, Stub::query_client_by_group_id)
    }

    /// Queries the connection and the subscriptions of a device.
    ///
    /// `OnsMqttQueryClientByClientId`, see [`QueryClientByClientIdRequest`].
    pub fn query_client_by_client_id(
        &self,
        client_id: impl Into<String>,
    ) -> Call<QueryClientByClientIdRequest> {
        let request = QueryClientByClientIdRequest::new(client_id);
        Call::new(self, request, Stub::query_client_by_client_id)
    }

    /// Charts the messages sent or received on a topic over a period.
    ///
    /// `OnsMqttQueryMsgTransTrend`, see [`QueryMsgTransTrendRequest`].
    pub fn query_msg_trans_trend(
        &self,
        begin_time: i64,
        end_time: i64,
        parent_topic: impl Into<String>,
        tps_type: TpsType,
        trans_type: TransType,
    ) -> Call<QueryMsgTransTrendRequest> {
        let request = QueryMsgTransTrendRequest::new(
            begin_time,
            end_time,
            parent_topic,
            tps_type,
            trans_type,
        );
        Call::new(self, request, Stub::query_msg_trans_trend)
    }
}
