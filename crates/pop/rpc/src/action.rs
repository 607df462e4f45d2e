//! Description of an action, known before it is called.

use crate::method::Method;
use crate::parameter::ParameterSink;

/// A request of an action, generated from a spec.
pub trait Action {
    /// Description of the action.
    const INFO: ActionInfo;

    /// `true` if [`query_parameters`](Self::query_parameters) are in the order of their names.
    ///
    /// Only the parameters of actions that send lists, maps or structs are not, because their parts
    /// sort as text.
    const SORTED: bool;

    /// Response of the action.
    type Response;

    /// Writes the action's own parameters that travel in the query to `sink`.
    ///
    /// If they are [`SORTED`](Self::SORTED), their names contain only characters that need no
    /// encoding: `A-Z a-z 0-9 - _ . ~`. The keys of a map may contain others.
    fn query_parameters(&self, sink: &mut dyn ParameterSink);

    /// Writes the action's own parameters that travel in a form body to `sink`, if it has any.
    fn form_parameters(&self, sink: &mut dyn ParameterSink) {
        let _ = sink;
    }

    /// Writes all of the action's own parameters to `sink`.
    fn parameters(&self, sink: &mut dyn ParameterSink) {
        self.query_parameters(sink);
        self.form_parameters(sink);
    }
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
    /// `true` if some of its parameters travel in a form body.
    pub has_form: bool,
    /// HTTP methods that it accepts, at least one.
    pub methods: &'static [Method],
    /// `true` if it needs no access key: its requests are not signed.
    pub is_anonymous: bool,
}

impl ActionInfo {
    /// Describes an action that reads, is idempotent, has neither a rate limit nor a form, accepts `GET`
    /// and `POST`, and needs an access key.
    pub const fn new(name: &'static str, version: &'static str) -> Self {
        Self {
            name,
            version,
            operation: Operation::Read,
            idempotent: true,
            rate_limit: None,
            has_form: false,
            methods: &[Method::Get, Method::Post],
            is_anonymous: false,
        }
    }

    /// Marks the action as one that changes something.
    pub const fn write(mut self, idempotent: bool) -> Self {
        self.operation = Operation::Write;
        self.idempotent = idempotent;
        self
    }

    /// Marks the action as one with parameters in a form body.
    pub const fn form(mut self) -> Self {
        self.has_form = true;
        self
    }

    /// Sets the HTTP methods that the action accepts.
    pub const fn methods(mut self, methods: &'static [Method]) -> Self {
        self.methods = methods;
        self
    }

    /// Marks the action as one that needs no access key.
    pub const fn anonymous(mut self) -> Self {
        self.is_anonymous = true;
        self
    }

    /// Returns the HTTP method with which a client calls the action.
    ///
    /// It is `preferred` if the action accepts that; otherwise the first of `POST`, `GET`, `PUT` and
    /// `DELETE` that the action accepts. A form is not sent with `GET` if the action accepts `POST`.
    pub fn method(&self, preferred: Method) -> Method {
        let is_form_by_get = self.has_form && preferred == Method::Get;
        let order = [
            if is_form_by_get {
                Method::Post
            } else {
                preferred
            },
            Method::Post,
            Method::Get,
            Method::Put,
            Method::Delete,
        ];
        let accepted = order.iter().find(|method| self.methods.contains(method));
        accepted.copied().unwrap_or(preferred)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_calls_with_a_method_that_the_action_accepts() {
        use Method::{Delete, Get, Post, Put};
        let method = |accepted: &'static [Method], preferred| {
            let info = ActionInfo::new("A", "2020-01-01").methods(accepted);
            [info.method(preferred), info.form().method(preferred)]
        };
        assert_eq!(method(&[Get, Post], Post), [Post, Post]);
        assert_eq!(method(&[Get, Post], Get), [Get, Post]);
        assert_eq!(method(&[Put, Get], Post), [Get, Get]);
        assert_eq!(method(&[Put, Delete], Get), [Put, Put]);
    }
}
