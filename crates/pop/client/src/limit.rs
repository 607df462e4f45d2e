//! Keeps calls within the rate limits that the API states.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pop_rpc::window::Window;
use pop_rpc::{ActionInfo, RateLimit};
use tokio::time::Instant;

/// Remembers when each action was called.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    calls: Mutex<HashMap<&'static str, Window<Instant>>>,
}

impl Limiter {
    /// Waits until the action may be called, and counts the call.
    pub(crate) async fn pass(&self, action: &ActionInfo) {
        let Some(limit) = action.rate_limit else {
            return;
        };
        while let Err(wait) = self.count(action.name, limit) {
            tokio::time::sleep(wait).await;
        }
    }

    fn count(&self, action: &'static str, limit: RateLimit) -> Result<(), Duration> {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls
            .entry(action)
            .or_default()
            .count(limit, Instant::now())
    }
}
