//! Reads and checks a request, before any code of the service itself runs.

use std::fmt::Display;
use std::future::Future;
use std::sync::OnceLock;

use regex_lite::Regex;
use serde::de::DeserializeOwned;

use crate::action::ActionInfo;
use crate::error::Failure;
use crate::format::Format;
use crate::parameter::{Parameter, Parameters};

pub use crate::parameter::json::read as optional_json;
pub use crate::parameter::simple::read as optional_simple;
pub use crate::parameter::{ParameterError, required};
pub use crate::request::{Refusal, Request, action_of, format_of};
pub use crate::timestamp::milliseconds;

/// Context of a request: its caller, and what the answer must repeat.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Context {
    /// ID of the request, repeated in every answer.
    pub request_id: String,
    /// Host that was called, repeated in errors.
    pub host: String,
    /// Access key that signed the request.
    pub access_key_id: String,
    /// Region that the request names.
    pub region_id: Option<String>,
}

/// The answer to a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// Body.
    pub body: Vec<u8>,
    /// Error code, if the request failed.
    pub error_code: Option<String>,
}

impl Answer {
    /// Returns the answer to a request that succeeded.
    pub fn success(format: Format, body: Vec<u8>) -> Self {
        Self {
            status: 200,
            content_type: format.content_type(),
            body,
            error_code: None,
        }
    }

    /// Returns the answer to a request that failed.
    pub fn failure(format: Format, context: &Context, failure: Failure) -> Self {
        let status = failure.status;
        let error_code = Some(failure.code.clone());
        let body = failure.into_body(&context.request_id, &context.host);
        Self {
            status,
            content_type: format.content_type(),
            // Writing five texts cannot fail.
            body: body.write(format).unwrap_or_default(),
            error_code,
        }
    }
}

/// A service as a gateway sees it, independent of the product; generated code implements it.
pub trait Dispatch: Send + Sync + 'static {
    /// The product's actions.
    const ACTIONS: &'static [ActionInfo];

    /// Value of `Version`.
    const VERSION: &'static str;

    /// Checks the region that a request names.
    ///
    /// # Errors
    ///
    /// The product is not available in the region, and declares an error for this case.
    fn check_region(id: &str) -> Result<(), Failure>;

    /// Returns the failure that the client receives, with the product's code for the reason.
    fn refuse(refusal: Refusal) -> Failure;

    /// Returns the code as declared, or `unknown` if it is not declared.
    ///
    /// The result omits the variable part of the code, which unauthenticated callers can choose.
    fn declared(code: &str) -> String;

    /// Answers a request after its signature and limits have been checked.
    fn dispatch(
        &self,
        context: &Context,
        request: &Request<'_>,
    ) -> impl Future<Output = Answer> + Send;
}

/// Reads the parameters of a request from its query and its form body.
///
/// Both are decoded as forms, so `+` is a space. The canonical encoding is computed from the
/// decoded values, whatever escapes the client chose.
///
/// # Errors
///
/// [`ParameterError::Repeated`] if a name occurs twice.
pub fn read_parameters(query: &str, form: &[u8]) -> Result<Parameters, ParameterError> {
    let mut parameters = Parameters::default();
    let pairs = form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(form));
    for (name, value) in pairs {
        if parameters.insert(&*name, value).is_some() {
            return Err(ParameterError::Repeated(name.into_owned()));
        }
    }
    Ok(parameters)
}

/// Reads an optional parameter.
///
/// # Errors
///
/// The parameter is malformed.
pub fn optional<T: Parameter>(
    parameters: &Parameters,
    name: &str,
) -> Result<Option<T>, ParameterError> {
    T::read(parameters, name)
}

/// Reads an optional parameter; if absent, reads `default` instead.
///
/// # Errors
///
/// The parameter is malformed.
pub fn optional_or<T: Parameter>(
    parameters: &Parameters,
    name: &str,
    default: &str,
) -> Result<Option<T>, ParameterError> {
    match T::read(parameters, name)? {
        Some(value) => Ok(Some(value)),
        None => T::read(&Parameters::from_iter([(name, default)]), name),
    }
}

