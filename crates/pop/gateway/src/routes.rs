//! Routes of the gateway: the API, and the paths for operators.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::any;
use pop_rpc::Format;
use pop_rpc::service::{Answer, Dispatch, Refusal};

use crate::error_pages::error_pages;
use crate::gateway::{Gateway, Record, request_id};
use crate::http;
use crate::listener::Paths;
use crate::pages::{Pages, Serving, is_for_people};

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

impl<S: Dispatch> Gateway<S> {
    /// Returns the routes of a listening socket.
    pub(super) fn router(
        self: &Arc<Self>,
        paths: Paths,
        pages: Option<(Pages, Serving)>,
    ) -> Router {
        let mut router = Router::new()
            .route("/healthz", any(healthz))
            .route("/readyz", any(readyz::<S>));
        if paths != Paths::Callers {
            router = router.route("/metrics", any(metrics::<S>));
        }
        router = match paths {
            Paths::Operator => router.fallback(not_found),
            Paths::All | Paths::Callers => router.fallback(api::<S>),
        };
        let Some((pages, serving)) = pages else {
            return router.with_state(Arc::clone(self));
        };
        let (home, errors) = (pages.home, pages.errors);
        let is_encrypted = serving.is_encrypted;
        let root = move |gateway: State<Arc<Self>>, mut request: Request| async move {
            if is_for_people(&request) {
                return lead_to(home);
            }
            if let Some(pages) = error_pages(&request, errors, is_encrypted) {
                request.extensions_mut().insert(pages);
            }
            api(gateway, request).await
        };
        let pages = pages.within_bounds(serving);
        let router = router.route("/", any(root));
        router.with_state(Arc::clone(self)).merge(pages)
    }
}

/// Leads a browser to another path.
fn lead_to(path: &'static str) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::from_static(path));
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    response
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
        let answer = Answer::failure(Format::default(), &context, S::refuse(Refusal::Internal));
        http::respond(answer, &context.request_id, None, None)
    })
}

async fn healthz(request: Request) -> Response {
    text(&request, StatusCode::OK, TEXT, "ok\n")
}

async fn readyz<S: Dispatch>(State(gateway): State<Arc<Gateway<S>>>, request: Request) -> Response {
    match (gateway.ready)() {
        Ok(()) => text(&request, StatusCode::OK, TEXT, "ready\n"),
        Err(reason) => {
            let reason = format!("not ready: {reason}\n");
            text(&request, StatusCode::SERVICE_UNAVAILABLE, TEXT, reason)
        }
    }
}

async fn metrics<S: Dispatch>(
    State(gateway): State<Arc<Gateway<S>>>,
    request: Request,
) -> Response {
    text(&request, StatusCode::OK, METRICS, gateway.metrics.text())
}

async fn not_found(request: Request) -> Response {
    let paths = "not found; here are /healthz, /readyz and /metrics\n";
    text(&request, StatusCode::NOT_FOUND, TEXT, paths)
}

fn text(
    request: &Request,
    status: StatusCode,
    content_type: HeaderValue,
    text: impl Into<Vec<u8>>,
) -> Response {
    let connection = http::connection(request);
    http::text(status, content_type, text, &request_id(), connection)
}
