//! Paths for those who run the service.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use pop_rpc::service::Dispatch;

use super::{Gateway, http, request_id};

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

pub(super) async fn healthz() -> Response {
    http::text(StatusCode::OK, TEXT, "ok\n", &request_id())
}

pub(super) async fn readyz<S: Dispatch>(State(gateway): State<Arc<Gateway<S>>>) -> Response {
    let (status, text) = match (gateway.ready)() {
        Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
        Err(reason) => (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("not ready: {reason}\n"),
        ),
    };
    http::text(status, TEXT, text, &request_id())
}

pub(super) async fn metrics<S: Dispatch>(State(gateway): State<Arc<Gateway<S>>>) -> Response {
    let text = gateway.metrics.text();
    http::text(StatusCode::OK, METRICS, text, &request_id())
}
