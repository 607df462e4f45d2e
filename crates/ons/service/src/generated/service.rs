// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! The trait that a service implements.

use std::future::Future;
use pop_rpc::error::Failure;
use pop_rpc::service::Context;
use ons_mqtt_models::*;

/// A service of Control API of Message Queue for MQTT, version 2019-02-14.
///
/// One method per action, which receives a request that was read and checked. A method that is
/// not implemented answers that there is no such action.
pub trait Service: Send + Sync {
    /// Creates a group, named by its group ID (GID).
    ///
    /// Before an application goes live: once its topics exist, create the group that its MQTT
    /// clients will belong to.
    ///
    /// Only instances of the platinum edition have this action.
    ///
    /// Errors: `ONS_SYSTEM_ERROR`, `ONS_SERVICE_UNSUPPORTED`, `BIZ_FIELD_CHECK_INVALID`,
    /// `BIZ_TOPIC_NOT_FOUND`, `BIZ_SUBSCRIPTION_EXISTED`, `BIZ_REGION_NOT_FOUND`,
    /// `EMPOWER_OWNER_CHECK_ERROR`.
    fn group_id_create(
        &self,
        context: &Context,
        request: GroupIdCreateRequest,
    ) -> impl Future<Output = Result<GroupIdCreateResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::InvalidActionNotFound.into()) }
    }

    /// Deletes a group.
    ///
    /// After an application has changed, remove the groups that it no longer uses.
    ///
    /// Only instances of the platinum edition have this action.
    ///
    /// Errors: `ONS_SYSTEM_ERROR`, `ONS_SERVICE_UNSUPPORTED`, `BIZ_FIELD_CHECK_INVALID`,
    /// `BIZ_SUBSCRIPTION_NOT_FOUND`, `BIZ_REGION_NOT_FOUND`, `EMPOWER_OWNER_CHECK_ERROR`.
    fn group_id_delete(
        &self,
        context: &Context,
        request: GroupIdDeleteRequest,
    ) -> impl Future<Output = Result<GroupIdDeleteResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::InvalidActionNotFound.into()) }
    }

    /// Lists groups.
    ///
    /// Get all GIDs first, then query the data of one group after another.
    ///
    /// Errors: `ONS_SYSTEM_ERROR`, `BIZ_FIELD_CHECK_INVALID`, `BIZ_REGION_NOT_FOUND`,
    /// `EMPOWER_OWNER_CHECK_ERROR`.
    fn group_id_list(
        &self,
        context: &Context,
        request: GroupIdListRequest,
    ) -> impl Future<Output = Result<GroupIdListResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::InvalidActionNotFound.into()) }
    }

    /// Charts how many devices of a group were online over a period.
    ///
    /// For business reports. Calls are limited, so keep it out of an application's main path; to
    /// tell whether a device is online, use the notifications of devices going online and
    /// offline.
    ///
    /// At most 30 calls in 60 seconds for each access key.
    ///
    /// Errors: `ONS_SYSTEM_ERROR`, `BIZ_FIELD_CHECK_INVALID`, `BIZ_SUBSCRIPTION_NOT_FOUND`,
    /// `BIZ_REGION_NOT_FOUND`, `EMPOWER_OWNER_CHECK_ERROR`.
    fn query_history_online(
        &self,
        context: &Context,
        request: QueryHistoryOnlineRequest,
    ) -> impl Future<Output = Result<QueryHistoryOnlineResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::InvalidActionNotFound.into()) }
    }

    /// Counts the online devices that subscribe to a topic.
    ///
    /// For analysis: if a campaign has a topic of its own, this tells how many devices take part.
    /// Calls are limited, so keep it out of an application's main path.
    ///
    /// At most 30 calls in 60 seconds for each access key.
    ///
    /// Errors: `ONS_SYSTEM_ERROR`, `BIZ_FIELD_CHECK_INVALID`, `BIZ_TOPIC_NOT_FOUND`,
    /// `BIZ_REGION_NOT_FOUND`, `EMPOWER_OWNER_CHECK_ERROR`.
    fn query_client_by_topic(
        &self,
        context: &Context,
        request: QueryClientByTopicRequest,
    ) -> impl Future<Output = Result<QueryClientByTopicResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::InvalidActionNotFound.into()) }
    }

    /// Counts the online devices of a group.
    ///
    /// For analysis: shows how active the devices of a group are. Calls are limited, so keep it
    /// out of an application's main path.
    ///
    /// At most 30 calls in 60 seconds for each access key.
    ///
    /// Errors: `ONS_SYSTEM_ERROR`, `BIZ_FIELD_CHECK_INVALID`, `BIZ_SUBSCRIPTION_NOT_FOUND`,
    /// `BIZ_REGION_NOT_FOUND`, `EMPOWER_OWNER_CHECK_ERROR`.
    fn query_client_by_group_id(
        &self,
        context: &Context,
        request: QueryClientByGroupIdRequest,
    ) -> impl Future<Output = Result<QueryClientByGroupIdResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::InvalidActionNotFound.into()) }
    }

    /// Shows how a device is connected and what it subscribes to.
    ///
    /// For tracking down trouble with one device: whether it is online, from which address,
    /// subscribed to what. Calls are limited, so keep it out of an application's main path; to
    /// follow devices going online and offline, use the notifications.
    ///
    /// At most 30 calls in 60 seconds for each access key.
    ///
    /// Errors: `ONS_SYSTEM_ERROR`, `BIZ_FIELD_CHECK_INVALID`, `BIZ_SUBSCRIPTION_NOT_FOUND`,
    /// `BIZ_REGION_NOT_FOUND`, `EMPOWER_OWNER_CHECK_ERROR`.
    fn query_client_by_client_id(
        &self,
        context: &Context,
        request: QueryClientByClientIdRequest,
    ) -> impl Future<Output = Result<QueryClientByClientIdResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::InvalidActionNotFound.into()) }
    }

    /// Charts the messages sent or received on a topic over a period.
    ///
    /// For reports, and to gauge how much an application is used. Calls are limited, so keep it
    /// out of an application's main path.
    ///
    /// At most 30 calls in 60 seconds for each access key.
    ///
    /// Errors: `ONS_SYSTEM_ERROR`, `BIZ_FIELD_CHECK_INVALID`, `BIZ_TOPIC_NOT_FOUND`,
    /// `BIZ_REGION_NOT_FOUND`, `EMPOWER_OWNER_CHECK_ERROR`.
    fn query_msg_trans_trend(
        &self,
        context: &Context,
        request: QueryMsgTransTrendRequest,
    ) -> impl Future<Output = Result<QueryMsgTransTrendResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::InvalidActionNotFound.into()) }
    }
}
