//! Time limits of clients.

use std::time::Duration;

/// How long clients may take, so that slow ones do not keep others out.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// From a connection or the request before to the end of a request's head.
    pub head: Duration,
    /// From there to the end of its body.
    pub body: Duration,
    /// To take in more of an answer.
    pub read: Duration,
    /// For what is under way when the service stops.
    pub stop: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let seconds = Duration::from_secs(30);
        Self {
            head: seconds,
            body: seconds,
            read: seconds,
            stop: seconds,
        }
    }
}
