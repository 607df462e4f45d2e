//! Converts HTTP requests to parameters, and answers to HTTP responses.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts};
use axum::response::Response;
use http_body_util::BodyExt;
use pop_rpc::acs3::{self, Received};
use pop_rpc::error::{Failure, placeholder};
use pop_rpc::service::{Answer, Dispatch, ParameterError, Refusal, format_of, read_parameters};
use pop_rpc::signature::name;
use pop_rpc::{Format, Method, Parameters};

use crate::connections::{Connection, Held};
use crate::head::is_acs3;
use crate::rejection::Rejection;

/// Response header with the ID of the request.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-acs-request-id");

/// Response header with the time to wait before the next attempt, in milliseconds.
const RETRY_AFTER: HeaderName = HeaderName::from_static("x-acs-retry-after");

/// Size of the largest form body that a product without parameters in forms accepts, in bytes.
const BODY: usize = 64 * 1024;

/// Size of the largest form body that any other product accepts, in bytes.
const LARGE_BODY: usize = 8 * 1024 * 1024;

/// Number of bytes of a larger body that are still read and dropped.
///
/// A client that is still sending may not read the answer.
const DROPPED: usize = 1024 * 1024;

/// Length of the longest host with a port, in bytes.
const HOST: usize = 253 + 1 + 5;

const FORM: &str = "application/x-www-form-urlencoded";

/// A request with its parameters.
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) format: Format,
    /// Parameters of query and form body.
    pub(super) parameters: Parameters,
    /// What headers carry, if they replace the common parameters.
    pub(super) carried: Option<Carried>,
}

impl Call {
    /// Returns the common parameters: those of headers, or all parameters of the request.
    pub(super) fn common(&self) -> &Parameters {
        let carried = self.carried.as_ref();
        carried.map_or(&self.parameters, |carried| &carried.common)
    }
}

/// What the headers of a request carry in place of common parameters.
pub(super) struct Carried {
    common: Parameters,
    pub(super) headers: Headers,
}

/// Parts of a request whose signature is in a header, as they were received.
pub(super) struct Headers {
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Bytes,
}

impl Carried {
    fn read(method: Method, parts: &Parts, body: &Bytes) -> Result<Self, ParameterError> {
        let headers = Headers::new(parts, body);
        let common = headers.received(method, |received| received.common())?;
        Ok(Self { common, headers })
    }
}

impl Headers {
    fn new(parts: &Parts, body: &Bytes) -> Self {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = parts.headers.iter();
        Self {
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: headers
                .map(|(name, value)| (name.as_str().to_owned(), text(value)))
                .collect(),
            body: body.clone(),
        }
    }

    /// Passes the request to `read`, in the form that its signature covers.
    pub(super) fn received<T>(&self, method: Method, read: impl FnOnce(Received<'_>) -> T) -> T {
        let headers: Vec<(&str, &str)> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        read(Received {
            method,
            path: &self.path,
            query: &self.query,
            headers: &headers,
            body: &self.body,
        })
    }
}

/// Rejection of a request that cannot be read, with the format in which to answer it.
pub(super) struct Unreadable {
    pub(super) format: Format,
    pub(super) rejection: Rejection,
}

/// A request that has arrived as a whole, before its parameters are read.
pub(super) struct Arrived {
    parts: Parts,
    method: Method,
    form: Bytes,
}

impl Arrived {
    /// Waits for a request. Its body must arrive within `time`. Counts its bytes as they arrive.
    pub(super) async fn wait<D: Dispatch>(
        request: Request,
        time: Duration,
        mut held: Option<&mut Held>,
    ) -> Result<Self, Unreadable> {
        let (parts, body) = request.into_parts();
        if let Some(held) = &mut held {
            held.add(head_length(&parts));
        }
        let unreadable = |failure: Failure| Unreadable {
            format: asked_format(&parts, b""),
            rejection: failure.into(),
        };
        let method = method::<D>(&parts).map_err(unreadable)?;
        let form = match method {
            // The body of a GET means nothing, unless it is declared as something.
            Method::Get if !parts.headers.contains_key(header::CONTENT_TYPE) => Bytes::new(),
            _ => form::<D>(&parts.headers, body, time, held)
                .await
                .map_err(unreadable)?,
        };
        Ok(Self {
            parts,
            method,
            form,
        })
    }

