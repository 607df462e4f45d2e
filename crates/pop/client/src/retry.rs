//! Decides whether to repeat a call, and how long to wait before.

use std::time::Duration;

use pop_rpc::{ActionInfo, Operation};

/// Longest wait that the service may ask for. If it asks for more, the call fails at once.
const LONGEST_ASKED: Duration = Duration::from_secs(60);

/// Number of attempts, and waits between them.
///
/// Each wait is random, from zero to a bound that doubles with each attempt. So clients that failed
/// at the same time do not return at the same time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Retry {
    /// Total number of attempts; 1 means no retry.
    pub tries: u32,
    /// Bound of the first wait.
    pub base: Duration,
    /// Longest wait, unless the service asks for a longer one. It may ask for up to one minute; beyond that, the call fails.
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
    /// A single attempt.
    pub const NEVER: Self = Self {
        tries: 1,
        base: Duration::ZERO,
        cap: Duration::ZERO,
    };

    /// Returns the wait after attempt number `tried`; `None` if the service asks for one that is too long.
    ///
    /// `asked` is the least wait that the service asks for, if any.
    pub(crate) fn wait(&self, tried: u32, asked: Option<Duration>) -> Option<Duration> {
        let doubled = self
            .base
            .saturating_mul(2_u32.saturating_pow(tried.saturating_sub(1)));
        let drawn = doubled.min(self.cap).mul_f64(fastrand::f64());
        match asked {
            None => Some(drawn),
            Some(asked) => (asked <= LONGEST_ASKED).then(|| asked + drawn),
        }
    }
}

/// Possible effect of a failed attempt.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Outcome {
    /// Another attempt would fail the same way.
    Final,
    /// The service did nothing.
    NotDone,
    /// The service may have carried out the request.
    Unknown,
}

/// Returns `true` if another attempt may follow: a write must not be carried out twice.
pub(crate) fn is_safe(action: &ActionInfo, outcome: Outcome) -> bool {
    match outcome {
        Outcome::Final => false,
        Outcome::NotDone => true,
        Outcome::Unknown => action.operation == Operation::Read || action.idempotent,
    }
}
