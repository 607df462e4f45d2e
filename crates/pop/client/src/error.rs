//! What a call that failed says.

use std::fmt;

use pop_rpc::ErrorBody;
use pop_rpc::error::Code;

use crate::credentials::CredentialsError;
use crate::mismatch::Mismatch;
use crate::retry::Outcome;
use crate::transport::TransportError;

/// Why a call failed; `C` is the product's error code.
///
/// Its `Display` is one line with all that is known.
pub struct Error<C>(Box<Inner<C>>);

struct Inner<C> {
    action: &'static str,
    tries: u32,
    problem: Problem<C>,
}

/// What went wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum Problem<C> {
    /// No access key was found, or it could not be had.
    Credentials(CredentialsError),
    /// There is no response.
    Transport(TransportError),
    /// The service answered with an error.
    Service {
        /// HTTP status.
        status: u16,
        /// Error code.
        code: C,
        /// The whole answer.
        body: ErrorBody,
        /// Where the strings to sign differ, if that was the error.
        mismatch: Option<Mismatch>,
    },
    /// The body of the response is not what the action answers.
    Body {
        /// HTTP status.
        status: u16,
        /// What is wrong with it.
        reason: String,
        /// The body as it came.
        body: String,
    },
    /// A mock or a service in process does not have the action.
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

    /// The error of an action that a mock does not have.
    pub fn not_implemented(action: &'static str) -> Self {
        Self::new(action, 1, Problem::NotImplemented)
    }

    /// An error as the service would answer it, for mocks.
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

    /// Action that was called, by its name on the wire.
    pub fn action(&self) -> &'static str {
        self.0.action
    }

    /// Tries that were made.
    pub fn tries(&self) -> u32 {
        self.0.tries
    }

    /// What went wrong, with everything that is known of it.
    pub fn problem(&self) -> &Problem<C> {
        &self.0.problem
    }

    /// Error code, if the service answered with one.
    pub fn code(&self) -> Option<&C> {
        match self.problem() {
            Problem::Service { code, .. } => Some(code),
            _ => None,
        }
    }

    /// Message of the service.
    pub fn message(&self) -> Option<&str> {
        self.error_body().map(|body| body.message.as_str())
    }

    /// Id of the request in the service's log; quote it when asking for help.
    pub fn request_id(&self) -> Option<&str> {
        self.text(|body| &body.request_id)
    }

    /// Host that answered.
    pub fn host_id(&self) -> Option<&str> {
        self.text(|body| &body.host_id)
    }

    /// Page that says more.
    pub fn recommend(&self) -> Option<&str> {
        self.error_body()?.recommend.as_deref()
    }

    /// HTTP status, if there was a response.
    pub fn status(&self) -> Option<u16> {
        match self.problem() {
            Problem::Service { status, .. } | Problem::Body { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Body of a response that could not be understood.
    pub fn body(&self) -> Option<&str> {
        match self.problem() {
            Problem::Body { body, .. } => Some(body),
            _ => None,
        }
    }

    /// Whether no answer came in time.
    pub fn is_timeout(&self) -> bool {
        matches!(
            self.problem(),
            Problem::Transport(TransportError::Timeout { .. })
        )
    }

    /// Whether there were too many calls; wait before the next one.
    pub fn is_throttled(&self) -> bool {
        let code = self.code().map(ToString::to_string);
        code.is_some_and(|code| pop_rpc::error::is_throttling(&code))
    }

    /// Whether the same call may succeed later.
    ///
    /// The client has already tried again where that was safe. After a write, ask the service what
    /// it did before repeating it.
    pub fn is_retryable(&self) -> bool {
        self.outcome() != Outcome::Final
    }

    /// What the try that failed left behind.
    pub(crate) fn outcome(&self) -> Outcome {
        match self.problem() {
            Problem::Transport(TransportError::Connect { .. }) => Outcome::NotDone,
            Problem::Transport(_) => Outcome::Unknown,
            // The gateway refuses before any action runs.
            Problem::Service { code, .. } if code.facts().is_retryable => {
                match code.facts().is_gateway && code.facts().status < 500 {
                    true => Outcome::NotDone,
                    false => Outcome::Unknown,
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
                    // The sentence goes on.
                    None => write!(f, ": {}", body.message.trim_end_matches('.'))?,
                }
            }
            Problem::Body { status, reason, .. } => {
                write!(f, "HTTP {status} with a body that cannot be read: {reason}")?;
            }
            Problem::NotImplemented => f.write_str("not implemented by this mock")?,
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
        f.debug_struct("Error")
            .field("action", &self.action())
            .field("tries", &self.tries())
            .field("problem", self.problem())
            .finish()
    }
}

impl<C: Code> std::error::Error for Error<C> {}
