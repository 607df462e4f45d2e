// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! A service in the same process, called without HTTP.

use std::fmt;
use small_models::ACTIONS;
use small_service::{Service, answer, refuse};
use pop_client::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};
use pop_rpc::acs3::Received;
use pop_rpc::service::{Answer, Context, Request};

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
            let headers: Vec<(&str, &str)> = request
                .headers
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            let received = Received {
                method: request.method,
                path: "/",
                query: &request.query,
                headers: &headers,
                body: form,
            };
            let read = received
                .parameters()
                .and_then(|own| Ok((received.common()?, own)));
            let mut context = Context {
                host: request.endpoint,
                ..Context::default()
            };
            let answer = match read {
                Ok((common, parameters)) => {
                    let text = |name| common.get(name).map(str::to_owned);
                    context.request_id = text("SignatureNonce").unwrap_or_default();
                    context.access_key_id = text("AccessKeyId").unwrap_or_default();
                    context.region_id = parameters.get("RegionId").map(str::to_owned);
                    match Request::read(&common, &parameters, ACTIONS) {
                        Ok(request) => answer(&self.0, &context, &request).await,
                        Err((format, refusal)) => {
                            Answer::failure(format, &context, refuse(refusal))
                        }
                    }
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