    /// Returns the length of everything that the sender chose, in bytes.
    pub(super) fn length(&self) -> usize {
        head_length(&self.parts) + self.form.len()
    }

    /// Reads the parameters.
    pub(super) fn read<D: Dispatch>(self) -> Result<Call, Unreadable> {
        let Self {
            parts,
            method,
            form,
        } = self;
        let unreadable = |failure: Failure| Unreadable {
            format: asked_format(&parts, &form),
            rejection: failure.into(),
        };
        let refuse = |refusal| unreadable(D::refuse(nameable(refusal).into()));
        let query = parts.uri.query().unwrap_or_default();
        let parameters = read_parameters(query, &form).map_err(refuse)?;
        let carried = match carries_common(&parts, &form) {
            true => Some(Carried::read(method, &parts, &form).map_err(refuse)?),
            false => None,
        };
        let mut call = Call {
            method,
            format: Format::default(),
            parameters,
            carried,
        };
        call.format = format_of(call.common()).map_err(|refusal| unreadable(D::refuse(refusal)))?;
        Ok(call)
    }
}

/// Returns the length of query and headers, in bytes.
pub(super) fn head_length(parts: &Parts) -> usize {
    let query = parts.uri.query().unwrap_or_default();
    let headers = parts.headers.iter();
    let headers: usize = headers
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    query.len() + headers
}

/// Returns `true` if the signature is in the header `Authorization`, not in a parameter.
fn is_signed_in_headers(headers: &HeaderMap) -> bool {
    let value = headers.get(header::AUTHORIZATION);
    value.is_some_and(|value| value.as_bytes().starts_with(acs3::ALGORITHM.as_bytes()))
}

/// Returns the connection that a request came on, if the gateway itself listens.
pub(super) fn connection(request: &Request) -> Option<Arc<Connection>> {
    request.extensions().get().cloned()
}

/// Returns `true` if headers carry what are common parameters otherwise.
fn carries_common(parts: &Parts, form: &[u8]) -> bool {
    let headers = &parts.headers;
    let query = parts.uri.query().unwrap_or_default();
    is_acs3(
        is_signed_in_headers(headers),
        headers.contains_key(acs3::header::ACTION),
        headers.contains_key(acs3::header::CONTENT_HASH),
        || names_action(query, form),
    )
}

/// Returns `true` if a parameter names the action.
fn names_action(query: &str, form: &[u8]) -> bool {
    let mut pairs = form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(form));
    pairs.any(|(parameter, _)| parameter == name::ACTION)
}

/// Returns the host that was called; empty if it cannot be one.
pub(super) fn host(request: &Request) -> String {
    let header = request.headers().get(header::HOST);
    let host = match request.uri().authority() {
        Some(authority) => Some(authority.as_str()),
        None => header.and_then(|host| host.to_str().ok()),
    };
    // Errors repeat the host, so a long one would make them long.
    host.filter(|host| host.len() <= HOST)
        .unwrap_or_default()
        .to_owned()
}

/// Builds the response to a request.
pub(super) fn respond(
    answer: Answer,
    request_id: &str,
    retry_after: Option<Duration>,
    connection: Option<Arc<Connection>>,
) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let content_type = HeaderValue::from_static(answer.content_type);
    let mut response = text(status, content_type, answer.body, request_id, connection);
    if let Some(wait) = retry_after {
        // Rounded up, so that the next attempt is not slightly too early.
        let milliseconds = wait.as_nanos().div_ceil(1_000_000);
        if let Ok(value) = HeaderValue::try_from(milliseconds.to_string()) {
            response.headers_mut().insert(RETRY_AFTER, value);
        }
    }
    response
}

