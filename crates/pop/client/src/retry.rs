//! When to try again, and how long to wait before.

use std::time::Duration;

use pop_rpc::{ActionInfo, Operation};

/// How often to try, and how long to wait in between.
///
/// The wait is drawn at random from zero to a bound that doubles with each try, so that clients
/// that failed together do not come back together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Retry {
    /// Tries in all; 1 is no retry.
    pub tries: u32,
    /// Bound of the first wait.
    pub base: Duration,
    /// Bound that no wait exceeds, unless the service asks for a longer one.
    pub cap: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            tries: 3,
            base: Duration::from_millis(100),
            cap: Duration::from_secs(20),
        }
    }
}

impl Retry {
    /// One try only.
    pub const NEVER: Self = Self {
        tries: 1,
        base: Duration::ZERO,
        cap: Duration::ZERO,
    };

    /// How long to wait after the `tried`th try; the service may have said how long at least.
    pub(crate) fn wait(&self, tried: u32, asked: Option<Duration>) -> Duration {
        let doubled = self
            .base
            .saturating_mul(2_u32.saturating_pow(tried.saturating_sub(1)));
        let drawn = doubled.min(self.cap).mul_f64(fastrand::f64());
        asked.map_or(drawn, |asked| asked + drawn)
    }
}

/// What a failed try leaves behind.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Outcome {
    /// Trying again would fail the same way.
    Final,
    /// The service did nothing.
    NotDone,
    /// The service may have done what it was asked.
    Unknown,
}

/// Whether a failed try may be followed by another: a write must not be done twice.
pub(crate) fn is_safe(action: &ActionInfo, outcome: Outcome) -> bool {
    match outcome {
        Outcome::Final => false,
        Outcome::NotDone => true,
        Outcome::Unknown => action.operation == Operation::Read || action.idempotent,
    }
}
