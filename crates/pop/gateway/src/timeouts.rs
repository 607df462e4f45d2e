//! Time limits for clients.

use std::time::Duration;

/// Time limits for clients, so that slow ones do not keep others out.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Time from the connection, or the previous request, to the end of a request's head.
    pub head: Duration,
    /// Time from the end of the head to the end of the body.
    pub body: Duration,
    /// Time for the client to read more of an answer.
    pub read: Duration,
    /// Time to finish requests that are in progress when the service stops.
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
