//! Answer to a request that does not reach the service.

use std::time::Duration;

use pop_rpc::error::Failure;
use pop_rpc::service::{Dispatch, Refusal};

/// Failure that answers a request in place of the service.
#[derive(Debug)]
pub(super) struct Rejection {
    pub(super) failure: Failure,
    /// Time to wait before the next attempt, for requests that exceed a limit.
    pub(super) retry_after: Option<Duration>,
}

impl Rejection {
    /// Rejects a request that exceeds a limit of its access key.
    pub(super) fn throttled<D: Dispatch>(retry_after: Duration) -> Self {
        Self {
            failure: D::refuse(Refusal::Throttled),
            retry_after: Some(retry_after),
        }
    }

    /// Rejects a request with the product's code for the reason.
    pub(super) fn new<D: Dispatch>(refusal: impl Into<Refusal>) -> Self {
        D::refuse(refusal.into()).into()
    }
}

impl From<Failure> for Rejection {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            retry_after: None,
        }
    }
}
