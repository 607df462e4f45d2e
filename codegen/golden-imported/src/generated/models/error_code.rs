// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! Error codes.

use std::borrow::Cow;
use std::fmt;
use std::mem::discriminant;
use pop_rpc::error::{ErrorFacts, Failure, fill, placeholder};

/// An error code; an unknown code is kept as it is.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorCode {
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
    /// Odd. Correct the request as the message says.
    /// `Odd`, HTTP status 400.
    Odd,
    /// The %s is bad (really). Correct the request as the message says.
    /// `Thing.Bad`, HTTP status 400.
    ThingBad,
    /// Not valid. Correct the request as the message says.
    /// `InvalidParameter.{Value}`, HTTP status 400.
    InvalidParameter(String),
    /// Two. Correct the request as the message says.
    /// `Two.{Value}`, HTTP status 400.
    Two(String),
    /// A colon. Correct the request as the message says.
    /// `Odd:Code`, HTTP status 400.
    OddCode,
    /// Marks. Correct the request as the message says.
    /// `Odd|Code,<b>("it's")`, HTTP status 400.
    OddCodeBItS,
    /// A slip. Correct the request as the message says.
    /// `O∂dCode`, HTTP status 400.
    ODCode,
    /// The number {Value} is odd. Correct the request as the message says.
    /// `Number.{Value}`, HTTP status 400.
    Number(String),
    /// Not described. Correct the request as the message says.
    /// `Thing.NotFound`, HTTP status 404.
    ThingNotFound,
    /// A code that this version does not know.
    Unknown(String),
}

/// Known codes, each with its code on the wire and its facts. They are one table, because matches with
/// thousands of arms take longer to compile.
static KNOWN: &[(ErrorCode, &str, ErrorFacts)] = &[
    (
        ErrorCode::NoSuchAction,
        "NoSuchAction",
        ErrorFacts::new(404, "There is no such action.").gateway(),
    ),
    (
        ErrorCode::NoSuchFormat,
        "NoSuchFormat",
        ErrorFacts::new(400, "There is no such format.").gateway(),
    ),
    (
        ErrorCode::Missing(String::new()),
        "Missing{Parameter}",
        ErrorFacts::new(400, "{Parameter} is missing.").gateway(),
    ),
    (
        ErrorCode::Invalid(String::new()),
        "Invalid{Parameter}",
        ErrorFacts::new(400, "{Parameter} is not valid.").gateway(),
    ),
    (
        ErrorCode::Internal,
        "Internal",
        ErrorFacts::new(500, "The service failed.").retryable().gateway(),
    ),
    (
        ErrorCode::Denied,
        "Denied",
        ErrorFacts::new(403, "The sender is not known, or calls too often.").gateway(),
    ),
    (ErrorCode::Odd, "Odd", ErrorFacts::new(400, "Odd.")),
    (ErrorCode::ThingBad, "Thing.Bad", ErrorFacts::new(400, "The %s is bad (really).")),
    (
        ErrorCode::InvalidParameter(String::new()),
        "InvalidParameter.{Value}",
        ErrorFacts::new(400, "The parameter {Value} is not valid."),
    ),
    (ErrorCode::Two(String::new()), "Two.{Value}", ErrorFacts::new(400, "Two.")),
    (ErrorCode::OddCode, "Odd:Code", ErrorFacts::new(400, "A colon.")),
    (ErrorCode::OddCodeBItS, "Odd|Code,<b>(\"it's\")", ErrorFacts::new(400, "Marks.")),
    (ErrorCode::ODCode, "O∂dCode", ErrorFacts::new(400, "A slip.")),
    (
        ErrorCode::Number(String::new()),
        "Number.{Value}",
        ErrorFacts::new(400, "The number {Value} is odd."),
    ),
    (ErrorCode::ThingNotFound, "Thing.NotFound", ErrorFacts::new(404, "")),
];

impl ErrorCode {
    /// Returns the known codes; a part that varies is empty.
    pub fn known() -> Vec<Self> {
        KNOWN.iter().map(|(known, ..)| known.clone()).collect()
    }

    /// Returns the code on the wire.
    pub fn code(&self) -> Cow<'_, str> {
        if let Self::Unknown(code) = self {
            return Cow::Borrowed(code);
        }
        self.filled(self.entry().0)
    }

    /// Returns the message on the wire.
    pub fn message(&self) -> Cow<'_, str> {
        self.filled(self.facts().message)
    }

    /// Returns the HTTP status, the message and more.
    pub fn facts(&self) -> ErrorFacts {
        self.entry().1
    }

    /// Returns the code on the wire and the facts. An unknown code has an empty code and message, and
    /// status 500.
    fn entry(&self) -> (&'static str, ErrorFacts) {
        let is_own = |known: &Self| discriminant(known) == discriminant(self);
        let own = KNOWN.iter().find(|(known, ..)| is_own(known));
        own.map_or(("", ErrorFacts::new(500, "")), |(_, code, facts)| (*code, *facts))
    }

    /// Returns the part of the code that varies, if it has one.
    fn part(&self) -> Option<&str> {
        match self {
            Self::InvalidParameter(part) => Some(part),
            Self::Missing(part) => Some(part),
            Self::Invalid(part) => Some(part),
            Self::Number(part) => Some(part),
            Self::Two(part) => Some(part),
            _ => None,
        }
    }

    /// Returns a code or message with the varying part filled in.
    fn filled(&self, text: &'static str) -> Cow<'static, str> {
        match self.part() {
            Some(part) => Cow::Owned(fill(text, part)),
            None => Cow::Borrowed(text),
        }
    }

    /// Recognizes a code with a part that varies.
    fn from_pattern(code: &str) -> Self {
        if let Some(part) = placeholder(code, "InvalidParameter.", "") {
            return Self::InvalidParameter(part);
        }
        if let Some(part) = placeholder(code, "Missing", "") {
            return Self::Missing(part);
        }
        if let Some(part) = placeholder(code, "Invalid", "") {
            return Self::Invalid(part);
        }
        if let Some(part) = placeholder(code, "Number.", "") {
            return Self::Number(part);
        }
        if let Some(part) = placeholder(code, "Two.", "") {
            return Self::Two(part);
        }
        Self::Unknown(code.to_owned())
    }
}

impl From<&str> for ErrorCode {
    fn from(code: &str) -> Self {
        let is_own = |known: &Self, text: &str| text == code && known.part().is_none();
        let known = KNOWN.iter().find(|(known, text, _)| is_own(known, text));
        known.map_or_else(|| Self::from_pattern(code), |(known, ..)| known.clone())
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
