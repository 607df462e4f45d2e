//! HTTP behind a trait, so that a test, a proxy or another HTTP library can replace it.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use pop_rpc::{ActionInfo, Method};
use reqwest::Url;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};

use crate::future::BoxFuture;

/// Content type of a form body.
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// Content length of an empty body.
const NO_LENGTH: HeaderValue = HeaderValue::from_static("0");

/// A request to send.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpRequest {
    /// HTTP method.
    pub method: Method,
    /// Scheme, host, port and path, without a query.
    pub endpoint: String,
    /// Encoded parameters of the query.
    pub query: String,
    /// Encoded parameters of the form body, if the action has any.
    pub form: Option<String>,
    /// Headers in addition to those that HTTP itself requires.
    pub headers: Vec<(&'static str, String)>,
    /// Time limit for the answer.
    pub timeout: Duration,
}

/// Hides the parameters, because they may contain a token or a signature.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("endpoint", &self.endpoint)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// A response as it was received.
#[derive(Clone, Debug, Default)]
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// Time that the service asks the client to wait, from the header `x-acs-retry-after`.
    pub retry_after: Option<Duration>,
    /// Body; bytes that are not UTF-8 are replaced.
    pub body: String,
}

/// Reason why there is no response.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TransportError {
    /// No connection; the service received nothing.
    #[error("cannot connect to {endpoint}: {reason}")]
    Connect {
        /// Endpoint that was called.
        endpoint: String,
        /// Description of the failure.
        reason: String,
    },
    /// No answer in time; the service may have carried out the request.
    #[error("no answer from {endpoint} within {timeout:?}")]
    Timeout {
        /// Endpoint that was called.
        endpoint: String,
        /// Time limit that has passed.
        timeout: Duration,
    },
    /// HTTP cannot carry the request, for example because its URL is too long; nothing was sent.
    #[error("cannot make a request to {endpoint}: {reason}")]
    Request {
        /// Endpoint of the request.
        endpoint: String,
        /// Description of the failure.
        reason: String,
    },
    /// Any other failure; the service may have carried out the request.
    #[error("no answer from {endpoint}: {reason}")]
    Other {
        /// Endpoint that was called.
        endpoint: String,
        /// Description of the failure.
        reason: String,
    },
}

/// Sends requests.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends a request and waits for its response.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>>;
}

/// Sees each request and response, to log, count or mark it.
pub trait Interceptor: fmt::Debug + Send + Sync {
    /// Sees a request before it is sent.
    ///
    /// It may add headers, but must not change the parameters: they are already signed.
    fn request(&self, action: &ActionInfo, request: &mut HttpRequest) {
        let _ = (action, request);
    }

    /// Sees a response after it was received.
    fn response(&self, action: &ActionInfo, response: &HttpResponse) {
        let _ = (action, response);
    }
}

/// HTTP transport that keeps its connections.
///
/// It goes through the proxy that `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` name,
/// except to the machine itself.
#[derive(Clone, Debug)]
pub struct Http {
    proxied: reqwest::Client,
    direct: reqwest::Client,
}

impl Http {
    /// Sets up the HTTP client. Connecting may take `connect_timeout` at most.
    ///
    /// If the process has no default TLS provider yet, this makes ring the default.
    ///
    /// # Errors
    ///
    /// TLS cannot be set up, for example because there are no root certificates.
    pub fn new(connect_timeout: Duration) -> Result<Self, TransportError> {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // It fails if another thread was first, which has the same effect.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let builder = || {
            reqwest::Client::builder()
                .connect_timeout(connect_timeout)
                // The API never redirects. Following one would send a signed request elsewhere.
                .redirect(reqwest::redirect::Policy::none())
                .referer(false)
                .user_agent(concat!("pop-client/", env!("CARGO_PKG_VERSION")))
        };
        let failed = |error: reqwest::Error| TransportError::Other {
            endpoint: "any endpoint".to_owned(),
            reason: reasons(&error),
        };
        Ok(Self {
            proxied: builder().build().map_err(failed)?,
            direct: builder().no_proxy().build().map_err(failed)?,
        })
    }

    /// Returns the HTTP client for a URL.
    pub(crate) fn client(&self, url: &Url) -> &reqwest::Client {
        if is_loopback(url) {
            &self.direct
        } else {
            &self.proxied
        }
    }

    /// Returns the HTTP client that never uses a proxy.
    pub(crate) fn direct(&self) -> &reqwest::Client {
        &self.direct
    }

    fn prepare(&self, request: &HttpRequest) -> Result<reqwest::RequestBuilder, TransportError> {
        let HttpRequest {
            endpoint, query, ..
        } = request;
        let url = match query.as_str() {
            "" => endpoint,
            // Several times as fast as `format!`.
            query => &[endpoint, "?", query].concat(),
        };
        let url = Url::parse(url).map_err(|error| TransportError::Request {
            endpoint: endpoint.clone(),
            reason: error.to_string(),
        })?;
        let client = self.client(&url);
        let prepared = match request.method {
            Method::Get => client.get(url),
            Method::Post => client.post(url),
            Method::Put => client.put(url),
            Method::Delete => client.delete(url),
        };
        let prepared = match &request.form {
            Some(form) => prepared.header(CONTENT_TYPE, FORM).body(form.clone()),
            None => prepared,
        };
        // hyper leaves it out if there is no body, but some gateways demand it.
        let has_body = request.form.as_ref().is_some_and(|form| !form.is_empty());
        let prepared = match request.method {
            Method::Get => prepared,
            _ if has_body => prepared,
            _ => prepared.header(CONTENT_LENGTH, NO_LENGTH),
        };
        let headers = request.headers.iter();
        let prepared = headers.fold(prepared, |prepared, (name, value)| {
            prepared.header(*name, value)
        });
        Ok(prepared.timeout(request.timeout))
    }
}

impl Transport for Http {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let failed = |error| failure(&request, error);
            let response = self.prepare(&request)?.send().await.map_err(failed)?;
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

/// Returns `true` if a URL leads to the machine itself.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("x-acs-retry-after")?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_millis)
}

/// Converts an error, without its URL, which contains the signature.
fn failure(request: &HttpRequest, error: reqwest::Error) -> TransportError {
    let endpoint = request.endpoint.clone();
    let error = error.without_url();
    if error.is_connect() {
        let hint = if speaks_no_tls(&error) {
            "; if it speaks plain HTTP, begin the endpoint with http://"
        } else {
            ""
        };
        TransportError::Connect {
            endpoint,
            reason: reasons(&error) + hint,
        }
    } else if error.is_builder() {
        let reason = reasons(&error);
        TransportError::Request { endpoint, reason }
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

/// Returns `true` if the answer to the TLS handshake was not TLS.
fn speaks_no_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return matches!(error, rustls::Error::InvalidMessage(_));
    }
    // The source of an I/O error is the source of the error in it, not that error.
    let io = error.downcast_ref::<std::io::Error>();
    let inner: Option<&(dyn std::error::Error + 'static)> =
        io.and_then(std::io::Error::get_ref).map(|inner| inner as _);
    inner.or_else(|| error.source()).is_some_and(speaks_no_tls)
}

/// Returns an error and its causes on one line.
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
