// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Error codes.

use std::borrow::Cow;
use std::fmt;
use pop_rpc::error::{ErrorFacts, Failure, fill, placeholder};

/// An error code; an unknown code is kept as it is.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorCode {
    /// The thing does not exist. Create it.
    /// `THING_NOT_FOUND`, HTTP status 404.
    ThingNotFound,
    /// A value is out of range. Correct it.
    /// `OutOfRange`, HTTP status 400.
    OutOfRange,
    /// The action does not exist. Correct its name.
    /// `NoSuchAction`, HTTP status 404.
    NoSuchAction,
    /// The format does not exist. Use JSON or XML.
    /// `NoSuchFormat`, HTTP status 400.
    NoSuchFormat,
    /// A parameter is missing. Send it.
    /// `Missing{Parameter}`, HTTP status 400.
    Missing(String),
    /// A parameter is malformed. Correct it.
    /// `Invalid{Parameter}`, HTTP status 400.
    Invalid(String),
    /// The service failed. Try again.
    /// `Internal`, HTTP status 500.
    Internal,
    /// The sender cannot be verified. Sign the request, with a new nonce and the current time.
    /// `Denied`, HTTP status 403.
    Denied,
    /// A code that this version does not know.
    Unknown(String),
}

impl ErrorCode {
    /// Returns the known codes; a part that varies is empty.
    pub fn known() -> Vec<Self> {
        vec![
            Self::ThingNotFound, Self::OutOfRange, Self::NoSuchAction,
            Self::NoSuchFormat, Self::Missing(String::new()),
            Self::Invalid(String::new()), Self::Internal, Self::Denied,
        ]
    }

    /// Returns the code on the wire.
    pub fn code(&self) -> Cow<'_, str> {
        match self {
            Self::ThingNotFound => Cow::Borrowed("THING_NOT_FOUND"),
            Self::OutOfRange => Cow::Borrowed("OutOfRange"),
            Self::NoSuchAction => Cow::Borrowed("NoSuchAction"),
            Self::NoSuchFormat => Cow::Borrowed("NoSuchFormat"),
            Self::Missing(part) => Cow::Owned(fill("Missing{Parameter}", part)),
            Self::Invalid(part) => Cow::Owned(fill("Invalid{Parameter}", part)),
            Self::Internal => Cow::Borrowed("Internal"),
            Self::Denied => Cow::Borrowed("Denied"),
            Self::Unknown(code) => Cow::Borrowed(code),
        }
    }

    /// Returns the message on the wire.
    pub fn message(&self) -> Cow<'_, str> {
        let message = self.facts().message;
        match self {
            Self::Missing(part) => Cow::Owned(fill(message, part)),
            Self::Invalid(part) => Cow::Owned(fill(message, part)),
            _ => Cow::Borrowed(message),
        }
    }

    /// Returns the HTTP status, the message and more.
    pub fn facts(&self) -> ErrorFacts {
        match self {
            Self::ThingNotFound => ErrorFacts::new(404, "There is no \"thing\"."),
            Self::OutOfRange => ErrorFacts::new(400, "A value is out of range."),
            Self::NoSuchAction => {
                ErrorFacts::new(404, "There is no such action.").gateway()
            }
            Self::NoSuchFormat => {
                ErrorFacts::new(400, "There is no such format.").gateway()
            }
            Self::Missing(_) => ErrorFacts::new(400, "{Parameter} is missing.").gateway(),
            Self::Invalid(_) => {
                ErrorFacts::new(400, "{Parameter} is not valid.").gateway()
            }
            Self::Internal => {
                ErrorFacts::new(500, "The service failed.").retryable().gateway()
            }
            Self::Denied => {
                ErrorFacts::new(403, "The sender is not known, or calls too often.")
                    .gateway()
            }
            Self::Unknown(_) => ErrorFacts::new(500, ""),
        }
    }

    /// Recognizes a code with a part that varies.
    fn from_pattern(code: &str) -> Self {
        if let Some(part) = placeholder(code, "Missing", "") {
            return Self::Missing(part);
        }
        if let Some(part) = placeholder(code, "Invalid", "") {
            return Self::Invalid(part);
        }
        Self::Unknown(code.to_owned())
    }
}

impl From<&str> for ErrorCode {
    fn from(code: &str) -> Self {
        match code {
            "THING_NOT_FOUND" => Self::ThingNotFound,
            "OutOfRange" => Self::OutOfRange,
            "NoSuchAction" => Self::NoSuchAction,
            "NoSuchFormat" => Self::NoSuchFormat,
            "Internal" => Self::Internal,
            "Denied" => Self::Denied,
            code => Self::from_pattern(code),
        }
    }
}

impl pop_rpc::error::Code for ErrorCode {
    fn facts(&self) -> ErrorFacts {
        self.facts()
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code())
    }
}

impl From<ErrorCode> for Failure {
    fn from(code: ErrorCode) -> Self {
        Self {
            status: code.facts().status,
            message: code.message().into_owned(),
            code: code.code().into_owned(),
        }
    }
}
