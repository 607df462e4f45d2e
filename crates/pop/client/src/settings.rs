//! Settings of a client.

use std::time::Duration;

use pop_rpc::{Format, Method};

use crate::credentials::ProvideCredentials;
use crate::retry::Retry;
use crate::transport::{Interceptor, Placement, Transport};

/// How a client calls.
#[derive(Debug)]
pub struct Settings {
    /// Scheme, host, port and path.
    pub endpoint: String,
    /// `RegionId`, if requests name one.
    pub region_id: Option<String>,
    /// How requests are signed.
    pub signature: Signature,
    /// Method of all requests.
    pub method: Method,
    /// Format of all responses.
    pub format: Format,
    /// How long one try may take.
    pub timeout: Duration,
    /// Tries, and waits in between.
    pub retry: Retry,
    /// Whether calls wait for what the API's limits allow.
    pub keeps_limits: bool,
    /// Where access keys come from.
    pub credentials: Box<dyn ProvideCredentials>,
    /// How requests travel.
    pub transport: Box<dyn Transport>,
    /// Who sees requests and responses on their way.
    pub interceptors: Vec<Box<dyn Interceptor>>,
}

impl Settings {
    /// Where requests carry their parameters.
    pub fn placement(&self) -> Placement {
        match (self.signature, self.method) {
            (Signature::Rpc, Method::Post) => Placement::Form,
            _ => Placement::Query,
        }
    }
}

/// How the requests of a product are signed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Signature {
    /// In the parameter `Signature`, with HMAC-SHA1.
    #[default]
    Rpc,
    /// In the header `Authorization`, with ACS3-HMAC-SHA256; all parameters stand in the query.
    #[cfg(feature = "acs3")]
    Acs3,
}
