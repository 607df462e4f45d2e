//! Error of a failed call.

use std::fmt;

use pop_rpc::ErrorBody;
use pop_rpc::error::Code;

use crate::credentials::CredentialsError;
use crate::mismatch::Mismatch;
use crate::retry::Outcome;
use crate::transport::TransportError;

/// Error of a failed call; `C` is the error code of the product.
///
/// Its `Display` shows everything known about the failure on one line. So does its `Debug`, because
/// that is what a `main` that returns the error prints; `{:#?}` shows the parts.
pub struct Error<C>(Box<Inner<C>>);

struct Inner<C> {
    action: &'static str,
    tries: u32,
    problem: Problem<C>,
}

/// Cause of a failed call.
#[derive(Debug)]
#[non_exhaustive]
pub enum Problem<C> {
    /// No access key was found, or its source is broken.
    Credentials(CredentialsError),
    /// No response was received.
    Transport(TransportError),
    /// The service answered with an error.
    Service {
        /// HTTP status.
        status: u16,
        /// Error code.
        code: C,
        /// Body of the answer.
        body: ErrorBody,
        /// First difference between the strings to sign, if the signature was wrong.
        mismatch: Option<Mismatch>,
    },
    /// The body of the response does not match the action.
    Body {
        /// HTTP status.
        status: u16,
        /// Problem with the body.
        reason: String,
        /// Body as it was received.
        body: String,
    },
    /// The stub does not implement the action.
    NotImplemented,
}

impl<C: Code> Error<C> {
    pub(crate) fn new(action: &'static str, tries: u32, problem: Problem<C>) -> Self {
        Self(Box::new(Inner {
            action,
            tries,
            problem,
        }))
    }

    /// Creates the error of an action that a stub does not implement.
    pub fn not_implemented(action: &'static str) -> Self {
        Self::new(action, 1, Problem::NotImplemented)
    }

    /// Creates an error as the service would answer it, for stubs.
    pub fn of_service(action: &'static str, code: C, message: &str) -> Self {
        let body = ErrorBody {
            code: code.to_string(),
            message: message.to_owned(),
            ..ErrorBody::default()
        };
        let problem = Problem::Service {
            status: code.facts().status,
            code,
            body,
            mismatch: None,
        };
        Self::new(action, 1, problem)
    }

    /// Returns the action that was called, by its name on the wire.
    pub fn action(&self) -> &'static str {
        self.0.action
    }

    /// Returns the number of attempts.
    pub fn tries(&self) -> u32 {
        self.0.tries
    }

    /// Returns the cause with all its details.
    pub fn problem(&self) -> &Problem<C> {
        &self.0.problem
    }

    /// Returns the error code, if the service answered with one.
    pub fn code(&self) -> Option<&C> {
        match self.problem() {
            Problem::Service { code, .. } => Some(code),
            _ => None,
        }
    }

    /// Returns the message of the service, if it answered with an error.
    pub fn message(&self) -> Option<&str> {
        self.error_body().map(|body| body.message.as_str())
    }

    /// Returns the ID of the request in the log of the service; quote it when asking for help.
    pub fn request_id(&self) -> Option<&str> {
        self.text(|body| &body.request_id)
    }

    /// Returns the host that answered.
    pub fn host_id(&self) -> Option<&str> {
        self.text(|body| &body.host_id)
    }

    /// Returns the URL of a page about the error.
    pub fn recommend(&self) -> Option<&str> {
        self.error_body()?.recommend.as_deref()
    }

    /// Returns the HTTP status, if a response was received.
    pub fn status(&self) -> Option<u16> {
        match self.problem() {
            Problem::Service { status, .. } | Problem::Body { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Returns the body of a response that could not be read.
    pub fn body(&self) -> Option<&str> {
        match self.problem() {
            Problem::Body { body, .. } => Some(body),
            _ => None,
        }
    }

    /// Returns `true` if no answer arrived in time.
    pub fn is_timeout(&self) -> bool {
        matches!(
            self.problem(),
            Problem::Transport(TransportError::Timeout { .. })
        )
    }

    /// Returns `true` if there were too many calls; wait before the next one.
    pub fn is_throttled(&self) -> bool {
        let code = self.code().map(ToString::to_string);
        code.is_some_and(|code| pop_rpc::error::is_throttling(&code))
    }

    /// Returns `true` if the same call may succeed later.
    ///
    /// The client has already repeated the call if that was safe. Before repeating a write, ask the
    /// service whether it was done.
    pub fn is_retryable(&self) -> bool {
        self.outcome() != Outcome::Final
    }

    /// Returns the effect that the failed attempt may have had.
    pub(crate) fn outcome(&self) -> Outcome {
        match self.problem() {
            Problem::Transport(TransportError::Connect { .. }) => Outcome::NotDone,
            Problem::Transport(TransportError::Request { .. }) => Outcome::Final,
            Problem::Transport(_) => Outcome::Unknown,
            // A gateway rejects a request before any action runs.
            Problem::Service { code, .. } if code.facts().is_retryable => {
                if code.facts().is_gateway && code.facts().status < 500 {
                    Outcome::NotDone
                } else {
                    Outcome::Unknown
                }
            }
            Problem::Service { status, .. } | Problem::Body { status, .. } if *status >= 500 => {
                Outcome::Unknown
            }
            _ => Outcome::Final,
        }
    }

    fn error_body(&self) -> Option<&ErrorBody> {
        match self.problem() {
            Problem::Service { body, .. } => Some(body),
            _ => None,
        }
    }

    fn text(&self, text: impl FnOnce(&ErrorBody) -> &String) -> Option<&str> {
        Some(text(self.error_body()?).as_str()).filter(|text| !text.is_empty())
    }
}

impl<C: Code> fmt::Display for Error<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.action())?;
        match self.problem() {
            Problem::Credentials(error) => write!(f, "{error}")?,
            Problem::Transport(error) => write!(f, "{error}")?,
            Problem::Service {
                status,
                code,
                body,
                mismatch,
            } => {
                write!(f, "{code} (HTTP {status})")?;
                match mismatch {
                    Some(mismatch) => write!(f, ": {mismatch}")?,
                    // More text follows, so the message must not end with a full stop.
                    None => write!(f, ": {}", body.message.trim_end_matches('.'))?,
                }
            }
            Problem::Body { status, reason, .. } => {
                write!(f, "HTTP {status} with a body that cannot be read: {reason}")?;
            }
            Problem::NotImplemented => f.write_str("not implemented by this stub")?,
        }
        if let Some(request_id) = self.request_id() {
            write!(f, "; request id {request_id}")?;
        }
        if self.tries() > 1 {
            write!(f, "; {} tries", self.tries())?;
        }
        if self.is_retryable() {
            f.write_str("; may succeed later")?;
        }
        match self.recommend() {
            Some(page) => write!(f, "; see {page}"),
            None => Ok(()),
        }
    }
}

impl<C: Code> fmt::Debug for Error<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        f.debug_struct("Error")
            .field("action", &self.action())
            .field("tries", &self.tries())
            .field("problem", self.problem())
            .finish()
    }
}

impl<C: Code> std::error::Error for Error<C> {}
