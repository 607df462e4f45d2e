// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Reads and checks requests.

use pop_rpc::Parameters;
use pop_rpc::service::ParameterError;
use pop_rpc::service::TextRule;
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
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = GroupIdCreateRequest::new(
        reader.flat::<String>("GroupId").rule(&GROUP_ID).required()?,
    );
    request.instance_id = reader.flat::<String>("InstanceId").optional()?;
    request.topic = reader.flat::<String>("Topic").rule(&TOPIC).optional()?;
    reader.finish()?;
    Ok(request)
}

/// Reads a request of `OnsMqttGroupIdDelete`.
pub(super) fn group_id_delete(
    parameters: &Parameters,
) -> Result<GroupIdDeleteRequest, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = GroupIdDeleteRequest::new(
        reader.flat::<String>("GroupId").rule(&GROUP_ID).required()?,
    );
    request.instance_id = reader.flat::<String>("InstanceId").optional()?;
    reader.finish()?;
    Ok(request)
}

/// Reads a request of `OnsMqttGroupIdList`.
pub(super) fn group_id_list(
    parameters: &Parameters,
) -> Result<GroupIdListRequest, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = GroupIdListRequest::new();
    request.instance_id = reader.flat::<String>("InstanceId").optional()?;
    reader.finish()?;
    Ok(request)
}

/// Reads a request of `OnsMqttQueryHistoryOnline`.
pub(super) fn query_history_online(
    parameters: &Parameters,
) -> Result<QueryHistoryOnlineRequest, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = QueryHistoryOnlineRequest::new(
        reader.flat("BeginTime").range(0..).milliseconds().required()?,
        reader.flat("EndTime").range(0..).milliseconds().required()?,
        reader.flat::<String>("GroupId").rule(&GROUP_ID).required()?,
    );
    request.instance_id = reader.flat::<String>("InstanceId").optional()?;
    reader.finish()?;
    Ok(request)
}

/// Reads a request of `OnsMqttQueryClientByTopic`.
pub(super) fn query_client_by_topic(
    parameters: &Parameters,
) -> Result<QueryClientByTopicRequest, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = QueryClientByTopicRequest::new(
        reader.flat::<String>("ParentTopic").rule(&TOPIC).required()?,
    );
    request.sub_topic = reader.flat::<String>("SubTopic").rule(&SUB_TOPIC).optional()?;
    request.instance_id = reader.flat::<String>("InstanceId").optional()?;
    reader.finish()?;
    Ok(request)
}

/// Reads a request of `OnsMqttQueryClientByGroupId`.
pub(super) fn query_client_by_group_id(
    parameters: &Parameters,
) -> Result<QueryClientByGroupIdRequest, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = QueryClientByGroupIdRequest::new(
        reader.flat::<String>("GroupId").rule(&GROUP_ID).required()?,
    );
    request.instance_id = reader.flat::<String>("InstanceId").optional()?;
    reader.finish()?;
    Ok(request)
}

/// Reads a request of `OnsMqttQueryClientByClientId`.
pub(super) fn query_client_by_client_id(
    parameters: &Parameters,
) -> Result<QueryClientByClientIdRequest, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = QueryClientByClientIdRequest::new(
        reader.flat::<String>("ClientId").rule(&CLIENT_ID).required()?,
    );
    request.instance_id = reader.flat::<String>("InstanceId").optional()?;
    reader.finish()?;
    Ok(request)
}

/// Reads a request of `OnsMqttQueryMsgTransTrend`.
pub(super) fn query_msg_trans_trend(
    parameters: &Parameters,
) -> Result<QueryMsgTransTrendRequest, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = QueryMsgTransTrendRequest::new(
        reader.flat("BeginTime").range(0..).milliseconds().required()?,
        reader.flat("EndTime").range(0..).milliseconds().required()?,
        reader.flat::<String>("ParentTopic").rule(&TOPIC).required()?,
        reader.flat("TpsType").known().required()?,
        reader.flat("TransType").known().required()?,
    );
    request.instance_id = reader.flat::<String>("InstanceId").optional()?;
    request.sub_topic = reader.flat::<String>("SubTopic").rule(&SUB_TOPIC).optional()?;
    request.msg_type = reader.flat("MsgType").known().optional()?;
    request.qos = reader.flat("Qos").optional()?;
    reader.finish()?;
    Ok(request)
}
