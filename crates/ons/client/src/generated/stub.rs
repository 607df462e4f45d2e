// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Replacement of a service in tests.

use std::pin::Pin;
use ons_mqtt_models::*;
use super::error::Error;

/// A stub's future answer.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// Answers calls instead of a service; implement only the actions that a test needs.
pub trait Stub: Send + Sync {
    /// Answers `OnsMqttGroupIdCreate`.
    fn group_id_create(
        &self,
        _: GroupIdCreateRequest,
    ) -> Answer<'_, GroupIdCreateResponse> {
        not_implemented("OnsMqttGroupIdCreate")
    }

    /// Answers `OnsMqttGroupIdDelete`.
    fn group_id_delete(
        &self,
        _: GroupIdDeleteRequest,
    ) -> Answer<'_, GroupIdDeleteResponse> {
        not_implemented("OnsMqttGroupIdDelete")
    }

    /// Answers `OnsMqttGroupIdList`.
    fn group_id_list(&self, _: GroupIdListRequest) -> Answer<'_, GroupIdListResponse> {
        not_implemented("OnsMqttGroupIdList")
    }

    /// Answers `OnsMqttQueryHistoryOnline`.
    fn query_history_online(
        &self,
        _: QueryHistoryOnlineRequest,
    ) -> Answer<'_, QueryHistoryOnlineResponse> {
        not_implemented("OnsMqttQueryHistoryOnline")
    }

    /// Answers `OnsMqttQueryClientByTopic`.
    fn query_client_by_topic(
        &self,
        _: QueryClientByTopicRequest,
    ) -> Answer<'_, QueryClientByTopicResponse> {
        not_implemented("OnsMqttQueryClientByTopic")
    }

    /// Answers `OnsMqttQueryClientByGroupId`.
    fn query_client_by_group_id(
        &self,
        _: QueryClientByGroupIdRequest,
    ) -> Answer<'_, QueryClientByGroupIdResponse> {
        not_implemented("OnsMqttQueryClientByGroupId")
    }

    /// Answers `OnsMqttQueryClientByClientId`.
    fn query_client_by_client_id(
        &self,
        _: QueryClientByClientIdRequest,
    ) -> Answer<'_, QueryClientByClientIdResponse> {
        not_implemented("OnsMqttQueryClientByClientId")
    }

    /// Answers `OnsMqttQueryMsgTransTrend`.
    fn query_msg_trans_trend(
        &self,
        _: QueryMsgTransTrendRequest,
    ) -> Answer<'_, QueryMsgTransTrendResponse> {
        not_implemented("OnsMqttQueryMsgTransTrend")
    }
}

fn not_implemented<T: 'static>(action: &'static str) -> Answer<'static, T> {
    Box::pin(async move { Err(Error::not_implemented(action)) })
}
