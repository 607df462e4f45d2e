//! Rate limits of one access key.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pop_rpc::window::Window;
use pop_rpc::{ActionInfo, RateLimit};

/// Recent calls of one access key, by action; their times are those of a clock that never jumps.
pub(super) struct Calls(Vec<(&'static str, Mutex<Window<Duration>>)>);

impl Calls {
    pub(super) fn new(actions: &'static [ActionInfo]) -> Self {
        let window = |action: &ActionInfo| (action.name, Mutex::default());
        Self(actions.iter().map(window).collect())
    }

    /// Counts a call of an action. A call that exceeds the limit does not count.
    ///
    /// # Errors
    ///
    /// The limit is reached. The error is the time until another call is allowed.
    pub(super) fn count(
        &self,
        action: &ActionInfo,
        limit: RateLimit,
        now: Duration,
    ) -> Result<(), Duration> {
        let mut calls = self.0.iter();
        match calls.find(|(name, _)| *name == action.name) {
            Some((_, window)) => {
                let mut window = window.lock().unwrap_or_else(PoisonError::into_inner);
                window.count(limit, now)
            }
            None => Ok(()),
        }
    }
}