/// Reads a required parameter that travels as JSON text.
///
/// # Errors
///
/// The parameter is missing or malformed.
pub fn required_json<T: DeserializeOwned>(
    parameters: &Parameters,
    name: &str,
) -> Result<T, ParameterError> {
    optional_json(parameters, name)?.ok_or_else(|| ParameterError::Missing(name.to_owned()))
}

/// Reads a required list that travels as comma-separated text.
///
/// # Errors
///
/// The parameter is missing or malformed.
pub fn required_simple<T: Parameter>(
    parameters: &Parameters,
    name: &str,
) -> Result<Vec<T>, ParameterError> {
    optional_simple(parameters, name)?.ok_or_else(|| ParameterError::Missing(name.to_owned()))
}

/// Rule for the text of a parameter.
#[derive(Debug)]
pub struct TextRule {
    pattern: Option<&'static str>,
    min_length: usize,
    max_length: usize,
    compiled: OnceLock<Option<Regex>>,
}

impl TextRule {
    /// Creates a rule from a pattern for the whole text and bounds on its number of characters.
    pub const fn new(pattern: Option<&'static str>, min_length: usize, max_length: usize) -> Self {
        Self {
            pattern,
            min_length,
            max_length,
            compiled: OnceLock::new(),
        }
    }

    /// Checks the text of parameter `name`.
    ///
    /// # Errors
    ///
    /// [`ParameterError::OutOfRange`].
    pub fn check(&self, name: &str, text: &str) -> Result<(), ParameterError> {
        let length = text.chars().count();
        if length < self.min_length {
            let least = self.min_length;
            return Err(out_of_range(
                name,
                format!("shorter than {least} characters"),
            ));
        }
        if length > self.max_length {
            let greatest = self.max_length;
            return Err(out_of_range(
                name,
                format!("longer than {greatest} characters"),
            ));
        }
        match (self.pattern, self.compiled()) {
            (None, _) => Ok(()),
            (Some(_), Some(regex)) if regex.is_match(text) => Ok(()),
            // A pattern that does not compile rejects every text. Generation refuses such patterns.
            (Some(pattern), _) => Err(out_of_range(name, format!("does not match {pattern}"))),
        }
    }

    fn compiled(&self) -> Option<&Regex> {
        self.compiled
            .get_or_init(|| Regex::new(&format!("^(?:{})$", self.pattern?)).ok())
            .as_ref()
    }
}

/// Checks that a number is within bounds.
///
/// # Errors
///
/// [`ParameterError::OutOfRange`].
pub fn check_range(
    name: &str,
    value: impl Into<i64>,
    minimum: i64,
    maximum: i64,
) -> Result<(), ParameterError> {
    let value = value.into();
    if value < minimum {
        Err(out_of_range(name, format!("less than {minimum}")))
    } else if value > maximum {
        Err(out_of_range(name, format!("greater than {maximum}")))
    } else {
        Ok(())
    }
}

/// Checks that a list is not too long.
///
/// # Errors
///
/// [`ParameterError::OutOfRange`].
pub fn check_items(name: &str, items: usize, max_items: usize) -> Result<(), ParameterError> {
    if items <= max_items {
        return Ok(());
    }
    Err(out_of_range(name, format!("more than {max_items} items")))
}

/// Checks that the value is a known one of its enum.
///
/// # Errors
///
/// [`ParameterError::OutOfRange`].
pub fn check_known<T: Display>(
    name: &str,
    is_known: bool,
    known: &[T],
) -> Result<(), ParameterError> {
    if is_known {
        return Ok(());
    }
    let known: Vec<String> = known.iter().map(T::to_string).collect();
    let reason = format!("not one of {}", known.join(", "));
    Err(out_of_range(name, reason))
}

fn out_of_range(name: &str, reason: String) -> ParameterError {
    ParameterError::OutOfRange {
        name: name.to_owned(),
        reason,
    }
}
