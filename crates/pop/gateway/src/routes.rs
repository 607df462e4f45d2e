//! Routes of the gateway: the API, and the paths for operators.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::any;
use pop_rpc::Format;
use pop_rpc::service::{Answer, Dispatch};

use crate::gateway::{Gateway, Record, internal_error, request_id};
use crate::http;

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

impl<S: Dispatch> Gateway<S> {
    /// Returns the routes of the gateway.
    pub fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/healthz", any(healthz))
            .route("/readyz", any(readyz::<S>))
            .route("/metrics", any(metrics::<S>))
            .fallback(api::<S>)
            .with_state(Arc::clone(self))
    }
}

/// Answers a request of the API in a separate task, so that a client that hangs up leaves nothing
/// half done.
///
/// An answer that is ready at once needs no task, which saves a tenth of the time.
async fn api<S: Dispatch>(State(gateway): State<Arc<Gateway<S>>>, request: Request) -> Response {
    let tasks = gateway.tasks.clone();
    let answer = tasks.track_future(async move { gateway.answer(request).await });
    let mut answer = Box::pin(answer);
    let first = poll_fn(|task| Poll::Ready(answer.as_mut().poll(task)));
    if let Poll::Ready(response) = first.await {
        return response;
    }
    tokio::spawn(answer).await.unwrap_or_else(|error| {
        let context = Record::new(String::new()).context;
        tracing::error!(target: "pop_gateway", request_id = context.request_id, %error, "the gateway panicked");
        let answer = Answer::failure(Format::default(), &context, internal_error::<S>());
        http::respond(answer, &context.request_id, None)
    })
}

async fn healthz() -> Response {
    http::text(StatusCode::OK, TEXT, "ok\n", &request_id())
}

async fn readyz<S: Dispatch>(State(gateway): State<Arc<Gateway<S>>>) -> Response {
    let (status, text) = match (gateway.ready)() {
        Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
        Err(reason) => (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("not ready: {reason}\n"),
        ),
    };
    http::text(status, TEXT, text, &request_id())
}

async fn metrics<S: Dispatch>(State(gateway): State<Arc<Gateway<S>>>) -> Response {
    let text = gateway.metrics.text();
    http::text(StatusCode::OK, METRICS, text, &request_id())
}
