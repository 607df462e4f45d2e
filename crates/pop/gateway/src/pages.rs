//! Web pages beside the API, within the bounds of its callers.

use std::net::IpAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use futures_util::StreamExt as _;
use http_body_util::{BodyExt as _, Limited};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::forwarded::{FORWARDED_FOR, FORWARDED_PROTO, is_forwarded_https};
use crate::gateway::request_id;
use crate::http;

/// Size of the largest form that a page may send, in bytes.
const FORM: usize = 64 * 1024;

/// Content type of a stream of events.
const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");

/// Web pages that a listening socket answers beside the API.
///
/// Their requests count like those of the API. A handler runs to its end even if the client hangs
/// up, gets a whole body of up to 64 KiB, and finds a [`Visitor`] among the extensions of its
/// request.
///
/// An answer is held as a whole, but a stream of events (`text/event-stream`) is passed on as it
/// comes. While it lasts, its connection gives way to others, like one that waits for its client.
#[derive(Clone)]
pub struct Pages {
    /// Path to which `GET /` leads if the client wants HTML and sends no query.
    pub home: &'static str,
    /// Path of the pages about error codes. Followed by `/` and a code, it is what an error of the API
    /// recommends.
    pub errors: &'static str,
    /// The pages. A path that they do not know belongs to the API.
    pub router: Router,
}

/// Sender of a request for a page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Visitor {
    /// Address of the client; behind a trusted proxy, the one that the proxy tells.
    pub address: IpAddr,
    /// `true` if nobody between client and server can read along: the request came over TLS, or
    /// within this machine.
    pub is_private: bool,
    /// `true` if the browser speaks TLS, with this server or with a trusted proxy.
    pub is_encrypted: bool,
}

/// What all requests for pages of a socket share.
#[derive(Clone)]
pub(super) struct Serving {
    pub(super) tasks: TaskTracker,
    pub(super) body: Duration,
    pub(super) is_encrypted: bool,
    /// Cancelled when the service stops, which ends streams of events.
    pub(super) stop: CancellationToken,
}

impl Pages {
    /// Returns the routes, with the bounds on their requests.
    pub(super) fn within_bounds(self, serving: Serving) -> Router {
        self.router.layer(from_fn_with_state(serving, answer))
    }
}

/// Returns `true` for a request of a browser that was given the bare address of the API.
pub(super) fn is_for_people(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT);
    let accept = accept.map(HeaderValue::as_bytes).unwrap_or_default();
    let mut types = accept.split(|byte| *byte == b',');
    request.method() == Method::GET
        && request.uri().query().is_none()
        && types.any(|kind| kind.trim_ascii().starts_with(b"text/html"))
}

/// Answers a request, with the ID that every answer of the gateway has.
async fn answer(serving: State<Serving>, request: Request, next: Next) -> Response {
    let mut response = bounded(serving, request, next).await;
    if let Ok(id) = HeaderValue::try_from(request_id()) {
        response.headers_mut().insert(http::REQUEST_ID, id);
    }
    response
}

async fn bounded(State(serving): State<Serving>, request: Request, next: Next) -> Response {
    let Some(connection) = http::connection(&request) else {
        return empty(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let (mut parts, body) = request.into_parts();
    let mut held = connection.hold(http::head_length(&parts));
    if !body.is_end_stream() {
        // All that may arrive, as its parts are not counted one by one.
        held.add(FORM);
    }
    let body = tokio::time::timeout(serving.body, Limited::new(body, FORM).collect()).await;
    let body = match body {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(_)) => return empty(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => return empty(StatusCode::REQUEST_TIMEOUT),
    };
    let address = connection.client(&parts.headers);
    let Ok(answering) = connection.answering(address) else {
        return empty(StatusCode::SERVICE_UNAVAILABLE);
    };
    let is_encrypted =
        serving.is_encrypted || connection.is_proxy && is_forwarded_https(&parts.headers);
    parts.extensions.insert(Visitor {
        address,
        is_private: is_encrypted || is_within_machine(address, &parts.headers, connection.is_proxy),
        is_encrypted,
    });
    let request = Request::from_parts(parts, Body::from(body));
    let answered = tokio::spawn(serving.tasks.track_future(async move {
        let response = next.run(request).await;
        drop((answering, held));
        response
    }));
    let Ok(response) = answered.await else {
        return empty(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let (parts, body) = response.into_parts();
    if parts.headers.get(header::CONTENT_TYPE) == Some(&EVENTS) {
        let events = body.into_data_stream();
        let events = events.take_until(serving.stop.cancelled_owned());
        return Response::from_parts(parts, Body::from_stream(events));
    }
    let body: Bytes = match body.collect().await {
        Ok(body) => connection.unread(body.to_bytes().into()),
        Err(_) => return empty(StatusCode::INTERNAL_SERVER_ERROR),
    };
    Response::from_parts(parts, Body::from(body))
}

/// Returns `true` if a client sent its request from this machine, and no proxy says otherwise.
fn is_within_machine(client: IpAddr, headers: &HeaderMap, is_proxy: bool) -> bool {
    let was_forwarded = [FORWARDED_PROTO, FORWARDED_FOR, header::FORWARDED]
        .iter()
        .any(|name| headers.contains_key(name));
    client.to_canonical().is_loopback() && (is_proxy || !was_forwarded)
}

fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
