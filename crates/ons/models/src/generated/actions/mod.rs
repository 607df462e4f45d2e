// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Requests and responses, one module per action.

mod group_id_create;
mod group_id_delete;
mod group_id_list;
mod query_history_online;
mod query_client_by_topic;
mod query_client_by_group_id;
mod query_client_by_client_id;
mod query_msg_trans_trend;

use pop_rpc::{Action, ActionInfo};

pub use group_id_create::*;
pub use group_id_delete::*;
pub use group_id_list::*;
pub use query_history_online::*;
pub use query_client_by_topic::*;
pub use query_client_by_group_id::*;
pub use query_client_by_client_id::*;
pub use query_msg_trans_trend::*;

/// Facts about every action.
pub const ACTIONS: &[ActionInfo] = &[
    GroupIdCreateRequest::INFO,
    GroupIdDeleteRequest::INFO,
    GroupIdListRequest::INFO,
    QueryHistoryOnlineRequest::INFO,
    QueryClientByTopicRequest::INFO,
    QueryClientByGroupIdRequest::INFO,
    QueryClientByClientIdRequest::INFO,
    QueryMsgTransTrendRequest::INFO,
];
