//! Requests that are not let through.

use std::time::Duration;

use pop_rpc::error::{Code, Failure};
use pop_rpc::service::Dispatch;

/// Why a request is not let through.
#[derive(Debug)]
pub(super) struct Rejection {
    pub(super) failure: Failure,
    /// How long to wait before the next try.
    pub(super) retry_after: Option<Duration>,
}

impl Rejection {
    /// The access key sends too much.
    pub(super) fn throttled<D: Dispatch>(retry_after: Duration) -> Self {
        Self {
            failure: failure::<D>("Throttling.User"),
            retry_after: Some(retry_after),
        }
    }

    /// A code that the gateways of all products share.
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

/// A code that the gateways of all products share, as the product declares it.
pub(super) fn failure<D: Dispatch>(code: &str) -> Failure {
    let facts = D::Code::from(code).facts();
    let is_declared = D::declared(code) == code;
    Failure {
        code: code.to_owned(),
        status: if is_declared { facts.status } else { 400 },
        message: match is_declared {
            true => facts.message.to_owned(),
            false => code.to_owned(),
        },
    }
}
