//! Settings of a client.

use std::time::Duration;

use pop_rpc::{Format, Method};

use crate::credentials::ProvideCredentials;
use crate::retry::Retry;
use crate::transport::{Interceptor, Transport};

/// Settings of a client.
#[derive(Debug)]
pub struct Settings {
    /// Scheme, host, port and path of the service.
    pub endpoint: String,
    /// `RegionId` of all requests, if any.
    pub region_id: Option<String>,
    /// Signature of all requests.
    pub signature: Signature,
    /// Method of requests whose action accepts it.
    pub method: Method,
    /// Format of all answers.
    pub format: Format,
    /// Time limit of one attempt.
    pub timeout: Duration,
    /// Number of attempts, and waits between them.
    pub retry: Retry,
    /// `true` if calls wait until the limits of the API allow them.
    pub keeps_limits: bool,
    /// Source of access keys.
    pub credentials: Box<dyn ProvideCredentials>,
    /// Carrier of requests.
    pub transport: Box<dyn Transport>,
    /// Interceptors of requests and responses.
    pub interceptors: Vec<Box<dyn Interceptor>>,
}

/// Signature of a product's requests.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Signature {
    /// HMAC-SHA1, in the parameter `Signature`.
    #[default]
    Rpc,
    /// ACS3-HMAC-SHA256, in the header `Authorization`.
    #[cfg(feature = "acs3")]
    Acs3,
}
