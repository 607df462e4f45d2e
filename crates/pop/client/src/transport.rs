//! HTTP, behind a trait: a test, a proxy or another HTTP library can take its place.

use std::fmt;
use std::time::Duration;

use pop_rpc::{ActionInfo, Method};

use crate::future::BoxFuture;

/// A request as it goes out.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpRequest {
    /// Method.
    pub method: Method,
    /// Scheme, host, port and path, without a query.
    pub endpoint: String,
    /// Encoded parameters.
    pub parameters: String,
    /// Where they stand.
    pub placement: Placement,
    /// Headers beside those that HTTP itself needs.
    pub headers: Vec<(&'static str, String)>,
    /// How long the answer may take.
    pub timeout: Duration,
}

/// Where a request carries its parameters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Placement {
    /// After the `?` of the URL.
    Query,
    /// In a form body.
    Form,
}

/// Shows no parameters: a token or signature may be among them.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("endpoint", &self.endpoint)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// A response as it came in.
#[derive(Clone, Debug, Default)]
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// `x-acs-retry-after`: how long the service wants to be left alone.
    pub retry_after: Option<Duration>,
    /// Body; bytes that are no UTF-8 are replaced.
    pub body: String,
}

/// Why there is no response.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TransportError {
    /// No connection; the service got nothing.
    #[error("cannot connect to {endpoint}: {reason}")]
    Connect {
        /// Who was called.
        endpoint: String,
        /// What went wrong.
        reason: String,
    },
    /// No answer in time; the service may have done what it was asked.
    #[error("no answer from {endpoint} within {timeout:?}")]
    Timeout {
        /// Who was called.
        endpoint: String,
        /// How long the answer could take.
        timeout: Duration,
    },
    /// Anything else; the service may have done what it was asked.
    #[error("no answer from {endpoint}: {reason}")]
    Other {
        /// Who was called.
        endpoint: String,
        /// What went wrong.
        reason: String,
    },
}

/// Sends requests.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends a request and waits for its response.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>>;
}

/// Sees requests and responses on their way, to log, count or mark them.
pub trait Interceptor: fmt::Debug + Send + Sync {
    /// Sees a request before it goes out; headers may be added, parameters are signed.
    fn request(&self, action: &ActionInfo, request: &mut HttpRequest) {
        let _ = (action, request);
    }

    /// Sees a response after it came in.
    fn response(&self, action: &ActionInfo, response: &HttpResponse) {
        let _ = (action, response);
    }
}

/// HTTP by reqwest: one client, kept, with its connections.
#[derive(Clone, Debug)]
pub struct Http(reqwest::Client);

impl Http {
    /// Prepares the HTTP client; a connection may take `connect_timeout`.
    ///
    /// If the process has no default TLS provider yet, ring becomes it.
    ///
    /// # Errors
    ///
    /// TLS cannot be set up, for lack of root certificates for instance.
    pub fn new(connect_timeout: Duration) -> Result<Self, TransportError> {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // An error means that another thread was first, which is as good.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        reqwest::Client::builder()
            .connect_timeout(connect_timeout)
            // An API that sends its callers elsewhere with a signed request is not the API.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .user_agent(concat!("pop-client/", env!("CARGO_PKG_VERSION")))
            .build()
            .map(Self)
            .map_err(|error| TransportError::Other {
                endpoint: "any endpoint".to_owned(),
                reason: reasons(&error),
            })
    }

    /// The HTTP client itself, for other requests of this crate.
    pub(crate) fn reqwest(&self) -> &reqwest::Client {
        &self.0
    }

    fn prepare(&self, request: &HttpRequest) -> reqwest::RequestBuilder {
        let HttpRequest {
            endpoint,
            parameters,
            ..
        } = request;
        let url = match request.placement {
            Placement::Query if !parameters.is_empty() => &format!("{endpoint}?{parameters}"),
            _ => endpoint,
        };
        let prepared = match request.method {
            Method::Get => self.0.get(url),
            Method::Post => self.0.post(url),
        };
        let prepared = match request.placement {
            Placement::Query => prepared,
            Placement::Form => prepared
                .header("content-type", "application/x-www-form-urlencoded")
                .body(parameters.clone()),
        };
        request
            .headers
            .iter()
            .fold(prepared, |prepared, (name, value)| {
                prepared.header(*name, value)
            })
            .timeout(request.timeout)
    }
}

impl Transport for Http {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let failed = |error| failure(&request, error);
            let response = self.prepare(&request).send().await.map_err(failed)?;
            let status = response.status().as_u16();
            let retry_after = retry_after(response.headers());
            let body = Vec::from(response.bytes().await.map_err(failed)?);
            Ok(HttpResponse {
                status,
                retry_after,
                body: String::from_utf8(body)
                    .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
            })
        })
    }
}

fn retry_after(headers: &reqwest::header::HeaderMap) -> Option<Duration> {
    let text = headers.get("x-acs-retry-after")?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_millis)
}

/// An error without the URL, which holds the signature.
fn failure(request: &HttpRequest, error: reqwest::Error) -> TransportError {
    let endpoint = request.endpoint.clone();
    let error = error.without_url();
    if error.is_connect() {
        TransportError::Connect {
            endpoint,
            reason: reasons(&error),
        }
    } else if error.is_timeout() {
        TransportError::Timeout {
            endpoint,
            timeout: request.timeout,
        }
    } else {
        TransportError::Other {
            endpoint,
            reason: reasons(&error),
        }
    }
}

/// An error and what caused it, on one line.
pub(crate) fn reasons(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
