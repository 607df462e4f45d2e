// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Turns parameters into the bytes of an answer.

use pop_rpc::Parameters;
use pop_rpc::error::Failure;
use pop_rpc::service::{Answer, Context, ParameterError, Refusal, Request};
use ons_mqtt_models::*;
use super::Service;
use super::read;

/// Answers a request whose signature and limits have been checked, and whose common parameters are
/// among its parameters.
pub async fn dispatch<S: Service>(
    service: &S,
    context: &Context,
    parameters: &Parameters,
) -> Answer {
    match Request::read(parameters, parameters, ACTIONS) {
        Ok(request) => answer(service, context, &request).await,
        Err((format, refusal)) => Answer::failure(format, context, refuse(refusal)),
    }
}

/// Answers a request whose format and action are known, too.
pub async fn answer<S: Service>(
    service: &S,
    context: &Context,
    request: &Request<'_>,
) -> Answer {
    match run(service, context, request).await {
        Ok(body) => Answer::success(request.format, body),
        Err(failure) => Answer::failure(request.format, context, failure),
    }
}

async fn run<S: Service>(
    service: &S,
    context: &Context,
    &Request { format, action, parameters }: &Request<'_>,
) -> Result<Vec<u8>, Failure> {
    let body = match action.name {
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
        _ => return Err(refuse(Refusal::UnknownAction)),
    };
    body.map_err(|error| refuse(Refusal::Internal).because(error))
}

/// Returns the failure that tells a client why its request was refused.
pub fn refuse(refusal: impl Into<Refusal>) -> Failure {
    match refusal.into() {
        Refusal::Parameter(error) => refuse_parameter(error),
        Refusal::UnknownAction => ErrorCode::InvalidActionNotFound.into(),
        Refusal::Format => ErrorCode::InvalidParameterFormat.into(),
        Refusal::Internal => ErrorCode::InternalError.into(),
        Refusal::Version => ErrorCode::InvalidVersion.into(),
        Refusal::Method => ErrorCode::UnsupportedHttpMethod.into(),
        Refusal::AccessKey => ErrorCode::InvalidAccessKeyIdNotFound.into(),
        Refusal::SecurityToken => {
            ErrorCode::InvalidSecurityTokenMismatchWithAccessKey.into()
        }
        Refusal::Timestamp => ErrorCode::InvalidTimeStampFormat.into(),
        Refusal::Expired => ErrorCode::InvalidTimeStampExpired.into(),
        Refusal::Nonce => ErrorCode::SignatureNonceUsed.into(),
        Refusal::SignatureMethod => ErrorCode::InvalidSignatureMethod.into(),
        Refusal::Signature => ErrorCode::SignatureDoesNotMatch.into(),
        Refusal::Unsigned => ErrorCode::IncompleteSignature.into(),
        Refusal::Throttled => ErrorCode::ThrottlingUser.into(),
        Refusal::Unavailable => ErrorCode::ServiceUnavailable.into(),
    }
}

fn refuse_parameter(error: ParameterError) -> Failure {
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
