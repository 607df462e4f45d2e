// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! The trait that a service implements.

use std::future::Future;
use pop_rpc::error::Failure;
use pop_rpc::service::Context;
use ons_mqtt_models::*;

/// Server side of Control API of Message Queue for MQTT, version 2019-02-14.
///
/// One method per action, which receives a request that was read and checked. A method that is
/// not implemented answers that there is no such action.
pub trait Service: Send + Sync {
    /// Creates a group, which is identified by its group ID (GID).
    ///
    /// Before an application goes live, create its topics first, then create the group for its
    /// MQTT clients.
    ///
    /// Available only for instances of the platinum edition.
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
    /// After a redesign of an application, remove the groups that it no longer uses.
    ///
    /// Available only for instances of the platinum edition.
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
    /// Get all GIDs first, then query the data of each group.
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

    /// Charts the number of online devices of a group over a period.
    ///
    /// Use it for business reports. Calls are limited, so do not use it in the main flow of an
    /// application. To find out whether a device is online, use the notifications that are sent
    /// when devices go online and offline.
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
    /// Use it for analysis, for example to count the devices that take part in a campaign with
    /// its own topic. Calls are limited, so do not use it in the main flow of an application.
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
    /// Use it for analysis, to see how active the devices of a group are. Calls are limited, so
    /// do not use it in the main flow of an application.
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

    /// Queries the connection and the subscriptions of a device.
    ///
    /// Use it to troubleshoot a device: whether it is online, from which address it connects, and
    /// what it subscribes to. Calls are limited, so do not use it in the main flow of an
    /// application. To track when devices go online and offline, use the notifications.
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
    /// Use it for reports and to estimate how much an application is used. Calls are limited, so
    /// do not use it in the main flow of an application.
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
