// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! Turns parameters into the bytes of an answer.

use pop_rpc::Parameters;
use pop_rpc::error::Failure;
use pop_rpc::service::{Answer, Context, ParameterError, Refusal, Request};
use hard_product_20210304_models::*;
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
        "Alone" => {
            let request = read::alone(parameters).map_err(refuse)?;
            let mut response = service.alone(context, request).await?;
            response.request_id = context.request_id.clone();
            format.write_response::<AloneRequest>(&response)
        }
        "GetThing" => {
            const STATUSES: &[(&str, u16)] = &[
                ("Denied", 429),
                ("Missing{Parameter}", 429),
            ];
            let request = read::get_thing(parameters)
                .map_err(|error| refuse(error).with_status(STATUSES))?;
            let mut response = service
                .get_thing(context, request)
                .await
                .map_err(|failure| failure.with_status(STATUSES))?;
            response.request_id = context.request_id.clone();
            format.write_response::<GetThingRequest>(&response)
        }
        "GetURLs" => {
            let request = read::get_ur_ls(parameters).map_err(refuse)?;
            let mut response = service.get_ur_ls(context, request).await?;
            response.request_id = context.request_id.clone();
            format.write_response::<GetUrLsRequest>(&response)
        }
        "ListOrOne" => {
            let request = read::list_or_one(parameters).map_err(refuse)?;
            let mut response = service.list_or_one(context, request).await?;
            response.request_id = context.request_id.clone();
            format.write_response::<ListOrOneRequest>(&response)
        }
        "Type" => {
            let request = read::r#type(parameters).map_err(refuse)?;
            let mut response = service.r#type(context, request).await?;
            response.request_id = context.request_id.clone();
            format.write_response::<TypeRequest>(&response)
        }
        "type" => {
            let request = read::r#type_2(parameters).map_err(refuse)?;
            let response = service.r#type_2(context, request).await?;
            format.write_response::<TypeRequest2>(&response)
        }
        _ => return Err(refuse(Refusal::UnknownAction)),
    };
    body.map_err(|error| refuse(Refusal::Internal).because(error))
}

/// Returns the failure that tells a client why its request was refused.
pub fn refuse(refusal: impl Into<Refusal>) -> Failure {
    match refusal.into() {
        Refusal::Parameter(error) => refuse_parameter(error),
        Refusal::UnknownAction => ErrorCode::NoSuchAction.into(),
        Refusal::Format => ErrorCode::NoSuchFormat.into(),
        Refusal::Internal => ErrorCode::Internal.into(),
        Refusal::Version => ErrorCode::NoSuchAction.into(),
        Refusal::Method => ErrorCode::NoSuchAction.into(),
        Refusal::AccessKey => ErrorCode::Denied.into(),
        Refusal::SecurityToken => ErrorCode::Denied.into(),
        Refusal::Timestamp => ErrorCode::Denied.into(),
        Refusal::Expired => ErrorCode::Denied.into(),
        Refusal::Nonce => ErrorCode::Denied.into(),
        Refusal::SignatureMethod => ErrorCode::Denied.into(),
        Refusal::Signature => ErrorCode::Denied.into(),
        Refusal::Unsigned => ErrorCode::Denied.into(),
        Refusal::Throttled => ErrorCode::Denied.into(),
        Refusal::Unavailable => ErrorCode::Internal.into(),
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
            Failure::from(ErrorCode::Invalid(name)).because(error)
        }
    }
}
