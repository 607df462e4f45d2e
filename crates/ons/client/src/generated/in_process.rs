// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! A service in the same process, called without HTTP.

use std::fmt;
use ons_mqtt_service::{Service, dispatch, refuse};
use pop_client::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};
use pop_rpc::service::{Answer, Context, read_parameters};

/// Sends requests to a service in the same process.
///
/// Requests and responses are encoded and decoded as over HTTP. Signatures are created but not
/// checked.
pub struct InProcess<S>(pub S);

impl<S: Service> Transport for InProcess<S> {
    fn send(
        &self,
        request: HttpRequest,
    ) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let form = request.form.as_deref().unwrap_or_default().as_bytes();
            let read = read_parameters(&request.query, form);
            let mut context = Context {
                host: request.endpoint,
                ..Context::default()
            };
            let answer = match read {
                Ok(parameters) => {
                    let text = |name| parameters.get(name).map(str::to_owned);
                    context.request_id = text("SignatureNonce").unwrap_or_default();
                    context.access_key_id = text("AccessKeyId").unwrap_or_default();
                    context.region_id = text("RegionId");
                    dispatch(&self.0, &context, &parameters).await
                }
                Err(refusal) => {
                    Answer::failure(Default::default(), &context, refuse(refusal))
                }
            };
            Ok(HttpResponse {
                status: answer.status,
                retry_after: None,
                body: String::from_utf8_lossy(&answer.body).into_owned(),
            })
        })
    }
}

impl<S> fmt::Debug for InProcess<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}
