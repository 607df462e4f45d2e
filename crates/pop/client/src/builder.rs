//! How a client is set up.

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

/// The client of a product, as generated.
pub trait Product: From<Client<Self::Code>> {
    /// The product's error codes.
    type Code: Code;

    /// How the product's requests are signed.
    const SIGNATURE: Signature = Signature::Rpc;

    /// Region ids and the hosts of their endpoints.
    fn regions() -> Vec<(&'static str, &'static str)>;
}

/// Why a client cannot be built.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BuildError {
    /// There is nothing to call.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// HTTP cannot be set up.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

/// Sets up the client of a product.
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
    /// The region to call, such as `cn-hangzhou`; requests name it, and it decides the endpoint.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The endpoint to call instead of the region's: a host, or a URL such as
    /// `http://127.0.0.1:8080`.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// The access key, or where it comes from; [`DefaultChain`] unless given.
    pub fn credentials(mut self, credentials: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Some(Box::new(credentials));
        self
    }

    /// The profile of the credentials files, instead of their default; the environment's access
    /// key is not looked at then.
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// Method of all requests; `POST` unless given, which keeps parameters out of access logs.
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Format of all responses; JSON unless given.
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// How long connecting may take; 5 seconds unless given.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long one try may take, connecting included; 10 seconds unless given.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How often to try, and how long to wait in between; three times unless given.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Whether calls wait until the API's limits allow them, rather than be refused.
    pub fn keep_limits(mut self, keeps_limits: bool) -> Self {
        self.keeps_limits = keeps_limits;
        self
    }

    /// Who sees requests and responses on their way; may be given more than once.
    pub fn interceptor(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.interceptors.push(Box::new(interceptor));
        self
    }

    /// What carries requests, instead of HTTP.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// There is no endpoint, or HTTP cannot be set up.
    pub fn build(self) -> Result<P, BuildError> {
        let endpoint = endpoint_of(
            self.endpoint.as_deref(),
            self.region.as_deref(),
            P::regions(),
        )?;
        let http = || Http::new(self.connect_timeout);
        let transport = match self.transport {
            Some(transport) => transport,
            None => Box::new(http()?),
        };
        let credentials = match self.credentials {
            Some(credentials) => credentials,
            None => Box::new(DefaultChain::new(
                Environment::process(),
                self.profile,
                http()?,
            )),
        };
        Ok(P::from(Client::new(Settings {
            endpoint,
            region_id: self.region,
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
