//! Keeps calls below the limits that the API states.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pop_rpc::{ActionInfo, RateLimit};
use tokio::time::Instant;

/// Remembers when each action was called.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    calls: Mutex<HashMap<&'static str, VecDeque<Instant>>>,
}

impl Limiter {
    /// Waits until the action may be called, and counts the call.
    pub(crate) async fn pass(&self, action: &ActionInfo) {
        let Some(limit) = action.rate_limit else {
            return;
        };
        while let Some(until) = self.reserve(action.name, limit) {
            tokio::time::sleep_until(until).await;
        }
    }

    /// Counts a call; or says when there is room for it.
    fn reserve(&self, name: &'static str, limit: RateLimit) -> Option<Instant> {
        let period = Duration::from_secs(limit.seconds.into());
        let now = Instant::now();
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let calls = calls.entry(name).or_default();
        while calls.front().is_some_and(|call| *call + period <= now) {
            calls.pop_front();
        }
        match calls.front() {
            Some(oldest) if calls.len() >= limit.requests as usize => Some(*oldest + period),
            _ => {
                calls.push_back(now);
                None
            }
        }
    }
}