/// Builds a response with a body and the ID of its request.
pub(super) fn text(
    status: StatusCode,
    content_type: HeaderValue,
    body: impl Into<Vec<u8>>,
    request_id: &str,
    connection: Option<Arc<Connection>>,
) -> Response {
    let body = body.into();
    let mut response = Response::new(match connection {
        Some(connection) => connection.unread(body).into(),
        None => body.into(),
    });
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, content_type);
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

fn method<D: Dispatch>(parts: &Parts) -> Result<Method, Failure> {
    if parts.uri.path() != "/" {
        return Err(D::refuse(Refusal::UnknownAction));
    }
    let method = Method::from_wire(parts.method.as_str());
    method.ok_or_else(|| D::refuse(Refusal::Method))
}

/// Reads the form body of a request. The content type of an empty body does not matter.
async fn form<D: Dispatch>(
    headers: &HeaderMap,
    body: Body,
    time: Duration,
    held: Option<&mut Held>,
) -> Result<Bytes, Failure> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let bytes = match tokio::time::timeout(time, collect::<D>(body, held)).await {
        Ok(bytes) => bytes?,
        Err(_) => {
            let seconds = time.as_secs_f64();
            return Err(invalid_body::<D>(format!(
                "it did not arrive within {seconds} s"
            )));
        }
    };
    if bytes.is_empty() || is_form(headers) {
        return Ok(bytes);
    }
    let refusal = ParameterError::Malformed {
        name: "ContentType".to_owned(),
        expected: FORM,
    };
    Err(D::refuse(refusal.into()).because(format_args!("a body must be {FORM}")))
}

/// Returns the size of the largest body that a product accepts, in bytes.
fn largest_body<D: Dispatch>() -> usize {
    if D::ACTIONS.iter().any(|action| action.has_form) {
        LARGE_BODY
    } else {
        BODY
    }
}

/// Reads a body that is not too large, and counts what is kept of it.
async fn collect<D: Dispatch>(
    mut body: Body,
    mut held: Option<&mut Held>,
) -> Result<Bytes, Failure> {
    let largest = largest_body::<D>();
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| invalid_body::<D>("it is incomplete".to_owned()))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        length += data.len();
        if length <= largest {
            if let Some(held) = &mut held {
                held.add(data.len());
            }
            bytes.extend_from_slice(&data);
        } else if length > largest + DROPPED {
            break;
        }
    }
    if length > largest {
        return Err(invalid_body::<D>(format!(
            "it is longer than {largest} bytes"
        )));
    }
    Ok(bytes.into())
}

fn invalid_body<D: Dispatch>(reason: String) -> Failure {
    let refusal = ParameterError::Malformed {
        name: "Body".to_owned(),
        expected: "readable",
    };
    D::refuse(refusal.into()).because(reason)
}

/// Returns `true` if the body is a form. A request without a content type counts as a form.
fn is_form(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return true;
    };
    let kind = value.as_bytes().split(|byte| *byte == b';').next();
    kind.is_some_and(|kind| kind.trim_ascii().eq_ignore_ascii_case(FORM.as_bytes()))
}

/// Finds the format that a request asks for, although the request cannot be read as a whole.
fn asked_format(parts: &Parts, form: &[u8]) -> Format {
    if carries_common(parts, form) {
        let headers = Headers::new(parts, &Bytes::new());
        return headers.received(Method::Get, |received| received.format());
    }
    let query = parts.uri.query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(form));
    let format: Option<Cow<'_, str>> =
        pairs.find_map(|(parameter, value)| (parameter == name::FORMAT).then_some(value));
    Format::from_wire(format.as_deref()).unwrap_or_default()
}

/// Returns the refusal, or a general one if it names something that cannot be a parameter.
///
/// Error codes are logged, so clients must not be able to choose them freely.
fn nameable(refusal: ParameterError) -> ParameterError {
    const LONGEST: usize = 64;
    let name = refusal.name();
    if name.len() <= LONGEST && placeholder(name, "", "").is_some() {
        refusal
    } else {
        ParameterError::Malformed {
            name: "Parameter".to_owned(),
            expected: "a valid parameter name",
        }
    }
}
