//! Description of an action, known before it is called.

use crate::parameter::ParameterSink;

/// A request of an action, generated from a spec.
pub trait Action {
    /// Description of the action.
    const INFO: ActionInfo;

    /// `true` if [`parameters`](Self::parameters) are in the order of their names.
    ///
    /// Only the parameters of actions that send lists are not, because the indexes sort as text.
    const SORTED: bool;

    /// Response of the action.
    type Response;

    /// Writes the action's own parameters to `sink`.
    ///
    /// Their names contain only characters that need no encoding: `A-Z a-z 0-9 - _ . ~`.
    fn parameters(&self, sink: &mut dyn ParameterSink);
}

/// Description of an action.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ActionInfo {
    /// Value of `Action`.
    pub name: &'static str,
    /// Value of `Version`.
    pub version: &'static str,
    /// Kind of operation: read or write.
    pub operation: Operation,
    /// `true` if calling it twice has the same effect as calling it once.
    pub idempotent: bool,
    /// Rate limit for each access key; `None` means unlimited.
    pub rate_limit: Option<RateLimit>,
}

impl ActionInfo {
    /// Describes an action that reads, is idempotent, and has no rate limit.
    pub const fn new(name: &'static str, version: &'static str) -> Self {
        Self {
            name,
            version,
            operation: Operation::Read,
            idempotent: true,
            rate_limit: None,
        }
    }

    /// Marks the action as one that changes something.
    pub const fn write(mut self, idempotent: bool) -> Self {
        self.operation = Operation::Write;
        self.idempotent = idempotent;
        self
    }

    /// Limits each access key to `requests` calls per `seconds`.
    pub const fn limit(mut self, requests: u32, seconds: u32) -> Self {
        self.rate_limit = Some(RateLimit { requests, seconds });
        self
    }
}

/// Kind of operation that an action performs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Operation {
    /// The action only reads.
    Read,
    /// The action changes something.
    Write,
}

/// Limit on how often one access key may call an action.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RateLimit {
    /// Calls allowed per period.
    pub requests: u32,
    /// Length of the period in seconds.
    pub seconds: u32,
}
