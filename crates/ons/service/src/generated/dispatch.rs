// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Turns parameters into the bytes of an answer.

use pop_rpc::error::Failure;
use pop_rpc::service::{Answer, Context, ParameterError, required};
use pop_rpc::{Format, Parameters};
use ons_mqtt_models::*;
use super::Service;
use super::read;

/// Answers a request whose signature and limits the gateway has checked.
pub async fn dispatch<S: Service>(
    service: &S,
    context: &Context,
    parameters: &Parameters,
) -> Answer {
    let format = match Format::from_wire(parameters.get("Format")) {
        Ok(format) => format,
        Err(_) => {
            let failure = ErrorCode::InvalidParameterFormat.into();
            return Answer::failure(Format::default(), context, failure);
        }
    };
    match run(service, context, parameters, format).await {
        Ok(body) => Answer::success(format, body),
        Err(failure) => Answer::failure(format, context, failure),
    }
}

async fn run<S: Service>(
    service: &S,
    context: &Context,
    parameters: &Parameters,
    format: Format,
) -> Result<Vec<u8>, Failure> {
    let action: String = required(parameters, "Action").map_err(refuse)?;
    let body = match action.as_str() {
        "OnsMqttGroupIdCreate" => {
            let request = read::group_id_create(parameters).map_err(refuse)?;
            let mut response = service.group_id_create(context, request).await?;
            response.request_id = context.request_id.clone();
            format.write_response::<GroupIdCreateRequest>(&response)
        }
        "OnsMqttGroupIdDelete" => {
            let request = read::group_id_delete(parameters).map_err(refuse)?;
            let mut response = service.group_id_delete(context, request).await?;
            response.request_id = context.request_id.clone();
            format.write_response::<GroupIdDeleteRequest>(&response)
        }
        "OnsMqttGroupIdList" => {
            let request = read::group_id_list(parameters).map_err(refuse)?;
            let mut response = service.group_id_list(context, request).await?;
            response.request_id = context.request_id.clone();
            format.write_response::<GroupIdListRequest>(&response)
        }
        "OnsMqttQueryHistoryOnline" => {
            let request = read::query_history_online(parameters).map_err(refuse)?;
            let mut response = service.query_history_online(context, request).await?;
            response.request_id = context.request_id.clone();
            format.write_response::<QueryHistoryOnlineRequest>(&response)
        }
        "OnsMqttQueryClientByTopic" => {
            let request = read::query_client_by_topic(parameters).map_err(refuse)?;
            let mut response = service.query_client_by_topic(context, request).await?;
            response.request_id = context.request_id.clone();
            format.write_response::<QueryClientByTopicRequest>(&response)
        }
        "OnsMqttQueryClientByGroupId" => {
            let request = read::query_client_by_group_id(parameters).map_err(refuse)?;
            let mut response = service.query_client_by_group_id(context, request).await?;
            response.request_id = context.request_id.clone();
            format.write_response::<QueryClientByGroupIdRequest>(&response)
        }
        "OnsMqttQueryClientByClientId" => {
            let request = read::query_client_by_client_id(parameters).map_err(refuse)?;
            let mut response = service
                .query_client_by_client_id(context, request)
                .await?;
            response.request_id = context.request_id.clone();
            format.write_response::<QueryClientByClientIdRequest>(&response)
        }
        "OnsMqttQueryMsgTransTrend" => {
            let request = read::query_msg_trans_trend(parameters).map_err(refuse)?;
            let mut response = service.query_msg_trans_trend(context, request).await?;
            response.request_id = context.request_id.clone();
            format.write_response::<QueryMsgTransTrendRequest>(&response)
        }
        _ => return Err(ErrorCode::InvalidActionNotFound.into()),
    };
    body.map_err(|error| Failure::from(ErrorCode::InternalError).because(error))
}

/// Returns the failure that tells a client why its parameters were refused.
pub fn refuse(error: ParameterError) -> Failure {
    let name = error.name().to_owned();
    match error {
        ParameterError::Missing(_) => ErrorCode::Missing(name).into(),
        ParameterError::Malformed { .. } | ParameterError::Repeated(_) => {
            ErrorCode::Invalid(name).into()
        }
        ParameterError::OutOfRange { .. } => {
            Failure::from(ErrorCode::BizFieldCheckInvalid).because(error)
        }
    }
}
