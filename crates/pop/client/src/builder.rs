//! Builder of a client.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use pop_rpc::error::Code;
use pop_rpc::{Format, Method};

use crate::client::Client;
use crate::credentials::{DefaultChain, Environment, ProvideCredentials};
use crate::endpoint::{EndpointError, endpoint_of};
use crate::retry::Retry;
use crate::settings::{Settings, Signature};
use crate::transport::{Http, Interceptor, Transport, TransportError};

/// Name of the variable for the endpoint, after the product's prefix.
pub const ENDPOINT: &str = "ENDPOINT";

/// Name of the variable for the region, after the product's prefix.
pub const REGION: &str = "REGION";

/// A generated client of a product.
pub trait Product: From<Client<Self::Code>> {
    /// Error codes of the product.
    type Code: Code;

    /// Signature of the product's requests.
    const SIGNATURE: Signature = Signature::Rpc;

    /// Prefix of the product's environment variables, such as `ONS_MQTT`.
    const VARIABLES: &'static str;

    /// Returns the region IDs, each with the host of its endpoint.
    fn regions() -> Vec<(&'static str, &'static str)>;
}

/// Reason why a client cannot be built.
///
/// Its `Debug` is the same line as its `Display`; `{:#?}` shows the parts.
#[derive(Clone, Eq, PartialEq, thiserror::Error)]
pub enum BuildError {
    /// The endpoint is missing, unknown or malformed.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The HTTP client cannot be set up.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            _ if !f.alternate() => fmt::Display::fmt(self, f),
            Self::Endpoint(error) => f.debug_tuple("Endpoint").field(error).finish(),
            Self::Transport(error) => f.debug_tuple("Transport").field(error).finish(),
        }
    }
}

/// Builder of the client of a product.
#[derive(Debug)]
pub struct Builder<P> {
    region: Option<String>,
    endpoint: Option<String>,
    credentials: Option<Box<dyn ProvideCredentials>>,
    profile: Option<String>,
    method: Method,
    format: Format,
    connect_timeout: Duration,
    timeout: Duration,
    retry: Retry,
    keeps_limits: bool,
    transport: Option<Box<dyn Transport>>,
    interceptors: Vec<Box<dyn Interceptor>>,
    product: PhantomData<fn() -> P>,
}

impl<P> Default for Builder<P> {
    fn default() -> Self {
        Self {
            region: None,
            endpoint: None,
            credentials: None,
            profile: None,
            method: Method::Post,
            format: Format::Json,
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(10),
            retry: Retry::default(),
            keeps_limits: false,
            transport: None,
            interceptors: Vec::new(),
            product: PhantomData,
        }
    }
}

impl<P: Product> Builder<P> {
    /// Sets the region to call, such as `cn-hangzhou`.
    ///
    /// The region selects the endpoint, and requests name it. The default is the variable `…_REGION`
    /// of the product, such as `ONS_MQTT_REGION`.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the endpoint to call in place of the region's: a host, or a URL such as
    /// `http://127.0.0.1:8080`.
    ///
    /// A host without a scheme is called with HTTPS, and with HTTP if it is this machine. The default
    /// is the variable `…_ENDPOINT` of the product, such as `ONS_MQTT_ENDPOINT`.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Sets the access key, or a source of access keys; [`DefaultChain`] by default.
    pub fn credentials(mut self, credentials: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Some(Box::new(credentials));
        self
    }

    /// Sets the profile to read from the credentials files, in place of their default.
    ///
    /// An access key in the environment is then ignored.
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// Sets the method of requests whose action accepts it; `POST` by default, as in the official
    /// SDKs.
    ///
    /// The method does not decide where parameters are: each action declares which of them travel in
    /// the query and which in a form body. An action with a form is called with `GET` only if it
    /// accepts nothing else.
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Sets the format of all answers; JSON by default.
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// Sets the time limit for connecting; 5 seconds by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets the time limit of one attempt, including connecting; 10 seconds by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the number of attempts and the waits between them; three attempts by default.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Makes calls wait until the limits of the API allow them.
    ///
    /// By default they do not wait, and the service may reject them.
    pub fn keep_limits(mut self, keeps_limits: bool) -> Self {
        self.keeps_limits = keeps_limits;
        self
    }

    /// Adds an interceptor, which sees all requests and responses.
    pub fn interceptor(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.interceptors.push(Box::new(interceptor));
        self
    }

    /// Sets the transport that carries requests in place of HTTP.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    ///
    /// The endpoint is missing, unknown or malformed, or HTTP cannot be set up.
    pub fn build(self) -> Result<P, BuildError> {
        let environment = Environment::process();
        let variable = |name| environment.get(&format!("{}_{name}", P::VARIABLES));
        let region = self.region.or_else(|| variable(REGION));
        let endpoint = endpoint_of(
            self.endpoint.or_else(|| variable(ENDPOINT)).as_deref(),
            region.as_deref(),
            P::regions(),
        )?;
        let http = || Http::new(self.connect_timeout);
        let (transport, credentials): (Box<dyn Transport>, Box<dyn ProvideCredentials>) =
            match (self.transport, self.credentials) {
                (Some(transport), Some(credentials)) => (transport, credentials),
                (None, Some(credentials)) => (Box::new(http()?), credentials),
                (transport, None) => {
                    let http = http()?;
                    let chain = DefaultChain::new(environment, self.profile, http.clone());
                    let transport = transport.unwrap_or_else(|| Box::new(http));
                    (transport, Box::new(chain))
                }
            };
        Ok(P::from(Client::new(Settings {
            endpoint,
            region_id: region,
            signature: P::SIGNATURE,
            method: self.method,
            format: self.format,
            timeout: self.timeout,
            retry: self.retry,
            keeps_limits: self.keeps_limits,
            credentials,
            transport,
            interceptors: self.interceptors,
        })))
    }
}
