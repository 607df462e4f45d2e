//! What is known of an action before it is called.

use crate::parameter::ParameterSink;

/// A request of an action, as generated from a spec.
pub trait Action {
    /// What is known of the action.
    const INFO: ActionInfo;

    /// [`parameters`](Self::parameters) come in the order of their names.
    ///
    /// True unless the action sends lists, whose indexes sort as text.
    const SORTED: bool;

    /// What the action answers.
    type Response;

    /// Hands over the action's own parameters.
    ///
    /// Their names are of the characters that encoding leaves as they are: `A-Z a-z 0-9 - _ . ~`.
    fn parameters(&self, sink: &mut dyn ParameterSink);
}

/// What is known of an action.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ActionInfo {
    /// Value of `Action`.
    pub name: &'static str,
    /// Value of `Version`.
    pub version: &'static str,
    /// Whether it changes anything.
    pub operation: Operation,
    /// Calling it twice leaves what calling it once leaves.
    pub idempotent: bool,
    /// How often one access key may call it; `None` is without limit.
    pub rate_limit: Option<RateLimit>,
}

impl ActionInfo {
    /// An action that reads, may be repeated, and has no limit.
    pub const fn new(name: &'static str, version: &'static str) -> Self {
        Self {
            name,
            version,
            operation: Operation::Read,
            idempotent: true,
            rate_limit: None,
        }
    }

    /// The action changes something.
    pub const fn write(mut self, idempotent: bool) -> Self {
        self.operation = Operation::Write;
        self.idempotent = idempotent;
        self
    }

    /// The action may be called `requests` times in `seconds`.
    pub const fn limit(mut self, requests: u32, seconds: u32) -> Self {
        self.rate_limit = Some(RateLimit { requests, seconds });
        self
    }
}

/// Whether an action changes anything.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Operation {
    /// It only reads.
    Read,
    /// It changes something.
    Write,
}

/// How often one access key may call an action.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RateLimit {
    /// Calls allowed in the period.
    pub requests: u32,
    /// Length of the period in seconds.
    pub seconds: u32,
}
