// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Reads and checks requests.

use pop_rpc::Parameters;
use pop_rpc::service::{
    ParameterError, TextRule, check_known, check_range, milliseconds, optional, required,
};
use ons_mqtt_models::*;

static GROUP_ID: TextRule = TextRule::new(Some("^GID[_-][A-Za-z0-9_-]+$"), 7, 64);
static TOPIC: TextRule = TextRule::new(Some("^[0-9A-Za-z_-]+$"), 0, 64);
static SUB_TOPIC: TextRule = TextRule::new(Some("^[^\\x00-\\x1f\\x7f:,%]*$"), 0, 64);
static CLIENT_ID: TextRule = TextRule::new(
    Some("^GID[_-][A-Za-z0-9_-]+@@@[^\\x00-\\x20\\x7f/:,%]+$"),
    0,
    64,
);

/// Reads a request of `OnsMqttGroupIdCreate`.
pub(super) fn group_id_create(
    parameters: &Parameters,
) -> Result<GroupIdCreateRequest, ParameterError> {
    let mut request = GroupIdCreateRequest::new(
        required::<String>(parameters, "GroupId")?,
    );
    GROUP_ID.check("GroupId", &request.group_id)?;
    request.instance_id = optional(parameters, "InstanceId")?;
    request.topic = optional(parameters, "Topic")?;
    if let Some(value) = &request.topic {
        TOPIC.check("Topic", value)?;
    }
    Ok(request)
}

/// Reads a request of `OnsMqttGroupIdDelete`.
pub(super) fn group_id_delete(
    parameters: &Parameters,
) -> Result<GroupIdDeleteRequest, ParameterError> {
    let mut request = GroupIdDeleteRequest::new(
        required::<String>(parameters, "GroupId")?,
    );
    GROUP_ID.check("GroupId", &request.group_id)?;
    request.instance_id = optional(parameters, "InstanceId")?;
    Ok(request)
}

/// Reads a request of `OnsMqttGroupIdList`.
pub(super) fn group_id_list(
    parameters: &Parameters,
) -> Result<GroupIdListRequest, ParameterError> {
    let mut request = GroupIdListRequest::new();
    request.instance_id = optional(parameters, "InstanceId")?;
    Ok(request)
}

/// Reads a request of `OnsMqttQueryHistoryOnline`.
pub(super) fn query_history_online(
    parameters: &Parameters,
) -> Result<QueryHistoryOnlineRequest, ParameterError> {
    let mut request = QueryHistoryOnlineRequest::new(
        required(parameters, "BeginTime")?,
        required(parameters, "EndTime")?,
        required::<String>(parameters, "GroupId")?,
    );
    check_range("BeginTime", request.begin_time, 0, i64::MAX)?;
    request.begin_time = milliseconds(request.begin_time);
    check_range("EndTime", request.end_time, 0, i64::MAX)?;
    request.end_time = milliseconds(request.end_time);
    GROUP_ID.check("GroupId", &request.group_id)?;
    request.instance_id = optional(parameters, "InstanceId")?;
    Ok(request)
}

/// Reads a request of `OnsMqttQueryClientByTopic`.
pub(super) fn query_client_by_topic(
    parameters: &Parameters,
) -> Result<QueryClientByTopicRequest, ParameterError> {
    let mut request = QueryClientByTopicRequest::new(
        required::<String>(parameters, "ParentTopic")?,
    );
    TOPIC.check("ParentTopic", &request.parent_topic)?;
    request.sub_topic = optional(parameters, "SubTopic")?;
    if let Some(value) = &request.sub_topic {
        SUB_TOPIC.check("SubTopic", value)?;
    }
    request.instance_id = optional(parameters, "InstanceId")?;
    Ok(request)
}

/// Reads a request of `OnsMqttQueryClientByGroupId`.
pub(super) fn query_client_by_group_id(
    parameters: &Parameters,
) -> Result<QueryClientByGroupIdRequest, ParameterError> {
    let mut request = QueryClientByGroupIdRequest::new(
        required::<String>(parameters, "GroupId")?,
    );
    GROUP_ID.check("GroupId", &request.group_id)?;
    request.instance_id = optional(parameters, "InstanceId")?;
    Ok(request)
}

/// Reads a request of `OnsMqttQueryClientByClientId`.
pub(super) fn query_client_by_client_id(
    parameters: &Parameters,
) -> Result<QueryClientByClientIdRequest, ParameterError> {
    let mut request = QueryClientByClientIdRequest::new(
        required::<String>(parameters, "ClientId")?,
    );
    CLIENT_ID.check("ClientId", &request.client_id)?;
    request.instance_id = optional(parameters, "InstanceId")?;
    Ok(request)
}

/// Reads a request of `OnsMqttQueryMsgTransTrend`.
pub(super) fn query_msg_trans_trend(
    parameters: &Parameters,
) -> Result<QueryMsgTransTrendRequest, ParameterError> {
    let mut request = QueryMsgTransTrendRequest::new(
        required(parameters, "BeginTime")?,
        required(parameters, "EndTime")?,
        required::<String>(parameters, "ParentTopic")?,
        required(parameters, "TpsType")?,
        required(parameters, "TransType")?,
    );
    check_range("BeginTime", request.begin_time, 0, i64::MAX)?;
    request.begin_time = milliseconds(request.begin_time);
    check_range("EndTime", request.end_time, 0, i64::MAX)?;
    request.end_time = milliseconds(request.end_time);
    TOPIC.check("ParentTopic", &request.parent_topic)?;
    check_known("TpsType", request.tps_type.is_known(), TpsType::KNOWN)?;
    check_known("TransType", request.trans_type.is_known(), TransType::KNOWN)?;
    request.instance_id = optional(parameters, "InstanceId")?;
    request.sub_topic = optional(parameters, "SubTopic")?;
    if let Some(value) = &request.sub_topic {
        SUB_TOPIC.check("SubTopic", value)?;
    }
    request.msg_type = optional(parameters, "MsgType")?;
    if let Some(value) = &request.msg_type {
        check_known("MsgType", value.is_known(), MsgType::KNOWN)?;
    }
    request.qos = optional(parameters, "Qos")?;
    Ok(request)
}
