//! Answer to a request that does not reach the service.

use std::time::Duration;

use pop_rpc::error::{Code, Failure};
use pop_rpc::service::Dispatch;

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
            failure: failure::<D>("Throttling.User"),
            retry_after: Some(retry_after),
        }
    }

    /// Rejects a request with an error code that the gateways of all products share.
    pub(super) fn with_code<D: Dispatch>(code: &str) -> Self {
        failure::<D>(code).into()
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

/// Builds the failure of an error code that the gateways of all products share.
///
/// Status and message are those that the product declares. A code that it does not declare has
/// status 400 and itself as message.
pub(super) fn failure<D: Dispatch>(code: &str) -> Failure {
    let facts = D::Code::from(code).facts();
    let is_declared = D::declared(code) == code;
    Failure {
        code: code.to_owned(),
        status: if is_declared { facts.status } else { 400 },
        message: if is_declared { facts.message } else { code }.to_owned(),
    }
}
